"""The wheel, installed alone, finds what it carries; the pins are complete."""

from __future__ import annotations

import json
import os
import re
import site
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", str(folder), str(ROOT)),
    )
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment with the wheel and, linked, its dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    run(
        *(sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install"),
        *("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"),
        str(wheel),
    )
    (packages,) = folder.glob("lib/*/site-packages")
    # Packages of the outer environment, without its links to this checkout.
    outer = [path for path in site.getsitepackages() if Path(path).is_dir()]
    (packages / "dependencies.pth").write_text("\n".join(outer), encoding="utf-8")
    return scripts / "quoth"


def run(
    *command: str, cwd: Path | None = None, cache: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    if cache is not None:
        environment["QUOTH_CACHE_DIR"] = str(cache)
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done


def test_the_wheel_carries_code_prompts_and_seeds_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for package in ("assistant", "index"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in names
    for folder in ("prompts", "seeds"):
        for path in (ROOT / folder).iterdir():
            assert f"assistant/_{folder}/{path.name}" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("quoth-")} == {
        "assistant",
        "index",
    }


def test_the_installed_command_finds_its_own_folders(
    installed: Path, tmp_path: Path
) -> None:
    places = json.loads(
        run(str(installed), "config", "path", "--json", cwd=tmp_path).stdout
    )
    for name in ("packaged_prompts", "packaged_seeds"):
        assert Path(places[name]).is_relative_to(installed.parent.parent)
        assert any(Path(places[name]).iterdir())
    version = run(str(installed), "--version", cwd=tmp_path).stdout
    assert re.fullmatch(r"quoth \d+\.\d+\.\d+\n", version)


def test_the_installed_command_answers_from_its_seeds(
    installed: Path, tmp_path: Path, encoder_cache: Path
) -> None:
    question = "How many people have been killed in the conflict?"
    asked = run(
        str(installed), "ask", "--json", question, cwd=tmp_path, cache=encoder_cache
    )
    reply = json.loads(asked.stdout)
    shown = (reply["quotes"] + reply["near_misses"])[0]
    assert "over 400,000" in shown["text"]
    assert Path(shown["document"]["path"]).is_relative_to(installed.parent.parent)


def pins() -> dict[str, str]:
    """Name to version of everything in constraints.txt."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    pinned = [row.split("==") for row in rows]
    return {canonicalize_name(name): version for name, version in pinned}


def requirements_of(name: str, extras: frozenset[str]) -> list[Requirement]:
    """What an installed distribution needs here, with some of its extras."""
    try:
        texts = distribution(name).requires or []
    except PackageNotFoundError:
        return []
    environments = [{"extra": extra} for extra in (extras or {""})]
    return [
        required
        for required in map(Requirement, texts)
        if required.marker is None
        or any(required.marker.evaluate(one) for one in environments)
    ]


def needed() -> set[str]:
    """Names of everything that Quoth and its tools need on this machine."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    own = project["dependencies"] + project["optional-dependencies"]["dev"]
    waiting = [Requirement(one) for one in own]
    seen = set()
    while waiting:
        required = waiting.pop()
        entry = canonicalize_name(required.name), frozenset(required.extras)
        if entry not in seen:
            seen.add(entry)
            waiting += requirements_of(*entry)
    return {name for name, _ in seen}


def test_everything_that_is_installed_for_us_is_pinned() -> None:
    required = needed()
    assert len(required) > 40
    assert required - pins().keys() == set()


def test_pins_are_exact_and_name_no_place() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "+" not in text
    assert pins()["torch"] == "2.13.0"
