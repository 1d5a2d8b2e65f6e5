"""The compiled encoder: OpenVINO on the processor, no torch."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.compiled import Recipe, compile_cached
from index.encoders.late_pooling import LatePoolingEncoder, Pass
from index.encoders.weights import ModelFolder, PlainModel, identity_of
from index.encoders.windows import Job, make_batches, pad
from index.encoders.wordpieces import WordPieces

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SMALLEST_COSINE = 0.999
"""Of vectors in the processor's fast precision to those in float32."""


class OpenVinoEncoder(LatePoolingEncoder):
    """Encodes with a compiled transformer; safe to use from several threads."""

    def __init__(
        self,
        model: ModelFolder,
        plain: PlainModel,
        cache_dir: Path,
        notify: Callable[[str], None],
    ) -> None:
        """Load the compiled model, making it first where needed.

        Raises:
            EncoderDamaged: The tokenizer cannot be read.
            EncoderError: The model cannot be converted.
            OSError: The cache cannot be written.
        """
        super().__init__(
            identity_of(model, plain.dimension, plain.max_pieces),
            WordPieces.read(model.path / "tokenizer.json"),
            plain.prompts,
            plain.pooling,
            plain.dimension,
        )
        recipe = recipe_of(model, plain.max_pieces)
        self._compiled = compile_cached(recipe, cache_dir, notify)
        self._single = self._compiled.create_infer_request()
        self._single_lock = threading.Lock()

    def _run_alone(self, job: Job) -> Pass:
        """Run one job without padding, so that its bits depend on nothing else."""
        ids = job.ids[None, :]
        with self._single_lock:
            self._single.infer([ids, np.ones_like(ids)])
            return Pass(job, _output(self._single)[0].copy())

    def _run(self, jobs: Sequence[Job]) -> Iterator[Pass]:
        """Run batches on all cores, one more waiting than there are streams.

        The waiting one keeps a stream busy while Python pools the last result.
        """
        streams = self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        ring = [self._compiled.create_infer_request() for _ in range(int(streams) + 1)]
        running: list[list[Job]] = [[] for _ in ring]
        batches = make_batches(jobs)
        turn = 0
        while True:
            request = ring[turn]
            if running[turn]:
                request.wait()
                output = _output(request)
                for row, job in enumerate(running[turn]):
                    yield Pass(job, output[row, : len(job.ids)])
            running[turn] = next(batches, [])
            if running[turn]:
                request.start_async(list(pad(running[turn], 0)))
            elif not any(running):
                return
            turn = (turn + 1) % len(ring)


def _output(request: Any) -> NDArray[np.float32]:  # noqa: ANN401
    """The token vectors of a finished request: (rows, width, dimension)."""
    output: NDArray[np.float32] = request.get_output_tensor(0).data
    return output


def recipe_of(model: ModelFolder, max_pieces: int) -> Recipe:
    """Say how an encoder is converted, and compared by inputs of several lengths."""
    config = hashlib.sha256((model.path / "config.json").read_bytes()).hexdigest()
    generator = np.random.default_rng(0)
    samples = []
    for length in (4, 12, 48, 128):
        shape = (2, min(length, max_pieces))
        ids = generator.integers(5, 1000, size=shape).astype(np.int64)
        samples.append((ids, np.ones_like(ids)))
    return Recipe(
        name=model.name,
        title="encoder",
        key=(model.weights_sha256, config),
        command=("index.encoders.conversion", str(model.path)),
        samples=tuple(samples),
        is_close=_is_close,
    )


def _is_close(fast: NDArray[np.float32], exact: NDArray[np.float32]) -> bool:
    """Compare the mean token vectors of corresponding rows."""
    a, b = fast.mean(axis=1), exact.mean(axis=1)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return bool(((a * b).sum(axis=1) / lengths).min() >= SMALLEST_COSINE)
