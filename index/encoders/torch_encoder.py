"""The torch runtime: any sentence-transformers model, on any device it supports."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.late_pooling import LatePoolingEncoder, Pass
from index.encoders.separate import SeparateEncoder
from index.encoders.weights import (
    ModelFolder,
    choose_prompts,
    identity_of,
    pooling_mode,
)
from index.encoders.windows import Job, make_batches, pad
from index.encoders.wordpieces import WordPieces
from index.errors import EncoderError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoder import Encoder

LONGEST_PASS = 8192
"""Word pieces one pass reads at most, where a model names no limit or a huge one."""


def load_torch(model: ModelFolder) -> Encoder:
    """Load a model with sentence-transformers, in float32.

    Raises:
        EncoderError: sentence-transformers cannot load it.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        loaded = SentenceTransformer(
            str(model.path),
            local_files_only=True,
            model_kwargs={"dtype": torch.float32},
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise EncoderError(
            f"sentence-transformers cannot load {model.path}: {error}",
            "Give the folder of a complete sentence-transformers model.",
        ) from error
    loaded.eval()
    if _pools_late(loaded):
        return TorchEncoder(model, loaded)
    return SeparateEncoder(model, loaded)


def _pools_late(loaded: Any) -> bool:  # noqa: ANN401
    """Whether sentence vectors can be taken from the pass of the whole text."""
    kinds = [type(module).__name__ for module in loaded]
    if kinds[:2] != ["Transformer", "Pooling"]:
        return False
    pooling = loaded[1].get_config_dict()
    return (
        hasattr(loaded.tokenizer, "backend_tokenizer")
        and pooling.get("include_prompt") is not False
        and not loaded[0].get_config_dict().get("do_lower_case")
        and loaded[1].pooling_output_dimension == _width(loaded)
    )


def _width(loaded: Any) -> int:  # noqa: ANN401
    """Dimension of the token vectors."""
    return int(loaded[0].auto_model.config.hidden_size)


class TorchEncoder(LatePoolingEncoder):
    """Encodes by a transformer, a pooling and whatever modules follow these."""

    def __init__(self, model: ModelFolder, loaded: Any) -> None:  # noqa: ANN401
        """Wrap a loaded `SentenceTransformer` whose first modules are those two."""
        from tokenizers import Tokenizer

        own = Tokenizer.from_str(loaded.tokenizer.backend_tokenizer.to_str())
        limit = min(loaded.max_seq_length or LONGEST_PASS, LONGEST_PASS)
        dimension = int(loaded.encode(["a"], show_progress_bar=False).shape[1])
        super().__init__(
            identity_of(model, dimension, int(limit)),
            WordPieces(own),
            choose_prompts(loaded.prompts, loaded.default_prompt_name),
            pooling_mode(loaded[1].get_config_dict()),
            _width(loaded),
        )
        self._model = loaded
        self._lock = threading.Lock()
        self._padding = loaded.tokenizer.pad_token_id or 0

    def _run(self, jobs: Sequence[Job]) -> Iterator[Pass]:
        """Run batches of jobs of like lengths."""
        for batch in make_batches(jobs):
            yield from self._run_batch(batch)

    def _run_alone(self, job: Job) -> Pass:
        """Run one job without padding."""
        return self._run_batch([job])[0]

    def _run_batch(self, batch: Sequence[Job]) -> list[Pass]:
        """Run one batch; the model's own pooling where it is not one of the simple."""
        import torch

        with self._lock, torch.inference_mode():
            features = self._model[0](self._features(batch))
            tokens = features["token_embeddings"].float().cpu().numpy()
            pooled = None
            if self._pooling == "other":
                features = self._model[1](features)
                pooled = features["sentence_embedding"].float().cpu().numpy()
        return [
            Pass(
                job,
                tokens[row, : len(job.ids)],
                None if pooled is None else pooled[row],
            )
            for row, job in enumerate(batch)
        ]

    def _features(self, batch: Sequence[Job]) -> dict[str, Any]:
        """Make the input of the transformer module."""
        import torch

        ids, mask = pad(batch, self._padding)
        arrays = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self._model.tokenizer.model_input_names:
            arrays["token_type_ids"] = np.zeros_like(ids)
        device = self._model.device
        return {name: torch.from_numpy(a).to(device) for name, a in arrays.items()}

    def _complete(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Send rows through the modules that follow the pooling, as `Dense`."""
        import torch

        features = {"sentence_embedding": torch.from_numpy(rows).to(self._model.device)}
        with self._lock, torch.inference_mode():
            for module in list(self._model)[2:]:
                features = module(features)
        result: NDArray[np.float32] = features["sentence_embedding"].cpu().numpy()
        return result
