"""Models whose token vectors cannot be pooled: every sentence is encoded by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder import EncoderIdentity, PassageVectors
from index.encoders.pooling import unit_rows
from index.encoders.weights import ModelFolder, identity_of
from index.encoders.windows import plan_windows
from index.encoders.wordpieces import WordPieces, clean_text
from index.errors import EncoderError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.records import Passage

ASSUMED_PASS = 512
"""Word pieces one pass reads, where a model names no limit."""


class SeparateEncoder:
    """Encodes with `encode_query` and `encode_document` of sentence-transformers."""

    def __init__(self, model: ModelFolder, loaded: Any) -> None:  # noqa: ANN401
        """Wrap a loaded `SentenceTransformer`.

        Raises:
            EncoderError: The model has no tokenizer that gives character offsets.
        """
        from tokenizers import Tokenizer

        tokenizer = getattr(loaded.tokenizer, "backend_tokenizer", loaded.tokenizer)
        if not isinstance(tokenizer, Tokenizer):
            raise EncoderError(
                f"The model {model.name} has no tokenizer with character offsets.",
                "Use a model that has a tokenizer.json.",
            )
        self._pieces = WordPieces(Tokenizer.from_str(tokenizer.to_str()))
        limit = loaded.max_seq_length
        self._limit = int(limit) if limit and limit < 1_000_000 else ASSUMED_PASS
        self._model = loaded
        self._lock = threading.Lock()
        dimension = self._encode(loaded.encode_query, ["a"]).shape[1]
        self._identity = identity_of(model, dimension, self._limit)

    @property
    def identity(self) -> EncoderIdentity:
        """What these vectors are made with."""
        return self._identity

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text, special pieces left out."""
        return self._pieces.count(texts)

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Encode each passage, and each of its sentences as a text of its own."""
        texts = [passage.text for passage in passages]
        for passage in passages:
            texts += [passage.text[start:end] for start, end in passage.sentence_spans]
        vectors = self._encode_long(self._model.encode_document, texts)
        result, row = [], len(passages)
        for number, passage in enumerate(passages):
            stop = row + len(passage.sentence_spans)
            result.append(PassageVectors(vectors[number], vectors[row:stop]))
            row = stop
        return result

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions, each by itself, as a (questions, dimension) array."""
        vectors = np.zeros((len(questions), self._identity.dimension), np.float32)
        for number, question in enumerate(questions):
            vectors[number] = self._encode_long(self._model.encode_query, [question])[0]
        return vectors

    def _encode_long(
        self, encode: Callable[..., Any], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        """Encode texts of any length: the mean over windows, weighted by their pieces.

        Returns:
            (texts, dimension), unit rows.
        """
        parts, owners, weights = [], [], []
        room = max(1, self._limit - self._pieces.special_count)
        for number, pieces in enumerate(self._pieces.split(texts)):
            text = clean_text(texts[number])
            windows = plan_windows(len(pieces.ids), room)
            for window in windows:
                start, end = 0, len(text)
                if len(windows) > 1:
                    start = int(pieces.starts[window.start])
                    end = int(pieces.ends[window.stop - 1])
                parts.append(text[start:end])
                owners.append(number)
                weights.append(max(1, window.own_stop - window.own_start))
        sums = np.zeros((len(texts), self._identity.dimension), np.float32)
        weighted = self._encode(encode, parts) * np.array(weights, np.float32)[:, None]
        np.add.at(sums, owners, weighted)
        return unit_rows(sums)

    def _encode(
        self, encode: Callable[..., Any], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        """Encode short texts as the model does it, prompts included."""
        with self._lock:
            vectors = encode(list(texts), show_progress_bar=False)
        return unit_rows(np.nan_to_num(np.asarray(vectors, dtype=np.float32)))
