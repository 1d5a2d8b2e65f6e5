"""An encoder that is a pure function of the text, so rankings can be worked out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoder import EncoderIdentity, PassageVectors
from index.records import Passage

_WORD = re.compile(r"\w+")


class WordEncoder:
    """Hashes each word to one of `dimension` axes; the vector is the unit sum.

    The cosine of two texts is the cosine of their word counts (collisions apart), one
    word piece is one word, and there is no limit that a test would not choose.
    """

    def __init__(self, dimension: int = 256, max_pieces: int = 256) -> None:
        self.identity = EncoderIdentity(
            "words", hashlib.sha256(b"words").hexdigest(), dimension, max_pieces
        )

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        return [
            PassageVectors(
                self._vector(passage.text),
                np.array(
                    [self._vector(passage.text[a:b]) for a, b in passage.sentence_spans]
                ).reshape(-1, self.identity.dimension),
            )
            for passage in passages
        ]

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self._vector(text) for text in questions], dtype=np.float32)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.identity.dimension, dtype=np.float32)
        for word in _WORD.findall(text.casefold()):
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            vector[int.from_bytes(digest) % self.identity.dimension] += 1
        length = float(np.linalg.norm(vector))
        if length == 0:
            vector[0] = 1.0
            return vector
        return vector / np.float32(length)
