"""Converts a transformer to an OpenVINO file; runs as a process of its own.

A process of its own, because it imports torch: the asking process stays small.

Usage: python -m index.encoders.conversion MODEL_FOLDER TARGET_FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.runtime import import_openvino
from index.encoders.weights import go_offline

SMALLEST_COSINE = 0.9999
"""Of the converted model's token vectors to torch's; rounding alone stays above."""


def convert(model_folder: Path, target: Path) -> None:
    """Write `model.xml` and `model.bin`, inputs `input_ids` and `attention_mask`.

    The weights are stored in half precision: vectors keep a cosine of 0.999999 to those
    of the float32 file, and an asking process takes 65 MB less memory.

    Raises:
        RuntimeError: The converted model computes something else than torch.
    """
    go_offline()
    import torch
    from transformers import AutoModel

    openvino = import_openvino(converter=True)
    model = AutoModel.from_pretrained(
        str(model_folder), local_files_only=True, dtype=torch.float32
    ).eval()

    class LastHiddenState(torch.nn.Module):
        """Gives the token vectors alone."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            output = self.model(input_ids=input_ids, attention_mask=attention_mask)
            return output.last_hidden_state

    wrapped = LastHiddenState()
    example = _example(2, 16, padding=5)
    with torch.no_grad():
        converted = openvino.convert_model(wrapped, example_input=example)
        openvino.save_model(converted, target / "model.xml", compress_to_fp16=True)
        _check(openvino, wrapped, target / "model.xml")


def _example(rows: int, length: int, padding: int) -> dict[str, Any]:
    """Make inputs: ordinary piece numbers, the last row padded."""
    import torch

    generator = np.random.default_rng(0)
    ids = generator.integers(200, 900, size=(rows, length))
    mask = np.ones((rows, length), dtype=np.int64)
    mask[-1, length - padding :] = 0
    return {
        "input_ids": torch.from_numpy(ids.astype(np.int64)),
        "attention_mask": torch.from_numpy(mask),
    }


def _check(openvino: Any, model: Any, converted: Path) -> None:  # noqa: ANN401
    """Compare with torch on a shape other than the one it was traced with."""
    inputs = _example(3, 37, padding=9)
    expected = model(**inputs).numpy()
    precise = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(str(converted), "CPU", precise)
    found = compiled([inputs["input_ids"].numpy(), inputs["attention_mask"].numpy()])[0]
    real = inputs["attention_mask"].numpy().astype(bool)
    a, b = expected[real], found[real]
    cosines = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    if not cosines.min() >= SMALLEST_COSINE:
        message = f"the converted model differs from torch: cosine {cosines.min():.5f}"
        raise RuntimeError(message)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
