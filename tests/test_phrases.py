"""Phrases in quotation marks."""

from __future__ import annotations

import pytest

from index.phrases import has_phrases, quoted_phrases


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('Who said "hammer home their message"?', ("hammer home their message",)),
        ("“Hammer  Home,” and «their\nmessage.»", ("hammer home", "their message")),
        ("„Guten Morgen“ sagte wer?", ("guten morgen",)),
        ('a "word" alone', ()),
        ('an "open phrase that never ends', ()),
        ("it's the ship's own", ()),
        ('"" and " " and "?!"', ()),
    ],
)
def test_phrases_of_a_query(query: str, expected: tuple[str, ...]) -> None:
    assert quoted_phrases(query) == expected


def test_what_makes_no_difference_to_a_reader() -> None:
    written = "He said: “It’s\n  OUR\u2011own – life”."
    assert has_phrases(written, quoted_phrases('"it\'s our-own - LIFE"'))
    assert has_phrases(written, quoted_phrases("«he said» “our\u2010own”"))


@pytest.mark.parametrize(
    "query", ['"it is our-own"', '"he said" "your own"', '"our own life"']
)
def test_every_phrase_is_wanted_to_the_letter(query: str) -> None:
    phrases = quoted_phrases(query)
    assert phrases
    assert not has_phrases("He said: “It’s our-own life”.", phrases)
