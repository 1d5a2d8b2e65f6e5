"""Add, sync and remove: what ends up in the library, and what that costs."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.errors import (
    LibraryMissing,
    LibraryOutdated,
    MissingPath,
    UnreadableFile,
)
from index.library import Library
from index.merging import TIER_FACTOR
from index.progress import Progress
from index.reading import read_file
from index.records import Document
from index.updating import Updater
from tests.fakes import WordEncoder
from tests.library_support import (
    CountingEncoder,
    built,
    find,
    names,
    segment_files,
    write,
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    write(folder / "a.md", "# Apples\n\nApples grow on trees. They are red.\n")
    write(folder / "b.md", "# Pears\n\nPears grow on trees too. They are green.\n")
    write(folder / "deep" / "c.txt", "The river is long. It ends in the sea.\n")
    return folder


def test_adding_a_folder_names_documents_from_its_own_name(
    library: Path, notes: Path
) -> None:
    report = Updater(library, WordEncoder()).add([notes])
    assert (report.added, report.skipped, report.document_count) == (3, (), 3)
    assert report.encoded_count == report.chunk_count == 3
    assert names(library) == ["notes/a.md", "notes/b.md", "notes/deep/c.txt"]
    assert [name for name, *_ in find(library, "river")] == ["notes/deep/c.txt"]


def test_a_missing_path_is_refused_before_anything_is_written(
    library: Path, notes: Path
) -> None:
    with pytest.raises(MissingPath, match=r"gone\.md"):
        Updater(library, WordEncoder()).add([notes, notes / "gone.md"])
    assert not library.exists()


def test_what_did_not_change_is_not_read_nor_encoded(
    library: Path, notes: Path
) -> None:
    encoder = CountingEncoder()
    read: list[Path] = []

    def reading(path: Path, name: str) -> Document:
        read.append(path)
        return read_file(path, name)

    updater = Updater(library, encoder, read=reading)
    updater.add([notes])
    before = segment_files(library)
    read.clear()
    encoder.encoded = 0
    os.utime(notes / "a.md")
    report = updater.sync()
    assert (report.unchanged, report.added, report.updated) == (3, 0, 0)
    assert (read, encoder.encoded) == ([], 0)
    assert segment_files(library) == before


def test_the_encoder_is_not_loaded_when_there_is_nothing_to_encode(
    library: Path, notes: Path
) -> None:
    built(library, notes)

    def load() -> WordEncoder:
        raise AssertionError("loaded")

    assert Updater(library, load).sync().unchanged == 3
    assert Updater(library, load).remove(["b.md"]).removed == 1


def test_changed_new_and_deleted_files(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    write(notes / "a.md", "Quinces are yellow.\n")
    write(notes / "d.md", "Plums are blue.\n")
    (notes / "b.md").unlink()
    report = updater.sync()
    assert (report.added, report.updated, report.removed) == (1, 1, 1)
    assert report.unchanged == 1
    assert find(library, "apples") == find(library, "pears") == []
    assert [name for name, *_ in find(library, "quinces")] == ["notes/a.md"]


def test_a_renamed_file_keeps_its_vectors(library: Path, notes: Path) -> None:
    encoder = CountingEncoder()
    updater = Updater(library, encoder)
    updater.add([notes])
    encoder.encoded = 0
    (notes / "a.md").rename(notes / "z.md")
    report = updater.sync()
    assert (report.moved, report.added, report.removed) == (1, 0, 0)
    assert encoder.encoded == 0
    assert [name for name, *_ in find(library, "apples")] == ["notes/z.md"]


def test_two_files_of_one_content_are_two_documents(library: Path, notes: Path) -> None:
    write(notes / "copy.md", (notes / "a.md").read_text())
    built(library, notes)
    assert [n for n, *_ in find(library, "apples")] == ["notes/a.md", "notes/copy.md"]


def test_a_root_out_of_reach_keeps_its_documents(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    away = notes.rename(notes.with_name("unmounted"))
    report = updater.sync()
    assert report.unreachable == (notes.as_posix(),)
    assert (report.removed, report.document_count) == (0, 3)
    away.rename(notes)
    assert updater.sync().unchanged == 3


def test_an_emptied_folder_is_out_of_reach_as_an_unmounted_drive_is(
    library: Path, notes: Path
) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    away = notes.rename(notes.with_name("drive"))
    notes.mkdir()
    for rebuild in (False, True):
        report = updater.sync(rebuild=rebuild)
        assert report.unreachable == (notes.as_posix(),)
        assert (report.removed, report.document_count) == (0, 3)
    assert len(find(library, "grow")) == 2
    notes.rmdir()
    away.rename(notes)
    assert updater.sync().unchanged == 3


def test_an_emptied_folder_goes_when_it_is_removed(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    shutil.rmtree(notes)
    notes.mkdir()
    assert updater.remove([notes]).removed == 3
    assert updater.sync().unreachable == ()


def test_a_folder_that_never_held_a_document_is_there(
    library: Path, tmp_path: Path
) -> None:
    (tmp_path / "blank").mkdir()
    updater = Updater(library, WordEncoder())
    assert updater.add([tmp_path / "blank"]).unreachable == ()
    assert updater.sync().unreachable == ()


def test_documents_of_a_folder_that_still_lists_something_go(
    library: Path, notes: Path
) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    shutil.rmtree(notes)
    write(notes / ".hidden", "Nothing to read.")
    report = updater.sync()
    assert (report.removed, report.unreachable) == (3, ())


def test_a_deleted_file_that_was_added_itself_goes_and_comes_back(
    library: Path, notes: Path
) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes / "a.md"])
    text = (notes / "a.md").read_text()
    (notes / "a.md").unlink()
    assert updater.sync().removed == 1
    write(notes / "a.md", text)
    assert updater.sync().added == 1


def test_nested_roots_show_one_name(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes / "deep"])
    assert names(library) == ["deep/c.txt"]
    updater.add([notes])
    updater.add([notes / "deep"])
    assert names(library)[-1] == "notes/deep/c.txt"
    assert updater.sync().document_count == 3


@pytest.mark.parametrize("what", ["a.md", "notes/a.md", "*a.md"])
def test_what_was_removed_stays_out_until_it_is_added(
    library: Path, notes: Path, what: str
) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    assert updater.remove([what]).removed == 1
    assert updater.sync().document_count == 2
    assert updater.add([notes / "a.md"]).added == 1
    assert updater.sync().document_count == 3


def test_a_removed_folder_is_no_root_any_more(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    assert updater.remove([notes]).removed == 3
    assert Library(library).status().roots == ()
    assert updater.sync().document_count == 0
    assert list((library / "segments").iterdir()) == []


def test_removing_what_is_not_there_changes_nothing(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    with pytest.raises(MissingPath, match="nowhere"):
        updater.remove(["a.md", "nowhere"])
    assert len(names(library)) == 3


def test_files_that_cannot_be_read_are_listed_and_tried_again_when_they_change(
    library: Path, notes: Path
) -> None:
    empty = write(notes / "empty.md", "")
    picture = notes / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    updater = Updater(library, WordEncoder())
    report = updater.add([notes])
    assert [file.name for file in report.skipped] == [
        "notes/empty.md",
        "notes/picture.png",
    ]
    assert [file.message for file in report.skipped] == [
        "It is empty or holds only white space.",
        "There is no reader for .png files.",
    ]
    assert report.newly_skipped == report.skipped
    assert updater.sync().newly_skipped == ()
    status = Library(library).status()
    assert {file.path for file in status.skipped} == {
        empty.as_posix(),
        picture.as_posix(),
    }
    write(empty, "Now it has a sentence.\n")
    picture.unlink()
    assert updater.sync().added == 1
    assert Library(library).status().skipped == ()


def test_what_lies_in_two_roots_is_left_out_once(library: Path, notes: Path) -> None:
    (notes / "inner").mkdir()
    (notes / "inner" / "nowhere").symlink_to("nothing")
    report = Updater(library, WordEncoder()).add([notes, notes / "inner"])
    assert [file.name for file in report.skipped] == ["notes/inner/nowhere"]


def test_a_file_that_cannot_be_opened_keeps_its_document(
    library: Path, notes: Path
) -> None:
    locked = False

    def reading(path: Path, name: str) -> Document:
        if locked and path.name == "a.md":
            try:
                raise PermissionError(13, "Permission denied")
            except OSError as error:
                raise UnreadableFile(f"{name} cannot be opened.") from error
        return read_file(path, name)

    updater = Updater(library, WordEncoder(), read=reading)
    updater.add([notes])
    write(notes / "a.md", "Other words.\n")
    locked = True
    report = updater.sync()
    assert [file.name for file in report.skipped] == ["notes/a.md"]
    assert [name for name, *_ in find(library, "apples")] == ["notes/a.md"]
    locked = False
    assert updater.sync().updated == 1
    assert Library(library).status().skipped == ()


def test_a_file_that_could_be_opened_again_is_off_the_list(
    library: Path, notes: Path
) -> None:
    locked = False

    def reading(path: Path, name: str) -> Document:
        if not locked:
            return read_file(path, name)
        try:
            raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise UnreadableFile(f"{name} cannot be opened.") from error

    text = (notes / "a.md").read_text()
    updater = Updater(library, WordEncoder(), read=reading)
    updater.add([notes])
    write(notes / "a.md", "Other words.\n")
    locked = True
    assert [file.name for file in updater.sync().skipped] == ["notes/a.md"]
    write(notes / "a.md", text)
    assert updater.sync().unchanged == 3
    assert Library(library).status().skipped == ()


def test_a_link_to_nowhere_that_was_removed_stays_out(
    library: Path, notes: Path
) -> None:
    (notes / "nowhere.md").symlink_to("nothing")
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    updater.remove([notes / "nowhere.md"])
    for _ in range(2):
        report = updater.sync()
        assert (report.skipped, report.newly_skipped) == ((), ())
    assert Library(library).status().skipped == ()


def test_a_file_that_lost_its_text_loses_its_document(
    library: Path, notes: Path
) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    write(notes / "a.md", "   \n")
    report = updater.sync()
    assert (report.removed, [file.name for file in report.skipped]) == (
        1,
        ["notes/a.md"],
    )
    assert find(library, "apples") == []


def test_one_file_of_many_costs_that_file(library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for number in range(300):
        write(folder / f"{number}.txt", f"Sentence of file {number}. And one more.\n")
    encoder = CountingEncoder()
    updater = Updater(library, encoder)
    updater.add([folder])
    before = segment_files(library)
    rows = _rows(library)
    encoder.encoded = 0
    write(folder / "17.txt", "Something else altogether.\n")
    report = updater.sync()
    after = segment_files(library)
    assert (report.updated, encoder.encoded) == (1, 1)
    # The first segment, of 300 chunks, is as it was; a second holds the one chunk.
    assert before.items() <= after.items()
    assert len({path.split("/")[1] for path in after.keys() - before.keys()}) == 1
    assert len(_rows(library) ^ rows) == 4


def _rows(library: Path) -> set[tuple[object, ...]]:
    """Return the rows of documents and chunks, with their numbers."""
    connection = sqlite3.connect(library / "catalog.sqlite3")
    found = {
        (table, *row)
        for table in ("documents", "chunks")
        for row in connection.execute(f"SELECT * FROM {table}")
    }
    connection.close()
    return found


def test_eight_small_segments_become_one_without_encoding_again(
    library: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "grown"
    encoder = CountingEncoder()
    updater = Updater(library, encoder)
    for number in range(TIER_FACTOR):
        write(folder / f"{number}.txt", f"Number {number} is here.\n")
        updater.add([folder])
    assert Library(library).status().segment_count == 1
    assert encoder.encoded == TIER_FACTOR
    fresh = built(tmp_path / "fresh", folder)
    assert find(library, "number 3") == find(fresh, "number 3")


def test_a_mostly_dead_segment_is_written_anew(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    updater.remove(["a.md", "b.md"])
    catalog = Catalog(library, writing=False)
    (row,) = catalog.segments()
    catalog.close()
    assert (row.row_count, row.living_count) == (1, 1)
    with Library(library).open_view() as view:
        assert "apples" not in view.vocabulary().counts


def test_an_interrupt_while_reading_changes_nothing(library: Path, notes: Path) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    write(notes / "a.md", "Other words.\n")
    write(notes / "b.md", "Other words too.\n")

    def stop(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Updater(library, WordEncoder(), progress=stop).sync()
    assert find(library, "other") == []
    assert len(find(library, "apples")) == 1


def test_an_interrupt_while_encoding_keeps_documents_and_sync_completes(
    library: Path, notes: Path
) -> None:
    def stop(progress: Progress) -> None:
        if progress.stage == "encoding":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Updater(library, WordEncoder(), progress=stop).add([notes])
    assert len(find(library, "grow")) == 2
    with Library(library).open_view() as view:
        assert (view.chunk_count, view.encoded_count) == (3, 0)
    report = Updater(library, WordEncoder()).sync()
    assert (report.unchanged, report.encoded_count) == (3, 3)


def test_another_encoder_is_refused_with_both_names_and_rebuild_takes_it(
    library: Path, notes: Path
) -> None:
    built(library, notes)
    other = WordEncoder(dimension=32)
    with pytest.raises(LibraryOutdated, match=r"64 dimensions.*32 dimensions"):
        Updater(library, other).sync()
    report = Updater(library, other).sync(rebuild=True)
    assert report.encoded_count == report.chunk_count == 3
    with Library(library).open_view() as view:
        assert view.encoder.dimension == 32


def test_a_rebuild_keeps_documents_that_are_out_of_reach(
    library: Path, notes: Path
) -> None:
    built(library, notes)
    notes.rename(notes.with_name("unmounted"))
    report = Updater(library, WordEncoder()).sync(rebuild=True)
    assert (report.document_count, report.encoded_count) == (3, 3)
    assert len(find(library, "grow")) == 2


def test_a_catalog_of_another_version_is_refused_and_rebuilt_from_the_roots(
    library: Path, notes: Path
) -> None:
    built(library, notes)
    connection = sqlite3.connect(library / "catalog.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for refused in (Library(library).status, Updater(library, WordEncoder()).sync):
        with pytest.raises(LibraryOutdated, match="schema 99"):
            refused()
    assert Updater(library, WordEncoder()).sync(rebuild=True).added == 3
    assert len(find(library, "grow")) == 2


def test_a_library_that_never_was_is_missing(library: Path) -> None:
    with pytest.raises(LibraryMissing, match="library"):
        Updater(library, WordEncoder()).sync()
    with pytest.raises(LibraryMissing), Library(library).open_view():
        pass
    assert not library.exists()


def test_the_same_work_gives_the_same_fingerprint(tmp_path: Path, notes: Path) -> None:
    first = built(tmp_path / "one" / "library", notes)
    second = built(tmp_path / "two" / "library", notes)
    prints = {Library(path).status().fingerprint for path in (first, second)}
    assert len(prints) == 1
    write(notes / "a.md", "Other words.\n")
    Updater(first, WordEncoder(dimension=64)).sync()
    assert Library(first).status().fingerprint not in prints


def test_status_tells_what_is_there(library: Path, notes: Path) -> None:
    built(library, notes)
    status = Library(library).status()
    assert (status.name, status.document_count, status.languages) == (
        "library",
        3,
        ("en",),
    )
    assert status.size > 10_000
    assert [file.name for file in status.files] == names(library)
    assert [root.path for root in status.roots] == [notes.as_posix()]


def test_a_document_comes_back_as_it_was_read(library: Path, notes: Path) -> None:
    built(library, notes)
    with Library(library).open_view() as view:
        for file in view.catalog.files():
            document = view.document(file.document_id)
            assert document == replace(read_file(Path(file.path)), name=file.name)
            for start, end in view.sentences(file.document_id).tolist():
                assert document.text[start:end].strip() == document.text[start:end]


def test_the_fingerprint_follows_every_change_of_a_document(
    library: Path, notes: Path
) -> None:
    updater = Updater(library, WordEncoder())
    updater.add([notes])
    seen: list[str] = []

    def note_change() -> None:
        updater.sync()
        with Library(library).open_view() as view:
            stored = view.catalog.documents_digest()
            assert stored == view.catalog._make_digest()
            seen.append(view.fingerprint)

    note_change()
    note_change()
    assert seen[0] == seen[1]
    write(notes / "new.md", "A walrus sings.\n")
    note_change()
    (notes / "new.md").rename(notes / "renamed.md")
    note_change()
    write(notes / "renamed.md", "A walrus sleeps.\n")
    note_change()
    (notes / "renamed.md").unlink()
    note_change()
    assert len(set(seen[1:5])) == 4
    with Library(library).open_view() as view:
        names_now = {file.name for file in view.catalog.files()}
    assert "notes/renamed.md" not in names_now


def test_an_open_library_sees_the_languages_of_what_is_added_and_removed(
    library: Path, notes: Path
) -> None:
    text = "Der Fluss ist lang, und er fließt durch das Tal bis an das Meer. " * 4
    german = write(notes / "d.txt", text)
    Updater(library, WordEncoder()).add([notes / "a.md"])
    held = Library(library)
    assert _languages(held) == ("en",)
    Updater(library, WordEncoder()).add([german])
    assert _languages(held) == ("de", "en")
    Updater(library, WordEncoder()).remove([german])
    assert _languages(held) == ("en",)


def _languages(library: Library) -> tuple[str, ...]:
    with library.open_view() as view:
        return view.languages
