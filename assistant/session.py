"""One question from its text to events; no printing and no screen.

Understood, Retrieved and Weighed tell how far it is; exactly one Answer, Abstention or
Failure ends it. Closing the generator early cancels the question.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from assistant.followup import Conversation, Reading
from assistant.records import (
    Event,
    Failure,
    Retrieved,
    Understood,
    Weighed,
)
from assistant.settings import CLOSEST_THRESHOLD, THRESHOLD
from index.errors import QuothError, SourceChanged
from index.fusion import SEMANTIC_WEIGHT
from index.storage import naming_failures

if TYPE_CHECKING:
    from assistant.reader.reader import Reader
    from assistant.records import Cited, DocumentRef, Reply
    from assistant.salience import PastTurn
    from assistant.source_state import SourceState
    from index.encoder import Encoder
    from index.library import Library
    from index.records import Document, SearchMode
    from index.searching import SearchResult
    from index.view import View

# Chunks whose sentences are weighed. On the tuning sets the answering sentence is among
# them for 98 to 100 % of the questions; more of them only add noise and time.
CANDIDATE_CHUNKS: Final = 20


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """What a person may set about answers."""

    mode: SearchMode = "hybrid"
    quotes: int = 3
    """The most quotes of an answer, from 1."""
    threshold: float = THRESHOLD
    """Least calibrated probability with which a sentence is given as the answer."""
    closest_threshold: float = CLOSEST_THRESHOLD
    """Least one with which, short of an answer, it is shown as perhaps one."""
    near_misses: int = 3
    """The most sentences shown when nothing answers, from 0."""
    correct_spelling: bool = True
    semantic_weight: float = SEMANTIC_WEIGHT
    """Of meaning against words in the ranking of passages, 0 to 1."""


class Session:
    """Answers questions over one library."""

    def __init__(
        self,
        library: Library,
        encoder: Callable[[], Encoder],
        settings: AnswerSettings | None = None,
        *,
        reader: Callable[[], Reader | None] = lambda: None,
    ) -> None:
        """Take a library and a way to load its encoder when it is first needed.

        Args:
            library: To ask.
            encoder: Called for the first question that needs vectors.
            settings: `AnswerSettings()` by default.
            reader: Called for every question; gives what reads its best sentences, or
                None for none.
        """
        self._library = library
        self._encoder = encoder
        self._settings = settings or AnswerSettings()
        self._reader = reader
        self._conversation = Conversation()

    def ask(
        self, question: str, *, within: str | None = None, follow: bool = True
    ) -> Iterator[Event]:
        """Answer one question.

        Args:
            question: As typed.
            within: A glob that a document's path, name or file name must match.
            follow: Read it with the conversation so far, if it leans on that. Else it
                is read by itself, and a conversation begins anew with it.

        Yields:
            The events of this question; the last is its outcome.
        """
        try:
            yield from self._ask(question, within, follow=follow)
        except QuothError as error:
            yield Failure(question, error)

    @property
    def threshold(self) -> float:
        """Least probability with which a sentence is given as the answer."""
        return self._settings.threshold

    def aside(self) -> Session:
        """Return a session over the same library with a conversation of its own."""
        return Session(
            self._library, self._encoder, self._settings, reader=self._reader
        )

    def remember(self, reply: Reply) -> None:
        """Take a reply as the last turn of the conversation.

        `ask` does so with each reply once the next event is asked for; this is for
        those of a conversation that is resumed.
        """
        self._conversation.commit(reply)

    def recall(self, turns: Sequence[PastTurn]) -> None:
        """Go on with a conversation that was held elsewhere, instead of this one."""
        self._conversation.recall(turns)

    def forget(self) -> None:
        """Begin a new conversation."""
        self._conversation.clear()

    def document(self, document_id: int) -> Document:
        """Return the whole source of a citation.

        Raises:
            LibraryError: If the document is no longer in the library.
        """
        with self._library.open_view() as view:
            return view.document(document_id)

    def source(self, cited: DocumentRef) -> Document:
        """Return the document that a citation points into, as it was then.

        Args:
            cited: Of any reply of this library, also of one before it was changed.

        Raises:
            SourceChanged: The library holds it otherwise now, or not at all.
            LibraryError: The library cannot be read.
        """
        with self._library.open_view() as view, naming_failures(view.path):
            document = view.catalog.document(cited.document_id)
            if document is not None and document.sha256 == cited.sha256:
                return document
            return view.document(_find_source(view, cited))

    def source_states(self, quotes: Sequence[Cited]) -> list[SourceState]:
        """Compare the files of quotes with what they were when they were quoted.

        Args:
            quotes: Of any replies; their library need not be this one.

        Returns:
            A state for each quote. A file that did not change is not opened.

        Raises:
            LibraryError: The library cannot be read.
        """
        from assistant.source_state import check_citation

        states = []
        with self._library.open_view() as view, naming_failures(view.path):
            for quote in quotes:
                cited = quote.citation.document
                file = view.catalog.file(cited.document_id)
                is_cited = file is not None and (
                    (file.path, file.sha256) == (cited.path, cited.sha256)
                )
                known = file.state if file is not None and is_cited else None
                states.append(check_citation(quote, known))
        return states

    def _ask(
        self, question: str, within: str | None, *, follow: bool
    ) -> Iterator[Event]:
        from assistant.answering import choose
        from assistant.replying import Found, make_reply, text_of
        from assistant.selecting import Asking
        from assistant.wanted import wanted_words
        from assistant.weighing import weigh

        settings = self._settings
        clock = _Clock()
        with self._library.open_view() as view:
            reading = self._conversation.read(question, follow=follow)
            result = self._search(view, reading, within)
            wanted = wanted_words(view, question, result, reading.context)
            terms = tuple(word.word for word in wanted if word.typed)
            yield Understood(question, terms, result.corrections, reading)
            documents = {hit.document_id for hit in result.hits}
            clock.lap("retrieval")
            yield Retrieved(len(result.hits), len(documents), clock.ms["retrieval"])
            weighing = weigh(view, question, result, wanted, self._reader())
            clock.lap("evidence")
            yield Weighed(len(weighing.judged), clock.ms["evidence"])
            choice = choose(
                weighing.judged,
                threshold=settings.threshold,
                closest_threshold=settings.closest_threshold,
                quotes=settings.quotes,
                near_misses=settings.near_misses,
                asking=Asking(question, partial(text_of, view)),
            )
            reply = make_reply(view, reading, Found(result, wanted, weighing, choice))
            clock.lap("citation")
            reply = replace(reply, timings_ms=clock.finish())
            yield reply
        if not follow:
            self.forget()
        self.remember(reply)

    def _search(self, view: View, read: Reading, within: str | None) -> SearchResult:
        from index.ranking import SearchSettings
        from index.searching import SearchQuery, search

        settings = self._settings
        query = SearchQuery(
            read.question,
            mode=settings.mode,
            count=CANDIDATE_CHUNKS,
            within=within,
            correct_spelling=settings.correct_spelling,
            context=read.context,
        )
        needs_encoder = settings.mode != "lexical" and view.encoded_count > 0
        encoder = self._encoder() if needs_encoder else None
        return search(
            view,
            query,
            encoder,
            SearchSettings(semantic_weight=settings.semantic_weight),
        )


def _find_source(view: View, cited: DocumentRef) -> int:
    """Find the number of a cited document by path and hash, else by hash alone.

    Raises:
        SourceChanged: There is none.
    """
    files = view.catalog.files()
    same = [file for file in files if file.sha256 == cited.sha256]
    if same:
        return min(same, key=lambda file: file.path != cited.path).document_id
    if any(file.path == cited.path for file in files):
        raise SourceChanged(
            f"{cited.name} has changed since it was quoted.",
            "Ask again to have it quoted as it is now.",
        )
    raise SourceChanged(
        f"The library {view.name} does not hold {cited.name}.",
        f"Add it with `quoth add {cited.path}`.",
    )


class _Clock:
    """Milliseconds of each stage of one question."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._begun = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage now."""
        now = time.perf_counter()
        self.ms[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def finish(self) -> dict[str, float]:
        """Return all stages and their `total`."""
        total = round((time.perf_counter() - self._begun) * 1000, 3)
        return {**self.ms, "total": total}
