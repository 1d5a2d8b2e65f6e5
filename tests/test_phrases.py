"""Phrases in quotation marks."""

from __future__ import annotations

import pytest

from index.phrases import as_read, quoted_phrases


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
    assert as_read(written) == 'he said: "it\'s our-own - life".'
