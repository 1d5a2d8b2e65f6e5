"""Passes of a reader over rows, for training and for measuring.

In bfloat16 where this processor multiplies it faster than float32: with AMX several
times as fast, without it on some processors half as fast.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assistant.reader.pairs import Row, pad

_TRIED = (1024, 384, 1536)
"""Rows, columns in and columns out of the product that is timed: one of a layer's."""

_BATCHES = 3
"""Of a step of training: rows of like length together."""


def scores_of(model: nn.Module, rows: Sequence[Row]) -> Tensor:
    """Score the rows of a step, with gradients; returns (rows,) in the order given."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    size = -(-len(order) // _BATCHES)
    parts = [order[at : at + size] for at in range(0, len(order), size)]
    with _arithmetic():
        found = [
            model(*map(torch.from_numpy, pad([rows[place] for place in part])))
            for part in parts
        ]
    return torch.cat(found)[torch.argsort(torch.tensor(order))]


def score_rows(
    model: nn.Module, rows: Sequence[Row], batch: int = 64
) -> NDArray[np.float32]:
    """Score rows in batches of like length; returns (rows,) in the order given."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    scores = np.zeros(len(rows), dtype=np.float32)
    model.eval()
    with torch.no_grad(), _arithmetic():
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            arrays = pad([rows[place] for place in places])
            scores[places] = model(*map(torch.from_numpy, arrays)).numpy()
    return scores


def _arithmetic() -> AbstractContextManager[object]:
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=_bfloat16_is_faster())


@cache
def _bfloat16_is_faster() -> bool:
    rows, columns, units = _TRIED
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        given, weight = torch.ones(rows, columns), torch.ones(units, columns)
        arguments = given.to(dtype), weight.to(dtype)
        times = []
        for _ in range(10):
            begun = time.perf_counter()
            functional.linear(*arguments)
            times.append(time.perf_counter() - begun)
        seconds[dtype] = min(times)
    return seconds[torch.bfloat16] < seconds[torch.float32]
