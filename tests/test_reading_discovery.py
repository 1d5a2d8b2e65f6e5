from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import MissingPath
from index.reading import Found, Unreachable, discover, read_file


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Text.")
    return root


def names(root: Path, exclude: Sequence[str] = ()) -> list[str]:
    return [item.name for item in discover(root, exclude)]


def test_files_come_sorted_with_the_folders_own_name(tmp_path: Path) -> None:
    root = tree(tmp_path / "notes", "b.md", "a/z.txt", "a/scan.pdf", "B.md", "a.txt")
    found = list(discover(root))
    assert [item.name for item in found] == [
        "notes/B.md",
        "notes/a/scan.pdf",
        "notes/a/z.txt",
        "notes/a.txt",
        "notes/b.md",
    ]
    first = found[0]
    assert isinstance(first, Found)
    assert first.path == root / "B.md"


def test_a_file_alone_is_found_even_if_hidden(tmp_path: Path) -> None:
    tree(tmp_path, ".hidden.md")
    assert names(tmp_path / ".hidden.md") == [".hidden.md"]


def test_what_nobody_expects_is_left_out(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "r",
        ".git/config",
        ".env",
        "node_modules/x/readme.md",
        "pkg/__pycache__/m.pyc",
        "env/pyvenv.cfg",
        "env/lib/readme.txt",
        "~$report.docx",
        "notes.txt~",
        "m.pyc",
        "keep.txt",
    )
    (root / "cache").mkdir()
    (root / "cache/CACHEDIR.TAG").write_bytes(
        b"Signature: 8a477f597d28d172789f06886806bc55\n"
    )
    (root / "cache/data.txt").write_text("Text.")
    tree(root, "no-cache/CACHEDIR.TAG", "no-cache/data.txt")
    assert names(root) == ["r/keep.txt", "r/no-cache/data.txt"]


def test_a_hidden_folder_that_was_asked_for_is_read(tmp_path: Path) -> None:
    root = tree(tmp_path / ".notes", "a.txt", "pyvenv.cfg")
    assert names(root) == [".notes/a.txt", ".notes/pyvenv.cfg"]


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("*.log", ["r/a.txt", "r/old/b.txt"]),
        ("old", ["r/a.txt", "r/c.log"]),
        ("r/old/*", ["r/a.txt", "r/c.log"]),
        ("old/b.*", ["r/a.txt", "r/c.log", "r/old/d.log"]),
    ],
)
def test_globs_exclude_names_and_folders(
    tmp_path: Path, glob: str, left: list[str]
) -> None:
    root = tree(tmp_path / "r", "a.txt", "c.log", "old/b.txt", "old/d.log")
    assert names(root, [glob]) == left


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingPath, match="nowhere") as caught:
        names(tmp_path / "nowhere")
    assert caught.value.remedy


def test_links_never_loop_and_never_lead_out(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a/x.txt")
    outside = tree(tmp_path / "outside", "secret.txt")
    (root / "loop").symlink_to(root)
    (root / "a/again.txt").symlink_to(root / "a/x.txt")
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "outdir").symlink_to(outside)
    (root / "broken.txt").symlink_to(root / "gone.txt")
    (root / "self").symlink_to(root / "self")
    found = list(discover(root))
    assert [item.name for item in found if isinstance(item, Found)] == ["r/a/x.txt"]
    problems = {i.name: i.reason for i in found if isinstance(i, Unreachable)}
    assert set(problems) == {"r/broken.txt", "r/out.txt", "r/outdir", "r/self"}
    assert "leaves the folder" in problems["r/out.txt"]
    assert "nowhere" in problems["r/broken.txt"]


def test_a_link_to_a_file_that_is_not_found_otherwise_is_that_file(
    tmp_path: Path,
) -> None:
    root = tree(tmp_path / "r", ".git/annex/objects/k.md", "env/pyvenv.cfg", "env/a.md")
    (root / "report.md").symlink_to(".git/annex/objects/k.md")
    (root / "again.md").symlink_to("report.md")
    (root / "env.md").symlink_to("env/a.md")
    (root / "report.pyc").symlink_to(".git/annex/objects/k.md")
    found = list(discover(root))
    assert [item.name for item in found] == ["r/again.md", "r/env.md", "r/report.md"]
    assert [item.path for item in found if isinstance(item, Found)] == [
        root / "again.md",
        root / "env.md",
        root / "report.md",
    ]
    assert read_file(root / "report.md").text == "Text."
    assert names(root, ["report.*"]) == ["r/again.md", "r/env.md"]


def test_other_links_to_what_is_left_out_are_reported(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a.txt", "old/b.txt", "old/c.txt", ".hidden/d.txt")
    (root / "copy.txt").symlink_to("old/b.txt")
    (root / "old copy").symlink_to("old")
    (root / "folder").symlink_to(".hidden")
    (root / ".hidden/loop").symlink_to(root / "folder")
    (root / "top").symlink_to(root)
    found = list(discover(root, ["old"]))
    assert [item.name for item in found if isinstance(item, Found)] == ["r/a.txt"]
    problems = {i.name: i.reason for i in found if isinstance(i, Unreachable)}
    assert set(problems) == {"r/copy.txt", "r/folder", "r/old copy"}
    assert "excluded" in problems["r/copy.txt"]
    assert "excluded" in problems["r/old copy"]
    assert "folder that is left out" in problems["r/folder"]
    assert names(root / "folder") == ["folder/d.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a/a.txt", ".hidden/b.txt")
    os.mkfifo(root / ".hidden/pipe")
    os.mkfifo(root / "a/CACHEDIR.TAG")
    (root / "pipe.txt").symlink_to(".hidden/pipe")
    found = list(discover(root))
    assert [item.name for item in found] == ["r/a/a.txt", "r/pipe.txt"]
    assert isinstance(found[1], Unreachable)
    assert "regular" in found[1].reason


def test_a_link_that_was_asked_for_is_followed(tmp_path: Path) -> None:
    tree(tmp_path / "real", "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "link") == ["link/a.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read anything")
def test_a_folder_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a.txt", "closed/b.txt")
    (root / "closed").chmod(0)
    try:
        found = list(discover(root))
    finally:
        (root / "closed").chmod(0o700)
    assert [item.name for item in found] == ["r/a.txt", "r/closed"]
    assert isinstance(found[1], Unreachable)
    assert "Permission denied" in found[1].reason


def test_a_folder_that_cannot_be_listed_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path / "r", "a.txt", "closed/b.txt")
    list_folder = os.listdir

    def deny(path: Path) -> list[str]:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "listdir", deny)
    found = list(discover(root))
    assert [item.name for item in found] == ["r/a.txt", "r/closed"]
    assert isinstance(found[1], Unreachable)
    assert "Permission denied" in found[1].reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_reported(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a.txt")
    os.mkfifo(root / "pipe.txt")
    found = list(discover(root))
    assert isinstance(found[1], Unreachable)
    assert found[1].name == "r/pipe.txt"


@pytest.mark.skipif(os.name == "nt", reason="names are always Unicode there")
def test_a_name_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a.txt")
    try:
        with open(os.fsencode(root) + b"/caf\xe9.txt", "w") as file:
            file.write("Text.")
    except OSError:
        pytest.skip("this file system refuses such names")
    found = list(discover(root))
    assert isinstance(found[1], Unreachable)
    assert found[1].name == "r/caf\\xe9.txt"
    assert found[1].path.encode()
    assert "rename" in found[1].reason
