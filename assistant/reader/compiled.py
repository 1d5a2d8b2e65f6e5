"""The reader that comes with Quoth, compiled: OpenVINO on the processor, no torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assistant.reader.conversion import sample_rows
from assistant.reader.pairs import Row, pad
from assistant.reader.reader import PairReader
from index.encoders.compiled import Recipe, compile_cached
from index.encoders.hashing import file_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from assistant.reader.weights import ReaderFiles
    from index.encoders.weights import ModelFolder
    from index.encoders.wordpieces import WordPieces

LARGEST_DIFFERENCE: Final = 0.25
"""Of logits in a fast precision to those in float32: a probability of one half would
become .56."""

_BATCHES: Final = 4
"""Rows are read in batches of like length, which fill two cores evenly."""

_WIDTHS: Final = 16
"""Batches are padded to a multiple of so many pieces: OpenVINO makes code for each new
shape, which takes longer than the pieces do. A session's first ten questions take 27 ms
in the reader, not 45, in 8 bits, and 37, not 44, in bfloat16."""


class CompiledReader(PairReader):
    """Reads with a compiled transformer; safe to use from several threads."""

    def __init__(
        self,
        files: ReaderFiles,
        encoder: ModelFolder,
        pieces: WordPieces,
        cache_dir: Path,
        notify: Callable[[str], None],
    ) -> None:
        """Load the compiled reader, making it first where needed.

        Raises:
            EncoderError: It cannot be converted.
            OSError: The cache cannot be written.
        """
        super().__init__("default", pieces)
        recipe = recipe_of(files, encoder, cache_dir)
        compiled = compile_cached(recipe, cache_dir, notify)
        self._runner = RowRunner(compiled)

    def run(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """Return the logit of each row, (rows,)."""
        return self._runner.run(rows)


class RowRunner:
    """Runs rows through a compiled reader; safe to use from several threads."""

    def __init__(self, compiled: Any) -> None:  # noqa: ANN401 -- openvino.CompiledModel
        """Take the compiled reader."""
        self._requests = [compiled.create_infer_request() for _ in range(_BATCHES)]
        self._lock = threading.Lock()

    def run(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """Return the logit of each row, (rows,); batches run side by side."""
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
        size = -(-len(order) // _BATCHES)
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        scores = np.empty(len(rows), np.float32)
        with self._lock:
            running = list(zip(self._requests, reversed(batches), strict=False))
            for request, places in running:
                batch = pad([rows[place] for place in places], _WIDTHS)
                request.start_async(list(batch))
            for request, places in running:
                request.wait()
                scores[places] = request.get_output_tensor(0).data
        return scores


def recipe_of(files: ReaderFiles, encoder: ModelFolder, cache_dir: Path) -> Recipe:
    """Say how the reader is converted, and compared by rows of two lengths."""
    return Recipe(
        name="of Quoth's reader",
        title="reader",
        key=(
            "reader",
            file_sha256(files.weights, cache_dir),
            file_sha256(files.ranges, cache_dir),
            encoder.weights_sha256,
        ),
        command=(
            "assistant.reader.conversion",
            str(files.weights),
            str(files.ranges),
            str(encoder.path),
        ),
        samples=(sample_rows(4, 24), sample_rows(4, 96)),
        is_close=_is_close,
    )


def _is_close(fast: NDArray[np.float32], exact: NDArray[np.float32]) -> bool:
    return bool(np.abs(fast - exact).max() <= LARGEST_DIFFERENCE)
