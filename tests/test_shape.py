"""Whether a question asks for one thing or for several, and for which."""

from __future__ import annotations

import pytest

from assistant.shape import question_shape


@pytest.mark.parametrize(
    ("question", "form", "needs"),
    [
        ("who found the titanic and when", "parts", [("titan", "found"), ()]),
        ("Which is larger, Mars or Venus?", "comparison", [("mar",), ("venus",)]),
        ("cats vs dogs", "comparison", [("cat",), ("dog",)]),
        ("When THQ closed its studios, who received the rights?", "one", []),
        ("Which countries have no army?", "one", []),
        ("Why has Tesco been losing money?", "one", []),
        ("who won the war and the peace", "one", []),
        ("", "one", []),
    ],
)
def test_the_things_that_a_question_asks_for(
    question: str, form: str, needs: list[tuple[str, ...]]
) -> None:
    shape = question_shape(question)
    assert shape.form == form
    assert [need.words for need in shape.needs] == [frozenset(one) for one in needs]


def test_each_part_has_its_own_kind_of_answer() -> None:
    shape = question_shape("Who found the wreck and when?")
    assert [need.kind for need in shape.needs] == ["person", "time"]
