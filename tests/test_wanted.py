"""Which words of a question carry weight, and how much of them a text covers."""

from __future__ import annotations

import math

import pytest

from assistant.wanted import Asked, Wanted, wanted_words
from index.library import Library
from index.searching import SearchQuery, search
from tests.library_support import built, write


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("wanted")
    for number in range(4):
        write(place / "notes" / f"{number}.txt", f"The harbour of Ystad, {number}.\n")
    write(place / "notes" / "owl.txt", "An owl sleeps. It hunts in the night.\n")
    return Library(built(place / "library", place / "notes"))


def wanted_of(
    library: Library, question: str, *, correct_spelling: bool = False
) -> tuple[Wanted, ...]:
    with library.open_view() as view:
        query = SearchQuery(question, "lexical", correct_spelling=correct_spelling)
        return wanted_words(view, question, search(view, query))


def lucene_idf(size: int, frequency: int) -> float:
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def test_stop_words_carry_no_weight(library: Library) -> None:
    words = wanted_of(library, "Where is the harbour of the owl?")
    assert [word.word for word in words] == ["harbour", "owl"]


def test_a_question_of_stop_words_alone_wants_them_all(library: Library) -> None:
    assert [word.word for word in wanted_of(library, "Where is it?")] == [
        *("Where", "is", "it")
    ]


def test_a_word_in_several_forms_is_wanted_once(library: Library) -> None:
    words = wanted_of(library, "Owls, owl and OWL: harbour")
    assert [word.word for word in words] == ["Owls", "harbour"]


def test_a_word_weighs_as_in_a_library_of_a_thousand_chunks(library: Library) -> None:
    weights = {word.word: word.weight for word in wanted_of(library, "harbour owl yak")}
    assert weights == pytest.approx(
        {
            "harbour": lucene_idf(1000, 4),
            "owl": lucene_idf(1000, 1),
            "yak": lucene_idf(1000, 0),
        }
    )


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Is Ystad near 47 owls?", ["Ystad", "47"]),
        ("Owls hunt when?", []),
        ("  Owls hunt when?", []),
        ("“Owls” hunt when?", []),
        ("does the B52 hunt", ["B52"]),
        ("ystad harbour", []),
    ],
)
def test_names_and_numbers_are_told(
    library: Library, question: str, names: list[str]
) -> None:
    found = wanted_of(library, question)
    assert [word.word for word in found if word.is_name] == names


def test_a_corrected_word_is_shown_and_counts_as_it_is_read(
    library: Library,
) -> None:
    (word,) = wanted_of(library, "the harbuor", correct_spelling=True)
    (right,) = wanted_of(library, "the harbour")
    assert word == right


HARBOUR = Wanted("harbours", frozenset({"harbour", "harbours"}), 3.0, False)
YSTAD = Wanted("Ystad", frozenset({"ystad"}), 6.0, True)
SEVEN = Wanted("7", frozenset({"7"}), 1.0, True)


def test_coverage_is_the_share_of_the_weight() -> None:
    asked = Asked("Are 7 harbours in Ystad?", (HARBOUR, YSTAD, SEVEN))
    assert asked.coverage(frozenset()) == 0.0
    assert asked.coverage(frozenset({"harbour", "owl"})) == pytest.approx(0.3)
    assert asked.coverage(frozenset({"harbours", "harbour"})) == pytest.approx(0.3)
    assert asked.coverage(frozenset({"ystad", "7"})) == pytest.approx(0.7)
    assert asked.coverage(frozenset({"harbour", "ystad", "7"})) == 1.0


def test_names_count_alike_and_none_lacks_none() -> None:
    asked = Asked("Are 7 harbours in Ystad?", (HARBOUR, YSTAD, SEVEN))
    assert asked.names_coverage(frozenset({"harbour"})) == 0.0
    assert asked.names_coverage(frozenset({"ystad"})) == 0.5
    assert asked.names_coverage(frozenset({"ystad", "7"})) == 1.0
    assert Asked("harbours", (HARBOUR,)).names_coverage(frozenset()) == 1.0


def test_a_question_without_weight_is_not_covered() -> None:
    assert Asked("", ()).coverage(frozenset({"owl"})) == 0.0
