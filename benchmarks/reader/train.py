"""Train the reader of `assistant/reader`, and write the file that Quoth carries.

    python -m benchmarks.reader.train DATA/train --out FOLDER

FOLDER/weights.safetensors and FOLDER/ranges.safetensors are to be copied to
`assistant/reader`, their SHA-256, which are printed, to `assistant/reader/weights.py`.

Listwise: the softmax over the sentences of a question and the logit 0 for "none of
these", so that the logit itself says whether a sentence answers; beside it a pointwise
loss for each sentence. The word and position embeddings stay the encoder's. What is
kept is the running mean of the weights.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import random
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from assistant.locations import find_locations
from assistant.reader.network import Network
from assistant.reader.weights import pack
from benchmarks.options import described_parser
from benchmarks.reader.batches import GROUP, Pieces, RowList, groups, rows_of, split
from benchmarks.reader.examples import Example, read_examples
from benchmarks.reader.lists import LENGTH
from benchmarks.reader.passes import scores_of
from benchmarks.reader.ranges import write_ranges
from benchmarks.reader.retrieved import Retrieved, read_retrieved
from index.encoders.weights import find_model

Model = TypeVar("Model", bound=nn.Module)

POINTWISE = 0.3
"""Weight of the loss of each sentence alone beside that of the list."""

TAUGHT = 0.7
"""Share of a teacher's word in what a list is to be scored as; the rest is its mark."""

KEPT = 0.997
"""Of the running mean of the weights, at each step."""

POOL = 12
"""Sentences of a list from which `--hard` takes those that look most like answers."""

POOLED = 3 * GROUP // 2
"""Lists of which `--hard` takes a step's: a third, the easiest, is passed over."""


def hardest(model: nn.Module, pooled: Sequence[RowList]) -> list[RowList]:
    """Choose what the model errs on most: the lists, and the sentences of each.

    Of each list the answering sentence stays.
    """
    model.eval()
    with torch.no_grad():
        scores = scores_of(model, rows_of(pooled))
    model.train()
    found, losses = [], []
    for own, one in zip(split(scores, pooled), pooled, strict=True):
        gold = one.gold
        places = [p for p in torch.argsort(-own).tolist() if p != gold]
        kept = places[: LENGTH - 1] if gold is None else [gold, *places[: LENGTH - 1]]
        rows = [one.rows[place] for place in kept]
        chosen = RowList(rows, None if gold is None else 0)
        losses.append(loss_of(own[kept], [chosen]).item())
        found.append(chosen)
    order = np.argsort(-np.array(losses))[:GROUP]
    return [found[place] for place in order]


def loss_of(scores: Tensor, group: Sequence[RowList]) -> Tensor:
    """Return the mean loss of the lists of a step."""
    losses = []
    for own, one in zip(split(scores, group), group, strict=True):
        together, alone = _targets(one)
        losses.append(
            functional.cross_entropy(torch.cat([own, own.new_zeros(1)]), together)
            + POINTWISE * functional.binary_cross_entropy_with_logits(own, alone)
        )
    return torch.stack(losses).mean()


def _targets(one: RowList) -> tuple[Tensor, Tensor]:
    """Say how likely each row is the one that answers, or none, and that it answers.

    Returns:
        (rows + 1,), which adds up to 1, and (rows,).
    """
    marked = torch.zeros(len(one.rows) + 1)
    marked[-1 if one.gold is None else one.gold] = 1
    if one.taught is None:
        return marked, marked[:-1]
    taught = torch.from_numpy(one.taught)
    together = torch.softmax(torch.cat([taught, taught.new_zeros(1)]), dim=0)
    return (
        torch.lerp(marked, together, TAUGHT),
        torch.lerp(marked[:-1], torch.sigmoid(taught), TAUGHT),
    )


def make_optimizer(model: nn.Module, rate: float) -> torch.optim.Optimizer:
    """AdamW; the head and the token types, which start from nothing, learn faster."""
    plain, undecayed, fresh = [], [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(("head", "kind")):
            fresh.append(parameter)
        elif name.endswith("bias") or "norm" in name:
            undecayed.append(parameter)
        else:
            plain.append(parameter)
    return torch.optim.AdamW(
        [
            {"params": plain, "lr": rate, "weight_decay": 0.01},
            {"params": undecayed, "lr": rate, "weight_decay": 0.0},
            {"params": fresh, "lr": 5 * rate, "weight_decay": 0.0},
        ]
    )


def train(
    model: Model,
    lists: Iterable[Sequence[RowList]],
    steps: int,
    out: Path,
    *,
    rate: float,
    every: int,
    kept: float = KEPT,
    hard: bool = False,
) -> Model:
    """Train and return the mean of the weights; writes it to `out` now and then.

    Args:
        model: What scores rows as `Network` does.
        lists: Of each step.
        steps: How many steps there are, about: the rate falls until then.
        out: Folder.
        rate: Of learning, at its highest.
        every: So many steps the mean is written.
        kept: Of the running mean of the weights, at each step.
        hard: Whether to learn of each step's lists only what the model errs on most.
    """
    optimizer = make_optimizer(model, rate)
    warm = max(20, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, 1 - step / steps))
    )
    mean = copy.deepcopy(model)
    begun, seen, recent = time.time(), 0, []
    model.train()
    for step, given in enumerate(lists, start=1):
        group = hardest(model, given) if hard else given
        scores = scores_of(model, rows_of(group))
        loss = loss_of(scores, group)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        _follow(mean, model, min(kept, step / (step + 10)))
        seen += len(scores)
        recent.append(loss.item())
        if step % 50 == 0:
            rates = seen / (time.time() - begun)
            print(
                f"{step}/{steps} loss {np.mean(recent[-50:]):.4f} {rates:.0f} pairs/s"
                f" {time.time() - begun:.0f} s",
                flush=True,
            )
        if step % every == 0:
            torch.save(mean.state_dict(), out / f"step{step}.pt")
            torch.save(model.state_dict(), out / "last.pt")
    torch.save(mean.state_dict(), out / "model.pt")
    torch.save(model.state_dict(), out / "last.pt")
    return mean


def _follow(mean: nn.Module, model: nn.Module, kept: float) -> None:
    with torch.no_grad():
        for old, new in zip(mean.parameters(), model.parameters(), strict=True):
            if new.requires_grad:
                old.lerp_(new, 1 - kept)


def export(network: Network, path: Path) -> None:
    """Write all that training changed, and print the SHA-256 of the file."""
    own = {
        name: value.numpy()
        for name, value in network.state_dict().items()
        if not name.startswith(("word.", "position."))
    }
    pack(own, path)
    print(f"{path}: SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the data, train, save."""
    options = _read_options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    examples = _read_data(options, rng)
    counts = {
        s: sum(e.source == s for e in examples) for s in {e.source for e in examples}
    }
    print(len(examples), json.dumps(counts), flush=True)
    encoder = find_model("default", find_locations().cache_dir).path
    model = Network(load_file(encoder / "model.safetensors"))
    if options.start:
        model.load_state_dict(torch.load(options.start))
    size, length = (POOLED, POOL) if options.hard else (GROUP, LENGTH)
    mean = train(
        model,
        groups(examples, Pieces(encoder), rng, size, length),
        -(-len(examples) // size),
        options.out,
        rate=options.rate,
        every=options.every,
        hard=options.hard,
    )
    weights = options.out / "weights.safetensors"
    export(mean, weights)
    write_ranges(weights, examples, encoder, options.out / "ranges.safetensors")


def _read_data(
    options: argparse.Namespace, rng: random.Random
) -> list[Example | Retrieved]:
    """Read the questions of all sets, in mixed order."""
    examples: list[Example | Retrieved] = []
    examples += read_examples(options.data, rng)[: options.questions]
    by_set: dict[str, list[Retrieved]] = {}
    for one in read_retrieved(options.also) if options.also else ():
        by_set.setdefault(one.source, []).append(one)
    if unknown := sorted(set(options.without) - by_set.keys()):
        raise SystemExit(f"--without: {options.also} has no set {', '.join(unknown)}")
    for name, found in by_set.items():
        if name not in options.without:
            rng.shuffle(found)
            examples += options.rounds * found[: options.also_questions]
    rng.shuffle(examples)
    return examples


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = described_parser("benchmarks.reader.train", __doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int)
    parser.add_argument(
        "--also", type=Path, help="what `benchmarks.reader.retrieved` wrote"
    )
    parser.add_argument("--also-questions", type=int, help="of a set, at most")
    parser.add_argument("--rounds", type=int, default=1, help="over those of --also")
    parser.add_argument("--without", nargs="*", default=[], help="sets of --also")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument(
        "--hard", action="store_true", help="on what the model errs on most"
    )
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=300)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
