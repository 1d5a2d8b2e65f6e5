"""What became of a cited file: told from the file itself, whatever is found there."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from assistant import source_state
from assistant.anchoring import Selector, find_again
from assistant.citations import Citer
from assistant.records import Citation, DocumentRef, Quote
from assistant.render.file_state import file_note, quote_with_source
from assistant.session import Session
from assistant.source_state import (
    UNCHANGED,
    SourceState,
    check_citation,
    check_file,
)
from index.library import Library
from index.reading import read_file
from index.sources import look_at
from tests.fakes import WordEncoder
from tests.library_support import built, write
from tests.test_cli import parsed, run_quoth

OAK = "The treasure is under the old oak."
TEXT = f"# Trees\n\nElms are tall. {OAK} Nobody digs there.\n\nThe end.\n"


class Cited(NamedTuple):
    text: str
    citation: Citation


def cited(path: Path, quote: str = OAK) -> Cited:
    document = read_file(path)
    start = document.text.index(quote)
    return Cited(quote, Citer(1, document).cite(1, start, start + len(quote)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "notes" / "trees.md", TEXT)


def test_a_file_of_the_known_size_and_time_is_not_even_opened(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote, known = cited(file), look_at(str(file))
    opened: list[object] = []
    monkeypatch.setattr("index.reading.files.read_bytes", opened.append)
    assert check_citation(quote, known) == UNCHANGED
    assert opened == []


def test_the_same_bytes_at_another_time_are_unchanged_and_not_read_as_text(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote, known = cited(file), look_at(str(file))
    write(file, TEXT)
    assert look_at(str(file)) != known
    monkeypatch.setattr("index.reading.read_file", None)
    assert check_citation(quote, known) == UNCHANGED
    assert check_citation(quote) == UNCHANGED


def test_a_quote_that_stands_elsewhere_now_is_found_there(file: Path) -> None:
    quote, known = cited(file), look_at(str(file))
    assert quote.citation.line == 3
    write(file, TEXT.replace("Elms", "New.\n\nElms are green.\n\nElms"))
    state = check_citation(quote, known)
    assert state == SourceState("moved", line=7, column=16)


def test_the_page_it_is_on_now_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = cited(file)
    write(file, f"One.\n\nTwo.\n\n{OAK}\n")
    paged = replace(read_file(file), page_starts=(0, 6, 12))
    monkeypatch.setattr("index.reading.read_file", lambda path: paged)
    assert check_citation(quote) == SourceState("moved", 5, 1, page=3)


def test_lines_broken_otherwise_are_the_same_quote(file: Path) -> None:
    quote = cited(file)
    write(file, TEXT.replace("is under the", "is\nunder  the"))
    assert check_citation(quote) == SourceState("moved", 3, 16)


def test_a_quote_that_is_gone_or_altered_is_changed(file: Path) -> None:
    quote = cited(file)
    write(file, TEXT.replace("old oak", "young oak"))
    assert check_citation(quote) == SourceState("changed")


@pytest.mark.parametrize("data", [b"", b"\0\1\2\3" * 99, b"  \n"])
def test_a_file_without_text_is_changed_with_the_reason(
    file: Path, data: bytes
) -> None:
    quote = cited(file)
    file.write_bytes(data)
    state = check_citation(quote)
    assert state.condition == "changed"
    assert "trees.md" in state.reason


def test_what_is_not_there_is_missing(file: Path) -> None:
    quote, known = cited(file), look_at(str(file))
    file.unlink()
    assert check_citation(quote, known).condition == "missing"
    file.symlink_to("nowhere")
    assert check_citation(quote, known).condition == "missing"
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("no folder any more")
    assert check_citation(quote, known).condition == "missing"


def test_what_is_no_file_is_never_waited_for(file: Path) -> None:
    quote, known = cited(file), look_at(str(file))
    file.unlink()
    os.mkfifo(file)
    state = check_citation(quote, known)
    assert state.condition == "unreadable"
    assert "not a regular file" in state.reason
    file.unlink()
    file.mkdir()
    assert check_citation(quote, known).condition == "unreadable"


def test_what_may_not_be_read_is_unreadable(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = cited(file)
    write(file, TEXT + "More.")

    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("index.reading.files.os.open", refuse)
    state = check_citation(quote)
    assert state.condition == "unreadable"
    assert "Permission denied" in state.reason


@pytest.mark.parametrize("path", ["/a\0b", "/\udcff", "/" + "a" * 5000])
def test_a_path_that_no_file_can_have_is_no_accident(path: str) -> None:
    assert check_file(path, "0" * 64).condition in ("missing", "unreadable")


def test_a_file_that_became_too_large_is_not_searched(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = cited(file)
    write(file, TEXT + "More.\n")
    monkeypatch.setattr(source_state, "MAX_SEARCHED_BYTES", 20)
    monkeypatch.setattr("index.reading.read_file", None)
    state = check_citation(quote)
    assert state.condition == "changed"
    assert state.reason


def test_a_file_that_nothing_is_quoted_of(file: Path) -> None:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert check_file(str(file), sha256) == UNCHANGED
    write(file, "Else.")
    assert check_file(str(file), sha256) == SourceState("changed")


# Finding again


def test_of_equal_quotes_the_one_in_its_surroundings_is_meant() -> None:
    text = "He left. Yes. It rained. Yes. She stayed. Yes. The end."
    selector = Selector("Yes.", "She stayed. ", " The end.", 0)
    found = find_again(text, selector)
    assert found == (text.rindex("Yes."), text.rindex("Yes.") + 4)
    # Where only a part of it stands around, that decides, not the distance.
    partly = Selector("Yes.", "Then it rained. ", " He sang.", 50)
    assert find_again(text, partly) == (25, 29)


def test_of_quite_equal_places_the_nearest_is_meant() -> None:
    text = "A b. " * 9
    assert find_again(text, Selector("A b.", " ", " ", 21)) == (20, 24)


def test_a_short_quote_is_not_found_within_a_word() -> None:
    selector = Selector("No", "Really? ", ". ", 3)
    assert find_again("Nothing. UNo. Noon", selector) is None
    assert find_again("Nothing. No. Noon", selector) == (9, 11)
    within = Selector("京は", "東", "首", 1)
    assert find_again("西の京は都", within) == (2, 4)


def test_white_space_alone_is_nowhere() -> None:
    assert find_again("a  b", Selector("  ", "a", "b", 1)) is None


@given(
    st.text("ab \n.", max_size=40),
    st.text("ab \n.", min_size=1, max_size=12),
    st.text("ab \n.", max_size=40),
    st.text("ab \n.", max_size=40),
)
def test_what_was_only_moved_is_found(
    before: str, quote: str, after: str, new: str
) -> None:
    text = before + quote + after
    start = len(before)
    selector = Selector(
        quote, text[max(0, start - 32) : start], text[start + len(quote) :][:32], start
    )
    found = find_again(f"{new}\n\n{text}", selector)
    if quote.strip():
        assert found is not None
        assert f"{new}\n\n{text}"[slice(*found)] == quote


@given(st.text("ab \n", min_size=1, max_size=30), st.data())
def test_other_white_space_is_looked_through(text: str, data: st.DataObject) -> None:
    words = text.split()
    gaps = st.lists(
        st.sampled_from([" ", "\n", " \n\t", "\r\n"]),
        min_size=len(words),
        max_size=len(words),
    )
    new = "".join(w + g for w, g in zip(words, data.draw(gaps), strict=True))
    found = find_again("c. " + new, Selector(text.strip(), "", "", 0))
    if words:
        assert found is not None
        assert ("c. " + new)[slice(*found)].split() == words


@pytest.mark.parametrize(
    ("text", "quote"),
    [("a" * 3_000_000, "aa"), ("a " * 1_500_000, "a a b"), (" " * 3_000_000, "a b")],
)
def test_hostile_texts_end(text: str, quote: str) -> None:
    assert find_again(text, Selector(quote, ". ", " .", 9)) is None


# In the session and on the command line


@pytest.fixture
def library(tmp_path: Path, file: Path) -> Library:
    return Library(built(tmp_path / "library", file.parent))


def quotes_of(session: Session) -> tuple[Quote, ...]:
    *_, reply = session.ask("Where is the treasure?")
    return (*reply.quotes, *reply.near_misses)  # type: ignore[union-attr]


def test_the_session_tells_the_state_of_its_quotes(
    library: Library, file: Path
) -> None:
    session = Session(library, lambda: WordEncoder(dimension=64))
    quotes = quotes_of(session)
    assert set(session.source_states(quotes)) == {UNCHANGED}
    write(file, "First.\n\n" + TEXT)
    assert {state.condition for state in session.source_states(quotes)} == {"moved"}
    file.unlink()
    assert {state.condition for state in session.source_states(quotes)} == {"missing"}


def test_a_quote_of_before_a_sync_is_measured_by_itself(
    library: Library, file: Path
) -> None:
    session = Session(library, lambda: WordEncoder(dimension=64))
    quotes = quotes_of(session)
    write(file, "First.\n\n" + TEXT)
    built(library.path, file.parent)
    assert {state.condition for state in session.source_states(quotes)} == {"moved"}


@pytest.fixture
def shelf(file: Path) -> Iterator[Path]:
    assert run_quoth("add", file.parent).exit_code == 0
    yield file


def ask(*options: str) -> Result:
    return run_quoth("ask", "Where is the treasure?", *options)


def test_nothing_is_said_of_files_that_did_not_change(shelf: Path) -> None:
    for result in (ask(), ask("--json"), run_quoth("show", f"{shelf}:3")):
        assert "trees.md" not in result.stderr


def test_ask_says_that_a_cited_file_has_changed(shelf: Path) -> None:
    before = ask()
    write(shelf, "First.\n\n" + TEXT)
    after = ask()
    assert after.stdout == before.stdout
    assert after.exit_code == before.exit_code
    said = [one for one in after.stderr.splitlines() if "trees.md" in one]
    assert len(said) == 1
    assert "has changed since it was indexed; quote 1 is now at line 5" in said[0]
    assert "`quoth sync`" in said[0]


def test_the_json_of_a_reply_is_the_librarys_alone(shelf: Path) -> None:
    before = run_quoth("ask", "Where is the treasure?", "--json")
    shelf.unlink()
    after = run_quoth("ask", "Where is the treasure?", "--json")
    keys = ["quotes", "near_misses"]
    assert [parsed(before)[k] for k in keys] == [parsed(after)[k] for k in keys]
    assert "notes/trees.md is not there any more" in after.stderr


def test_every_line_of_questions_has_its_note(shelf: Path) -> None:
    shelf.unlink()
    result = run_quoth("ask", "-", typed="Where is the treasure?\nAre elms tall?\n")
    assert result.stderr.count("is not there any more") == 2


def test_the_note_names_the_library_that_was_named(file: Path) -> None:
    assert run_quoth("--library", "woods", "add", file.parent).exit_code == 0
    file.unlink()
    result = run_quoth("--library", "woods", "ask", "Where is the treasure?")
    assert "`quoth sync --library woods`" in result.stderr


def test_show_says_where_the_marked_sentence_is_now(shelf: Path) -> None:
    write(shelf, "First.\n\n" + TEXT)
    result = run_quoth("show", f"{shelf}:3:16")
    assert OAK in result.stdout
    assert "has changed since it was indexed; the sentence is now at line 5" in (
        result.stderr
    )
    write(shelf, "Else.")
    assert "the sentence is no longer in it" in (
        run_quoth("show", f"{shelf}:3:16").stderr
    )
    assert "has changed since it was indexed. `quoth" in (
        run_quoth("show", str(shelf)).stderr
    )


# In words


def test_a_note_names_each_quote_and_cannot_speak_to_the_terminal() -> None:
    states = {
        "quote 1": SourceState("moved", 57, 1),
        "quote 2": SourceState("changed"),
    }
    note = file_note("a\x1b[2J\nb.md", states)
    assert note.startswith("a␛[2J b.md has changed since it was indexed;")
    assert "quote 1 is now at line 57, quote 2 is no longer in it." in note
    assert file_note("a", {"quote 1": UNCHANGED}) == ""


def test_a_citation_to_paste_is_in_words_and_harmless() -> None:
    ref = DocumentRef(1, "/n/a.md", "n/a.md", "Title", "0" * 64, "text/markdown")
    citation = Citation(2, ref, 5, 9, 12, 3, 4, ("Trees", "Oaks"), "", "")
    text = quote_with_source(Cited("Old\noak\x1b[201~ rm", citation))
    assert text == "“Old\noak␛[201~ rm”\n— n/a.md:12, p. 4, Trees › Oaks\n"
