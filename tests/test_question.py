"""What kind of answer a question asks for, and which sentences are of that kind."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import (
    UNDECIDED,
    AnswerKind,
    agreement,
    answer_kind,
    only_asks,
    question_words,
)

NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did the war begin?", "time"),
        ("What year was the treaty signed?", "time"),
        ("In which century did he live?", "time"),
        ("Since what day has it been open?", "time"),
        ("How long ago did it happen?", "time"),
        ("How many people have been killed?", "number"),
        ("how much does it cost", "number"),
        ("How old is the harbour?", "number"),
        ("What percentage of voters stayed at home?", "number"),
        ("What is the number of members?", "number"),
        ("Why did the talks fail?", "reason"),
        ("How come nobody knew?", "reason"),
        ("What are the causes of the famine?", "reason"),
        ("Who is the US envoy for Syria?", "person"),
        ("Whose idea was it?", "person"),
        ("To whom was it given?", "person"),
        ("Where do owls sleep?", "place"),
        ("Which country has no army?", "place"),
        ("What city is the seat of the court?", "place"),
        ("What is photosynthesis?", "definition"),
        ("What is a black hole?", "definition"),
        ("What's an owl?", "definition"),
        ("What does TCP mean?", "definition"),
        ("Define entropy", "definition"),
        # The first word that asks decides, not one that begins a clause.
        ("What happens when the pump fails?", "other"),
        ("Who was president when the war began?", "person"),
        ("Who pays when a pipe bursts?", "person"),
        ("How many people were there when it sank?", "number"),
        ("What happened to the man who stole the car?", "other"),
        ("Is the house where Goethe was born open?", "other"),
        ("Is the man to whom it was given alive?", "other"),
        ("Where were the people who fled?", "place"),
        ("When the bank closed, who bought it?", "person"),
        ("When was the bank closed, and who bought it?", "time"),
        ("In which year did it open?", "time"),
        ("Until when is it open?", "time"),
        ("According to the report, when did it open?", "time"),
        ("During the war who was king?", "person"),
        ("Tell me when it opens", "time"),
        ("Do you know who built it?", "person"),
        ("Can you find out where it is?", "place"),
        ("and when did he die?", "time"),
        ("the old bridge when did it open", "time"),
        ("The bridge was opened by whom?", "person"),
        ("The bridge opened when?", "time"),
        # A property is asked for, not what a word means.
        ("What is the deadline?", "other"),
        ("What is the price?", "other"),
        ("What is my salary?", "other"),
        ("What are their names?", "other"),
        ("What is the GDP of France?", "other"),
        ("What is a mortgage?", "definition"),
        ("What is the definition of entropy?", "definition"),
        ("Is the gate open?", "other"),
        ("How do owls hunt?", "other"),
        ("Wann begann der Krieg?", "other"),
        ("owls", "other"),
        ("", "other"),
    ],
)
def test_the_kind_of_a_question(question: str, kind: AnswerKind) -> None:
    assert answer_kind(question) == kind
    assert answer_kind(question.upper()) == kind


@pytest.mark.parametrize(
    "question",
    [
        "What is the Treaty of Rome?",
        "What is the Ætna Company?",
        "What are the Alps?",
        "What is Paget's disease?",
    ],
)
def test_a_name_is_defined(question: str) -> None:
    assert answer_kind(question) == "definition"


@pytest.mark.parametrize(
    "question", ["the who " * 3000, "in " * 9000 + "who", "." * 30_000 + "who"]
)
def test_a_very_long_question_is_read_at_once(question: str) -> None:
    started = process_time()
    answer_kind(question)
    assert process_time() - started < 2.0


@pytest.mark.parametrize(
    ("kind", "sentence", "agrees"),
    [
        ("number", "The gate has 3 locks.", True),
        ("number", "The gate has three locks.", True),
        ("number", "The club has fifteen members.", True),
        ("number", "It has thirty rooms for forty people.", True),
        ("number", "It has a hundred rooms.", True),
        ("number", "The gate has locks.", False),
        ("number", "The gate is often open.", False),
        ("time", "It began in 1914.", True),
        ("time", "It began on Monday.", True),
        ("time", "It began two years ago.", True),
        ("time", "It begins at 10:30.", True),
        ("time", "It is closed on Mondays.", True),
        ("time", "It is open from 9 am to 5 p.m.", True),
        ("time", "It is open from nine o'clock.", True),
        ("time", "It closes at noon.", True),
        ("time", "It closes at midnight.", True),
        ("time", "It fell in 476.", True),
        ("time", "In 476 the city fell.", True),
        ("time", "It fell in AD 70.", True),
        ("time", "It fell in 753 BC.", True),
        ("time", "It opened on 12 Jan.", True),
        ("time", "It opened on Sept. 5 of that time.", True),
        ("time", "It fell in 476 places.", False),
        ("time", "It was seen in 300,000 or 125% of them.", False),
        ("time", "I am here, and Jan met Mar.", False),
        ("time", "It weighs 12 tons.", False),
        ("time", "It may begin.", False),
        ("reason", "It failed because nobody came.", True),
        ("reason", "They left to avoid the rain.", True),
        ("reason", "They left at noon.", False),
        ("definition", "An owl is a bird.", True),
        ("definition", "The term refers to birds.", True),
        ("definition", "Owls hunt.", False),
        ("place", "Owls live in the Alps.", True),
        ("place", "They met near Paris last year.", True),
        ("place", "Owls live in Århus.", True),
        ("place", "Owls live in Łódź.", True),
        ("place", "Owls live in barns.", False),
        ("place", "Paris is large.", False),
        ("person", "The envoy is Michael Ratney.", True),
        ("person", "Ratney said that it was over.", True),
        ("person", "It was written by Austen.", True),
        ("person", "It was written by Émile.", True),
        ("person", "The author is Émile Zola.", True),
        ("person", "President Assad was there.", True),
        ("person", "The Envoy was there.", False),
        ("person", "Nobody was there.", False),
    ],
)
def test_agreement(kind: AnswerKind, sentence: str, agrees: bool) -> None:
    assert agreement(kind, sentence, NOBODY) == float(agrees)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who is Michael Ratney?", "Michael Ratney was there."),
        ("Who followed Michael Ratney's line?", "Michael Ratney's line was clear."),
        ("Who is “Ratney”?", "Ratney said nothing."),
        ("Who met Ratney (in May)?", "Ratney's aide told us; Ratney said nothing."),
    ],
)
def test_a_name_of_the_question_is_no_answer_to_it(
    question: str, sentence: str
) -> None:
    words = question_words(question)
    assert agreement("person", sentence, words) == 0.0
    assert agreement("person", sentence, NOBODY) == 1.0


def test_a_place_of_the_question_is_no_answer_to_it() -> None:
    words = question_words("Where in France's south is it?")
    assert agreement("place", "It lies in France.", words) == 0.0
    assert agreement("place", "It lies in France, near Arles.", words) == 1.0


def test_every_sentence_half_agrees_where_no_kind_is_asked_for() -> None:
    assert agreement("other", "Anything.", NOBODY) == UNDECIDED


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *((word, True) for word in ("happened", "Year", "named", "stand", "s")),
        *((word, False) for word in ("Peru", "ships", "standing", "happenstance", "")),
    ],
)
def test_words_that_only_ask(word: str, expected: bool) -> None:
    assert only_asks(word) is expected


def test_words_of_a_question_are_bare_and_folded() -> None:
    assert question_words("Who, in SYRIA’s “north”, said (so)? —") >= {
        *("who", "in", "syria’s", "syria", "north", "said", "so")
    }
    assert question_words(" ?! ") == frozenset()


@given(st.text(), st.text())
def test_any_text_has_a_kind_and_an_agreement(question: str, sentence: str) -> None:
    kind = answer_kind(question)
    assert agreement(kind, sentence, question_words(question)) in {0.0, UNDECIDED, 1.0}
