"""Converts the reader to OpenVINO's files; runs as a process of its own.

A process of its own, because it imports torch: the asking process stays small.

Usage: python -m assistant.reader.conversion WEIGHTS RANGES ENCODER_FOLDER TARGET
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.reader.pairs import LONGEST_ROW
from assistant.reader.weights import unpack
from index.encoders.runtime import import_openvino
from index.encoders.weights import go_offline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.reader.network import Network

LARGEST_DIFFERENCE = 0.02
"""Of the converted reader's logits to torch's: what weights in half precision make."""


def load_network(weights: Path, encoder_folder: Path) -> Network:
    """Put the stored weights over those of the encoder.

    Args:
        weights: Of the reader, as `unpack` reads them.
        encoder_folder: Of the default encoder.
    """
    import torch
    from safetensors.torch import load_file

    from assistant.reader.network import Network

    network = Network(load_file(encoder_folder / "model.safetensors"))
    own = {name: torch.from_numpy(value) for name, value in unpack(weights).items()}
    missing, unknown = network.load_state_dict(own, strict=False)
    frozen = {"word.weight", "position.weight"}
    if unknown or not set(missing) <= frozen:
        raise RuntimeError(f"the weights lack {missing} or have {unknown} besides")
    return network.eval()


def convert(weights: Path, ranges: Path, encoder_folder: Path, target: Path) -> None:
    """Write `model.xml`, and `int8.xml` for 8-bit arithmetic, each with its `.bin`.

    Inputs are those of `Network.forward`.

    Raises:
        RuntimeError: The converted reader computes something else than torch.
    """
    go_offline()
    import torch

    from assistant.reader.quantization import quantize

    openvino = import_openvino(converter=True)
    network = load_network(weights, encoder_folder)
    with torch.no_grad():
        example = tuple(map(torch.from_numpy, sample_rows(2, 16)))
        converted = openvino.convert_model(network, example_input=example)
        openvino.save_model(converted, target / "model.xml", compress_to_fp16=True)
        quantized = quantize(network, ranges)
        converted = openvino.convert_model(quantized, example_input=example)
        openvino.save_model(converted, target / "int8.xml")
        # Another shape than the one that it was traced with.
        inputs = sample_rows(3, 57)
        expected = network(*map(torch.from_numpy, inputs)).numpy()
    precise = {"INFERENCE_PRECISION_HINT": "f32"}
    core = openvino.Core()
    compiled = core.compile_model(str(target / "model.xml"), "CPU", precise)
    difference = float(np.abs(compiled(list(inputs))[0] - expected).max())
    if not difference <= LARGEST_DIFFERENCE:
        raise RuntimeError(f"the converted reader differs from torch by {difference}")


def sample_rows(rows: int, length: int) -> tuple[NDArray[np.int64], ...]:
    """Make inputs of ordinary pieces, the last row padded, half of each row asked."""
    generator = np.random.default_rng(0)
    length = min(length, LONGEST_ROW)
    ids = generator.integers(1996, 9000, size=(rows, length)).astype(np.int64)
    mask = np.ones_like(ids)
    mask[-1, length - length // 4 :] = 0
    types = np.zeros_like(ids)
    types[:, length // 4 : length // 2] = 1
    return ids * mask, types, mask


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:5]))
