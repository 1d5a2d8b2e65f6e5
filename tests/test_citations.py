"""Citations: lines, columns, pages, headings and selectors of any text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.citations import SELECTOR_CHARACTERS, Citer
from assistant.finding import cite_hits
from assistant.records import Abstention, Answer, Citation, Reply
from assistant.session import AnswerSettings, Session
from index.errors import LibraryEmpty
from index.library import Library
from index.records import Block, Document
from index.searching import SearchQuery, search
from tests.fakes import WordEncoder
from tests.library_support import built

ENCODER = WordEncoder(dimension=64)

TEXT = "Birds\r\n\r\nOwls\rParrots talk. 🦉 Owls do not.\n\x0cThe end.\n"
BLOCKS = (
    Block(0, 5, "heading", 1),
    Block(9, 13, "heading", 2),
    Block(14, 42, "paragraph"),
    Block(44, 52, "paragraph"),
)
DOCUMENT = Document(
    path="/d/birds.txt",
    name="birds.txt",
    title="Birds",
    text=TEXT,
    media_type="text/plain",
    sha256="ab" * 32,
    blocks=BLOCKS,
)


def cite(quote: str, document: Document = DOCUMENT) -> Citation:
    start = document.text.index(quote)
    return Citer(7, document).cite(2, start, start + len(quote))


@pytest.mark.parametrize(
    ("quote", "line", "column"),
    [
        ("Birds", 1, 1),
        ("Owls\r", 3, 1),
        ("Parrots talk.", 4, 1),
        ("🦉", 4, 15),
        ("Owls do not.", 4, 17),
        ("The end.", 5, 2),
    ],
)
def test_lines_end_as_editors_have_it_and_columns_are_characters(
    quote: str, line: int, column: int
) -> None:
    citation = cite(quote)
    assert (citation.line, citation.column) == (line, column)
    assert TEXT[citation.start : citation.end] == quote


def test_a_citation_says_which_document_it_is_of() -> None:
    citation = cite("The end.")
    ref = citation.document
    assert citation.marker == 2
    assert ref.document_id == 7
    assert (ref.path, ref.name, ref.title) == ("/d/birds.txt", "birds.txt", "Birds")
    assert (ref.sha256, ref.media_type) == ("ab" * 32, "text/plain")


def test_headings_above_a_quote_outermost_first() -> None:
    assert cite("The end.").headings == ("Birds", "Owls")
    assert cite("Owls\r").headings == ("Birds",)
    assert cite("Birds").headings == ()


def test_pages_count_from_one_and_only_where_there_are_some() -> None:
    assert cite("The end.").page is None
    paged = replace(DOCUMENT, page_starts=(0, 14, 43))
    assert cite("Birds", paged).page == 1
    assert cite("Parrots", paged).page == 2
    assert cite("The end.", paged).page == 3


def test_the_selector_is_what_stands_on_both_sides() -> None:
    citation = cite("🦉")
    assert citation.prefix == TEXT[: citation.start][-32:]
    assert citation.suffix == " Owls do not.\n\x0cThe end.\n"
    assert cite("Birds").prefix == ""
    long = replace(DOCUMENT, text="a" * 100 + "b" + "c" * 100, blocks=())
    citation = cite("b", long)
    assert citation.prefix == "a" * SELECTOR_CHARACTERS
    assert citation.suffix == "c" * SELECTOR_CHARACTERS


def check_place(text: str, start: int, quote: str, line: int, column: int) -> None:
    """The quote is a slice, and stands where an editor has that line and column."""
    assert text[start : start + len(quote)] == quote
    rows = re.split(r"\r\n|\r|\n", text)
    before = len(re.findall(r"\r\n|\r|\n", text[:start]))
    # A quote does not begin between the two characters of a line end.
    assert line == before + 1
    first_row = re.split(r"\r\n|\r|\n", quote)[0]
    assert rows[line - 1][column - 1 :].startswith(first_row)


def check_reply(session: Session, reply: Reply) -> int:
    """Check every quote of a reply against its document; return how many."""
    shown = (*reply.quotes, *reply.near_misses)
    for quote in shown:
        place = quote.citation
        text = session.document(place.document.document_id).text
        check_place(text, place.start, quote.text, place.line, place.column)
        assert place.end == place.start + len(quote.text)
        assert quote.text == quote.text.strip() != ""
        assert text[: place.start].endswith(place.prefix)
        assert text[place.end :].startswith(place.suffix)
        for start, end in quote.lit:
            assert 0 <= start < end <= len(quote.text)
        if quote.context_before is not None:
            before = quote.context_start
            assert before is not None
            assert text[before:].startswith(quote.context_before)
            assert before + len(quote.context_before) <= place.start
    return len(shown)


# What offsets go wrong by: ends of lines, characters of two UTF-16 units, marks that
# join with what precedes them, invisible ones, and writing from right to left.
PIECES = st.sampled_from(
    [
        *("\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\x0c", "\t", "\u2028", "\x85", " "),
        *("Owls hunt. ", "He said so. ", "It sleeps! ", "owl", "“Owl?” ", "# Owls\n"),
        *(
            "- an owl\n",
            "🦉 ",
            "👩‍👩‍👧 ",
            "e\u0301",
            "İstanbul ",
            "ﬁn ",
            "\u200b",
            "\ufeff",
        ),
        *("ינשוף צד. ", "\u202eowl\u202c ", "البومة ", "梟は鳥。", "नमस्ते। ", "\ufeff"),
        *("| owl | 3 |\n", "***\n", "==== \n", "    code owl\n", "1. ", "\x1b[31m"),
    ]
)
DOCUMENTS = st.tuples(
    st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=30).map("".join),
    st.sampled_from([".txt", ".md", ".rst", ".py"]),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
@example([("Owls hunt.\rHe said so.\r\n🦉 It sleeps!\x0cowl", ".txt")])
@example([("# Owls\r\n\r\nHe said so. It sleeps!\r\n", ".md")])
def test_whatever_is_shown_of_any_document_is_a_slice_of_it(
    documents: list[tuple[str, str]],
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "notes"
        folder.mkdir()
        for number, (text, suffix) in enumerate(documents):
            # An owl in each, so that something is found.
            data = f"{text}\nThe owl.".encode("utf-8", "replace")
            (folder / f"{number}{suffix}").write_bytes(data)
        try:
            library = Library(built(Path(place) / "library", folder))
            check_everything_shown(library)
        except LibraryEmpty:
            # All of it was taken for something other than text.
            return


def check_everything_shown(library: Library) -> None:
    for threshold in (0.0, 1.0):
        answers = AnswerSettings(threshold=threshold, quotes=10, near_misses=10)
        session = Session(library, lambda: ENCODER, answers)
        *_, reply = session.ask("Who is the owl that he said sleeps?")
        if not isinstance(reply, Answer | Abstention):
            raise reply.error  # type: ignore[union-attr]
        assert isinstance(reply, Answer) == (threshold == 0.0)
        assert check_reply(session, reply) > 0
    with library.open_view() as view:
        for found in cite_hits(view, search(view, SearchQuery("owl"), ENCODER).hits):
            place = found.citation
            text = view.document(place.document.document_id).text
            check_place(text, place.start, found.text, place.line, place.column)
            assert place.end == place.start + len(found.text)
