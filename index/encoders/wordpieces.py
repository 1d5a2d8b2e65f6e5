"""Texts to word pieces with character offsets."""

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
    from tokenizers import Tokenizer

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


def clean_text(text: str) -> str:
    """Replace lone surrogates, one for one, so that offsets stay.

    They come from undecodable bytes; the tokenizer takes UTF-8 only.
    """
    return _SURROGATES.sub("\ufffd", text)


class WordPieces:
    """A tokenizer file, read without torch."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Take a tokenizer for its own; its truncation and padding are switched off."""
        self._tokenizer = tokenizer
        tokenizer.no_truncation()
        tokenizer.no_padding()
        sample = tokenizer.encode("a")
        special = np.array(sample.special_tokens_mask, dtype=bool)
        ids = np.array(sample.ids, dtype=np.int64)
        ordinary = np.flatnonzero(~special)
        first, last = (int(ordinary[0]), int(ordinary[-1])) if len(ordinary) else (1, 0)
        self.prefix = ids[:first]
        """Special pieces in front of every text, as `[CLS]`."""
        self.suffix = ids[last + 1 :]
        """Special pieces after every text, as `[SEP]`."""

    @classmethod
    def read(cls, tokenizer_file: Path) -> WordPieces:
        """Read a `tokenizer.json`.

        Raises:
            EncoderDamaged: The file is not a tokenizer.
        """
        from tokenizers import Tokenizer

        try:
            return cls(Tokenizer.from_file(str(tokenizer_file)))
        except Exception as error:  # the library raises nothing narrower
            raise EncoderDamaged(
                f"The tokenizer {tokenizer_file} cannot be read: {error}.",
                "Install the encoder again.",
            ) from error

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
