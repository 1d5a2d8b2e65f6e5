"""Bad input at the command line: each its own error and remedy, and nothing is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli.group import quoth
from assistant.cli.options import Invocation
from assistant.locations import find_locations
from index.library import Library
from index.segment import SEGMENTS_FOLDER
from tests.fakes import WordEncoder

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Who keeps the lighthouse?"
ANSWER = "Agatha Holm keeps the lighthouse."


def run_quoth(*arguments: str | Path) -> Result:
    return CliRunner().invoke(
        quoth,
        [str(argument) for argument in arguments],
        obj=Invocation(load_encoder=lambda _: WordEncoder()),
        env={"NO_COLOR": "1"},
    )


def default_library() -> Path:
    return find_locations().library("default")


def catalog() -> Path:
    return default_library() / "catalog.sqlite3"


def fingerprint() -> str:
    return Library(default_library()).status().fingerprint


def assert_refused(result: Result, title: str, *named: str) -> None:
    """The command ended with one clear error, and with nothing on stdout."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    errors = [row for row in result.stderr.splitlines() if row.startswith("error: ")]
    assert len(errors) == 1
    assert errors[0].startswith(f"error: {title}: ")
    assert "\nremedy: " in result.stderr
    assert "Traceback" not in result.stderr
    for part in named:
        assert part in result.stderr


def answers() -> None:
    result = run_quoth("search", "--mode", "hybrid", QUESTION)
    assert result.exit_code == 0, result.output
    assert ANSWER in result.stdout


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{ANSWER}\n", encoding="utf-8")
    (folder / "b.md").write_text("# Gate\n\nThe gate is open.\n", encoding="utf-8")
    return folder


@pytest.fixture
def filled(notes: Path) -> Path:
    result = run_quoth("add", notes)
    assert result.exit_code == 0, result.output
    return notes


def test_one_missing_path_among_others_adds_none_of_them(
    filled: Path, tmp_path: Path
) -> None:
    before = fingerprint()
    (tmp_path / "good.txt").write_text("Good.", encoding="utf-8")
    result = run_quoth("add", tmp_path / "good.txt", tmp_path / "missing")
    assert_refused(result, "No such file or folder", str(tmp_path / "missing"))
    assert fingerprint() == before


@pytest.mark.parametrize("path", ["", " "])
def test_an_empty_path_is_not_the_current_folder(
    notes: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(notes)
    assert_refused(run_quoth("add", path), "No such file or folder", "empty path")
    assert not default_library().exists()


def test_removing_what_is_not_there_is_an_error(filled: Path) -> None:
    before = fingerprint()
    assert_refused(
        run_quoth("remove", "nothing.txt"), "No such file or folder", "nothing.txt"
    )
    assert fingerprint() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_added(
    notes: Path,
) -> None:
    os.mkfifo(notes / "pipe")
    result = run_quoth("add", notes)
    assert result.exit_code == 0, result.output
    assert "notes/pipe" in result.stderr
    answers()


def test_a_folder_without_text_says_so_and_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "data.bin").write_bytes(b"\x00\x01\xff")
    result = run_quoth("add", tmp_path / "empty")
    assert result.exit_code == 2
    assert "error: The library is empty: " in result.stderr
    assert "data.bin" in result.stderr
    assert "\nremedy: " in result.stderr
    assert json.loads(run_quoth("status", "--json").stdout)["name"] == "seeds"


def test_a_data_folder_that_is_a_file(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("QUOTH_DATA_DIR", str(tmp_path / "file"))
    assert_refused(
        run_quoth("add", notes), "The library cannot be written", "QUOTH_DATA_DIR"
    )


def test_a_library_that_is_a_file(notes: Path) -> None:
    default_library().parent.mkdir(parents=True)
    default_library().write_text("x", encoding="utf-8")
    assert_refused(run_quoth("add", notes), "The library cannot be written", "default")
    assert default_library().read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(
    "arguments",
    [
        *(("ask", QUESTION), ("search", QUESTION), ("status",), ("show", "a.txt")),
        *(("add", "."), ("sync",), ("remove", "a.txt")),
    ],
)
def test_no_command_touches_a_library_of_another_version(
    filled: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(filled)
    with closing(sqlite3.connect(catalog())) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = catalog().read_bytes()
    assert_refused(
        run_quoth(*arguments),
        "The library was built differently",
        "quoth sync --rebuild",
    )
    assert catalog().read_bytes() == before
    assert run_quoth("sync", "--rebuild").exit_code == 0
    answers()


def garbage() -> None:
    catalog().write_bytes(b"This is no database. " * 100)


def cut() -> None:
    catalog().write_bytes(catalog().read_bytes()[:20_000])


def emptied() -> None:
    catalog().write_bytes(b"")


def gone() -> None:
    catalog().unlink()


@pytest.mark.parametrize("damage", [garbage, cut, emptied, gone])
def test_a_damaged_catalog_is_named_and_made_anew(
    filled: Path, damage: Callable[[], None]
) -> None:
    for journal in default_library().glob("catalog.sqlite3-*"):
        journal.unlink()
    damage()
    for command in ("ask", "search"):
        assert_refused(
            run_quoth(command, QUESTION),
            "The library is damaged",
            str(default_library()),
            "quoth doctor --repair",
        )
    found = run_quoth("doctor")
    assert found.exit_code == 2
    assert "✗ library default" in found.stdout
    assert run_quoth("doctor", "--repair").exit_code == 0
    assert run_quoth("doctor").exit_code == 0
    answers()


def test_without_catalog_and_roots_adding_again_mends(filled: Path) -> None:
    catalog().unlink()
    (default_library() / "roots.json").write_text("garbage", encoding="utf-8")
    assert_refused(run_quoth("ask", QUESTION), "The library is damaged")
    repair = run_quoth("doctor", "--repair")
    assert repair.exit_code == 2
    assert "quoth add PATH" in repair.stdout
    assert "None" not in repair.stdout
    assert run_quoth("add", filled).exit_code == 0
    assert run_quoth("doctor").exit_code == 0
    answers()


def overwrite(path: Path) -> None:
    """Overwrite the second half, as a failing disk or another program would."""
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(data[:half] + b"\xff" * (len(data) - half))


def segment_files() -> list[str]:
    folder = default_library() / SEGMENTS_FOLDER
    return sorted(
        path.relative_to(next(folder.iterdir())).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_any_altered_file_of_a_segment_is_named_and_made_anew(filled: Path) -> None:
    for name in segment_files():
        (segment,) = (default_library() / SEGMENTS_FOLDER).iterdir()
        overwrite(segment / name)
        assert_refused(
            run_quoth("ask", QUESTION),
            "The library is damaged",
            name,
            "quoth doctor --repair",
        )
        assert run_quoth("doctor").exit_code == 2
        assert run_quoth("doctor", "--repair").exit_code == 0, name
        answers()


@pytest.mark.parametrize(
    "name", ["lexical/rows.npy", "lexical/words.txt", "vectors/scales.npy"]
)
def test_damage_that_shows_only_in_use_is_named_too(
    filled: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Large files are not read through when they are opened."""
    monkeypatch.setattr("index.segment._CHECKED_BYTES", -1)
    (segment,) = (default_library() / SEGMENTS_FOLDER).iterdir()
    overwrite(segment / name)
    # A misspelt word has the vocabulary read, too.
    arguments = ("search", "--mode", "lexical") if "words" in name else ("ask",)
    assert_refused(
        run_quoth(*arguments, "Who is in the lighthose?"), "The library is damaged"
    )


def test_a_fault_over_a_sound_library_is_not_blamed_on_it(filled: Path) -> None:
    with (
        pytest.raises(ValueError, match="ours"),
        Library(default_library()).open_view(),
    ):
        raise ValueError("ours")


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from assistant.cli.group import quoth
from assistant.cli.options import Invocation
from tests.fakes import WordEncoder
quoth.main(obj=Invocation(load_encoder=lambda _: WordEncoder()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of size are POSIX")
@pytest.mark.parametrize("limit", [4_000, 40_000, 70_000, 150_000, 300_000])
def test_where_no_file_can_grow_nothing_is_lost(
    filled: Path, tmp_path: Path, limit: int
) -> None:
    """Files that may not grow over a size fail like a disk that is full."""
    before = fingerprint()
    many = tmp_path / "many"
    many.mkdir()
    for number in range(20):
        words = " ".join(f"word{number * 1000 + n}" for n in range(1000))
        (many / f"{number}.txt").write_text(f"{words}.\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "add", str(many)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert done.stderr.splitlines()[-2].startswith(
        "error: The library cannot be written: There is no room"
    ), done.stderr
    assert "remedy: Free some space" in done.stderr
    with Library(default_library()).open_view() as view:
        # All of it is in, or nothing: only vectors may be missing.
        assert view.document_count in {2, 22}
        assert (view.fingerprint == before) == (view.document_count == 2)
    answers()
    assert run_quoth("add", many).exit_code == 0
    assert run_quoth("doctor").exit_code == 0
    assert json.loads(run_quoth("status", "--json").stdout)["documents"] == 22


def test_a_remedy_names_the_library_that_was_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from assistant.cli.group import report
    from index.errors import LibraryOutdated

    error = LibraryOutdated("Built otherwise.", "Run `quoth sync --rebuild`.")
    assert report(error, library="sea") == 2
    assert "Run `quoth sync --library sea --rebuild`." in capsys.readouterr().err
    report(error)
    assert "Run `quoth sync --rebuild`." in capsys.readouterr().err
