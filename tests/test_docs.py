"""What is written about the project keeps to what the project is."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from assistant.cli.group import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")),
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", read(page)):
        if "://" not in target and not target.startswith("mailto:"):
            assert ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_named_exist(page: str) -> None:
    # `quoth` at the beginning of inline code or of a line of code.
    named = re.findall(r"(?:`|^ {4}(?:\$ )?)quoth ([a-z]+)\b", read(page), re.MULTILINE)
    assert set(named) <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_that_are_named_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:`|^ {4}(?:\$ )?)make ([a-z]+)\b", read(page), re.MULTILINE)
    assert set(named) <= targets


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"## {version}" in read("CHANGELOG.md")


def test_every_dependency_has_its_reason() -> None:
    before = ""
    for row in read("pyproject.toml").splitlines():
        text = row.strip()
        if re.match(r'"[A-Za-z][\w.-]+(\[[a-z]+\])?[=><~!]', text):
            assert before.startswith(("#", '"')), text
        if text:
            before = text


def test_make_lists_its_targets() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0
    for target in ("chat", "ask", "test", "check", "lint", "bench", "help"):
        assert f"make {target} " in done.stdout


def test_make_refuses_an_old_python_in_words(tmp_path: Path) -> None:
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "chat", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "needs Python 3.11" in done.stderr
    assert not (tmp_path / "venv").exists()
