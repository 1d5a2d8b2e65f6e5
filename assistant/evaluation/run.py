"""Evaluation of one folder of questions along the product's own path."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from assistant.evaluation.answer_report import AnswerReport, make_report
from assistant.evaluation.conversations import ask
from assistant.evaluation.datasets import load_data_set
from assistant.evaluation.documents import SetLibrary
from assistant.evaluation.faults import LOOKED_FOR, OpenSession, Tracer, find_faults
from assistant.evaluation.outcomes import (
    AnswerOutcome,
    QueryOutcome,
    RankedSentence,
    score_rankings,
)
from assistant.evaluation.records import (
    AnswerSet,
    BoundarySet,
    Query,
    Question,
    RetrievalSet,
)
from assistant.evaluation.report import RetrievalReport, worst_rankings
from assistant.records import Abstention, Answer, Failure
from assistant.session import AnswerSettings, Session
from index.errors import UsageError
from index.library import Library
from index.progress import Report, ignore
from index.searching import SearchQuery, search

if TYPE_CHECKING:
    from assistant.records import Quote
    from index.encoder import Encoder
    from index.ranking import SearchSettings
    from index.records import SearchMode
    from index.view import View

Asked: TypeAlias = Callable[[int, int], None]
MODES: tuple[SearchMode, ...] = ("hybrid", "lexical", "semantic")
RANKED_CHUNKS = LOOKED_FOR
"""Chunks asked for, so that a hundred documents are among them."""


def run_eval(
    folder: Path,
    encoder: Encoder,
    settings: AnswerSettings | None = None,
    *,
    open_session: OpenSession | None = None,
    progress: Report = ignore,
    asked: Asked = lambda done, total: None,
) -> RetrievalReport | AnswerReport:
    """Make a library of a data set's documents, ask its questions, and score.

    The library is a real one in a temporary folder and is removed at the end.

    Args:
        folder: Of a retrieval or an answer set; see benchmarks/README.md.
        encoder: For documents and questions.
        settings: Of the answers; `AnswerSettings()` by default.
        open_session: Opens what is asked; by default a session with that encoder.
        progress: Told of the reading and encoding.
        asked: Told how many questions of how many have been asked.

    Raises:
        UsageError: The folder holds no such set, or a malformed line.
        LibraryError, EncoderError: As for any library.
    """
    data = load_data_set(folder)
    if isinstance(data, BoundarySet):
        raise UsageError(
            f"{folder} holds sentence boundaries and no questions.",
            "Add questions.jsonl, or give another folder.",
        )
    with tempfile.TemporaryDirectory(prefix="quoth-eval-") as work:
        library = SetLibrary(Path(work), data.documents)
        library.build(encoder, progress)
        if isinstance(data, RetrievalSet):
            return _evaluate_retrieval(data, library, encoder, asked)
        return _evaluate_answers(
            data,
            library,
            encoder,
            settings or AnswerSettings(),
            open_session or (lambda opened, how: Session(opened, lambda: encoder, how)),
            asked,
        )


def rank_documents(
    library: SetLibrary,
    view: View,
    queries: Iterable[Query],
    form: SearchQuery,
    encoder: Encoder | None,
    settings: SearchSettings | None = None,
) -> list[QueryOutcome]:
    """Search for each query; a document stands where its best chunk stands.

    Args:
        library: Of the data set.
        view: Of that library.
        queries: Of the data set.
        form: Says how to search; its text and count are replaced.
        encoder: Of the library.
        settings: Of the search; `SearchSettings()` by default.
    """
    names: dict[int, str] = {}
    outcomes = []
    for query in queries:
        begin = time.perf_counter()
        asked = replace(form, text=query.text, count=RANKED_CHUNKS)
        found = search(view, asked, encoder, settings)
        elapsed = (time.perf_counter() - begin) * 1000
        for hit in found.hits:
            if hit.document_id not in names:
                path = view.document(hit.document_id).path
                names[hit.document_id] = library.source_id(path)
        ranking = dict.fromkeys(names[hit.document_id] for hit in found.hits)
        outcomes.append(QueryOutcome(query, tuple(ranking), elapsed))
    return outcomes


def ask_questions(
    library: SetLibrary,
    session: Session,
    questions: Sequence[Question],
    asked: Asked = lambda done, total: None,
) -> list[AnswerOutcome]:
    """Ask each question, as the next of its conversation where it has one.

    Args:
        library: That the session asks.
        session: With the settings to be measured.
        questions: Of the library's data set.
        asked: Told how far it is.

    Raises:
        QuothError: A question could not be asked at all.
    """
    outcomes = []
    for done, question in enumerate(questions):
        asked(done, len(questions))
        begin = time.perf_counter()
        reply = ask(session, question)
        elapsed = (time.perf_counter() - begin) * 1000
        if isinstance(reply, Failure):
            raise reply.error
        if isinstance(reply, Answer | Abstention):
            shown = reply.quotes or reply.near_misses
            outcomes.append(
                AnswerOutcome(
                    question,
                    tuple(_ranked(library, quote) for quote in shown),
                    reply.confidence,
                    isinstance(reply, Answer),
                    elapsed,
                )
            )
    asked(len(questions), len(questions))
    return outcomes


def _ranked(library: SetLibrary, quote: Quote) -> RankedSentence:
    cited = quote.citation
    return RankedSentence(
        library.source_id(cited.document.path), cited.start, cited.end, quote.text
    )


def _evaluate_retrieval(
    data: RetrievalSet, library: SetLibrary, encoder: Encoder, asked: Asked
) -> RetrievalReport:
    total = len(MODES) * len(data.queries)
    with Library(library.library).open_view() as view:
        by_mode = {}
        for number, mode in enumerate(MODES):
            asked(number * len(data.queries), total)
            form = SearchQuery("", mode)
            by_mode[mode] = rank_documents(library, view, data.queries, form, encoder)
        asked(total, total)
        return RetrievalReport(
            name=data.name,
            form="retrieval",
            document_count=view.document_count,
            chunk_count=view.chunk_count,
            question_count=len(data.queries),
            encoder=encoder.identity.name,
            scores={
                mode: score_rankings(outcomes, data.gains)
                for mode, outcomes in by_mode.items()
            },
            worst=worst_rankings(by_mode["hybrid"], data.gains),
        )


def _evaluate_answers(
    data: AnswerSet,
    library: SetLibrary,
    encoder: Encoder,
    settings: AnswerSettings,
    open_session: OpenSession,
    asked: Asked,
) -> AnswerReport:
    opened = Library(library.library)
    session = open_session(opened, settings)
    outcomes = ask_questions(library, session, data.questions, asked)
    tracer = Tracer(library, opened, encoder, settings, open_session)
    sources = {source.id: source for source in data.documents}
    with opened.open_view() as view:
        return make_report(
            data.name,
            view,
            encoder.identity.name,
            settings,
            outcomes,
            find_faults(outcomes, sources, tracer.trace),
        )
