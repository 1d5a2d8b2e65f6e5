"""How fast Quoth starts: wall time and memory of whole processes.

    python -m benchmarks.start [--runs N] [--out FILE]

Each command runs in a new process, N times in turn with the others; medians, with the
least and the greatest. One run of each before them is not measured: it warms the
encoder's cache and indexes the seeds. `encoder` is the bare start of the encoder:
import, load, one question. `first frame of the chat` ends when it is on a terminal;
promised are 0.5 s. The imports shown are those of `quoth ask`.
Prints tables and writes results/<commit>-start.json.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from assistant.evaluation.report import table
from assistant.locations import find_locations
from benchmarks.first_frame import first_frame
from benchmarks.reporting import write_result

_QUESTION = "Who is the US envoy for Syria?"
_QUOTH = "import sys; from assistant.cli import main; sys.exit(main())"
_ENCODER = """
import sys
from pathlib import Path
from index.encoders import load_encoder
load_encoder(cache_dir=Path(sys.argv[1])).encode_questions([sys.argv[2]])
"""
_FRAME = "first frame of the chat"
_REPOSITORY = Path(__file__).parent.parent
_SHOWN_IMPORTS = 15


@dataclass(frozen=True, slots=True)
class Start:
    """One command, run several times."""

    median_seconds: float
    least_seconds: float
    greatest_seconds: float
    peak_memory_mb: float | None
    """Greatest resident size over the runs; None on systems that do not tell."""


def main() -> None:
    """Measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--out", type=Path, help="instead of results/<commit>-...")
    options = parser.parse_args()
    cache_dir = str(find_locations().cache_dir)
    with tempfile.TemporaryDirectory(prefix="quoth-bench-") as data:
        environment = {
            **os.environ,
            "QUOTH_DATA_DIR": data,
            "QUOTH_CACHE_DIR": cache_dir,
            "PYTHONPATH": str(_REPOSITORY),
        }
        commands = {
            "python, nothing else": ["-c", "pass"],
            "quoth --help": ["-c", _QUOTH, "--help"],
            "encoder": ["-c", _ENCODER, cache_dir, _QUESTION],
            "quoth ask, over the seeds": ["-c", _QUOTH, "ask", _QUESTION],
        }
        starts = measure(commands, environment, options.runs)
        starts[_FRAME] = _summary(
            [
                (first_frame(["-c", _QUOTH], environment), None)
                for _ in range(options.runs)
            ]
        )
        imports = slowest_imports(["-c", _QUOTH, "ask", _QUESTION], environment)
    _show(starts, imports)
    content = {
        "starts": {name: asdict(start) for name, start in starts.items()},
        "imports_ms": imports,
    }
    print(write_result("start", content, options.out))


def measure(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], runs: int
) -> dict[str, Start]:
    """Run each command once unmeasured, then all in turn `runs` times."""
    found: dict[str, list[tuple[float, float | None]]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, arguments in commands.items():
            run = _run(arguments, environment)
            if number:
                found[name].append(run)
    return {name: _summary(of_one) for name, of_one in found.items()}


def slowest_imports(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> dict[str, float]:
    """List the modules with the longest import, what they import included, in ms."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    pattern = re.compile(r"import time:\s+\d+ \|\s+(\d+) \|\s+(\S+)")
    times = {name: int(us) / 1000 for us, name in pattern.findall(done.stderr)}
    ordered = sorted(times.items(), key=lambda item: -item[1])
    return dict(ordered[:_SHOWN_IMPORTS])


def _run(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[float, float | None]:
    """Run Python once; wall seconds and peak memory in megabytes.

    Raises:
        RuntimeError: The command failed, so that its time says nothing.
    """
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    stderr = process.stderr.read() if process.stderr else b""
    code, peak = _wait(process)
    seconds = time.perf_counter() - begin
    if code:
        raise RuntimeError(f"exit code {code}: {stderr.decode(errors='replace')}")
    return seconds, peak


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, float | None]:
    """Wait for the end; exit code and peak memory, where the system tells it."""
    if not hasattr(os, "wait4"):
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return process.returncode, usage.ru_maxrss / unit


def _summary(runs: Sequence[tuple[float, float | None]]) -> Start:
    seconds = [each for each, _ in runs]
    peaks = [peak for _, peak in runs if peak is not None]
    return Start(
        median(seconds), min(seconds), max(seconds), max(peaks) if peaks else None
    )


def _show(starts: Mapping[str, Start], imports: Mapping[str, float]) -> None:
    """Print what was found."""
    rows = [
        [
            name,
            f"{one.median_seconds:.3f}",
            f"{one.least_seconds:.3f} to {one.greatest_seconds:.3f}",
            "" if one.peak_memory_mb is None else f"{one.peak_memory_mb:.0f}",
        ]
        for name, one in starts.items()
    ]
    print("\n".join(table([["process", "seconds", "range", "peak MB"], *rows])))
    print()
    shown = [[name, f"{ms:.0f}"] for name, ms in imports.items()]
    print("\n".join(table([["import, with what it imports", "ms"], *shown])))


if __name__ == "__main__":
    main()
