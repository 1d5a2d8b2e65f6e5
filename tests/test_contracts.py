"""What really gets imported, seen from a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HEAVY = frozenset(
    {
        *("faiss", "openvino", "rich", "pydantic", "pydantic_settings"),
        *("sentence_transformers", "textual", "tokenizers", "torch", "transformers"),
        *("sentencex", "py3langid", "scipy", "sklearn"),
    }
)
"""What takes a tenth of a second or more to import, or is not always needed."""

ALONE = {
    "assistant.config_sources": {"pydantic", "pydantic_settings"},
    "assistant.reader.network": {"torch"},
    "assistant.reader.quantization": {"torch"},
    "assistant.tui": {"rich", "textual"},
}
"""Modules that are about something heavy, and are themselves imported late."""


def loaded_after(code: str, *arguments: str) -> set[str]:
    """Run code in a new process; return the top-level modules loaded at its end."""
    program = (
        f"import atexit, sys\n"
        f"atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    modules = done.stderr.splitlines()[-1].split()
    assert "sys" in modules, done.stderr
    return {name.partition(".")[0] for name in modules}


def module_names() -> list[str]:
    """Every module of ours, by name."""
    found = []
    for package in ("assistant", "index"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found.append(name.removesuffix(".__init__"))
    return found


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_after("from assistant.cli import main; main()", "--help")
    assert not loaded & (HEAVY | {"numpy", "sqlite3", "asyncio"})


def test_no_module_loads_what_is_heavy_when_it_is_imported() -> None:
    light = [
        name
        for name in module_names()
        if not any(name == one or name.startswith(f"{one}.") for one in ALONE)
    ]
    code = (
        "import importlib, sys\n"
        f"heavy = {sorted(HEAVY)!r}\n"
        f"for name in {light!r}:\n"
        "    importlib.import_module(name)\n"
        "    found = [one for one in heavy if one in sys.modules]\n"
        "    if found:\n"
        "        sys.exit(f'{name} imports {found}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", sorted(ALONE))
def test_what_is_heavy_in_one_place_is_only_that(package: str) -> None:
    loaded = loaded_after(f"import {package}")
    assert not loaded & (HEAVY - ALONE[package])


def test_the_index_loads_nothing_of_the_assistant() -> None:
    names = [name for name in module_names() if name.split(".")[0] == "index"]
    loaded = loaded_after("\n".join(f"import {name}" for name in names))
    assert "assistant" not in loaded


def test_a_question_needs_no_torch(
    encoder_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(encoder_cache))
    monkeypatch.delenv("QUOTH_READER__NAME")
    ask = "from assistant.cli import main; main()"
    question = ("ask", "--json", "Who is the US envoy for Syria?")
    loaded_after(ask, *question)
    loaded = loaded_after(ask, *question)
    assert "openvino" in loaded
    unneeded = {"torch", "transformers", "sentence_transformers", "textual"}
    assert not loaded & (unneeded | {"pydantic", "rich", "scipy", "sklearn"})


def test_a_lexical_search_needs_no_encoder(
    encoder_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(encoder_cache))
    search = "from assistant.cli import main; main()"
    arguments = ("search", "--mode", "lexical", "envoy")
    loaded_after(search, *arguments)
    assert not loaded_after(search, *arguments) & {"openvino", "torch", "tokenizers"}
