"""The compiled encoder: OpenVINO on the processor, no torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder import EncoderIdentity, PassageVectors
from index.encoders.compiled import compile_cached
from index.encoders.pooling import (
    Sums,
    add_window,
    empty_sums,
    finish,
    piece_spans,
)
from index.encoders.weights import ModelFolder, PlainModel, identity_of
from index.encoders.wordpieces import Pieces, Window, WordPieces, plan_windows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage

BATCH_PIECES = 1536
"""Word pieces in one batch: enough to feed the matrix units, small enough for the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """One window of one passage."""

    passage: int
    ids: NDArray[np.int64]
    """(special and ordinary pieces,)."""
    window: Window


class OpenVinoEncoder:
    """Encodes with a compiled transformer; for one process, any number of threads."""

    def __init__(
        self,
        model: ModelFolder,
        plain: PlainModel,
        cache_dir: Path,
        notify: Callable[[str], None],
    ) -> None:
        """Load the compiled model, making it first where needed.

        Raises:
            EncoderError: The model cannot be converted.
            OSError: The cache cannot be written.
        """
        self._plain = plain
        self._identity = identity_of(model, plain.dimension, plain.max_pieces)
        self._pieces = WordPieces(model.path / "tokenizer.json")
        self._compiled = compile_cached(model, cache_dir, notify)
        self._question_request = self._compiled.create_infer_request()
        self._question_lock = threading.Lock()

    @property
    def identity(self) -> EncoderIdentity:
        """What these vectors are made with."""
        return self._identity

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count the word pieces of each text, special pieces left out."""
        return self._pieces.count(texts)

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Encode passages of any length; over-long ones in several windows."""
        prompt = self._plain.passage_prompt
        split = self._pieces.split([prompt + passage.text for passage in passages])
        sums = []
        for passage, pieces in zip(passages, split, strict=True):
            spans = [
                (a + len(prompt), b + len(prompt)) for a, b in passage.sentence_spans
            ]
            sums.append(empty_sums(piece_spans(pieces, spans), self._plain.dimension))
        jobs = sorted(self._jobs(split), key=lambda job: -len(job.ids))
        for job, tokens in self._run(jobs):
            self._add(sums[job.passage], job, tokens)
        return [finish(part) for part in sums]

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions as a (questions, dimension) array of unit rows.

        Each question is a pass of its own, without padding, so that its vector does not
        depend on its neighbours: the same question, the same bits.
        """
        vectors = np.zeros((len(questions), self._plain.dimension), dtype=np.float32)
        prompt = self._plain.question_prompt
        split = self._pieces.split([prompt + question for question in questions])
        no_spans = np.zeros((0, 2), dtype=np.int64)
        for number, pieces in enumerate(split):
            sums = empty_sums(no_spans, self._plain.dimension)
            for job in self._jobs([pieces]):
                with self._question_lock:
                    ids = job.ids[None, :]
                    self._question_request.infer([ids, np.ones_like(ids)])
                    self._add(sums, job, _output(self._question_request)[0])
            vectors[number] = finish(sums).chunk
        return vectors

    def _add(self, sums: Sums, job: _Job, tokens: NDArray[np.float32]) -> None:
        """Add the token vectors of one pass to its passage's sums."""
        prefix_count = len(self._pieces.prefix)
        add_window(sums, tokens, job.window, prefix_count, self._plain.pooling)

    def _jobs(self, split: Sequence[Pieces]) -> Iterator[_Job]:
        """Cut passages into windows with the special pieces around each."""
        room = self._plain.max_pieces - self._pieces.special_count
        prefix, suffix = self._pieces.prefix, self._pieces.suffix
        for number, pieces in enumerate(split):
            for window in plan_windows(len(pieces.ids), room):
                own = pieces.ids[window.start : window.stop]
                yield _Job(number, np.concatenate([prefix, own, suffix]), window)

    def _run(self, jobs: Sequence[_Job]) -> Iterator[tuple[_Job, NDArray[np.float32]]]:
        """Run batches on all cores; token vectors are valid until the next item."""
        count = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")) + 1
        batches = _batches(jobs)
        ring = [self._compiled.create_infer_request() for _ in range(count)]
        running: list[list[_Job]] = [[] for _ in range(count)]
        turn = 0
        while True:
            request, done = ring[turn], running[turn]
            if done:
                request.wait()
                output = _output(request)
                for row, job in enumerate(done):
                    yield job, output[row, : len(job.ids)]
            running[turn] = next(batches, [])
            if running[turn]:
                request.start_async(_inputs(running[turn]))
            elif not any(running):
                return
            turn = (turn + 1) % count


def _batches(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Cut jobs, longest first, into batches of at most `BATCH_PIECES`."""
    start = 0
    while start < len(jobs):
        rows = max(1, BATCH_PIECES // max(1, len(jobs[start].ids)))
        yield list(jobs[start : start + rows])
        start += rows


def _inputs(jobs: Sequence[_Job]) -> list[NDArray[np.int64]]:
    """Pad jobs to one width: piece numbers and the mask of real pieces."""
    width = max(len(job.ids) for job in jobs)
    ids = np.zeros((len(jobs), width), dtype=np.int64)
    mask = np.zeros((len(jobs), width), dtype=np.int64)
    for row, job in enumerate(jobs):
        ids[row, : len(job.ids)] = job.ids
        mask[row, : len(job.ids)] = 1
    return [ids, mask]


def _output(request: Any) -> NDArray[np.float32]:  # noqa: ANN401
    """The token vectors of a finished request: (rows, width, dimension)."""
    output: NDArray[np.float32] = request.get_output_tensor(0).data
    return output
