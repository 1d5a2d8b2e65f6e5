"""Text whose lines count: program source, settings, logs."""

from __future__ import annotations

from pathlib import Path

from index.reading.decoding import decode
from index.reading.lines import block_of, runs, split_lines
from index.reading.readtext import ReadText


def read_source(data: bytes, path: Path) -> ReadText:
    """Read source-like text: each run of lines is a block of code.

    Raises:
        ReadingError: If the bytes are not text; see `decode`.
    """
    text = decode(data, path)
    blocks = tuple(block_of(run, "code") for run in runs(split_lines(text)))
    return ReadText(text, blocks)
