"""Windows over long texts, and batches of windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoders.wordpieces import Pieces, WordPieces

OVERLAP_PIECES = 64
"""Pieces that two neighbouring windows share, so that none lacks its context."""

BATCH_PIECES = 768
"""Word pieces in one batch: enough for the matrix units, small enough for the cache."""


@dataclass(frozen=True, slots=True)
class Window:
    """The pieces that one pass reads, and those of them that count in it."""

    start: int
    stop: int
    own_start: int
    own_stop: int
    """Each piece of a text is owned by exactly one window."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One window of one text, ready to be run."""

    text_number: int
    """Which of the texts this is a window of."""
    ids: NDArray[np.int64]
    """(special and ordinary pieces,)."""
    window: Window


def plan_windows(piece_count: int, room: int) -> list[Window]:
    """Cover `piece_count` pieces by windows of at most `room` pieces.

    Neighbours overlap by `OVERLAP_PIECES` (less where `room` is small); the first half
    of an overlap is owned by the earlier window, the second by the later one.

    Args:
        piece_count: Pieces of the text, 0 or more.
        room: Pieces one pass can read besides the special ones, at least 1.

    Returns:
        At least one window; the last may be shorter.
    """
    if piece_count <= room:
        return [Window(0, piece_count, 0, piece_count)]
    overlap = min(OVERLAP_PIECES, room // 4)
    step = room - overlap
    window_count = -(-(piece_count - overlap) // step)
    windows = []
    for number in range(window_count):
        start = number * step
        stop = min(start + room, piece_count)
        own_start = start + overlap // 2 if number else 0
        last = number == window_count - 1
        own_stop = piece_count if last else start + step + overlap // 2
        windows.append(Window(start, stop, own_start, own_stop))
    return windows


def make_jobs(
    texts: Sequence[Pieces], tokenizer: WordPieces, max_pieces: int
) -> list[Job]:
    """Cut texts into windows with the special pieces around each, longest first.

    Batches of like lengths need little padding.
    """
    room = max(1, max_pieces - tokenizer.special_count)
    jobs = []
    for number, pieces in enumerate(texts):
        for window in plan_windows(len(pieces.ids), room):
            own = pieces.ids[window.start : window.stop]
            ids = np.concatenate([tokenizer.prefix, own, tokenizer.suffix])
            jobs.append(Job(number, ids, window))
    return sorted(jobs, key=lambda job: -len(job.ids))


def make_batches(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Cut jobs, longest first, into batches of at most `BATCH_PIECES` pieces."""
    start = 0
    while start < len(jobs):
        rows = max(1, BATCH_PIECES // max(1, len(jobs[start].ids)))
        yield list(jobs[start : start + rows])
        start += rows


def pad(
    jobs: Sequence[Job], padding: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bring jobs to one width: (rows, width) piece numbers and mask of real pieces."""
    width = max(len(job.ids) for job in jobs)
    ids = np.full((len(jobs), width), padding, dtype=np.int64)
    mask = np.zeros((len(jobs), width), dtype=np.int64)
    for row, job in enumerate(jobs):
        ids[row, : len(job.ids)] = job.ids
        mask[row, : len(job.ids)] = 1
    return ids, mask
