"""Reading the best candidates: which, with what around them, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.evidence import FEATURES
from assistant.reader.pairs import Passage
from assistant.records import Abstention, Answer
from assistant.rescoring import READ_CANDIDATES, reader_values
from assistant.session import AnswerSettings, Session
from assistant.wanted import wanted_words
from assistant.weighing import weigh
from index.library import Library
from index.searching import SearchQuery, search
from tests.fakes import WordEncoder
from tests.library_support import built, write

ENCODER = WordEncoder(dimension=64)
READER = FEATURES.index("reader")

NOTES = "# Harbour\n\n" + " ".join(
    f"Ship number {number} left the harbour in the morning." for number in range(40)
)


class PickyReader:
    """Wants one word; remembers what it was given."""

    name = "picky"

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.asked: list[tuple[str, Sequence[Passage]]] = []

    def score(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
        self.asked.append((question, passages))
        found = [self.wanted in passage.sentence.split() for passage in passages]
        return np.where(found, 6.0, -6.0).astype(np.float32)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("rescoring")
    write(place / "notes.md", NOTES)
    return Library(built(place / "library", place / "notes.md"))


def test_only_the_best_are_read_with_what_stands_around_them(library: Library) -> None:
    reader = PickyReader("17")
    with library.open_view() as view:
        found = search(view, SearchQuery("harbour ship number 17"), ENCODER)
        result = replace(found, text="as it was read")
        wanted = wanted_words(view, "harbour ship number 17", result, ("Ystad",))
        weighing = weigh(view, "harbour ship number 17", result, wanted, reader)
    ((question, passages),) = reader.asked
    assert question == "as it was read Ystad", "with what it takes over"
    assert len(passages) == READ_CANDIDATES
    read = [one for one in weighing.judged if one.candidate.values[READER] > 0]
    assert len(read) == READ_CANDIDATES
    middle = next(passage for passage in passages if "17" in passage.sentence.split())
    assert middle.title.startswith("Harbour")
    assert middle.before == "Ship number 16 left the harbour in the morning."
    assert middle.after == "Ship number 18 left the harbour in the morning."
    assert middle.sentence == "Ship number 17 left the harbour in the morning."


def test_the_reader_decides_among_sentences_that_look_alike(library: Library) -> None:
    def first_quote(reader: PickyReader | None) -> str:
        settings = AnswerSettings(threshold=0.0)
        session = Session(library, lambda: ENCODER, settings, reader=lambda: reader)
        *_, reply = session.ask("Which ship left the harbour?")
        assert isinstance(reply, Answer)
        return reply.quotes[0].text

    looking = PickyReader("nothing")
    first = first_quote(looking)
    ((_, passages),) = looking.asked
    last = passages[-1].sentence
    assert last not in (first, first_quote(None))
    assert first_quote(PickyReader(last.split()[2])) == last


def test_what_spells_an_abbreviation_out_answers_without_being_read(
    tmp_path: Path,
) -> None:
    text = "Ships have a Late Gale Horn (LGH). The LGH was heard. An LGH is loud."
    write(tmp_path / "notes.md", text)
    session = Session(
        Library(built(tmp_path / "library", tmp_path / "notes.md")),
        lambda: ENCODER,
        reader=lambda: PickyReader("nothing"),
    )
    *_, reply = session.ask("What does LGH stand for?")
    assert isinstance(reply, Answer)
    assert [quote.text for quote in reply.quotes] == [
        "Ships have a Late Gale Horn (LGH)."
    ]
    assert reply.uncovered_terms == ()
    *_, other = session.ask("Is the LGH loud?")
    assert isinstance(other, Abstention)


def test_logits_become_a_share_of_their_bounds() -> None:
    logits = np.array([-20.0, -8.0, 0.0, 4.0, 8.0, 20.0], dtype=np.float32)
    assert reader_values(logits).tolist() == [0.0, 0.0, 0.5, 0.75, 1.0, 1.0]


def test_each_session_asks_for_its_reader_anew(library: Library) -> None:
    readers = [PickyReader("1"), None]
    session = Session(library, lambda: ENCODER, reader=lambda: readers.pop())
    for _ in range(2):
        list(session.ask("Which ship left the harbour?"))
    assert readers == []


def test_a_reader_is_off_or_loaded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assistant.reader
    from assistant.locations import find_locations
    from assistant.settings import ReaderSettings, Settings
    from assistant.workspace import Workspace

    loaded: list[str] = []

    def load(name: str, *_: object, **__: object) -> PickyReader:
        loaded.append(name)
        return PickyReader("x")

    monkeypatch.setattr(assistant.reader, "load_reader", load)
    settings = replace(Settings(), reader=ReaderSettings("off"))
    off = Workspace(find_locations(), settings, notify=lambda _: None)
    assert off.reader() is None
    on = Workspace(find_locations(), Settings(), notify=lambda _: None)
    assert on.reader() is on.reader() is not None
    assert loaded == ["default"]
