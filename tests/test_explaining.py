"""Evidence in plain words: what the command line and the chat's panel both say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import FEATURES
from assistant.records import Feature, Grounds, PassageFound, Quote, WordFound
from assistant.render.explaining import (
    LEAD,
    START,
    found_in_words,
    percent,
    pieces,
    ranks_in_words,
    share_in_words,
    standing,
    words_where,
)
from tests.history_support import make_quote, write_notes

ODDS = (("start", -2.0), ("coverage", 0.5), ("answer_kind", 1.5), ("lead", -1.0))


@pytest.fixture
def quote(tmp_path_factory: pytest.TempPathFactory) -> Quote:
    document = write_notes(tmp_path_factory.mktemp("notes"))
    return make_quote(document, "Cats sleep sixteen hours a day.")


def grounds(**changes: object) -> Grounds:
    fields: dict[str, object] = {
        "odds": ODDS,
        "words": (),
        "lexical_rank": 1,
        "semantic_rank": None,
    }
    return Grounds(**{**fields, **changes})  # type: ignore[arg-type]


def with_grounds(quote: Quote, of: Grounds | None) -> Quote:
    features = (Feature("coverage", 0.25, 2.0), Feature("answer_kind", 1.0, 1.5))
    return Quote(quote.text, quote.citation, None, None, 0.25, features, (), of)


def test_what_a_quote_begins_with_comes_first_then_the_weightiest(quote: Quote) -> None:
    found = pieces(with_grounds(quote, grounds()))
    assert [p.name for p in found] == ["start", "answer_kind", "lead", "coverage"]
    assert [p.value for p in found] == [None, 1.0, None, 0.25]


def test_a_doubling_is_one(quote: Quote) -> None:
    odds = (("start", -math.log(8)), ("coverage", math.log(2)))
    found = pieces(with_grounds(quote, grounds(odds=odds)))
    assert [p.doublings for p in found] == [pytest.approx(-3), pytest.approx(1)]


def test_every_feature_has_a_name_and_a_sentence_of_its_own(quote: Quote) -> None:
    odds = tuple((name, 1.0) for name in (START, *FEATURES, LEAD))
    found = pieces(with_grounds(quote, grounds(odds=odds)))
    assert len({p.title for p in found}) == len({p.meaning for p in found}) == len(odds)
    assert all(p.title != p.name and p.meaning.endswith(".") for p in found)


def test_a_feature_of_another_version_keeps_its_name(quote: Quote) -> None:
    (piece,) = pieces(with_grounds(quote, grounds(odds=(("mood", 1.0),))))
    assert (piece.title, piece.meaning) == ("mood", "")


def test_without_grounds_there_is_nothing_to_tell(quote: Quote) -> None:
    assert pieces(with_grounds(quote, None)) == ()


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "fewer than 1 in 20"),
        (0.18, "about 1 in 5"),
        (0.5, "about 1 in 2"),
        (0.74, "about 3 in 4"),
        (0.97, "more than 19 in 20"),
    ],
)
def test_a_probability_as_a_share(probability: float, said: str) -> None:
    assert share_in_words(probability) == said


@given(st.floats(0, 1))
def test_a_share_is_near_and_never_certain(probability: float) -> None:
    of, out_of = share_in_words(probability).split()[-3::2]
    assert 0 < int(of) < int(out_of)
    assert abs(int(of) / int(out_of) - probability) < 0.1
    assert percent(probability) not in ("0 %", "100 %")


def test_why_a_sentence_was_shown_as_it_was() -> None:
    assert standing(0.8, 0.3, "best") == "Quoth claims no answer below 30 %."
    for role in ("closest", "near"):
        said = standing(0.2, 0.3, role)
        assert said == "Too little: Quoth claims no answer below 30 %."
    # With a threshold that was higher when this was asked.
    assert standing(0.4, 0.3, "near") == "Quoth claims no answer below 30 %."
    assert "not far behind" in standing(0.1, 0.3, "further")


@pytest.mark.parametrize(
    ("rank", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th")],
)
def test_ranks_are_counted_as_people_do(rank: int, said: str) -> None:
    found = ranks_in_words(grounds(lexical_rank=rank))
    assert found == f"{said} by its words, not found by its meaning"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (1, "left it 1st"),
        (5, "raised it from 5th to 1st"),
    ],
)
def test_it_is_said_which_vector_found_a_passage_and_what_feedback_did(
    before: int, said: str
) -> None:
    passage = PassageFound(1, before, 12.345, 0.61, 0.7, 0.65)
    found = list(found_in_words(grounds(passage=passage)))
    assert found == [
        "1st by its words, not found by its meaning.",
        "BM25 of its words 12.35; cosine of the passage 0.61, of its best sentence"
        " 0.70.",
        f"Feedback from the best passages {said}.",
    ]


def test_without_vectors_nothing_is_said_of_them() -> None:
    passage = PassageFound(4, None, 1.0, None, None, None)
    found = list(found_in_words(grounds(passage=passage)))
    assert found[1:] == ["BM25 of its words 1.00; meaning was not looked at."]
    lowered = PassageFound(4, 2, 0.0, 0.1, 0.2, 0.1)
    assert (
        "lowered it from 2nd to 4th"
        in list(found_in_words(grounds(passage=lowered)))[2]
    )
    assert len(list(found_in_words(grounds()))) == 1


def test_words_are_sorted_by_where_they_stand() -> None:
    words = (
        WordFound("cats", "quote", True),
        WordFound("fish", "nowhere", False),
        WordFound("dogs", "nowhere", True),
    )
    found = grounds(words=words)
    assert words_where(found, "quote") == words[:1]
    assert words_where(found, "around") == ()
    assert words_where(found, "nowhere") == words[1:]
