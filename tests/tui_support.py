"""A library in memory for the chat's tests: small, real, and steered from outside.

Sentences are weighed by the words they share with the question: enough for answers,
abstentions and citations that hold, without an index or an encoder.
"""

from __future__ import annotations

import hashlib
import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from assistant.finding import FoundHit, FoundWord, SearchOutcome, SearchRequest
from assistant.followup import Conversation
from assistant.look import Look
from assistant.records import (
    Abstention,
    Answer,
    Citation,
    Cited,
    DocumentRef,
    Event,
    Failure,
    LibraryRef,
    Quote,
    Reply,
    Retrieved,
    Understood,
    Weighed,
)
from assistant.source_state import UNCHANGED, SourceState
from assistant.tui.app import ChatApp
from assistant.tui.ask.cards import TurnView
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.asker import (
    Asker,
    Earlier,
    Keeper,
    Notify,
    Overview,
    Services,
)
from assistant.tui.source.text import SourceText
from index.errors import QuothError, SourceChanged
from index.positions import LineMap, page_of
from index.records import Block, Document, Hit

SEED_NAME = "syria-ceasefire.txt"
SEED_TEXT = (Path(__file__).parents[1] / "seeds" / SEED_NAME).read_text("utf-8")
EXAMPLE = "How many people have been killed in the conflict?"

_SENTENCE = re.compile(r"[^\s][^\n]*?(?:[.!?]\"?(?=\s|$)|(?=\n|$))")
_WORD = re.compile(r"\w+")
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are been by did do does for from has have how in is it many of on or "
        "that the to was were what when where which who whom whose why with",
    )
)


def make_document(name: str, text: str) -> Document:
    """Make a document; lines that begin with `#` are headings, form feeds end pages."""
    blocks = tuple(
        Block(m.start(), m.end(), "heading" if m[0].startswith("#") else "paragraph")
        for m in re.finditer(r"[^\n]+", text)
    )
    pages = tuple(m.end() for m in re.finditer("\f", text))
    title = Path(name).stem.replace("-", " ").capitalize()
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        f"/library/{name}",
        name,
        title,
        text,
        "text/plain",
        digest,
        blocks,
        (0, *pages) if pages else (),
    )


class MemoryAsker:
    """Answers with the sentences that hold more than half of the question's words.

    Attributes:
        gate: Waited for before every event; set from the start.
        failure: What the next question fails with.
        closest_from: Least share of words with which what is near is perhaps an answer.
        states: Of files, by name; those not named are unchanged.
        asked: The questions that were begun, in order.
        searched: The searches that were begun, in order.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.documents = [make_document(name, text) for name, text in texts.items()]
        self.gate = threading.Event()
        self.gate.set()
        self.failure: QuothError | None = None
        self.closest_from = 1.0
        self.states: dict[str, SourceState] = {}
        self.asked: list[str] = []
        self.searched: list[SearchRequest] = []
        self.threads: set[int] = set()
        self.finished = threading.Event()
        self._conversation = Conversation()

    def overview(self) -> Overview:
        names = tuple(document.name for document in self.documents[:3])
        return Overview(self._library(), names, EXAMPLE)

    def document(self, cited: DocumentRef) -> Document:
        self.threads.add(threading.get_ident())
        for document in self.documents:
            if (document.path, document.sha256) == (cited.path, cited.sha256):
                return document
        raise SourceChanged(f"{cited.name} is gone.", "Ask again.")

    def source_state(self, cited: Cited) -> SourceState:
        self.threads.add(threading.get_ident())
        return self.states.get(cited.citation.document.name, UNCHANGED)

    def ask(self, question: str, *, follow: bool = True) -> Iterator[Event]:
        self.asked.append(question)
        self.threads.add(threading.get_ident())
        self.finished.clear()
        try:
            for event in self._events(question, follow):
                self.gate.wait(10)
                yield event
        finally:
            self.finished.set()

    def document_names(self) -> Sequence[str]:
        return [document.name for document in self.documents]

    def search(self, request: SearchRequest) -> SearchOutcome:
        """Find the lines that hold words of the query, those with the most first."""
        self.searched.append(request)
        self.threads.add(threading.get_ident())
        self.gate.wait(10)
        if self.failure is not None:
            raise self.failure
        words = _words(request.text)
        found = sorted(
            self._lines_with(words, request.within or "*"),
            key=lambda hit: -hit.hit.bm25_score,
        )
        count = len(self.documents)
        return SearchOutcome(
            request,
            request.within,
            tuple(
                replace(hit, rank=rank, citation=replace(hit.citation, marker=rank))
                for rank, hit in enumerate(found[: request.count], start=1)
            ),
            corrections=(),
            documents=count,
            chunks=count,
            encoded_chunks=count,
            elapsed_ms=12.0,
        )

    def _lines_with(self, words: set[str], within: str) -> Iterator[FoundHit]:
        for number, document in enumerate(self.documents):
            if not fnmatchcase(document.name, within):
                continue
            for block in document.blocks:
                text = document.text[block.start : block.end]
                held = words & _words(text)
                if held:
                    quote = self._quote(number, 1, block.start, block.end, 0.0, words)
                    hit = Hit(
                        *(block.start, number, block.start, block.end, 0, 1),
                        score=float(len(held)),
                        bm25_score=float(len(held)),
                        cosine=0.5,
                        sentence_cosine=0.5,
                        lexical_rank=1,
                        semantic_rank=None,
                    )
                    shares = tuple(
                        FoundWord(word, float(word in held), in_text=word in held)
                        for word in sorted(words)
                    )
                    yield FoundHit(1, text, quote.citation, hit, shares, quote.lit)

    def resume(self, replies: Sequence[Reply]) -> None:
        self._conversation.clear()
        for reply in replies:
            self._conversation.commit(reply)

    def _events(self, question: str, follow: bool) -> Iterator[Event]:
        words = _words(question)
        reading = self._conversation.read(question, follow=follow)
        yield Understood(question, tuple(sorted(words)), (), reading)
        if self.failure is not None:
            yield Failure(question, self.failure)
            return
        found = sorted(
            self._weigh(words), key=lambda quote: (-quote[0], quote[1], quote[2])
        )
        yield Retrieved(len(self.documents), len(self.documents), 1.0)
        yield Weighed(len(found), 2.0)
        quotes = [
            self._quote(number, marker, start, end, score, words)
            for marker, (score, number, start, end) in enumerate(found[:3], start=1)
        ]
        reply = replace(self._reply(question, words, quotes), reading=reading)
        yield reply
        if not follow:
            self._conversation.clear()
        self._conversation.commit(reply)

    def _reply(
        self, question: str, words: set[str], quotes: list[Quote]
    ) -> Answer | Abstention:
        good = tuple(quote for quote in quotes if quote.probability > 0.5)
        shown = " ".join(quote.text for quote in good or quotes)
        sure = quotes[0].probability if quotes else 0.0
        silent = partial(Abstention, closest=sure >= self.closest_from)
        kind = Answer if good else silent
        return kind(
            question=question,
            confidence=sure,
            quotes=good,
            near_misses=() if good else tuple(quotes),
            uncovered_terms=tuple(sorted(words - _words(shown))),
            corrections=(),
            library=self._library(),
            timings_ms={"total": 84.0},
        )

    def _library(self) -> LibraryRef:
        count = len(self.documents)
        return LibraryRef("seeds", "0" * 64, count, count, count)

    def _weigh(self, words: set[str]) -> Iterator[tuple[float, int, int, int]]:
        for number, document in enumerate(self.documents):
            for match in _SENTENCE.finditer(document.text):
                shared = len(words & _words(match[0]))
                if shared:
                    yield shared / len(words), number, match.start(), match.end()

    def _quote(
        self,
        number: int,
        marker: int,
        start: int,
        end: int,
        score: float,
        words: set[str],
    ) -> Quote:
        document = self.documents[number]
        text = document.text[start:end]
        line, column = LineMap(document.text).line_column(start)
        citation = Citation(
            marker,
            DocumentRef(
                number,
                document.path,
                document.name,
                document.title,
                document.sha256,
                document.media_type,
            ),
            start,
            end,
            line,
            column,
            page_of(document.page_starts, start),
            _headings(document, start),
            document.text[max(0, start - 32) : start],
            document.text[end : end + 32],
        )
        lit = tuple(m.span() for m in _WORD.finditer(text) if m[0].casefold() in words)
        before = None
        if text.startswith(("It ", "He ", "She ", "They ")):
            before = _sentence_before(document.text, start)
        return Quote(
            text,
            citation,
            document.text[before[0] : before[1]] if before else None,
            before[0] if before else None,
            min(0.97, score),
            (),
            lit,
        )


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - _STOP_WORDS


def _sentence_before(text: str, start: int) -> tuple[int, int] | None:
    spans = [match.span() for match in _SENTENCE.finditer(text)]
    position = bisect_right([span[0] for span in spans], start) - 1
    return spans[position - 1] if position > 0 else None


def _headings(document: Document, start: int) -> tuple[str, ...]:
    above = [
        document.text[block.start : block.end].lstrip("# ")
        for block in document.blocks
        if block.kind == "heading" and block.end <= start
    ]
    return tuple(above[-1:])


class KeeperOf:
    """Keeps replies with a function."""

    def __init__(self, keep: Callable[[Reply], object]) -> None:
        self._keep = keep
        self.conversations: list[int | None] = []

    def keep(self, reply: Reply) -> None:
        self._keep(reply)

    def go_on_with(self, conversation: int | None) -> None:
        self.conversations.append(conversation)


def chat_over(
    asker: Asker,
    *,
    opening: Callable[[Notify], None] | None = None,
    keeper: Keeper | None = None,
    earlier: Sequence[Answer | Abstention] = (),
    look: Look | None = None,
) -> ChatApp:
    """Make a chat over a session that is there; `opening` runs while it opens."""

    def open_session(notify: Notify) -> Asker:
        if opening is not None:
            opening(notify)
        return asker

    services = Services(open_session, keeper)
    before = Earlier(1, earlier) if earlier else None
    app = ChatApp(services, earlier=before, look=look)
    app.animation_level = "none"
    return app


def seeds() -> MemoryAsker:
    """Make a library of the document in `seeds/`."""
    return MemoryAsker({SEED_NAME: SEED_TEXT})


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Let the chat work until a condition holds; fail after some five seconds."""
    for _ in range(500):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("the chat did not get there")


def hold(app: ChatApp) -> threading.Event:
    """Keep the session busy until the event is set."""
    held = threading.Event()

    def wait(_: Asker) -> Message:
        held.wait(10)
        return Message()

    app.session.run(wait, lambda _: Message(), lambda _: None)
    return held


async def ready(pilot: Pilot[int]) -> None:
    """Wait for the library to be open."""
    state = pilot.app.query_one("#status-state", Static)
    await until(pilot, lambda: state.has_class("-ready"))


async def ask(pilot: Pilot[int], question: str) -> TurnView:
    """Type a question, and wait for what becomes of it."""
    await put(pilot, question)
    view = newest(pilot)
    await until(pilot, lambda: not view.has_class("-running"))
    return view


async def put(pilot: Pilot[int], question: str) -> None:
    """Type a question and press Enter, without waiting for a reply."""
    before = len(pilot.app.query(TurnView))
    box = pilot.app.query_one(QuestionBox)
    box.focus()
    box.insert(question)
    await pilot.press("enter")
    await until(pilot, lambda: len(pilot.app.query(TurnView)) > before)


def newest(pilot: Pilot[int]) -> TurnView:
    """Give the turn asked last."""
    return list(pilot.app.query(TurnView))[-1]


def shown(widget: Widget) -> str:
    """Give the text that a widget's region of the screen shows, line by line."""
    region = widget.region
    strips = widget.screen._compositor.render_strips()[region.y : region.bottom]
    rows = (strip.crop(region.x, region.right).text.rstrip() for strip in strips)
    return "\n".join(rows)


def lit_lines(source: SourceText) -> list[str]:
    """Give what the source shows as cited: the text of each visible row of it."""
    style = source.get_component_rich_style("source-text--cited")
    rows = []
    for y in range(source.size.height):
        lit = [
            s.text
            for s in source.render_line(y)
            if s.style
            and style.bgcolor
            and s.style.bgcolor == style.bgcolor
            and s.style.bold
        ]
        if lit:
            rows.append("".join(lit))
    return rows
