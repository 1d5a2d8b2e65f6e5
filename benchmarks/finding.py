"""A question's candidate sentences, as Quoth finds them before it weighs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evidence import Candidate, gather
from assistant.session import CANDIDATE_CHUNKS
from assistant.wanted import wanted_words
from index.searching import SearchQuery, SearchResult, search

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import Question
    from index.encoder import Encoder
    from index.records import SearchMode
    from index.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The chunks that were found for a question, and their sentences."""

    view: View
    result: SearchResult
    candidates: list[Candidate]

    def source_id(self, library: SetLibrary, candidate: Candidate) -> str:
        """Return the set's name of the document that a candidate is of."""
        return library.source_id(self.view.document(candidate.document_id).path)

    def answers(
        self, library: SetLibrary, question: Question, candidate: Candidate
    ) -> bool:
        """Whether a candidate answers, by the marks of the set."""
        source = self.source_id(library, candidate)
        return question.is_answered_by(source, candidate.start, candidate.end)


def find(view: View, text: str, encoder: Encoder, mode: SearchMode = "hybrid") -> Found:
    """Search for a self-contained question and gather the candidates."""
    query = SearchQuery(text, mode=mode, count=CANDIDATE_CHUNKS)
    result = search(view, query, None if mode == "lexical" else encoder)
    wanted = wanted_words(view, text, result)
    return Found(view, result, gather(view, text, result, wanted))
