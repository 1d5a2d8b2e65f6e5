"""What `quoth remove` takes out: what was named, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import MissingPath
from index.library import Library
from index.sources import matches
from index.updating import Updater
from tests.fakes import WordEncoder
from tests.library_support import names, write

READMES = ["notes/README.md", "notes/sub/README.md", "notes/sub/deep/README.md"]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    for name in READMES:
        write(tmp_path / name, f"This is about {name}.\n")
    return tmp_path / "notes"


@pytest.fixture
def updater(tmp_path: Path, notes: Path) -> Updater:
    made = Updater(tmp_path / "library", WordEncoder())
    made.add([notes])
    return made


@pytest.mark.parametrize(
    ("what", "remaining"),
    [
        ("README.md", READMES[1:]),
        ("./README.md", READMES[1:]),
        ("sub/README.md", [READMES[0], READMES[2]]),
        ("sub", READMES[:1]),
        ("*.md", []),
    ],
)
def test_a_path_from_the_current_folder_means_itself_alone(
    tmp_path: Path,
    notes: Path,
    updater: Updater,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    remaining: list[str],
) -> None:
    monkeypatch.chdir(notes)
    assert updater.remove([what]).removed == len(READMES) - len(remaining)
    assert names(tmp_path / "library") == sorted(remaining)
    assert updater.sync().document_count == len(remaining)


def test_a_name_that_is_no_path_here_means_every_file_of_that_name(
    tmp_path: Path, updater: Updater, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert updater.remove(["README.md"]).removed == len(READMES)


def test_a_name_with_brackets_means_that_file_before_it_means_a_glob(
    tmp_path: Path, notes: Path, updater: Updater
) -> None:
    for name in ("report[1].md", "report1.md"):
        write(notes / name, f"This is {name}.\n")
    updater.sync()
    assert updater.remove(["report[1].md"]).removed == 1
    assert "notes/report1.md" in names(tmp_path / "library")
    assert updater.remove(["report[1].md"]).removed == 1
    assert names(tmp_path / "library") == sorted(READMES)


@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_path_removes_nothing(
    tmp_path: Path, updater: Updater, nothing: str
) -> None:
    with pytest.raises(MissingPath, match="empty path"):
        updater.remove([nothing])
    assert len(names(tmp_path / "library")) == len(READMES)


@pytest.mark.parametrize(
    "glob",
    [
        "report[1].md",
        "/data/notes[x]/report[1].md",
        "notes[x]/report[1].md",
        "/data/notes[x]",
        "notes[x]/",
    ],
)
def test_what_is_named_to_the_letter_matches(glob: str) -> None:
    path, name = "/data/notes[x]/report[1].md", "notes[x]/report[1].md"
    assert matches(glob, path, name)
    assert not matches(glob, "/data/notes/report.md", "notes/report.md")


def test_a_search_is_limited_to_a_file_with_brackets_in_its_name(
    tmp_path: Path, notes: Path, updater: Updater
) -> None:
    path = write(notes / "report[1].md", "The report is here.\n")
    updater.sync()
    with Library(tmp_path / "library").open_view() as view:
        masks = view.chunks_matching(path.as_posix())
        assert sum(int(mask.sum()) for mask in masks) == 1
