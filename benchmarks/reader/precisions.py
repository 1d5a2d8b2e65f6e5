"""What each precision of the compiled reader takes, and what it changes.

    python -m benchmarks.reader.precisions DATA/train [--rows N] [--out FILE]

The lists of training questions, sixteen rows at a time as a question's are read, in
every precision in turn. Medians of the wall time; differences of the logits to those in
float32. Prints a table and writes results/<commit>-precisions.json.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.report import table
from assistant.locations import find_locations
from assistant.reader import load_reader
from assistant.reader.compiled import RowRunner, recipe_of
from assistant.reader.weights import default_files
from assistant.rescoring import READ_CANDIDATES
from benchmarks.options import described_parser
from benchmarks.reader.batches import Pieces, groups, rows_of
from benchmarks.reader.examples import read_examples
from benchmarks.reporting import write_result
from index.encoders.compiled import model_key
from index.encoders.precisions import EXACT, TITLES, load_compiled, precisions_of
from index.encoders.runtime import import_openvino
from index.encoders.weights import find_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.reader.pairs import Row

_WARMING = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every precision of this machine on the same rows."""
    options = _read_options(arguments)
    cache = find_locations().cache_dir
    load_reader(cache_dir=cache, runtime="openvino")  # converts it where needed
    encoder = find_model("default", cache)
    recipe = recipe_of(default_files(cache), encoder, cache)
    folder = cache / "openvino" / model_key(recipe)
    core = import_openvino().Core()
    runners = {
        name: RowRunner(load_compiled(core, folder, name, None))
        for name in precisions_of(folder)
    }
    questions = _read_rows(options.data, encoder.path, options.rows)
    logits, times = _run(runners, questions)
    measured = {
        name: {
            "median_ms": round(float(np.median(times[name][_WARMING:])) * 1000, 1),
            **_differences(logits[name] - logits[EXACT]),
        }
        for name in runners
    }
    heading = (
        "precision",
        "median ms",
        "mean",
        "99th percentile",
        "largest difference",
    )
    rows = [
        (TITLES[name], *(str(value) for value in values.values()))
        for name, values in measured.items()
    ]
    print("\n".join(table([heading, *rows])))
    result = {"rows": sum(map(len, questions)), "precisions": measured}
    print(f"written to {write_result('precisions', result, options.out)}")


def _differences(found: NDArray[np.float32]) -> dict[str, float]:
    apart = np.abs(found)
    return {
        "mean_difference": round(float(apart.mean()), 3),
        "p99_difference": round(float(np.percentile(apart, 99)), 3),
        "largest_difference": round(float(apart.max()), 3),
    }


def _read_rows(data: Path, encoder: Path, count: int) -> list[list[Row]]:
    """Read rows of lists of questions, in shares of what is read for one question."""
    examples = read_examples(data, random.Random(0))
    found: list[Row] = []
    for group in groups(examples, Pieces(encoder), random.Random(0)):
        found += rows_of(group)
        if len(found) >= count:
            break
    starts = range(0, len(found) - READ_CANDIDATES + 1, READ_CANDIDATES)
    return [found[at : at + READ_CANDIDATES] for at in starts]


def _run(
    runners: dict[str, RowRunner], questions: Sequence[Sequence[Row]]
) -> tuple[dict[str, NDArray[np.float32]], dict[str, list[float]]]:
    """Run every question in every precision; returns logits and seconds by name."""
    logits: dict[str, list[NDArray[np.float32]]] = {name: [] for name in runners}
    times: dict[str, list[float]] = {name: [] for name in runners}
    for rows in questions:
        for name, runner in runners.items():
            begun = time.perf_counter()
            logits[name].append(runner.run(rows))
            times[name].append(time.perf_counter() - begun)
    return {name: np.concatenate(parts) for name, parts in logits.items()}, times


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = described_parser("benchmarks.reader.precisions", __doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", type=int, default=3200)
    parser.add_argument("--out", type=Path, help="result file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
