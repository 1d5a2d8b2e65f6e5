"""Texts to word pieces with character offsets, and windows over long texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EncoderDamaged

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

OVERLAP_PIECES = 64
"""Pieces that two neighbouring windows share, so that none lacks its context."""

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The word pieces of one text, special ones left out."""

    ids: NDArray[np.int64]
    """(pieces,)."""
    starts: NDArray[np.int64]
    """(pieces,): first character of each piece in the text."""
    ends: NDArray[np.int64]
    """(pieces,): the character after each piece."""


@dataclass(frozen=True, slots=True)
class Window:
    """The pieces that one pass reads, and those of them that count in it."""

    start: int
    stop: int
    own_start: int
    own_stop: int
    """Each piece of a text is owned by exactly one window."""


def clean_text(text: str) -> str:
    """Replace lone surrogates, one for one, so that offsets stay.

    They come from undecodable bytes; the tokenizer takes UTF-8 only.
    """
    return _SURROGATES.sub("\ufffd", text)


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


class WordPieces:
    """A tokenizer file, read without torch."""

    def __init__(self, tokenizer_file: Path) -> None:
        """Read a `tokenizer.json`.

        Raises:
            EncoderDamaged: The file is not a tokenizer.
        """
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        except Exception as error:  # the library raises nothing narrower
            raise EncoderDamaged(
                f"The tokenizer {tokenizer_file} cannot be read: {error}.",
                "Install the encoder again.",
            ) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        sample = self._tokenizer.encode("a")
        special = np.array(sample.special_tokens_mask, dtype=bool)
        ids = np.array(sample.ids, dtype=np.int64)
        ordinary = np.flatnonzero(~special)
        first, last = (int(ordinary[0]), int(ordinary[-1])) if len(ordinary) else (1, 0)
        self.prefix = ids[:first]
        """Special pieces in front of every text, as `[CLS]`."""
        self.suffix = ids[last + 1 :]
        """Special pieces after every text, as `[SEP]`."""

    @property
    def special_count(self) -> int:
        """Special pieces that are added to every window."""
        return len(self.prefix) + len(self.suffix)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text, special pieces left out."""
        cleaned = [clean_text(text) for text in texts]
        encodings = self._tokenizer.encode_batch_fast(cleaned, add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def split(self, texts: Sequence[str]) -> list[Pieces]:
        """Split each text into word pieces with character offsets."""
        cleaned = [clean_text(text) for text in texts]
        encodings = self._tokenizer.encode_batch(cleaned, add_special_tokens=False)
        result = []
        for encoding in encodings:
            offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
            ids = np.array(encoding.ids, dtype=np.int64)
            result.append(Pieces(ids, offsets[:, 0], offsets[:, 1]))
        return result
