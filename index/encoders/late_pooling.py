"""What every encoder with late pooling shares; a runtime adds how a pass is run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.encoders.pooling import (
    PoolingMode,
    Sums,
    add_chunk,
    add_window,
    empty_sums,
    means,
    piece_spans,
    vectors_of,
)
from index.encoders.windows import Job, make_jobs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoder import EncoderIdentity, PassageVectors
    from index.encoders.weights import Prompts
    from index.encoders.wordpieces import Pieces, WordPieces
    from index.records import Passage


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What came out of the transformer for one window."""

    job: Job
    tokens: NDArray[np.float32]
    """(special and ordinary pieces, width); valid until the next pass is asked for."""
    pooled: NDArray[np.float32] | None = None
    """(width,): the model's own pooling, where it is neither mean nor first piece."""


class LatePoolingEncoder(ABC):
    """Encodes each passage once and takes all its vectors from that pass."""

    def __init__(
        self,
        identity: EncoderIdentity,
        pieces: WordPieces,
        prompts: Prompts,
        pooling: PoolingMode,
        width: int,
    ) -> None:
        """Keep what describes the model.

        Args:
            identity: What these vectors are made with.
            pieces: The model's tokenizer.
            prompts: What the model wants in front of questions and passages.
            pooling: How its chunk vectors are made.
            width: Dimension of the token vectors.
        """
        self._identity = identity
        self._pieces = pieces
        self._prompts = prompts
        self._pooling = pooling
        self._width = width

    @abstractmethod
    def _run(self, jobs: Sequence[Job]) -> Iterator[Pass]:
        """Run all jobs, longest first, as fast as possible; results in any order."""

    @abstractmethod
    def _run_alone(self, job: Job) -> Pass:
        """Run one job in a pass of its own, without padding."""

    def _complete(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Apply what the model does after its pooling, scaling to unit length apart."""
        return rows

    @property
    def identity(self) -> EncoderIdentity:
        """What these vectors are made with."""
        return self._identity

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text, special pieces left out."""
        return self._pieces.count(texts)

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Encode passages of any length; over-long ones in several windows."""
        prompt = self._prompts.passage
        split = self._pieces.split([prompt + passage.text for passage in passages])
        sums = []
        for passage, pieces in zip(passages, split, strict=True):
            spans = [
                (start + len(prompt), end + len(prompt))
                for start, end in passage.sentence_spans
            ]
            sums.append(empty_sums(piece_spans(pieces, spans), self._width))
        for done in self._run(self._jobs(split)):
            self._add(sums[done.job.text_number], done)
        return [vectors_of(self._complete(means(part))) for part in sums]

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions as a (questions, dimension) array of unit rows.

        Each question is run alone, so that its vector does not depend on its
        neighbours: the same question, the same bits.
        """
        vectors = np.zeros((len(questions), self._identity.dimension), np.float32)
        prompt = self._prompts.question
        split = self._pieces.split([prompt + question for question in questions])
        no_spans = np.zeros((0, 2), dtype=np.int64)
        for number, pieces in enumerate(split):
            sums = empty_sums(no_spans, self._width)
            for job in self._jobs([pieces]):
                self._add(sums, self._run_alone(job))
            vectors[number] = vectors_of(self._complete(means(sums))).chunk
        return vectors

    def _jobs(self, split: Sequence[Pieces]) -> list[Job]:
        """Cut texts into windows that one pass can read."""
        return make_jobs(split, self._pieces, self._identity.max_pieces)

    def _add(self, sums: Sums, done: Pass) -> None:
        """Add one pass to the sums of its passage."""
        window = done.job.window
        prefix_count = len(self._pieces.prefix)
        add_window(sums, done.tokens, window, prefix_count, self._pooling)
        if done.pooled is not None:
            weight = max(1, window.own_stop - window.own_start)
            add_chunk(sums, done.pooled * np.float32(weight), weight)
