"""The reader's layers in 8-bit arithmetic, which processors multiply twice as fast.

The weights are stored in 8 bits anyway. What a matrix is given is rounded to 256 steps
here, between bounds that hold what it was given for training questions; those come with
the weights (`ranges.safetensors`, made by `benchmarks.reader.ranges`). A few channels
are far greater than the others. They are divided before rounding and their column of
the matrix multiplied, so that all others keep finer steps: the way of SmoothQuant
(Xiao et al. 2023), but for outstanding channels alone; done to all channels it costs
the matrices more than it gains.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Final, TypeVar

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from assistant.reader.network import RowNetwork

Scorer = TypeVar("Scorer", bound=RowNetwork)

MATRICES: Final = ("qkv", "out", "up", "down")
"""Of each layer: nearly all of the work."""

KEPT: Final = frozenset({(0, "down"), (1, "down"), (2, "down")})
"""Layers and matrices that are not rounded. What these are given has the longest tails:
rounding it moves the logits more than all the rest does together (.065 on average in
place of .040), and saves a tenth of the time."""

OUTSTANDING: Final = 1.5
"""Channels greater than so many times the median are divided down to that. From 1 to 2
the logits differ from float32's by .065 to .075 on average, every matrix rounded."""

LEAST_GELU: Final = -0.17
"""The function before the matrix `down` returns nothing less."""

_STEPS: Final = 255
_LARGEST_WEIGHT: Final = 127


def range_name(layer: int, matrix: str) -> str:
    """Name the ranges of a matrix as their file does."""
    return f"layers.{layer}.{matrix}"


class QuantizedLinear(nn.Module):
    """A linear map whose input and weights are rounded to 8 bits."""

    def __init__(self, linear: nn.Linear, largest: Tensor, least: float | None) -> None:
        """Choose the steps.

        Args:
            linear: The map.
            largest: Magnitude of each input channel, (channels,).
            least: The least input; None where inputs have either sign.
        """
        super().__init__()
        divisor = (largest / (OUTSTANDING * largest.median())).clamp(min=1)
        weight = linear.weight.detach() * divisor
        self.factor = nn.Parameter(1 / divisor, requires_grad=False)
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.bias = linear.bias
        self.weight_steps = nn.Buffer(weight.abs().amax(1) / _LARGEST_WEIGHT)
        self.weight_zeros = nn.Buffer(torch.zeros(len(weight), dtype=torch.int32))
        high = float((largest / divisor).max())
        low = -high if least is None else least
        self.step = (high - low) / _STEPS
        self.zero = round(-low / self.step)

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., channels)."""
        rounded = torch.fake_quantize_per_tensor_affine(
            x * self.factor, self.step, self.zero, 0, _STEPS
        )
        weight = torch.fake_quantize_per_channel_affine(
            self.weight,
            self.weight_steps,
            self.weight_zeros,
            0,
            -_LARGEST_WEIGHT,
            _LARGEST_WEIGHT,
        )
        return functional.linear(rounded, weight, self.bias)


class QuantizedEmbedding(nn.Module):
    """A table of vectors in 8 bits, with a step for each vector: a quarter of the size.

    OpenVINO would widen a table in half precision to 32 bits beside 8-bit arithmetic.
    """

    def __init__(self, table: nn.Embedding) -> None:
        """Round the table."""
        super().__init__()
        weight = table.weight.detach()
        steps = weight.abs().amax(1, keepdim=True) / _LARGEST_WEIGHT
        self.steps = nn.Buffer(steps)
        self.rounded = nn.Buffer((weight / steps.clamp(min=1e-12)).round().char())

    def forward(self, ids: Tensor) -> Tensor:
        """Look up vectors, (..., width)."""
        rounded = functional.embedding(ids, self.rounded)
        return rounded.float() * functional.embedding(ids, self.steps)


def quantize(network: Scorer, ranges: Path) -> Scorer:
    """Return a copy that rounds as 8-bit arithmetic does.

    Args:
        network: The reader, or what else scores rows.
        ranges: File of the greatest magnitude of each input channel of `MATRICES`.
    """
    largest = load_file(ranges)
    quantized = copy.deepcopy(network).eval()
    for table in ("word", "position"):
        setattr(quantized, table, QuantizedEmbedding(getattr(quantized, table)))
    for number, layer in enumerate(quantized.layers):
        for matrix in MATRICES:
            if (number, matrix) in KEPT:
                continue
            linear = QuantizedLinear(
                getattr(layer, matrix),
                largest[range_name(number, matrix)],
                LEAST_GELU if matrix == "down" else None,
            )
            setattr(layer, matrix, linear)
    return quantized
