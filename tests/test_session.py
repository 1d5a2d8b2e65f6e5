"""One question from text to events: order, outcome, failures, and what is left open."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.followup import Reading
from assistant.records import (
    Abstention,
    Answer,
    Event,
    Failure,
    Reply,
    Retrieved,
    Understood,
    Weighed,
)
from assistant.scoring import load_model
from assistant.session import CANDIDATE_CHUNKS, AnswerSettings, Session
from index.catalog import Catalog
from index.encoder import Encoder
from index.errors import (
    EmptyQuestion,
    EncoderMissing,
    LibraryDamaged,
    LibraryEmpty,
    LibraryError,
    LibraryMissing,
    LibraryOutdated,
    QuestionTooLong,
    QuothError,
)
from index.library import Library
from index.progress import Progress
from index.updating import Updater
from tests.fakes import WordEncoder
from tests.library_support import built, write

ENCODER = WordEncoder(dimension=64)

OWLS = "# Owls\n\nThe owl sleeps by day. It hunts mice at night.\n"
HARBOUR = "Agatha Holm counts every ship of the harbour in Ystad.\n"
GATE = "# Gates\n\nIt opens at noon. Nobody shuts the wooden gate.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("session")
    folder = place / "notes"
    write(folder / "owls.md", OWLS)
    write(folder / "sea" / "harbour.txt", HARBOUR)
    write(folder / "gate.md", GATE)
    return Library(built(place / "library", folder))


def make_session(library: Library, **settings: object) -> Session:
    answers = AnswerSettings(**settings)  # type: ignore[arg-type]
    return Session(library, lambda: ENCODER, answers)


def reply_to(session: Session, question: str, within: str | None = None) -> Reply:
    *_, reply = session.ask(question, within=within)
    assert isinstance(reply, Answer | Abstention), reply
    return reply


def no_encoder() -> Encoder:
    raise AssertionError("the encoder is not needed")


def test_events_come_in_their_order_and_the_outcome_last(library: Library) -> None:
    question = "Who counts every ship of the harbour?"
    events = list(make_session(library, threshold=0.0).ask(question))
    understood, retrieved, weighed, answer = events
    assert isinstance(understood, Understood)
    assert (understood.question, understood.corrections) == (question, ())
    assert understood.terms == ("counts", "every", "ship", "harbour")
    assert isinstance(retrieved, Retrieved)
    assert (retrieved.chunk_count, retrieved.document_count) == (3, 3)
    assert isinstance(weighed, Weighed)
    assert weighed.sentence_count == 5
    assert isinstance(answer, Answer)
    assert answer.question == question
    assert answer.quotes[0].text == HARBOUR.strip()
    assert answer.quotes[0].probability == answer.confidence
    assert answer.near_misses == ()


def test_nothing_happens_before_the_first_event_is_asked_for(tmp_path: Path) -> None:
    events = Session(Library(tmp_path / "nowhere"), no_encoder).ask("Who?")
    # The missing library is met by asking for the first event, and not before.
    (failure,) = events
    assert isinstance(failure, Failure)
    assert isinstance(failure.error, LibraryMissing)


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic"])
@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_exactly_one_outcome(library: Library, mode: str, threshold: float) -> None:
    session = make_session(library, mode=mode, threshold=threshold)
    events = list(session.ask("Does the owl hunt at night?"))
    outcomes = [one for one in events if isinstance(one, Answer | Abstention | Failure)]
    assert outcomes == events[-1:]
    assert isinstance(outcomes[0], Abstention if threshold else Answer)


def test_an_abstention_shows_what_is_nearest_and_what_nothing_covers(
    library: Library,
) -> None:
    session = make_session(library, threshold=1.0, near_misses=2)
    reply = reply_to(session, "Does the zebra hunt mice at night?")
    assert reply.quotes == ()
    assert len(reply.near_misses) == 2
    assert reply.near_misses[0].text == "It hunts mice at night."
    assert reply.uncovered_terms == ("zebra",)
    assert reply.confidence == reply.near_misses[0].probability


def test_without_anything_found_nothing_is_shown(library: Library) -> None:
    reply = reply_to(make_session(library, mode="lexical"), "Zebra or Quagga?")
    assert isinstance(reply, Abstention)
    assert (reply.confidence, reply.near_misses) == (0.0, ())
    assert reply.uncovered_terms == ("Zebra", "Quagga")


def test_a_quote_that_leans_brings_the_sentence_before(library: Library) -> None:
    session = make_session(library, threshold=0.0)
    quote = reply_to(session, "What hunts mice at night?").quotes[0]
    assert quote.text == "It hunts mice at night."
    assert quote.context_before == "The owl sleeps by day."
    assert quote.context_start == OWLS.index("The owl")
    assert quote.citation.headings == ("Owls",)


def test_what_a_quote_leans_on_is_not_repeated_when_it_is_a_quote_above(
    library: Library,
) -> None:
    session = make_session(library, threshold=1.0, near_misses=3)
    shown = reply_to(session, "Where does the owl sleep by day?").near_misses
    texts = [quote.text for quote in shown]
    assert texts.index("The owl sleeps by day.") < texts.index(
        "It hunts mice at night."
    )
    assert all(quote.context_before != "The owl sleeps by day." for quote in shown)


def test_a_heading_is_no_context(library: Library) -> None:
    session = make_session(library, threshold=0.0)
    quote = reply_to(session, "What opens at noon?").quotes[0]
    assert quote.text == "It opens at noon."
    assert (quote.context_before, quote.context_start) == (None, None)
    alone = reply_to(session, "Who counts every ship?").quotes[0]
    assert alone.context_before is None


def test_the_words_of_the_question_are_lit(library: Library) -> None:
    session = make_session(library, threshold=0.0)
    quote = reply_to(session, "What is hunting a mouse, mice, at NIGHT?").quotes[0]
    lit = [quote.text[start:end] for start, end in quote.lit]
    assert lit == ["hunts", "mice", "night"]


def test_a_quote_says_what_its_probability_is_made_of(library: Library) -> None:
    for threshold in (0.0, 1.0):
        session = make_session(library, threshold=threshold)
        reply = reply_to(session, "Does the owl of Ystad hunt by night?")
        shown = reply.quotes or reply.near_misses
        assert shown
        for quote in shown:
            assert quote.grounds is not None
            log_odds = sum(adds for _, adds in quote.grounds.odds)
            probability = 1 / (1 + math.exp(-log_odds))
            assert probability == pytest.approx(quote.probability)


def test_a_quote_says_where_the_words_of_the_question_stand(library: Library) -> None:
    session = make_session(library, threshold=0.0)
    question = "Which mice does the owl of Ystad hunt at night?"
    quote = reply_to(session, question).quotes[0]
    assert quote.text == "It hunts mice at night."
    assert quote.grounds is not None
    found = {one.word: one.where for one in quote.grounds.words}
    assert found == {
        "mice": "quote",
        "owl": "around",
        "Ystad": "nowhere",
        "hunt": "quote",
        "night": "quote",
    }
    assert (quote.grounds.lexical_rank, quote.grounds.semantic_rank) == (1, 1)


def test_markers_count_the_quotes(library: Library) -> None:
    session = make_session(library, threshold=1.0, near_misses=5)
    shown = reply_to(session, "owl harbour gate").near_misses
    assert [one.citation.marker for one in shown] == [1, 2, 3, 4, 5]
    one = make_session(library, threshold=1.0, near_misses=1)
    assert len(reply_to(one, "owl harbour gate").near_misses) == 1


def test_within_keeps_to_the_documents_that_match(library: Library) -> None:
    session = make_session(library, threshold=1.0, near_misses=10)
    everywhere = reply_to(session, "owl harbour gate")
    assert {one.citation.document.name for one in everywhere.near_misses} == {
        *("notes/owls.md", "notes/sea/harbour.txt", "notes/gate.md")
    }
    here = reply_to(session, "owl harbour gate", within="*.txt")
    assert {one.citation.document.name for one in here.near_misses} == {
        "notes/sea/harbour.txt"
    }
    assert here.uncovered_terms == ("owl", "gate")


def test_the_same_question_has_the_same_answer(library: Library) -> None:
    question = "Does Agatha count the owl?"
    first = reply_to(make_session(library), question)
    again = make_session(library)
    assert reply_to(again, question) == first
    assert reply_to(again, "gate") != first
    assert reply_to(again, question) == first
    other = Session(Library(library.path), lambda: ENCODER)
    assert reply_to(other, question) == first
    assert first.library.fingerprint == library.status().fingerprint
    assert (first.library.documents, first.library.chunks) == (3, 3)


def test_no_more_chunks_are_weighed_than_are_useful(tmp_path: Path) -> None:
    for number in range(CANDIDATE_CHUNKS + 5):
        write(tmp_path / "many" / f"{number}.txt", f"Owl {number} hunts.\n")
    library = Library(built(tmp_path / "library", tmp_path / "many"))
    _, retrieved, *_ = make_session(library).ask("owl")
    assert isinstance(retrieved, Retrieved)
    assert retrieved.chunk_count == CANDIDATE_CHUNKS


def test_a_corrected_word_is_told(library: Library) -> None:
    session = Session(library, no_encoder, AnswerSettings(mode="lexical"))
    understood, *_, reply = session.ask("Who is in the harbuor?")
    assert isinstance(understood, Understood)
    assert isinstance(reply, Answer | Abstention)
    (correction,) = understood.corrections
    assert (correction.typed, correction.read_as) == ("harbuor", "harbour")
    assert reply.corrections == understood.corrections
    assert reply.uncovered_terms == ()
    off = AnswerSettings(mode="lexical", correct_spelling=False)
    plain = reply_to(Session(library, no_encoder, off), "Who is in the harbuor?")
    assert (plain.corrections, plain.uncovered_terms) == ((), ("harbuor",))


def test_a_document_is_given_whole(library: Library) -> None:
    session = make_session(library, threshold=0.0)
    quote = reply_to(session, "What opens at noon?").quotes[0]
    document = session.document(quote.citation.document.document_id)
    assert document.text == GATE
    with pytest.raises(LibraryError, match="99999"):
        session.document(99999)


def stop_before_encoding(progress: Progress) -> None:
    if progress.stage == "encoding":
        raise KeyboardInterrupt


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    write(tmp_path / "notes" / "owls.md", OWLS)
    return tmp_path / "notes"


def test_words_answer_while_there_are_no_vectors(tmp_path: Path, notes: Path) -> None:
    path = tmp_path / "library"
    with pytest.raises(KeyboardInterrupt):
        Updater(path, ENCODER, progress=stop_before_encoding).add([notes])
    session = Session(Library(path), no_encoder, AnswerSettings(threshold=0.0))
    answer = reply_to(session, "What hunts mice at night?")
    assert answer.quotes[0].text == "It hunts mice at night."
    assert (answer.library.chunks, answer.library.encoded_chunks) == (1, 0)
    by_words = load_model(with_vectors=False)
    weights = {one.name: one.weight for one in answer.quotes[0].features}
    assert weights["coverage"] == by_words.weights["coverage"]


def test_half_encoded_a_library_is_weighed_by_words(
    tmp_path: Path, notes: Path
) -> None:
    """Else what has no vector yet is beaten by whatever has one."""
    write(notes / "door.md", "Who shuts the door at night? Who shuts it?\n")
    path = built(tmp_path / "library", notes)
    write(notes / "gate.md", "The wooden gate is shut by Agatha at night.\n")
    with pytest.raises(KeyboardInterrupt):
        Updater(path, ENCODER, progress=stop_before_encoding).sync()
    question = "Who shuts the wooden gate at night?"
    answer = reply_to(make_session(Library(path), threshold=0.0), question)
    assert (answer.library.chunks, answer.library.encoded_chunks) == (3, 2)
    assert answer.quotes[0].citation.document.name == "notes/gate.md"
    Updater(path, ENCODER).sync()
    whole = reply_to(make_session(Library(path), threshold=0.0), question)
    weights = {one.name: one.weight for one in whole.quotes[0].features}
    assert weights["sentence_cosine"] > 0


def failure_of(session: Session, question: str) -> QuothError:
    events = list(session.ask(question))
    failure = events[-1]
    assert isinstance(failure, Failure), failure
    assert failure.question == question
    assert not any(isinstance(one, Answer | Abstention) for one in events)
    return failure.error


def every_error(kind: type[QuothError] = QuothError) -> Iterator[type[QuothError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_error(below)


@pytest.mark.parametrize("kind", every_error())
def test_every_error_of_ours_ends_as_a_failure(
    library: Library, kind: type[QuothError]
) -> None:
    def fail() -> Encoder:
        raise kind("This one.", "Do that.")

    error = failure_of(Session(library, fail), "Who?")
    assert type(error) is kind
    assert (error.message, error.remedy) == ("This one.", "Do that.")


@pytest.mark.parametrize(
    ("question", "kind"),
    [("", EmptyQuestion), ("?!", EmptyQuestion), ("x" * 100_000, QuestionTooLong)],
)
def test_a_question_that_cannot_be_asked_is_a_failure(
    library: Library, question: str, kind: type[QuothError]
) -> None:
    assert isinstance(failure_of(make_session(library), question), kind)


def test_a_library_that_cannot_be_asked_is_a_failure(
    tmp_path: Path, notes: Path
) -> None:
    missing = failure_of(make_session(Library(tmp_path / "nowhere")), "Who?")
    assert isinstance(missing, LibraryMissing)
    path = built(tmp_path / "library", notes)
    other = Session(Library(path), lambda: WordEncoder(dimension=32))
    assert isinstance(failure_of(other, "Who?"), LibraryOutdated)
    Updater(path, ENCODER).remove([notes])
    assert isinstance(failure_of(make_session(Library(path)), "Who?"), LibraryEmpty)
    Updater(path, ENCODER).add([notes])
    next(path.glob("segments/*/lexical/hashes.npy")).write_bytes(b"")
    damaged = failure_of(make_session(Library(path)), "Who?")
    assert isinstance(damaged, LibraryDamaged)
    assert damaged.remedy


def test_a_failure_leaves_the_session_as_it_was(library: Library) -> None:
    broken = True

    def load() -> Encoder:
        if broken:
            raise EncoderMissing("Not there.", "Install it.")
        return ENCODER

    session = Session(library, load)
    failure_of(session, "owl")
    broken = False
    assert reply_to(session, "owl") == reply_to(make_session(library), "owl")


def test_a_fault_that_is_none_of_ours_is_not_hidden(library: Library) -> None:
    with pytest.raises(AssertionError, match="not needed"):
        list(Session(library, no_encoder).ask("owl"))


@pytest.fixture
def open_catalogs(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Tells how many catalogs are open."""
    opened: list[object] = []

    class Watched(Catalog):
        def __init__(self, library: Path, *, writing: bool) -> None:
            super().__init__(library, writing=writing)
            opened.append(self)

        def close(self) -> None:
            opened.remove(self)
            super().close()

    monkeypatch.setattr("index.library.Catalog", Watched)
    return lambda: len(opened)


@pytest.mark.parametrize("events", [1, 2, 3])
def test_closing_early_leaves_nothing_open(
    library: Library, open_catalogs: Callable[[], int], events: int
) -> None:
    session = make_session(library)
    asking = session.ask("owl")
    for _ in range(events):
        next(asking)
    assert open_catalogs() == 1
    asking.close()  # type: ignore[attr-defined]
    assert open_catalogs() == 0
    assert list(asking) == []
    assert reply_to(session, "owl") == reply_to(make_session(library), "owl")
    assert open_catalogs() == 0


def test_answers_and_failures_leave_nothing_open(
    library: Library, open_catalogs: Callable[[], int]
) -> None:
    reply_to(make_session(library), "owl")
    failure_of(make_session(library), "")
    with suppress(AssertionError):
        list(Session(library, no_encoder).ask("owl"))
    assert open_catalogs() == 0


def test_two_questions_may_be_open_at_once(library: Library) -> None:
    session = make_session(library)
    first, second = session.ask("owl"), session.ask("gate")
    together: list[tuple[Event, Event]] = list(zip(first, second, strict=True))
    one, other = together[-1]
    assert one == reply_to(make_session(library), "owl")
    assert other == reply_to(make_session(library), "gate")


def reading_of(session: Session, question: str, *, follow: bool = True) -> Reading:
    understood, *_ = session.ask(question, follow=follow)
    assert isinstance(understood, Understood)
    return understood.reading


def test_a_follow_up_is_answered_from_what_was_spoken_of(library: Library) -> None:
    session = make_session(library, threshold=0.0)
    reply_to(session, "Who counts every ship of the harbour in Ystad?")
    assert "Ystad" in reading_of(session, "And when?").context
    follow = reply_to(session, "And where?")
    assert follow.question == "And where?"
    assert follow.quotes[0].text == HARBOUR.strip()
    alone = reply_to(make_session(library, threshold=0.0), "And where?")
    assert follow.confidence > alone.confidence


def test_a_question_asked_by_itself_begins_a_conversation(library: Library) -> None:
    session = make_session(library)
    reply_to(session, "Who counts every ship of the harbour in Ystad?")
    assert not reading_of(session, "And when?", follow=False).depends
    list(session.ask("Does the owl sleep?", follow=False))
    assert reading_of(session, "Why?").context == ("owl", "sleep")
    session.forget()
    assert not reading_of(session, "Why?").depends


def test_only_a_reply_that_was_waited_for_is_remembered(library: Library) -> None:
    session = make_session(library)
    asking = session.ask("Does the owl sleep?")
    for _ in range(4):
        next(asking)
    asking.close()  # type: ignore[attr-defined]
    failure_of(session, "owl " * 2_000)
    assert not reading_of(session, "Why?").depends
    reply = reply_to(session, "Does the owl sleep?")
    assert not reading_of(session.aside(), "Why?").depends
    resumed = make_session(library)
    resumed.remember(reply)
    assert reading_of(resumed, "Why?") == reading_of(session, "Why?")


def test_evidence_counts_what_was_taken_over_and_reports_only_what_was_typed(
    library: Library,
) -> None:
    session = make_session(library, threshold=0.0)
    reply_to(session, "Who counts every ship of the harbour in Ystad?")
    understood, *_, reply = session.ask("And where does she nap?")
    assert isinstance(understood, Understood)
    assert isinstance(reply, Answer)
    assert understood.terms == ("nap",)
    assert "Ystad" in understood.reading.context
    assert reply.uncovered_terms == ("nap",)
    coverage = {f.name: f.value for f in reply.quotes[0].features}["coverage"]
    assert reply.quotes[0].text == HARBOUR.strip()
    assert 0 < coverage < 1
