"""How the reader learns: its figures after so many training questions.

    python -m benchmarks.reader.learning DATA_SET... --runs FOLDER --trained-on N
                                         --out FILE

FOLDER is what `benchmarks.reader.train` wrote: `step300.pt` and so on, and `model.pt`.
For each: hit@1 of the evidence with what the reader says, at the weight that Quoth
gives it, and AUROC of the best sentence's logit, where a set has unanswerable
questions. The first point is the evidence without a reader. Measured is the mean of the
weights as it was at that step, before the rate had fallen, so that early points are a
little low.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import load_file

from assistant.evaluation import metrics
from assistant.evidence import READER
from assistant.locations import find_locations
from assistant.reader.network import Network
from assistant.rescoring import reader_values
from assistant.scoring import load_model
from benchmarks.options import data_set_parser, load_default_encoder
from benchmarks.reader.batches import GROUP, Pieces
from benchmarks.reader.passes import score_rows
from benchmarks.reader.retrieved import Retrieved, retrieve
from index.encoders.weights import find_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.reader.pairs import Row


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the rows of the sentences that are read for it."""

    answerable: bool
    rows: list[Row]
    scores: NDArray[np.float64]
    """(rows,): of the features alone, weighed as beside a reader."""
    gold: NDArray[np.bool_]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every model of a run on every set."""
    options = _read_options(arguments)
    torch.set_num_threads(2)
    encoder = load_default_encoder()
    folder = find_model("default", find_locations().cache_dir).path
    pieces = Pieces(folder)
    sets = {}
    for path in options.data_sets:
        found = retrieve(
            path, options.questions, encoder, options.work, reuse=options.reuse
        )
        sets[path.name] = [_asked(one, pieces) for one in found]
    points = [_point(0, sets, None)]
    network = Network(load_file(folder / "model.safetensors"))
    for questions, path in _models(options.runs, options.trained_on):
        network.load_state_dict(torch.load(path, weights_only=True))
        points.append(_point(questions, sets, network))
        print(json.dumps(points[-1]), flush=True)
    options.out.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")


def _asked(found: Retrieved, pieces: Pieces) -> Asked:
    return Asked(
        found.answerable,
        [pieces.row(found.question, passage) for passage in found.passages],
        np.array(found.scores),
        np.array(found.gold),
    )


def _models(folder: Path, trained_on: int) -> list[tuple[int, Path]]:
    """List the models of a run by the questions that they were trained on."""
    steps = {int(path.stem.removeprefix("step")): path for path in folder.glob("step*")}
    found = [(step * GROUP, path) for step, path in sorted(steps.items())]
    return [*found, (trained_on, folder / "model.pt")]


def _point(
    questions: int, sets: dict[str, list[Asked]], network: Network | None
) -> dict[str, object]:
    """Measure one model on every set."""
    weight = load_model(with_vectors=True, read=True).weights[READER]
    hit_1: dict[str, float] = {}
    auroc: dict[str, float] = {}
    for name, asked in sets.items():
        first, sure = [], []
        logits = _logits(asked, network)
        for one, said in zip(asked, logits, strict=True):
            best = int(np.argmax(one.scores + weight * reader_values(said)))
            first.append(bool(one.gold[best]))
            sure.append(float(said.max()))
        answerable = np.array([one.answerable for one in asked])
        hit_1[name] = round(float(np.mean(np.array(first)[answerable])), 3)
        told = metrics.auroc(np.array(sure), answerable)
        if told is not None and network is not None:
            auroc[name] = round(told, 3)
    return {"questions": questions, "hit_1": hit_1, "auroc": auroc}


def _logits(
    asked: Sequence[Asked], network: Network | None
) -> list[NDArray[np.float32]]:
    """Score all rows of a set at once; zeros without a network."""
    rows = [row for one in asked for row in one.rows]
    scores = np.zeros(len(rows), np.float32)
    if network is not None:
        scores = score_rows(network, rows)
    ends = np.cumsum([len(one.rows) for one in asked])
    return np.split(scores, ends[:-1])


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = data_set_parser("benchmarks.reader.learning", __doc__, out_required=True)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--trained-on", type=int, required=True, metavar="N")
    parser.add_argument("--questions", type=int, default=60)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
