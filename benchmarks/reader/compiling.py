"""A network that scores rows, compiled in 8 bits: to score more rows than torch could.

The way of the reader itself (`assistant.reader.quantization`), without the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from assistant.reader.compiled import RowRunner
from assistant.reader.conversion import sample_rows
from assistant.reader.network import RowNetwork
from assistant.reader.pairs import Row
from assistant.reader.quantization import quantize
from benchmarks.reader.ranges import measure_ranges
from index.encoders.runtime import import_openvino


def compile_rows(
    network: RowNetwork, batches: Sequence[Sequence[Row]], ranges: Path
) -> RowRunner:
    """Compile a network.

    Args:
        network: What scores rows.
        batches: Rows like those that will be scored: what its matrices are given for
            them bounds what they are rounded between.
        ranges: File of those bounds, to be written.
    """
    save_file(measure_ranges(network, batches), ranges)
    openvino = import_openvino(converter=True)
    example = tuple(map(torch.from_numpy, sample_rows(2, 16)))
    with torch.no_grad():
        model = openvino.convert_model(quantize(network, ranges), example_input=example)
    settings = {"PERFORMANCE_HINT": "THROUGHPUT"}
    return RowRunner(openvino.Core().compile_model(model, "CPU", settings))
