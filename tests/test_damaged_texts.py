"""What is stored of a document is quoted as it was written, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.errors import LibraryDamaged, LibraryOutdated, UnreadableFile
from index.library import Library
from index.reading import read_file
from index.records import Document
from index.repairing import repair_library
from index.searching import SearchQuery, search
from index.storage import naming_failures
from index.updating import Updater
from index.verification import verify_library
from tests.fakes import WordEncoder
from tests.library_support import CountingEncoder, built, find, names, write

ENCODER = WordEncoder(dimension=64)
WRITTEN = b"gate 2 is open"
ALTERED = (b"gate 2 is opZn", b"gate 2 is op\xffn")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for number in range(4):
        text = f"# Gate\n\nThe gate {number} is open. It is red.\n"
        write(folder / f"{number}.md", text)
    return folder


@pytest.fixture
def library(tmp_path: Path, notes: Path) -> Path:
    return built(tmp_path / "library", notes)


def alter_text(library: Path, altered: bytes) -> None:
    """Change a byte of a document's text in the file of the catalog."""
    catalog = library / "catalog.sqlite3"
    data = catalog.read_bytes()
    assert data.count(WRITTEN) == 1
    catalog.write_bytes(data.replace(WRITTEN, altered))


def change(library: Path, *statements: str) -> None:
    with closing(sqlite3.connect(library / "catalog.sqlite3")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def read_all(library: Path) -> None:
    """Find each document and read it, as whoever quotes it does."""
    with Library(library).open_view() as view:
        for hit in search(view, SearchQuery("gate"), ENCODER).hits:
            view.sentences(hit.document_id)
            view.document(hit.document_id)


def check_mended(library: Path, notes: Path) -> None:
    assert verify_library(library) == []
    with Library(library).open_view() as view:
        assert view.encoded_count == view.chunk_count == 4
        for file in view.catalog.files():
            text = Path(file.path).read_text(encoding="utf-8")
            assert view.document(file.document_id).text == text
    assert names(library) == sorted(f"notes/{path.name}" for path in notes.iterdir())


@pytest.mark.parametrize("altered", ALTERED, ids=["other letter", "no text"])
def test_an_altered_text_is_refused_found_and_mended(
    library: Path, notes: Path, altered: bytes
) -> None:
    expected = find(library, "gate 2")
    alter_text(library, altered)
    with pytest.raises(LibraryDamaged, match=r"notes/2\.md") as caught:
        read_all(library)
    assert "--repair" in caught.value.remedy
    (finding,) = verify_library(library)
    assert (finding.where, finding.kind) == ("notes/2.md", "document")
    assert "--repair" in finding.remedy
    report = repair_library(library, ENCODER)
    assert (report.findings, report.lost, report.set_aside) == ((finding,), (), None)
    check_mended(library, notes)
    assert find(library, "gate 2") == expected


@pytest.mark.parametrize(
    "column",
    [
        "texts SET blocks = zeroblob(length(blocks))",
        "texts SET sentences = zeroblob(length(sentences))",
        "texts SET sentences = x'00'",
        "texts SET page_starts = zeroblob(4)",
        "documents SET title = 'Another'",
        "documents SET title = CAST(x'ff' AS TEXT)",
        "documents SET language = 'de'",
        "documents SET sha256 = replace(sha256, '0', '1')",
        "documents SET digest = 'nothing'",
    ],
)
def test_whatever_is_altered_of_a_document_is_refused_and_mended(
    library: Path, notes: Path, column: str
) -> None:
    change(library, f"UPDATE {column} WHERE document_id = 2")
    with pytest.raises(LibraryDamaged):
        read_all(library)
    assert verify_library(library)
    repair_library(library, ENCODER)
    check_mended(library, notes)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET name = 'notes/9.md' WHERE document_id = 2",
        "UPDATE documents SET path = path || 'x' WHERE document_id = 2",
        "UPDATE documents SET path = CAST(x'ff' AS TEXT) WHERE document_id = 2",
        "UPDATE chunks SET headings = 'nothing' WHERE document_id = 2",
        "UPDATE chunks SET headings = CAST(x'ff' AS TEXT) WHERE document_id = 2",
        "INSERT INTO skipped VALUES ('/a', CAST(x'ff' AS TEXT), '', '', 0, 0)",
        "INSERT INTO excluded VALUES (CAST(x'ff' AS TEXT))",
    ],
)
def test_other_rows_that_were_altered_are_found_and_mended(
    library: Path, notes: Path, statement: str
) -> None:
    change(library, statement)
    assert verify_library(library)
    repair_library(library, ENCODER)
    check_mended(library, notes)


def test_an_altered_row_read_in_a_view_is_named(library: Path) -> None:
    change(library, "UPDATE documents SET name = CAST(x'ff' AS TEXT)")
    with (
        pytest.raises(LibraryDamaged, match="catalog of the library"),
        Library(library).open_view() as view,
    ):
        view.catalog.files()


def test_the_message_does_not_repeat_a_text_that_is_none() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        query = "SELECT CAST(x'1b5b324aff' AS TEXT)"
        with (
            pytest.raises(LibraryDamaged, match="decode to UTF-8") as caught,
            naming_failures(Path("x")),
        ):
            connection.execute(query).fetchone()
    assert "\x1b" not in caught.value.message


def test_an_altered_document_out_of_reach_is_listed_and_kept_aside(
    library: Path, notes: Path
) -> None:
    alter_text(library, ALTERED[0])
    away = notes.rename(notes.with_name("unmounted"))
    report = repair_library(library, ENCODER)
    assert report.lost == ("notes/2.md",)
    assert report.set_aside is not None
    assert ALTERED[0] in report.set_aside.read_bytes()
    assert verify_library(library) == []
    assert names(library) == ["notes/0.md", "notes/1.md", "notes/3.md"]
    (left_out,) = Library(library).status().skipped
    assert (left_out.name, left_out.title) == ("notes/2.md", LibraryDamaged.title)
    away.rename(notes)
    assert Updater(library, ENCODER).sync().added == 1
    assert Library(library).status().skipped == ()
    check_mended(library, notes)


def test_an_altered_document_whose_file_cannot_be_opened_is_listed(
    library: Path, notes: Path
) -> None:
    def reading(path: Path, name: str) -> Document:
        if path.name != "2.md":
            return read_file(path, name)
        try:
            raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise UnreadableFile(f"{path.name} cannot be opened.") from error

    alter_text(library, ALTERED[1])
    report = Updater(library, ENCODER, read=reading).sync(rebuild=True)
    assert (report.lost, report.document_count) == (("notes/2.md",), 3)
    assert [file.message for file in report.skipped] == ["It cannot be opened."]
    assert report.kept is not None
    assert ALTERED[1] in report.kept.read_bytes()
    assert Updater(library, ENCODER).sync().added == 1
    check_mended(library, notes)


def test_an_altered_document_whose_file_was_renamed_is_read_anew(
    library: Path, notes: Path
) -> None:
    alter_text(library, ALTERED[0])
    (notes / "2.md").rename(notes / "two.md")
    report = Updater(library, ENCODER).sync()
    assert (report.added, report.removed, report.moved) == (1, 1, 0)
    check_mended(library, notes)


def to_schema_1(library: Path) -> None:
    """Take from a library what the first version did not write."""
    change(
        library, "ALTER TABLE documents DROP COLUMN digest", "PRAGMA user_version = 1"
    )


@pytest.mark.parametrize("how", ["sync", "add", "remove", "unmounted"])
def test_a_library_of_the_first_version_keeps_all_it_holds(
    library: Path, notes: Path, how: str
) -> None:
    expected = find(library, "gate 2")
    fingerprint = Library(library).status().fingerprint
    to_schema_1(library)
    with (
        pytest.raises(LibraryOutdated, match="schema 1") as caught,
        Library(library).open_view(),
    ):
        pass
    assert "`quoth sync`" in caught.value.remedy
    encoder = CountingEncoder()
    updater = Updater(library, encoder)
    if how == "unmounted":
        notes.rename(notes.with_name("away"))
    if how == "add":
        updater.add([notes])
    elif how == "remove":
        updater.remove([notes / "3.md"])
        expected = [one for one in expected if one[0] != "notes/3.md"]
    else:
        updater.sync()
    assert encoder.encoded == 0
    assert verify_library(library) == []
    assert [name for name, *_ in find(library, "gate 2")] == [n for n, *_ in expected]
    if how != "remove":
        assert find(library, "gate 2") == expected
        assert Library(library).status().fingerprint == fingerprint


def test_a_migration_that_is_stopped_changes_nothing(
    library: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_schema_1(library)

    def stop(_: Catalog) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Catalog, "store_content_digests", stop)
        with pytest.raises(KeyboardInterrupt):
            Updater(library, ENCODER).sync()
    with pytest.raises(LibraryOutdated, match="schema 1"):
        Library(library).status()
    assert Updater(library, ENCODER).sync().unchanged == 4
    check_mended(library, notes)


@pytest.mark.parametrize("altered", [WRITTEN, *ALTERED])
def test_a_library_of_the_first_version_is_repaired(
    library: Path, notes: Path, altered: bytes
) -> None:
    to_schema_1(library)
    alter_text(library, altered)
    assert [finding.kind for finding in verify_library(library)] == ["version"]
    repair_library(library, ENCODER)
    check_mended(library, notes)
