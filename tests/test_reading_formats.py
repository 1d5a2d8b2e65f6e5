from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadingError
from index.reading import READERS, ReadText
from index.reading.plain import heading_level

FIGURES = {"heading": "H", "paragraph": "P", "list_item": "L", "table_row": "T"}


def read(text: str, suffix: str) -> ReadText:
    return READERS[suffix](text.encode(), Path(f"a{suffix}"))


def blocks(text: str, suffix: str) -> list[str]:
    """Each block as a letter, a heading's level, and its text with ends of line."""
    found = read(dedent(text).strip("\n"), suffix)
    return [
        f"{FIGURES.get(block.kind, 'C')}{block.level or ''} "
        + found.text[block.start : block.end]
        for block in found.blocks
    ]


def test_markdown_blocks_are_the_words_without_the_marks() -> None:
    source = """
        # The *title* #

        A paragraph that
        is wrapped.

        Second level
        ------------

        - first item
          goes on
        * second item

          with a paragraph
            1. inner item

        | a | b |
        |---|:-:|
        | c | d e |

        > quoted words
        > in two lines

        ```python
        x = 1

        y = 2
        ```

            indented code

        ### Last ###
        Right under it.
    """
    assert blocks(source, ".md") == [
        "H1 The *title*",
        "P A paragraph that\nis wrapped.",
        "H2 Second level",
        "L first item\n  goes on",
        "L second item",
        "L with a paragraph",
        "L inner item",
        "T a | b",
        "T c | d e",
        "P quoted words\n> in two lines",
        "C x = 1",
        "C y = 2",
        "C indented code",
        "H3 Last",
        "P Right under it.",
    ]


def test_markdown_titles() -> None:
    assert read("## Two\n\n# `One` & [more](x.md)\n", ".md").title == "One & more"
    assert (
        read('---\ntitle: "My Notes"\nx: 1\n---\n\nText.\n', ".md").title == "My Notes"
    )
    assert read("---\ntitle: My Notes\n---\n\n# Heading\n", ".md").title == "Heading"
    assert read("Only text.\n", ".md").title is None


def test_markdown_front_matter_is_no_prose() -> None:
    found = read("---\r\ntitle: x\r\n---\r\n\r\nText here.\r\n", ".md")
    assert [found.text[b.start : b.end] for b in found.blocks] == ["Text here."]
    unclosed = read("---\n\nText here.\n", ".md")
    assert [unclosed.text[b.start : b.end] for b in unclosed.blocks] == ["Text here."]


@pytest.mark.parametrize(
    "opening",
    [
        "---\n\n# Slide one\n\nThe budget is 40,000 euros.\n\n---\n\n",
        "---\n\nNote: it is dear.\nThe budget is 40,000 euros.\n\n---\n\n",
        "---\n# Slide one\n\nThe budget is 40,000 euros.\n\n---\n\n",
        "---\nNote: it is dear.\nThe budget is 40,000 euros.\n\n---\n\n",
        "---\nThe budget: 40,000 euros.\n\n---\n\n",
        "+++\nThe budget is 40,000 euros.\n+++\n\n",
    ],
)
def test_markdown_a_rule_at_the_start_is_no_front_matter(opening: str) -> None:
    found = blocks(f"{opening}# Slide two\n\nText.\n", ".md")
    assert any("40,000 euros." in block for block in found)
    assert found[-2:] == ["H1 Slide two", "P Text."]


@pytest.mark.parametrize(
    "matter",
    [
        "---\nlayout: x\n---",
        "---\n# comment\ntags:\n- a\n- b\n\n'due date': x\ndue time: y\n...",
        "---\nauthors: [\n  a,\n]\nabstract: |\n  The budget.\n\n  More: no.\n---",
        '+++\ntitle = "x"\n[extra]\nmore = """\nThe budget.\n...\n"""\n+++',
    ],
)
def test_markdown_front_matter_of_any_form_is_left_out(matter: str) -> None:
    assert blocks(f"{matter}\n\nText.\n", ".md") == ["P Text."]


def test_markdown_html_gives_its_words() -> None:
    source = """
        <!-- a comment -->
        <div align="center">
          <p>Words with <b>weight</b>.</p>
          <img src="x.png">
        </div>

        <script>var hidden = 1;</script>
    """
    assert blocks(source, ".md") == ["P Words with <b>weight</b>."]


def test_restructured_text_blocks() -> None:
    source = """
        =========
        The title
        =========

        :Author: Somebody

        A paragraph that
        is wrapped.

        Section
        -------

        * first item
          goes on
        * second item

        1. numbered

        .. note:: Take care
           of this.

           And of that.

        .. code-block:: python
           :linenos:

           x = 1

        .. a comment
           that goes on

        .. _target: http://example.com/

        Literal text follows::

            y = 2

        ===== ======
        a     b
        ===== ======
        c     d
        ===== ======

        +-----+----+
        | e   | f  |
        +-----+----+

        Sub
        ~~~
        Text.
    """
    assert blocks(source, ".rst") == [
        "H1 The title",
        "L Somebody",
        "P A paragraph that\nis wrapped.",
        "H2 Section",
        "L first item\n  goes on",
        "L second item",
        "L numbered",
        "P Take care\n   of this.",
        "P And of that.",
        "C x = 1",
        "P Literal text follows::",
        "C y = 2",
        "T a     b",
        "T c     d",
        "T e   | f",
        "H3 Sub",
        "P Text.",
    ]


def test_restructured_text_title() -> None:
    assert read("Title\n=====\n\nText.\n", ".rst").title == "Title"
    assert read("Text only.\n", ".rst").title is None


def test_plain_text_with_a_paragraph_a_line() -> None:
    source = """
        The first paragraph is here. It has two sentences.
        "The second one is quoted."
        The third one ends the text.
    """
    assert blocks(source, ".txt") == [
        "P The first paragraph is here. It has two sentences.",
        'P "The second one is quoted."',
        "P The third one ends the text.",
    ]


def test_long_lines_are_paragraphs_without_a_final_sign() -> None:
    long = "many words " * 12 + "here"
    assert len(blocks(f"{long}\nshort one\n{long} and more", ".txt")) == 3


def test_wrapped_text_is_joined() -> None:
    source = """
        This paragraph was wrapped by an editor, so its lines
        are about as long as each other and end anywhere. This
        is its end.

        Another one.
    """
    assert [block[:14] for block in blocks(source, ".txt")] == [
        "P This paragra",
        "P Another one.",
    ]
    wide = "\n".join(["x" * 115 + " and", "y" * 110 + " so", "z" * 112 + " on", "end"])
    assert len(blocks(wide, ".txt")) == 1


def test_short_lines_are_a_list_but_verse_is_joined() -> None:
    assert len(blocks("features\ncontact manager\nevents", ".txt")) == 3
    assert len(blocks("Shall I compare thee,\nto a summer's day\nor not", ".txt")) == 1


def test_plain_text_lists() -> None:
    source = """
        We need:
        - bread
        - butter and a very long list item that had to be
          wrapped
        1. numbers stay
        (2) as they are

        A. Smith was here in 3
        - 4 years.
    """
    assert blocks(source, ".txt") == [
        "P We need:",
        "L bread",
        "L butter and a very long list item that had to be\n  wrapped",
        "L 1. numbers stay",
        "L (2) as they are",
        "P A. Smith was here in 3",
        "L 4 years.",
    ]


def test_plain_text_headings() -> None:
    source = """
        A Report on Bees

        SUMMARY

        Bees fly.

        1.2 Scope

        All bees.

        Methods
        -------
        We looked.

        The Nature of Bees

        They buzz
    """
    assert blocks(source, ".txt") == [
        "H1 A Report on Bees",
        "H2 SUMMARY",
        "P Bees fly.",
        "H3 1.2 Scope",
        "P All bees.",
        "H2 Methods",
        "P We looked.",
        "H3 The Nature of Bees",
        "P They buzz",
    ]
    assert read(dedent(source).strip(), ".txt").title == "A Report on Bees"


@pytest.mark.parametrize(
    "line",
    [
        "Friday, January 4, 2019",
        "It rained.",
        "Dear all,",
        "AUDIENCE: Booo",
        "nothing in capitals",
        "We went home and slept",
        "*** *** ***",
        '"Quoted Words"',
        "See http://Example.com/A b",
        "FPfalcipain",
        "42",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert heading_level(line) == 0


def test_tables_give_rows() -> None:
    source = (
        'Team,City\nBlues,"St.\nLouis"\n\nFlyers,"say ""hi"""\nodd " quote,x\nlast,y\n'
    )
    assert blocks(source, ".csv") == [
        "T Team,City",
        'T Blues,"St.\nLouis"',
        'T Flyers,"say ""hi"""',
        'T odd " quote,x',
        "T last,y",
    ]
    assert blocks("a\tb\nc\td", ".tsv") == ["T a\tb", "T c\td"]


def test_source_is_code() -> None:
    assert blocks("def f():\n    return 1\n\n\nx = 2\n", ".py") == [
        "C def f():\n    return 1",
        "C x = 2",
    ]


MARKUP = r"""# h
## h ##
===
---
* * *
- item
  - inner item
1. item
(2) item
> quote
> - quoted item
```
~~~
    code
a b c.
A Title
UPPER CASE
| x | y |
|---|---|
<div>
</div>
<b>x</b> y
<!-- a
b -->
.. note:: x
.. code::
text::
:field: v
:two words: v
::
..
   indented
   :option: v
.. py:function:: f(x)
.. csv-table:: T
.. math:: x
.. image:: x.png
* - a
+---+
| a |
== ==
a  b
"a,b"
"open
[x]: y
\
é 😀"""
FRAGMENTS = st.sampled_from([*MARKUP.splitlines(), "\ttab", "\u00a0", "\x0c"])
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
SOURCES = st.lists(st.tuples(FRAGMENTS, LINE_ENDS), max_size=25).map(
    lambda parts: "".join(fragment + end for fragment, end in parts)
)
SUFFIXES = pytest.mark.parametrize("suffix", [".md", ".rst", ".txt", ".csv", ".py"])


def check(source: str, reader: Callable[[str], ReadText]) -> None:
    try:
        found = reader(source)
    except ReadingError:
        return
    assert found.text == source
    last = 0
    for block in found.blocks:
        assert last <= block.start < block.end <= len(source)
        assert (
            source[block.start : block.end] == source[block.start : block.end].strip()
        )
        assert (block.level > 0) == (block.kind == "heading")
        last = block.end


@SUFFIXES
@settings(deadline=None, max_examples=150)
@given(SOURCES)
def test_blocks_are_in_order_and_apart(suffix: str, source: str) -> None:
    check(source, lambda text: read(text, suffix))


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".py"])
@settings(deadline=None, max_examples=100)
@given(SOURCES)
def test_formats_without_marks_lose_no_word(suffix: str, source: str) -> None:
    try:
        found = read(source, suffix)
    except ReadingError:
        return
    inside = "".join(source[block.start : block.end] for block in found.blocks)
    assert sorted(filter(str.isalnum, inside)) == sorted(filter(str.isalnum, source))
