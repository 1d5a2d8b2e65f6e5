"""Follow-up questions: which lean on the conversation, and what they take over."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.followup import MAX_TURNS, Conversation, read_followup
from assistant.salience import PastTurn, Taken, salient

ENVOY = PastTurn(
    "Who is the US envoy for Syria?",
    ("Michael Ratney, the U.S. envoy for Syria, said that rebels must leave.",),
)
CHOIR = PastTurn("when was the choir founded", ("It was founded in 1921.",))


@pytest.mark.parametrize(
    "question",
    [
        "When did he resign?",
        "Why did they leave?",
        "How old is his office?",
        "What about Jordan?",
        "And in Iraq?",
        "Who else took part in the talks?",
        "Are there any other conditions?",
        "Is this a new demand?",
        "How was that received abroad?",
        "What did the envoy say about the truce?",
        "How many?",
        "Why?",
    ],
)
def test_a_question_that_points_elsewhere_leans(question: str) -> None:
    reading = read_followup(question, [ENVOY])
    assert reading.question == question
    assert reading.depends
    assert {"Syria", "Michael Ratney"} <= set(reading.context)


@pytest.mark.parametrize(
    "question",
    [
        "Who is the president of France?",
        "What is primatology?",
        "When did Obama meet his brother?",
        "Who told his pilots to open fire?",
        "How long does it take to cross the Atlantic Ocean?",
        "Is it true that lions sleep for twenty hours?",
        'Who wrote the song "Let it be" for the band?',
        "Is the moon larger than any other moon of the planets?",
        "What town hall did Ulm build after it burnt down in 1370?",
        "Which committee says that rebels broke the truce?",
    ],
)
def test_a_question_that_says_what_it_means_is_left_alone(question: str) -> None:
    reading = read_followup(question, [CHOIR])
    assert not reading.depends
    assert reading.added == ()


KIEL = PastTurn(
    "Who is the mayor of Kiel?",
    ("Ulf Kämpfer has been the mayor of Kiel since 2014.",),
)


@pytest.mark.parametrize(
    "question",
    [
        "When is the rent due this year?",
        "What is the weather like in Bonn these days?",
        "What happens to those who do not pay rent?",
        "What happens to those that do not pay rent?",
        "What should employees do if they are sick?",
        "How much paid leave do employees get in their first year?",
        "Are tenants told before they are fined?",
        "Can a tenant sublet his flat?",
        "Does the fox hunt before its cubs wake?",
        "If tenants pay late, are they fined?",
        "Any restrictions on keeping pets in the flat?",
        "So which day is rubbish collected in Bonn?",
        "No smoking in Bonn?",
        "What is the same-day delivery cutoff?",
        "What keeps atoms from passing through each other?",
    ],
)
def test_a_question_of_something_else_takes_nothing_over(question: str) -> None:
    assert read_followup(question, [KIEL]).added == ()


@pytest.mark.parametrize(
    "question",
    [
        "And when did it start?",
        "Why did they leave?",
        "What about Bonn?",
        "Who led it?",
        "Any sisters?",
        "Any other trouble in Bonn?",
        "So was the vote repeated?",
        "So, do you have a number for Bonn?",
        # It points back, where "this year" may be the one we are in.
        "Who else stood for election that year?",
        "What did those achieve?",
        # Nothing in the question is what the pronoun stands for.
        "How well did the critics receive it?",
        "What songs are on their album?",
        "What are the names of their albums?",
        "What do they do if they are sick?",
        "Can employees ask him before he leaves?",
        "Did the players sing after its end?",
        "Did the band do a tour for their reunion?",
    ],
)
def test_a_question_that_goes_on_takes_over_what_was_spoken_of(question: str) -> None:
    assert "Kiel" in read_followup(question, [KIEL]).context


@pytest.mark.parametrize(
    "request_made",
    ["Explain the harbour project in", "Tell me about", "Please summarise news of"],
)
def test_the_words_that_only_ask_are_not_taken_over(request_made: str) -> None:
    quote = "Ulf Kämpfer opened the harbour of Kiel."
    added = salient("When did it start?", [PastTurn(f"{request_made} Kiel.", (quote,))])
    texts = [taken.text for taken in added]
    assert texts[:2] == ["Kiel", "Ulf Kämpfer"]
    assert not {"explain", "tell", "summarise"} & {text.casefold() for text in texts}


def test_without_a_conversation_nothing_can_be_taken_over() -> None:
    assert not read_followup("When did he resign?", ()).depends
    silent = PastTurn("And then?", ())
    assert not read_followup("When did he resign?", [silent]).depends


def test_names_come_before_words_and_say_where_they_stood() -> None:
    assert read_followup("When did he resign?", [ENVOY]).added == (
        Taken("US", "question"),
        Taken("Syria", "question"),
        Taken("Michael Ratney", "quote"),
        Taken("envoy", "question"),
    )


def test_what_the_question_says_itself_is_not_taken_over() -> None:
    added = read_followup("When did the envoy leave Syria, and was it safe?", [ENVOY])
    assert not {"Syria", "envoy"} & set(added.context)


def test_a_short_name_counts_for_the_long_one() -> None:
    turns = [
        PastTurn("Who is Agatha Miller?", ("Agatha Miller keeps the owls.",)),
        PastTurn("Where does Miller's brother live?", ("Miller lives in Ulm.",)),
    ]
    assert [taken.text for taken in salient("Why?", turns)] == [
        "Agatha Miller",
        "Ulm",
        "brother",
        "live",
    ]


def test_names_of_several_words_are_taken_whole() -> None:
    quote = "The University of Kiel and the Bank of Ulm lent it to Anna-Lena Graf."
    added = salient("Why?", [PastTurn("and?", (quote,))])
    assert {taken.text for taken in added} == {
        "University of Kiel",
        "Bank of Ulm",
        "Anna-Lena Graf",
    }


def test_what_was_said_lately_comes_before_what_was_said_long_ago() -> None:
    turns = [PastTurn(f"Who lives in {name}?", ()) for name in ("Ulm", "Bonn", "Kiel")]
    names = [taken.text for taken in salient("Why?", turns)]
    assert names[:3] == ["Kiel", "Bonn", "Ulm"]


def test_a_subject_is_forgotten_after_many_turns() -> None:
    silent = [PastTurn("and then?", ())] * MAX_TURNS
    assert read_followup("When did he resign?", [ENVOY, *silent[1:]]).depends
    assert not read_followup("When did he resign?", [ENVOY, *silent]).depends


def test_a_conversation_that_is_cleared_is_empty() -> None:
    conversation = Conversation()
    assert not conversation.read("When did he resign?").depends
    conversation.clear()
    assert not conversation.read("When did he resign?").depends


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80), st.lists(st.text(max_size=120), max_size=4))
def test_any_text_can_be_read(question: str, texts: list[str]) -> None:
    turns = [PastTurn(text, (text,)) for text in texts]
    reading = read_followup(question, turns)
    assert reading == read_followup(question, turns)
    assert reading.depends == bool(reading.added)
    for taken in reading.added:
        assert any(taken.text in text for text in texts)
