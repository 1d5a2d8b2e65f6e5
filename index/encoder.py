"""What the index asks of an encoder: two methods and a description of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.records import Passage


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What must be equal for two vectors to be comparable."""

    name: str
    weights_sha256: str
    """Of the weights file; 64 hexadecimal digits."""
    dimension: int
    max_pieces: int
    """Word pieces, special ones included, that one pass reads."""


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """The vectors of one passage, of one encoder pass (late pooling)."""

    chunk: NDArray[np.float32]
    """(dimension,), unit length: the mean over all tokens of the passage."""
    sentences: NDArray[np.float32]
    """(sentences, dimension), unit length: the mean over each sentence's tokens."""


class Encoder(Protocol):
    """Turns text into unit vectors whose inner product is the cosine."""

    @property
    def identity(self) -> EncoderIdentity:
        """What these vectors are made with."""
        ...

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text, special pieces left out."""
        ...

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Encode passages of any length; over-long ones in several windows."""
        ...

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions as a (questions, dimension) array of unit rows."""
        ...
