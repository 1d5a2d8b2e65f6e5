"""The whole path over the seeds: real files, real encoder, real questions."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.reader.reader import Reader
from assistant.records import Abstention, Answer, Reply
from assistant.render.plain import render_reply
from assistant.session import Session
from index.encoder import Encoder
from index.library import Library
from index.updating import Updater

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class SeedQuestion:
    text: str
    gold: tuple[str, ...]

    def is_answered_by(self, quote: str) -> bool:
        return any(part in quote for part in self.gold)


def seed_questions() -> list[SeedQuestion]:
    path = ROOT / "tests" / "questions" / "seeds.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return [SeedQuestion(row["text"], tuple(row.get("gold", ()))) for row in rows]


@pytest.fixture(scope="module", params=["read", "unread"])
def session(
    request: pytest.FixtureRequest,
    default_encoder: Encoder,
    default_reader: Reader,
    tmp_path_factory: pytest.TempPathFactory,
) -> Session:
    path = tmp_path_factory.mktemp("seeds") / "seeds"
    Updater(path, default_encoder).add([ROOT / "seeds"])
    reader = default_reader if request.param == "read" else None
    return Session(Library(path), lambda: default_encoder, reader=lambda: reader)


@pytest.fixture(scope="module")
def ask(session: Session) -> Callable[[str], Reply]:
    def ask_one(question: str) -> Reply:
        *_, reply = session.ask(question)
        assert isinstance(reply, Answer | Abstention), reply
        return reply

    return ask_one


def test_the_envoy_is_named(ask: Callable[[str], Reply]) -> None:
    reply = ask("Who is the US envoy for Syria?")
    assert isinstance(reply, Answer)
    assert any("Michael Ratney" in quote.text for quote in reply.quotes)


def test_the_dead_are_counted(ask: Callable[[str], Reply]) -> None:
    reply = ask("How many people have been killed?")
    assert isinstance(reply, Answer)
    assert "over 400,000" in reply.quotes[0].text


def test_the_readme_shows_what_is_printed(
    default_encoder: Encoder, default_reader: Reader, tmp_path: Path
) -> None:
    Updater(tmp_path / "seeds", default_encoder).add([ROOT / "seeds"])
    library = Library(tmp_path / "seeds")
    session = Session(library, lambda: default_encoder, reader=lambda: default_reader)
    *_, reply = session.ask("How many people have been killed?")
    assert isinstance(reply, Answer)
    printed = " ".join(" ".join(one.plain for one in render_reply(reply)).split())
    quote, _, _ = printed.partition(" Confidence: ")
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    begin = f'Q="How many people have been killed?" prints {quote} Confidence: fair ('
    assert begin in readme
    shown = readme[readme.index(begin) + len(begin) :].partition(" %)")[0]
    # Processors differ in the last digits of what they compute.
    assert int(shown) / 100 == pytest.approx(reply.confidence, abs=0.015)
    assert "Confidence: fair" in printed


def test_another_subject_is_not_answered(ask: Callable[[str], Reply]) -> None:
    reply = ask("What is the capital of Peru?")
    assert isinstance(reply, Abstention)
    assert reply.uncovered_terms == ("Peru",)
    assert reply.near_misses


def test_answers_over_the_seeds(ask: Callable[[str], Reply]) -> None:
    questions = [q for q in seed_questions() if q.gold]
    right = [
        [question.is_answered_by(quote.text) for quote in ask(question.text).quotes]
        for question in questions
    ]
    wrong = [q.text for q, r in zip(questions, right, strict=True) if not any(r)]
    assert len(questions) >= 30
    assert sum(map(any, right)) >= 0.9 * len(questions), wrong
    assert sum(r[:1] == [True] for r in right) >= 0.8 * len(questions)


def test_silence_over_the_seeds(ask: Callable[[str], Reply]) -> None:
    questions = [q for q in seed_questions() if not q.gold]
    answered = [q.text for q in questions if isinstance(ask(q.text), Answer)]
    assert len(questions) >= 15
    assert len(answered) <= 0.2 * len(questions), answered


def test_every_quote_is_a_slice(session: Session, ask: Callable[[str], Reply]) -> None:
    for question in seed_questions():
        reply = ask(question.text)
        for quote in (*reply.quotes, *reply.near_misses):
            place = quote.citation
            text = session.document(place.document.document_id).text
            assert text[place.start : place.end] == quote.text
            assert text[: place.start].endswith(place.prefix)
            assert text[place.end :].startswith(place.suffix)
            line = text.splitlines()[place.line - 1]
            assert line[place.column - 1 :].startswith(quote.text.splitlines()[0])
            if quote.context_before is not None:
                start = quote.context_start
                assert start is not None
                end = start + len(quote.context_before)
                assert text[start:end] == quote.context_before
                assert end <= place.start
