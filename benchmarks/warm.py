"""How long a question takes in a session that has answered others.

    python -m benchmarks.warm DATA_SET... [--questions N] [--reader NAME]
                              [--out FILE] [--work DIR] [--reuse]

Each query of a retrieval set is asked twice, without the reader and with it, the two
in turn; the first round is not measured. Medians and 95th percentiles of the wall time
to the reply. Prints a table and writes results/<commit>-warm.json.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.datasets import load_retrieval
from assistant.evaluation.report import table
from assistant.session import Session
from benchmarks.options import (
    data_set_parser,
    load_default_encoder,
    load_named_reader,
)
from benchmarks.reporting import write_result
from benchmarks.workspace import open_library
from index.library import Library

if TYPE_CHECKING:
    from assistant.evaluation.records import Query

WITHOUT = "features alone"
WITH = "with the reader"
_WARMING = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Time the questions of every set."""
    options = _read_options(arguments)
    encoder, reader = load_default_encoder(), load_named_reader(options.reader)
    results: dict[str, dict[str, object]] = {}
    rows = []
    for folder in options.data_sets:
        data = load_retrieval(folder)
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        library = Library(made.library.library)
        sessions = {
            WITHOUT: Session(library, lambda: encoder, reader=lambda: None),
            WITH: Session(library, lambda: encoder, reader=lambda: reader),
        }
        queries = data.queries[: options.questions]
        _time(sessions, queries[:_WARMING])
        found = _time(sessions, queries)
        measured = {
            name: {
                "median_ms": round(float(np.median(times)), 1),
                "p95_ms": round(float(np.percentile(times, 95)), 1),
            }
            for name, times in found.items()
        }
        chunks = library.status().chunk_count
        results[data.name] = {
            "questions": len(queries),
            "chunks": chunks,
            "library_stale": made.stale,
            **measured,
        }
        rows += [
            (data.name, f"{chunks:,}", name, *(f"{ms:.1f}" for ms in times.values()))
            for name, times in measured.items()
        ]
    print("\n".join(table([("set", "chunks", "", "median ms", "p95 ms"), *rows])))
    written = write_result("warm", {"data_sets": results}, options.out)
    print(f"written to {written}")


def _time(
    sessions: dict[str, Session], queries: Sequence[Query]
) -> dict[str, list[float]]:
    """Return the milliseconds of each query, by session."""
    found: dict[str, list[float]] = {name: [] for name in sessions}
    for query in queries:
        for name, session in sessions.items():
            begun = time.perf_counter()
            for _ in session.ask(query.text, follow=False):
                pass
            found[name].append(1000 * (time.perf_counter() - begun))
    return found


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = data_set_parser("benchmarks.warm", __doc__)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--reader", default="default", help="another one")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
