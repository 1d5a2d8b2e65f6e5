from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.spelling import (
    Correction,
    Vocabulary,
    correct,
    correct_terms,
    nearest_words,
)
from index.terms import count_words, question_terms

WORDS = {
    "per": 900, "widen": 3, "slovenia": 40, "austria": 50, "hypertension": 80,
    "typical": 90, "malt": 5, "syria": 31, "government": 545, "governments": 60,
    "movement": 259, "president": 612, "precedent": 9, "received": 517,
    "ceasefire": 12, "ceasefires": 2, "envoy": 7, "photosynthesis": 4, "world": 20,
    "wordy": 20, "damascus": 8, "ratney": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.merged([WORDS])


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("goverment", "government"),
        ("presedent", "president"),
        ("recieved", "received"),
        ("syrai", "syria"),
        ("cesaefire", "ceasefire"),
        ("photosinthisis", "photosynthesis"),
        ("envoi", "envoy"),
        ("yssria", None),
        ("ysria", "syria"),
        ("syria", "syria"),
    ],
)
def test_misspelt_words(
    typed: str, read_as: str | None, vocabulary: Vocabulary
) -> None:
    assert correct(typed, vocabulary) == read_as


@pytest.mark.parametrize(
    "absent",
    ["slovakia", "australia", "hypotension", "atypical", "pera", "evy", "2003", "wxyz"],
)
def test_other_words_are_left_alone(absent: str, vocabulary: Vocabulary) -> None:
    assert correct(absent, vocabulary) is None


@pytest.mark.parametrize(
    ("name", "read_as"),
    [
        ("peru", None),
        ("biden", None),
        ("malta", None),
        ("malty", None),
        ("syira", "syria"),
        ("ratnye", "ratney"),
        ("ratnay", None),
        ("damascos", "damascus"),
        ("demascos", None),
    ],
)
def test_names_are_corrected_with_more_care(
    name: str, read_as: str | None, vocabulary: Vocabulary
) -> None:
    assert correct(name, vocabulary, is_name=True) == read_as


def test_the_nearest_then_the_more_frequent_then_the_alphabet_wins() -> None:
    words = Vocabulary.merged([{"wordy": 20, "world": 20, "words": 30, "worlds": 99}])
    assert nearest_words("wordx", words) == ["words", "wordy"]
    assert nearest_words("worly", words) == ["wordy", "world"]


def test_segments_are_counted_together() -> None:
    merged = Vocabulary.merged([{"syria": 1, "envoy": 2}, {"syria": 3, "us": 1}])
    assert merged.words == ("us", "envoy", "syria")
    assert merged.counts == {"syria": 4, "envoy": 2, "us": 1}
    assert list(merged.of_length(3, 5)) == ["envoy", "syria"]


def corrected(
    question: str, words: Sequence[str], dead: Sequence[str] = ()
) -> tuple[list[tuple[str, ...]], list[Correction]]:
    """Correct a question to a library of `words`, some of them in deleted chunks."""
    held = {term.texts[0] for term in question_terms(" ".join(words), ("en",))}
    held -= {term.texts[0] for term in question_terms(" ".join(dead), ("en",))}
    terms, corrections = correct_terms(
        question,
        question_terms(question, ("en",)),
        ("en",),
        lambda: Vocabulary.merged([count_words(words)]),
        lambda texts: not held.isdisjoint(texts),
    )
    return [term.texts for term in terms if not term.stop], corrections


def test_a_question_is_read_with_its_corrections() -> None:
    terms, corrections = corrected(
        "What did Syria's goverments recieve?", ["Syria", "government", "receive"]
    )
    assert terms == [("syria",), ("govern",), ("receiv",)]
    assert corrections == [
        Correction("goverments", 17, 27, "government"),
        Correction("recieve", 28, 35, "receive"),
    ]


def test_the_vocabulary_is_not_read_without_need() -> None:
    def unread() -> Vocabulary:
        raise AssertionError("the vocabulary was read")

    terms = question_terms("Who is the envoy of 1999 wars?", ("en",))
    read, corrections = correct_terms(
        "Who is the envoy of 1999 wars?", terms, ("en",), unread, lambda texts: True
    )
    assert (read, corrections) == (terms, [])


def test_words_of_deleted_chunks_are_passed_over() -> None:
    terms, corrections = corrected("the envoi", ["envoy", "envoy", "envoe"], ["envoy"])
    assert terms == [("envo",)]
    assert [one.read_as for one in corrections] == ["envoe"]


def test_a_question_in_capitals_holds_no_names() -> None:
    assert corrected("CAPITAL OF SYRIX", ["Syria", "capital"])[1] == [
        Correction("SYRIX", 11, 16, "syria")
    ]
    assert corrected("capital of Syrix", ["Syria", "capital"])[1] == []


@given(st.sampled_from([word for word in WORDS if len(word) > 7]), st.data())
@settings(deadline=None)
def test_any_single_slip_inside_a_long_word_is_found_again(
    word: str, data: st.DataObject
) -> None:
    vocabulary = Vocabulary.merged([WORDS])
    place = data.draw(st.integers(1, len(word) - 2))
    letter = data.draw(st.sampled_from("qxz"))
    slips = (
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    slip = data.draw(st.sampled_from(slips))
    if slip not in WORDS:
        assert word in nearest_words(slip, vocabulary)
