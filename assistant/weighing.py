"""From what a search found to judged sentences: evidence, reading, probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answering import Judged, judge
from assistant.evidence import gather
from assistant.rescoring import read_best
from assistant.scoring import EvidenceModel, load_model

if TYPE_CHECKING:
    from assistant.reader.reader import Reader
    from assistant.wanted import Wanted
    from index.searching import SearchResult
    from index.view import View


@dataclass(frozen=True, slots=True)
class Weighing:
    """The candidate sentences of a question, judged."""

    judged: list[Judged]
    """Best first."""
    model: EvidenceModel
    """That judged them."""


def weigh(
    view: View,
    question: str,
    result: SearchResult,
    wanted: Sequence[Wanted],
    reader: Reader | None = None,
) -> Weighing:
    """Judge the sentences of the chunks that were found.

    Args:
        view: The library's state that was searched.
        question: As typed.
        result: Of the search.
        wanted: The question's words, from `wanted_words`.
        reader: Reads the best of them with the question; None for none.
    """
    candidates = gather(view, question, result, wanted)
    # While some chunks have no vectors yet, only words compare them all.
    with_vectors = all(hit.cosine is not None for hit in result.hits)
    model = load_model(with_vectors=with_vectors)
    if reader is not None:
        taken_over = [word.word for word in wanted if not word.typed]
        candidates = read_best(view, result.text, candidates, model, reader, taken_over)
        model = load_model(with_vectors=with_vectors, read=True)
    return Weighing(judge(candidates, model), model)
