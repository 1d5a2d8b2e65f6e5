"""Which sentences need the one before them; most examples are of real documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.leaning import leans, leans_further


@pytest.mark.parametrize(
    "sentence",
    [
        "He said nothing.",
        "It could be worse.",
        "Their gate is open.",
        "“This is over,” the minister added.",
        "But nobody came.",
        "But it is over.",
        "Therefore the gate is shut.",
        "The latter is shut.",
        "The group met in May.",
        "The scientists also found a second one.",
        "— These are shut.",
        "“The gate is shut,” he said.",
        "The gate, she wrote, is shut.",
        "“The gate is shut,” added he.",
        # Wikinews.
        "This was a successful defense of his 2017 title won in London.",
        "It weighed about ten lbs (five kg).",
        "“This reduced ability to land on the zebra's coat may be due to stripes.”",
        "This would be nearly half of Saudi Arabia's entire production.",
        "His running mate, Kamala Harris, would become vice president.",
        "Another co-author said, “We've seen that our society is segregated.”",
        "One of these groups, the Syrian Democratic Forces, opposed the withdrawal.",
        "All of these candidates also confirmed for the final debate.",
        "In 2011 it was named as one of the top 10 attractions in the state.",
        "Two years later, she returned to London.",
        "When he arrived, the gate was shut.",
        'Dr Gazzola called it a "tipping point".',
        "Police arrested him in Norfolk.",
        "It is a professional association in London.",
        "It's a professional association in London.",
        "This act was condemned.",
        "This law is an extension of the first.",
        # Papers.
        "These cells were exclusively of the Ly-6C(high) subset.",
        "However, this analysis did not account for the selection of other mutations.",
        "Furthermore, these mice have defective responses.",
        "In contrast, mouse monocyte subsets have been characterized minimally.",
        "As a result, neutrophils adhered more robustly.",
        "For example, replication of the genome occurs in the early-schizont stage.",
        "Most of these works were located near Arkadelphia.",
        "Such cells are rare.",
        "Both were found in 2010.",
        "In this model, the same elements are utilized in other stages.",
    ],
)
def test_a_sentence_that_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "The gate is shut.",
        "There is a gate.",
        "Heather is here.",
        "Item one is here.",
        "Theyworkforyou is a site.",
        "Ratney said he knew.",
        "Er sagte nichts.",
        # What "it" stands for is in the sentence itself, or nothing.
        "It is believed that the gate was built in 1890.",
        "It is unclear why no benefit was seen.",
        "However, it is important to note that owls hunt.",
        "It was not until 1990 that the wall fell.",
        "It was Bell who invented the telephone.",
        "It seems that owls hunt.",
        "It's important to note that owls hunt.",
        "It’s clear that owls hunt.",
        "It is raining in Ulm.",
        "It rained for days.",
        "It took the fire service two hours to reach the roof.",
        "When it comes to owls, size matters.",
        # What only goes on.
        "And I want to make sure that college is more affordable.",
        "Moreover, we show that human subjects have elevated levels of ORX.",
        "In addition, the gate was painted.",
        "So far, 22 people have died.",
        "So-called experts disagreed.",
        "Then-president Barack Obama signed it.",
        # What is said in the sentence itself.
        "Those who violate the guidelines could be subject to a fine.",
        "Those infected were sent home.",
        "Both owls and mice sleep.",
        "Neither the mayor nor the council replied.",
        "That the earth moves was denied.",
        "Her Majesty opened the gate.",
        "Such a gate costs ten pounds.",
        "The group of owls met in May.",
        "The scientists behind the present study noted various hypotheses.",
        # A document that speaks of itself.
        "This study examines whether statins prevent dementia.",
        "In this paper we report two structures.",
        "This year the festival was cancelled.",
        "These days the festival is held in May.",
        "This Agreement is made between the landlord and the tenant.",
        "This lease ends in May.",
        "This policy applies to all employees.",
        "This manual describes the pump.",
        "This Act may be cited as the Owl Act.",
        "Under this contract, the buyer pays in advance.",
        "This table lists the fees.",
        "In contrast to owls, mice are small.",
        "As a result of the storm, the gate broke.",
        "For his work, Mendez was awarded the Intelligence Star.",
    ],
)
def test_a_sentence_that_stands_alone(sentence: str) -> None:
    assert not leans(sentence)


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        (
            "The accident in Salaheddin district killed eleven.",
            "The district was recaptured by the state in 2016.",
            True,
        ),
        (
            "They were near the Bontddu hall, and a bomb exploded.",
            "The bomb was placed on a motorcycle.",
            True,
        ),
        (
            "Its urea channel, HpUreI, is essential for survival.",
            "The channel is closed at neutral pH.",
            True,
        ),
        (
            "$14,000 was allocated, but the budget proved inadequate.",
            "The budget's size was later increased.",
            True,
        ),
        (
            "The accident killed eleven.",
            "The district was recaptured by the state in 2016.",
            False,
        ),
        (
            "The prevalence was 493 per million.",
            "The prevalence in those born in 1941-60 did not differ significantly.",
            False,
        ),
        (
            "The district was calm.",
            "The Salaheddin district was recaptured in 2016.",
            False,
        ),
    ],
)
def test_the_thing_that_was_just_spoken_of(
    before: str, sentence: str, expected: bool
) -> None:
    assert leans(sentence, before) == expected
    assert not leans(sentence)


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        ("She spoke about her husband.", "She asked for support.", True),
        ("And he left.", "His gate is shut.", True),
        ("Its channel is essential.", "The channel is closed.", False),
        ("These are shut.", "They are old.", False),
        ("Kosgei ran.", "She won.", False),
    ],
)
def test_two_sentences_of_which_neither_names_anybody(
    before: str, sentence: str, expected: bool
) -> None:
    assert leans_further(sentence, before) == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_judged(sentence: str, before: str) -> None:
    assert leans(sentence, before) in (True, False)
    # What leans by itself leans after whatever stands before it.
    assert not leans(sentence) or leans(sentence, before)
