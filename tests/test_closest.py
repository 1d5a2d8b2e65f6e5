"""The third outcome, end to end: the closest passages, without the claim to answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import load_configuration
from assistant.records import Abstention, Answer
from assistant.session import AnswerSettings, Session
from assistant.settings import CLOSEST_THRESHOLD, THRESHOLD
from index.library import Library
from index.updating import Updater
from tests.fakes import WordEncoder
from tests.test_cli import run_quoth

QUESTION = "Who hunts mice at night?"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    text = "The owl sleeps by day. It hunts mice at night. Parrots talk.\n"
    (folder / "owls.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path, documents: Path) -> Library:
    Updater(tmp_path / "library", WordEncoder()).add([documents])
    return Library(tmp_path / "library")


def ask(library: Library, **settings: float) -> Answer | Abstention:
    answers = AnswerSettings(**settings)  # type: ignore[arg-type]
    *_, reply = Session(library, WordEncoder, answers).ask(QUESTION)
    assert isinstance(reply, Answer | Abstention), reply
    return reply


def test_what_is_closest_stands_below_answers_by_default() -> None:
    assert 0 < CLOSEST_THRESHOLD < THRESHOLD < 1


def test_between_the_thresholds_a_session_gives_what_is_closest(
    library: Library,
) -> None:
    reply = ask(library, threshold=1.0, closest_threshold=0.0)
    assert isinstance(reply, Abstention)
    assert reply.closest
    assert reply.quotes == ()
    assert reply.near_misses[0].text == "It hunts mice at night."
    assert reply.confidence == reply.near_misses[0].probability
    sure = reply.confidence
    below = ask(library, threshold=1.0, closest_threshold=sure + 1e-6)
    assert isinstance(below, Abstention)
    assert not below.closest
    assert [one.text for one in below.near_misses] == [
        one.text for one in reply.near_misses
    ]
    assert isinstance(ask(library, threshold=sure, closest_threshold=0.0), Answer)


def test_without_a_passage_shown_none_is_closest(library: Library) -> None:
    reply = ask(library, threshold=1.0, closest_threshold=0.0, near_misses=0)
    assert isinstance(reply, Abstention)
    assert not reply.closest


@pytest.fixture
def perhaps(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_quoth("add", documents).exit_code == 0
    monkeypatch.setenv("QUOTH_ANSWER__THRESHOLD", "1")
    monkeypatch.setenv("QUOTH_ANSWER__CLOSEST_THRESHOLD", "0")


@pytest.mark.usefixtures("perhaps")
def test_the_command_line_shows_it_and_exits_as_without_an_answer() -> None:
    result = run_quoth("ask", QUESTION)
    assert result.exit_code == 1
    assert result.stdout.startswith("Perhaps: the closest passages. None clearly")
    assert "It hunts mice at night." in result.stdout
    found = run_quoth("ask", "--json", QUESTION)
    assert found.exit_code == 1
    reply = json.loads(found.stdout)
    assert (reply["answered"], reply["closest"], reply["quotes"]) == (False, True, [])
    assert reply["near_misses"]


@pytest.mark.usefixtures("perhaps")
def test_the_question_loop_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [
        run_quoth(typed=f"{QUESTION}\n"),
        run_quoth("ask", "-", typed=f"{QUESTION}\n"),
    ]
    for result in shown:
        assert result.exit_code == 1
        assert "Perhaps: the closest passages." in result.stdout
    monkeypatch.setenv("QUOTH_ANSWER__CLOSEST_THRESHOLD", "1")
    assert "Not in this document." in run_quoth("ask", QUESTION).stdout


def test_the_settings_file_says_from_when(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[answer]\nclosest_threshold = 0.2\n", encoding="utf-8")
    found = load_configuration(path, {})
    assert found.settings.answer.closest_threshold == 0.2
    (described,) = [
        one for one in found.describe() if one.key == "answer.closest_threshold"
    ]
    assert (described.value, described.origin) == (0.2, "file")
    assert described.allowed == "a number from 0 to 1"
