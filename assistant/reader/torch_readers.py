"""Readers that torch runs: ours where OpenVINO cannot, and any cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.reader.pairs import Passage, Row, pad
from assistant.reader.reader import PairReader

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoders.weights import ModelFolder
    from index.encoders.wordpieces import WordPieces


class TorchReader(PairReader):
    """The reader that comes with Quoth, in float32."""

    def __init__(self, weights: Path, encoder: ModelFolder, pieces: WordPieces) -> None:
        """Load the weights."""
        from assistant.reader.conversion import load_network

        super().__init__("default", pieces)
        self._network = load_network(weights, encoder.path)

    def run(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """Return the logit of each row, (rows,)."""
        import torch

        with torch.no_grad():
            scores = self._network(*map(torch.from_numpy, pad(rows)))
        result: NDArray[np.float32] = scores.numpy()
        return result


class CrossEncoderReader:
    """Any cross-encoder that sentence-transformers loads, with one output."""

    def __init__(self, name: str, model: Any) -> None:  # noqa: ANN401 -- CrossEncoder
        """Take a loaded `sentence_transformers.CrossEncoder`."""
        self.name = name
        self._model = model

    def score(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return the raw output for each passage's sentence, (passages,).

        Such models were trained on texts without marks: the sentence stands between its
        neighbours, after the title.
        """
        import torch

        if not passages:
            return np.empty(0, np.float32)
        texts = [
            " ".join(filter(None, (one.title, one.before, one.sentence)))
            for one in passages
        ]
        scores = self._model.predict(
            [(question, text) for text in texts],
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        return np.asarray(scores, dtype=np.float32).reshape(len(passages))
