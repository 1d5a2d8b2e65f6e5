"""Train a teacher, and the reader once more on what the teacher says.

    python -m benchmarks.reader.distill DATA/train --teacher WHEELS --out FOLDER

WHEELS has the packages of `benchmarks.reader.mpnet`. A reader is trained on the marks
of the data as `benchmarks.reader.train` does (or is given with `--start`), the teacher
(`benchmarks.reader.teacher`) on the marks of fewer questions. The reader is then
trained once more: on the marks of new lists and on what the teacher and itself, as it
was, say of them. It writes the files that `benchmarks.reader.train` does; those that
Quoth carries were not made so (docs/quality.md says why). What is made on the way stays
in the folder: begun again, the same command goes on from `marked/weights.safetensors`,
`teacher/model.pt` and `taught.pkl`.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from assistant.locations import find_locations
from assistant.reader.conversion import load_network
from assistant.reader.network import Network
from benchmarks.options import described_parser
from benchmarks.reader.batches import Pieces, RowList, groups, rows_of
from benchmarks.reader.compiling import compile_rows
from benchmarks.reader.examples import Example, read_examples
from benchmarks.reader.mpnet import load_mpnet
from benchmarks.reader.ranges import write_ranges
from benchmarks.reader.teacher import Teacher
from benchmarks.reader.train import export, train
from benchmarks.reader.train import main as train_on_marks
from index.encoders.weights import find_model

TEACHER_RATE = 4e-5
TEACHER_GROUP = 8
"""Lists of a step of the teacher's: it learns from few questions, so in small steps."""

TEACHER_KEPT = 0.99
"""Of the running mean of the teacher's weights, at each step: of few steps a short
one."""

STUDENT_RATE = 1e-4
TAUGHT_LENGTH = 8
"""Sentences of a list that is scored by the teacher."""

WATCHED = 6
"""Steps whose lists bound what the compiled readers round between: 700 sentences."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the teacher, let it score, train the reader."""
    options = _read_options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    encoder = find_model("default", find_locations().cache_dir).path
    pieces = Pieces(encoder)
    examples = read_examples(options.data, random.Random(options.seed))
    student = load_network(options.start or _train_on_marks(options), encoder)
    taught = _teach(options, examples, pieces, student)
    random.Random(options.seed).shuffle(taught)
    torch.manual_seed(options.seed)
    mean = train(
        student,
        taught,
        len(taught),
        options.out,
        rate=STUDENT_RATE,
        every=options.every,
    )
    weights = options.out / "weights.safetensors"
    export(mean, weights)
    write_ranges(weights, examples, encoder, options.out / "ranges.safetensors")


def _train_on_marks(options: argparse.Namespace) -> Path:
    """Return the weights of a reader that no teacher taught."""
    folder = options.out / "marked"
    weights: Path = folder / "weights.safetensors"
    if not weights.exists():
        train_on_marks([str(options.data), "--out", str(folder)])
    return weights


def _teach(
    options: argparse.Namespace,
    examples: Sequence[Example],
    pieces: Pieces,
    student: Network,
) -> list[list[RowList]]:
    """Return lists with the logits that are to be learned, in the groups of a step."""
    path = options.out / "taught.pkl"
    if path.exists():
        found: list[list[RowList]] = pickle.loads(path.read_bytes())
        return found
    teacher = _train_teacher(options, examples[: options.teacher_questions], pieces)
    rng = random.Random(options.seed + 1)
    chosen = list(examples)
    rng.shuffle(chosen)
    chosen = chosen[: options.questions]
    lists = list(groups(chosen, pieces, rng, length=TAUGHT_LENGTH))
    watched = [rows_of(group) for group in lists[:WATCHED]]
    readers = [
        compile_rows(network, watched, options.out / f"{name}-ranges.safetensors")
        for name, network in (("teacher", teacher), ("student", student))
    ]
    begun, seen, found = time.time(), 0, []
    for group in lists:
        rows = rows_of(group)
        ends = np.cumsum([len(one.rows) for one in group])[:-1]
        said = [reader.run(rows) for reader in readers]
        logits = np.split(np.mean(said, axis=0, dtype=np.float32), ends)
        found.append(
            [replace(one, taught=own) for one, own in zip(group, logits, strict=True)]
        )
        seen += len(rows)
        if len(found) % 50 == 0:
            print(
                f"{len(found)}/{len(lists)} taught, "
                f"{seen / (time.time() - begun):.0f} pairs/s",
                flush=True,
            )
    path.write_bytes(pickle.dumps(found))
    return found


def _train_teacher(
    options: argparse.Namespace, examples: Sequence[Example], pieces: Pieces
) -> Teacher:
    folder = options.out / "teacher"
    folder.mkdir(exist_ok=True)
    torch.manual_seed(options.seed)
    teacher = Teacher(load_mpnet(options.teacher))
    if (folder / "model.pt").exists():
        teacher.load_state_dict(torch.load(folder / "model.pt"))
        return teacher
    return train(
        teacher,
        groups(examples, pieces, random.Random(options.seed), TEACHER_GROUP),
        -(-len(examples) // TEACHER_GROUP),
        folder,
        rate=TEACHER_RATE,
        every=options.every,
        kept=TEACHER_KEPT,
    )


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = described_parser("benchmarks.reader.distill", __doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, metavar="WHEELS")
    parser.add_argument("--start", type=Path, help="weights of a reader so trained")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher-questions", type=int, default=4800)
    parser.add_argument("--questions", type=int, default=4800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=100)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
