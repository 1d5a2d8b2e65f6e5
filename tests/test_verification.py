"""Damage is found, named, refused and mended; a full disk loses nothing."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

import pytest

import index.segment
from index.errors import LibraryDamaged, LibraryMissing, StorageFull
from index.library import Library
from index.merging import TIER_FACTOR
from index.progress import Progress
from index.repairing import repair_library
from index.searching import SearchQuery, search
from index.storage import naming_failures
from index.updating import Updater
from index.verification import verify_library
from tests.fakes import WordEncoder
from tests.library_support import CountingEncoder, built, find, names, write

ENCODER = WordEncoder(dimension=64)
SEGMENT_FILES = (
    *(f"lexical/{n}.npy" for n in ("hashes", "offsets", "rows", "counts", "lengths")),
    "lexical/words.txt",
    "lexical.json",
    "vectors/chunks.faiss",
    "vectors/sentences.npy",
    "vectors.json",
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for number in range(4):
        write(folder / f"{number}.md", f"The gate {number} is open. It is red.\n")
    return built(tmp_path / "library", folder)


def segment_of(library: Path) -> Path:
    (segment,) = (library / "segments").iterdir()
    return segment


def flip_last_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 0xFF
    path.write_bytes(data)


def check_mended(library: Path, expected: list[tuple[str, int, int, float]]) -> None:
    assert verify_library(library) == []
    assert find(library, "gate 2") == expected
    with Library(library).open_view() as view:
        assert view.encoded_count == view.chunk_count
        assert search(view, SearchQuery("gate"), ENCODER).hits


def test_a_sound_library_has_no_findings(library: Path) -> None:
    assert verify_library(library) == []
    assert repair_library(library, ENCODER).findings == ()


@pytest.mark.parametrize("name", SEGMENT_FILES)
def test_a_flipped_byte_is_found_and_mended(library: Path, name: str) -> None:
    expected = find(library, "gate 2")
    damaged = segment_of(library) / name
    flip_last_byte(damaged)
    findings = verify_library(library)
    assert any(damaged.name in finding.problem for finding in findings)
    assert all("--repair" in finding.remedy for finding in findings)
    report = repair_library(library, ENCODER)
    assert (report.findings, report.set_aside) == (tuple(findings), None)
    check_mended(library, expected)


@pytest.mark.parametrize("name", SEGMENT_FILES)
@pytest.mark.parametrize("missing", [True, False], ids=["missing", "cut"])
def test_a_missing_or_cut_file_is_refused_and_mended(
    library: Path, name: str, missing: bool
) -> None:
    expected = find(library, "gate 2")
    damaged = segment_of(library) / name
    if missing:
        damaged.unlink()
    else:
        damaged.write_bytes(damaged.read_bytes()[:-1])
    with (
        pytest.raises(LibraryDamaged, match=damaged.name) as caught,
        Library(library).open_view(),
    ):
        pass
    assert "--repair" in caught.value.remedy
    repair_library(library, ENCODER)
    check_mended(library, expected)


def test_a_missing_segment_is_refused_and_mended(library: Path) -> None:
    expected = find(library, "gate 2")
    shutil.rmtree(segment_of(library))
    with pytest.raises(LibraryDamaged, match="missing"), Library(library).open_view():
        pass
    repair_library(library, ENCODER)
    check_mended(library, expected)


def test_only_the_damaged_segment_is_encoded_again(library: Path) -> None:
    sound = segment_of(library)
    write(library.parent / "notes" / "new.md", "One more gate.\n")
    Updater(library, ENCODER).sync()
    (other,) = set((library / "segments").iterdir()) - {sound}
    flip_last_byte(other / "vectors" / "chunks.faiss")
    encoder = CountingEncoder()
    assert repair_library(library, encoder).encoded_count == encoder.encoded == 1
    assert sound.is_dir()


@pytest.mark.parametrize("name", ["lexical/hashes.npy", "vectors/sentences.npy"])
def test_a_merge_does_not_vouch_for_what_was_altered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # As large files are: not read through when they are opened.
    monkeypatch.setattr("index.segment._CHECKED_BYTES", 0)
    folder = tmp_path / "notes"
    updater = Updater(tmp_path / "library", ENCODER)
    for number in range(TIER_FACTOR - 1):
        write(folder / f"{number}.md", f"The gate {number} is open.\n")
        updater.add([folder])
    damaged = min((tmp_path / "library" / "segments").iterdir()) / name
    flip_last_byte(damaged)
    write(folder / "last.md", "One more gate.\n")
    with pytest.raises(LibraryDamaged, match=damaged.name):
        updater.sync()
    assert {finding.kind for finding in verify_library(tmp_path / "library")} == {
        "segment"
    }
    repair_library(tmp_path / "library", ENCODER)
    assert verify_library(tmp_path / "library") == []
    assert len(find(tmp_path / "library", "gate")) == TIER_FACTOR


@pytest.mark.parametrize("damage", ["garbage", "empty", "gone"])
def test_a_lost_catalog_is_set_aside_and_the_roots_are_read_again(
    library: Path, damage: str
) -> None:
    expected = find(library, "gate 2")
    catalog = library / "catalog.sqlite3"
    if damage == "garbage":
        catalog.write_bytes(b"this is no database" * 1000)
    elif damage == "empty":
        catalog.write_bytes(b"")
    else:
        catalog.unlink()
    with (
        pytest.raises(LibraryDamaged, match="catalog of the library") as caught,
        Library(library).open_view(),
    ):
        pass
    assert "--repair" in caught.value.remedy
    assert [finding.kind for finding in verify_library(library)] == ["catalog"]
    report = repair_library(library, ENCODER)
    assert (report.set_aside is None) == (damage == "gone")
    if report.set_aside is not None:
        assert report.set_aside.exists()
    check_mended(library, expected)


def test_a_page_of_the_catalog_overwritten_is_found(library: Path) -> None:
    catalog = library / "catalog.sqlite3"
    data = bytearray(catalog.read_bytes())
    data[2 * 4096 : 4 * 4096] = b"\xa5" * (2 * 4096)
    catalog.write_bytes(data)
    assert {finding.kind for finding in verify_library(library)} == {"catalog"}
    repair_library(library, ENCODER)
    assert verify_library(library) == []
    assert len(names(library)) == 4


def test_without_catalog_and_roots_the_remedy_is_to_add_again(library: Path) -> None:
    (library / "catalog.sqlite3").write_bytes(b"this is no database" * 1000)
    (library / "roots.json").unlink()
    with pytest.raises(LibraryDamaged, match="set aside") as caught:
        repair_library(library, ENCODER)
    assert "quoth add" in caught.value.remedy
    assert list(library.glob("catalog.damaged-*"))
    Updater(library, ENCODER).add([library.parent / "notes"])
    assert verify_library(library) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chunks SET start = start + 1 WHERE chunk_id = 2",
        "UPDATE texts SET text = 'short' WHERE document_id = 2",
        "DELETE FROM texts WHERE document_id = 2",
        "DELETE FROM chunks WHERE chunk_id = 2",
    ],
)
def test_rows_that_do_not_fit_together_are_found_and_mended(
    library: Path, change: str
) -> None:
    expected = find(library, "gate 2")
    connection = sqlite3.connect(library / "catalog.sqlite3")
    connection.execute(change)
    connection.commit()
    connection.close()
    assert {finding.kind for finding in verify_library(library)} == {"document"}
    repair_library(library, ENCODER)
    check_mended(library, expected)


def test_verifying_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        verify_library(tmp_path / "nowhere")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("part", ["lexical", "vectors"])
def test_a_full_disk_loses_nothing(
    library: Path, monkeypatch: pytest.MonkeyPatch, code: int, part: str
) -> None:
    expected = find(library, "gate 2")
    write(library.parent / "notes" / "new.md", "A word more: quince.\n")
    seal = index.segment.seal_part

    def full(segment: Path, name: str, row_count: int) -> str:
        if name == part:
            raise OSError(code, "no")
        return seal(segment, name, row_count)

    with monkeypatch.context() as patch:
        patch.setattr("index.segment.seal_part", full)
        patch.setattr("index.encoding.seal_part", full)
        with pytest.raises(StorageFull, match="library") as caught:
            Updater(library, ENCODER).sync()
    assert caught.value.remedy
    assert verify_library(library) == []
    found = find(library, "quince")
    if part == "lexical":
        # The documents are as before, and nothing half-written takes room.
        assert found == []
        assert find(library, "gate 2") == expected
        assert segment_of(library).is_dir()
    else:
        assert [name for name, *_ in found] == ["notes/new.md"]
    Updater(library, ENCODER).sync()
    assert len(find(library, "quince")) == 1
    assert verify_library(library) == []


def test_a_full_disk_under_sqlite_loses_nothing(library: Path) -> None:
    expected = find(library, "gate 2")
    long = "".join(f"Sentence {n} is here to take room. " for n in range(3000))
    write(library.parent / "notes" / "new.md", long)

    def fill(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == 0:
            (page_count,) = connection().execute("PRAGMA page_count").fetchone()
            connection().execute(f"PRAGMA max_page_count = {page_count}")

    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connecting(*arguments: str, **options: bool) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))  # type: ignore[call-overload]
        return opened[-1]

    def connection() -> sqlite3.Connection:
        return opened[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sqlite3.connect", connecting)
        with pytest.raises(StorageFull, match="no room"):
            Updater(library, ENCODER, progress=fill).sync()
    assert find(library, "gate 2") == expected
    assert verify_library(library) == []
    assert Updater(library, ENCODER).sync().added == 1


def test_a_library_on_a_read_only_disk_can_be_read(library: Path) -> None:
    # A reader leaves the journal's files; a writer that closes takes them away.
    Updater(library, ENCODER).sync()
    connect = sqlite3.connect
    refused: list[str] = []

    def refusing(where: str, **options: bool) -> sqlite3.Connection:
        if "immutable=1" not in where:
            refused.append(where)
            raise sqlite3.OperationalError("unable to open database file")
        return connect(where, **options)  # type: ignore[call-overload, no-any-return]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sqlite3.connect", refusing)
        assert len(find(library, "gate 2")) == 4
    assert refused


def test_failures_that_are_no_storage_failures_stay_what_they_are() -> None:
    with pytest.raises(OSError, match="Is a directory"), naming_failures(Path("x")):
        raise OSError(errno.EISDIR, "Is a directory")
    with pytest.raises(sqlite3.OperationalError), naming_failures(Path("x")):
        sqlite3.connect(":memory:").execute("SELECT * FROM nothing")
