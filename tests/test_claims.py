"""Claims are told from questions, and put as one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.claims import as_question, is_claim
from assistant.reader.pairs import Passage
from assistant.records import Abstention, Answer
from assistant.session import Session
from index.library import Library
from index.updating import Updater
from tests.fakes import WordEncoder


@pytest.mark.parametrize(
    "text",
    [
        "5% of perinatal mortality is due to low birth weight.",
        "The lease of the flat ends in May. ",
        "Anyone may read what the council decides.",
        "People who pay rent late are fined.",
        "Cities in which rent is capped grow slowly.",
        "Owls in barns sleep in winter.",
    ],
)
def test_a_statement_is_a_claim(text: str) -> None:
    assert is_claim(text)
    assert as_question(text).startswith("What is the evidence that ")
    assert as_question(text).endswith("?")
    assert ".?" not in as_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "When does the lease end?",
        "when does the lease end.",
        "In what year did the lease end.",
        "Is the lease of the flat over.",
        "Name a luxury division of Toyota.",
        "I am in Sacramento now.",
        "Summarise the termination clause in the lease.",
        "Could you please outline the termination clause.",
        "Let me know the notice period.",
        "By whom was the gate built.",
        # No verb: a topic, or search words that end with an abbreviation.
        "Rules about pets and smoking in the flat.",
        "Population of Kiel in 2020.",
        "Largest city of the U.S.",
        "Founders of the Acme Tool Co.",
        "lease end of the flat",
        "The West branch.",
        "The lease ends in May. Is that so?",
    ],
)
def test_all_else_is_left_as_it_is(text: str) -> None:
    assert not is_claim(text)
    assert as_question(text) == text


class Listening:
    """A reader that keeps what it is asked."""

    name = "listening"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def score(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
        self.asked.append(question)
        return np.zeros(len(passages), np.float32)


def listened(folder: Path, text: str) -> tuple[Session, Listening]:
    """Make a session over one text, and the reader that it asks."""
    (folder / "files").mkdir()
    (folder / "files" / "text.txt").write_text(text, "utf-8")
    Updater(folder / "library", WordEncoder()).add([folder / "files"])
    reader = Listening()
    opened = Library(folder / "library")
    return Session(opened, WordEncoder, reader=lambda: reader), reader


def test_the_reader_is_asked_for_the_evidence_of_a_claim(tmp_path: Path) -> None:
    session, reader = listened(tmp_path, "The lease of the flat ends in May.")
    *_, reply = session.ask("The lease of the flat ends in June.")
    assert reader.asked == [
        "What is the evidence that The lease of the flat ends in June?"
    ]
    assert isinstance(reply, Answer | Abstention)
    assert reply.question == "The lease of the flat ends in June."


def test_a_claim_of_a_conversation_is_one_without_what_it_takes_over(
    tmp_path: Path,
) -> None:
    session, reader = listened(tmp_path, "Caffeine is in tea. It raises pressure.")
    for question in ("What is caffeine?", "It raises blood pressure."):
        *_, reply = session.ask(question)
    assert isinstance(reply, Answer | Abstention)
    assert reply.reading is not None
    assert reply.reading.context == ("Caffeine",)
    asked, *taken_over = reader.asked[-1].partition("?")
    assert asked == "What is the evidence that It raises blood pressure"
    assert taken_over == ["?", " Caffeine"]
