"""What the reader's matrices are given: the ranges that 8-bit arithmetic needs.

    python -m benchmarks.reader.ranges DATA/train --out FILE [--weights FILE]

`benchmarks.reader.train` does this for the weights that it wrote. FILE is to be copied
to `assistant/reader/ranges.safetensors`, its SHA-256, which is printed, to
`assistant/reader/weights.py`.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from assistant.locations import find_locations
from assistant.reader.conversion import load_network
from assistant.reader.pairs import pad
from assistant.reader.quantization import MATRICES, range_name
from assistant.reader.weights import default_files
from benchmarks.options import described_parser
from benchmarks.reader.batches import Pieces, groups, rows_of
from benchmarks.reader.examples import Example, read_examples
from index.encoders.weights import find_model

if TYPE_CHECKING:
    from assistant.reader.network import RowNetwork
    from assistant.reader.pairs import Row
    from benchmarks.reader.retrieved import Retrieved

QUESTIONS = 500
"""Whose lists are read: some 2,500 sentences, each of some 90 word pieces."""


def measure_ranges(
    network: RowNetwork, batches: Sequence[Sequence[Row]]
) -> dict[str, Tensor]:
    """Return the greatest magnitude of each input channel by matrix, (channels,).

    Args:
        network: The reader, or what else scores rows.
        batches: Rows that are read together; what pads them is not counted.
    """
    found: dict[str, list[Tensor]] = defaultdict(list)
    mask = torch.empty(0)

    def watch(name: str, module: nn.Module) -> torch.utils.hooks.RemovableHandle:
        def note(_: nn.Module, given: tuple[Tensor]) -> None:
            found[name].append(given[0][mask].abs().amax(0))

        return module.register_forward_pre_hook(note)

    handles = [
        watch(range_name(number, matrix), getattr(layer, matrix))
        for number, layer in enumerate(network.layers)
        for matrix in MATRICES
    ]
    network.eval()
    with torch.no_grad():
        for rows in batches:
            ids, types, real = map(torch.from_numpy, pad(rows))
            mask = real.bool()
            network(ids, types, real)
    for handle in handles:
        handle.remove()
    return {name: torch.stack(parts).amax(0) for name, parts in found.items()}


def write_ranges(
    weights: Path,
    examples: Sequence[Example | Retrieved],
    encoder: Path,
    path: Path,
) -> None:
    """Write the ranges of packed weights, and print the SHA-256 of the file."""
    network = load_network(weights, encoder)
    lists = groups(examples[:QUESTIONS], Pieces(encoder), random.Random(0))
    batches = [rows_of(group) for group in lists]
    save_file(measure_ranges(network, batches), path)
    print(f"{path}: SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure over training questions."""
    parser = described_parser("benchmarks.reader.ranges", __doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="of another reader")
    options = parser.parse_args(arguments)
    cache = find_locations().cache_dir
    weights = options.weights or default_files(cache).weights
    examples = read_examples(options.data, random.Random(0))
    write_ranges(weights, examples, find_model("default", cache).path, options.out)


if __name__ == "__main__":
    main()
