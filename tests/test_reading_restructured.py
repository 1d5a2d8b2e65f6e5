from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from index.reading.restructured import read_restructured

NAME = Path("a.rst")


def blocks(source: str) -> list[str]:
    """Each block as the first letter of its kind and its text."""
    found = read_restructured(dedent(source).strip("\n").encode(), NAME)
    return [f"{b.kind[0]} {found.text[b.start : b.end]}" for b in found.blocks]


def test_what_a_directive_documents_is_prose() -> None:
    source = """
        API
        ===

        .. py:function:: connect(host)
                         connect(host, port)
           :noindex:

           The default timeout is 30 seconds.

           :param str host: Where it
              runs.
           :returns: A socket.

           .. versionadded:: 3.2
              The port.

        .. rst:role:: ref

           A role.
    """
    assert blocks(source) == [
        "h API",
        "p connect(host)\n                 connect(host, port)",
        "p The default timeout is 30 seconds.",
        "l param str host: Where it\n      runs.",
        "l A socket.",
        "p 3.2\n      The port.",
        "p ref",
        "p A role.",
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".. rubric:: Foot notes", ["p Foot notes"]),
        (".. todo:: Do it\n   soon.", ["p Do it\n   soon."]),
        (".. WARNING:: Hot.", ["p Hot."]),
        (".. own-thing ::\n   Right under it.", ["p Right under it."]),
        (".. own-thing:: Title\n   :class: x\n\n   Body.", ["p Title", "p Body."]),
        (".. own-thing::\n   :a: x\n      y\n   :b: z\n\n   Body.", ["p Body."]),
        (".. figure:: a.png\n   :alt: x\n\n   The caption.", ["p The caption."]),
        (".. only:: html\n\n   Sub\n   ---\n\n   Text.", ["h Sub", "p Text."]),
        (".. autoclass:: a.B\n   :members:\n\n   More.", ["p More."]),
        (".. glossary::\n\n   term\n      Its sense.", ["p term\n      Its sense."]),
        (
            ".. list-table:: Sums\n   :header-rows: 1\n\n   * - a\n     - b\n   * -\n"
            "     - c",
            ["p Sums", "l a", "l b", "l c"],
        ),
        (
            '.. csv-table:: Sums\n   :header: "n", "m"\n\n   1, 2\n   3, 4',
            ["p Sums", 't "n", "m"', "t 1, 2", "t 3, 4"],
        ),
        (
            ".. code-block:: python\n   :caption: conf.py\n   :linenos:\n\n   x = 1",
            ["p conf.py", "c x = 1"],
        ),
        (
            ".. |x| replace:: On all hosts,\n   it is on.",
            ["p On all hosts,\n   it is on."],
        ),
        (".. |x| replace::\n   It is on.", ["p It is on."]),
        (".. math:: a = b", ["c a = b"]),
        (".. testoutput:: group\n\n   1", ["c 1"]),
    ],
)
def test_directives(source: str, expected: list[str]) -> None:
    assert blocks(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        ".. toctree::\n   :caption: All\n\n   a\n   b",
        ".. image:: a.png\n   :alt: x",
        ".. |logo| image:: a.png",
        ".. |name| replace:: text",
        ".. include:: a.txt",
        ".. literalinclude:: a.py\n   :lines: 1-3",
        ".. contents:: Table\n   :depth: 2",
        ".. automodule:: a.b\n   :members:",
        ".. py:currentmodule:: a",
        ".. highlight:: python",
        ".. role:: raw-html(raw)",
        ".. _target: http://example.com/",
        ".. a comment\n   that goes on",
        "..\n   a comment\n\n   that goes on",
    ],
)
def test_what_holds_no_text_is_in_no_block(source: str) -> None:
    assert blocks(f"{source}\n\nText.") == ["p Text."]


def test_an_empty_comment_ends_at_the_blank_line() -> None:
    assert blocks("..\n\n   A quotation.") == ["p A quotation."]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Lead.\n\n::\n\n   x = 1\n\nText.", ["p Lead.", "c x = 1", "p Text."]),
        ("Lead.\n::\n\n   x = 1", ["p Lead.", "c x = 1"]),
        ("Lead::\n\n   x = 1", ["p Lead::", "c x = 1"]),
    ],
)
def test_two_colons_alone_begin_a_literal_block(
    source: str, expected: list[str]
) -> None:
    assert blocks(source) == expected


def test_an_initial_in_an_item_is_no_number() -> None:
    assert blocks("- A. Smith\n- - deep") == ["l A. Smith", "l deep"]


def test_any_depth_is_read() -> None:
    lines = ["  " * depth + ".. note::\n" for depth in range(1_000)]
    source = "\n".join([*lines, "  " * 1_000 + "The end."])
    found = read_restructured(source.encode(), NAME)
    assert found.text[: found.blocks[-1].end].endswith("The end.")
