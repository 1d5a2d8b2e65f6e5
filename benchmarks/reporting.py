"""What every result file says: machine, versions, commit and command."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.evaluation.report import number, table

RESULTS = Path(__file__).parent / "results"
_REPOSITORY = Path(__file__).parent.parent
_PACKAGES = (
    "quoth",
    "numpy",
    "faiss-cpu",
    "rank-bm25",
    "openvino",
    "tokenizers",
    "sentence-transformers",
    "torch",
    "sentencex",
    "PyStemmer",
)
# Of the processor's flags, those that decide how fast matrices are multiplied.
_FLAGS = (
    "avx2",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "amx_bf16",
    "amx_int8",
    "asimd",
    "sve",
)


_NUMBERS = re.compile(r"\[[^\[\]{}\"]*\]")


def describe_run() -> dict[str, object]:
    """Say what was run, on what, with which versions."""
    return {
        "commit": commit(),
        "command": command(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "hardware": hardware(),
        "versions": {"python": platform.python_version()} | _versions(),
    }


def commit() -> str:
    """Return the commit that is checked out, `-dirty` where sources differ from it."""
    number = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    sources = ("assistant", "index", "benchmarks/*.py")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", *sources)
    return f"{number}-dirty" if changed else number


def command() -> str:
    """Return the command line, folders by their last name: no path of a machine."""
    module = Path(sys.argv[0]).stem
    arguments = [
        f"DATA/{Path(word).name}" if os.sep in word else word for word in sys.argv[1:]
    ]
    name = "benchmarks" if module == "__main__" else f"benchmarks.{module}"
    return " ".join(["python -m", name, *arguments])


def hardware() -> dict[str, object]:
    """Return processor, cores, memory and what the processor can do."""
    fields = _processor()
    flags = (fields.get("flags") or fields.get("Features") or "").split()
    return {
        "cpu": fields.get("model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "flags": [flag for flag in _FLAGS if flag in flags],
        "memory_gb": _memory_gigabytes(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def write_result(name: str, content: Mapping[str, object], out: Path | None) -> Path:
    """Write a result file and return where it is.

    Args:
        name: Of the benchmark; the file is `<commit>-<name>.json` in results/.
        content: Added to `describe_run`.
        out: Another file to write instead.
    """
    path = out or RESULTS / f"{commit()}-{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = _rounded(describe_run() | dict(content))
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    # A list of numbers on a line of its own: files stay small, and readable.
    text = _NUMBERS.sub(lambda found: " ".join(found.group().split()), text)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(_REPOSITORY), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> dict[str, str]:
    """Read the first processor of Linux's /proc/cpuinfo; empty on other systems."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _memory_gigabytes() -> float | None:
    try:
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return round(pages / 1e9, 1)


def systems_table(
    systems: Mapping[str, Mapping[str, Any]],
    columns: Mapping[str, str],
    interval: str,
    differences: Mapping[str, Mapping[str, float]],
) -> str:
    """Lay out the scores of several systems, one a row.

    Args:
        systems: Name to scores.
        columns: Score to the heading of its column.
        interval: The score that is a pair: its 95 % confidence interval.
        differences: Name to the test of a system against Quoth; it has `p_value`.
    """
    rows = [["", *columns.values(), "95 %", "p against it"]]
    for name, scores in systems.items():
        low, high = scores.get(interval, (None, None))
        against = differences.get(name)
        rows.append(
            [
                name,
                *(number(scores.get(column)) for column in columns),
                f"{number(low)}-{number(high)}",
                f"{against['p_value']:.4f}" if against else "",
            ]
        )
    return "\n".join(table(rows))


def _rounded(value: object) -> object:
    """Round every number of a tree to six places, which no measurement exceeds."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
