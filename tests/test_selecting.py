"""Which further quotes an answer has, and why."""

from __future__ import annotations

import pytest

from assistant.answering import Judged
from assistant.evidence import FEATURES, Candidate
from assistant.selecting import Asking, select, unlike
from assistant.shape import question_shape
from index.terms import term_texts


class Documents:
    """Sentences by document and number, with their scores."""

    def __init__(self) -> None:
        self.texts: dict[tuple[int, int], str] = {}
        self.judged: list[Judged] = []

    def add(
        self,
        score: float,
        text: str,
        document: int = 1,
        sentence: int = 0,
        kind: float = 0.5,
    ) -> None:
        """Add a sentence; the first added is to be the best."""
        terms = frozenset(term_texts(text, "en"))
        values = (kind,) * len(FEATURES)
        found = Candidate(document, sentence, 0, 1, 1, terms, terms, values)
        self.texts[document, sentence] = text
        self.judged.append(Judged(found, score, 0.5, 0.0))

    def select(self, question: str, count: int = 3) -> list[str]:
        chosen = select(self.judged, count, Asking(question, self.text))
        return [self.text(one.candidate) for one in chosen.shown]

    def text(self, candidate: Candidate) -> str:
        return self.texts[candidate.document_id, candidate.sentence]


def test_beside_the_best_less_is_asked_than_elsewhere() -> None:
    documents = Documents()
    documents.add(5.0, "owls hunt mice", sentence=4)
    documents.add(4.0, "barns are old", sentence=7)
    documents.add(4.0, "doves eat grain", sentence=8)
    documents.add(4.0, "rain is wet", document=2)
    assert documents.select("owls") == ["owls hunt mice", "barns are old"]


def test_each_part_of_a_question_is_served() -> None:
    documents = Documents()
    documents.add(5.0, "The wreck was found by Robert Ballard.")
    documents.add(4.9, "The wreck lies deep in the sea.", sentence=1)
    documents.add(3.0, "The wreck was discovered in 1985.", document=2)
    question = "Who discovered the wreck and when?"
    assert documents.select(question, 2) == [
        "The wreck was found by Robert Ballard.",
        "The wreck was discovered in 1985.",
    ]
    assert len(documents.select(question, 1)) == 1


def test_each_side_of_a_comparison_is_served() -> None:
    documents = Documents()
    documents.add(5.0, "Owls hunt at night.")
    documents.add(4.9, "Owls are quiet birds.", sentence=1)
    documents.add(3.0, "Hawks hunt by day.", document=2)
    documents.add(-5.0, "Hawks are here.", document=3)
    shown = documents.select("What is the difference between owls and hawks?", 2)
    assert shown == ["Owls hunt at night.", "Hawks hunt by day."]


@pytest.mark.parametrize(("score", "completes"), [(0.5, True), (0.3, False)])
def test_a_sentence_completes_the_best_only_if_it_is_likely_at_all(
    score: float, completes: bool
) -> None:
    documents = Documents()
    documents.add(5.0, "The envoy came by train.", sentence=4, kind=0.0)
    documents.add(4.9, "The train was late.", document=2)
    documents.add(score, "Michael Ratney smiled.", sentence=5, kind=1.0)
    shown = documents.select("Who came by train?")
    assert ("Michael Ratney smiled." in shown) is completes
    assert shown.index("The train was late.") == 1 + completes


@pytest.mark.parametrize(
    ("first", "other", "repetition"),
    [
        ("has fifteen gates.", "has thirty gates.", "has 30 gates."),
        ("had a gate in 1990.", "had a gate in 1995.", "had a gate."),
    ],
)
def test_another_number_is_no_repetition(
    first: str, other: str, repetition: str
) -> None:
    documents = Documents()
    for sentence, said in enumerate((first, other, repetition)):
        documents.add(5.0, f"The old town {said}", sentence=sentence)
    assert [one.candidate.sentence for one in unlike(documents.judged, 3)] == [0, 1]


def test_a_contradiction_is_shown_before_what_is_likelier() -> None:
    documents = Documents()
    documents.add(5.0, "The El Paso shooting killed 22 people.")
    documents.add(4.9, "The El Paso gunman was arrested.", sentence=1)
    documents.add(3.0, "The El Paso shooting killed 25 people.", document=2)
    question = "How many people were killed in the El Paso shooting?"
    chosen = select(documents.judged, 2, Asking(question, documents.text))
    assert [one.candidate.document_id for one in chosen.shown] == [1, 2]
    assert [(at, claim.value.text) for at, claim in chosen.contested] == [
        (0, "22"),
        (1, "25"),
    ]
    alone = select(documents.judged, 1, Asking(question, documents.text))
    assert len(alone.shown) == 1
    assert alone.contested == ()


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("who discovered the titanic wreck site and when", "parts"),
        ("who played rosario on will & grace and is she still alive", "parts"),
        ("Who beat Wynnum in round four, and by what score?", "parts"),
        ("difference between russian blue and british blue cat", "comparison"),
        ("Which is larger, Mars or Venus?", "comparison"),
        ("cats vs dogs", "comparison"),
        ("What are the names of the nine villages?", "one"),
        ("When THQ closed its studios, who received the rights?", "one"),
        ("Who is the president?", "one"),
        ("who won the war and the peace", "one"),
        ("", "one"),
    ],
)
def test_the_shape_of_a_question(question: str, form: str) -> None:
    assert question_shape(question).form == form
