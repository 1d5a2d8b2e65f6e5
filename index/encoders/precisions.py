"""The precisions that a converted model can be computed in, and how near they come.

Fastest first: 8 bits where the model was converted for them, the processor's own fast
precision (bfloat16 on many), float32.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = Sequence[Sequence[NDArray[np.int64]]]
    IsClose = Callable[[NDArray[np.float32], NDArray[np.float32]], bool]

INT8: Final = "int8"
FAST: Final = "default"
EXACT: Final = "f32"
TITLES: Final = {INT8: "8 bits", FAST: "the fast precision", EXACT: "float32"}

_MODEL_FILES: Final = {INT8: "int8.xml", FAST: "model.xml", EXACT: "model.xml"}

_INT8_MACHINES: Final = {"x86_64", "amd64"}
"""Where 8 bits are used. Measured on one of them: 1.4 times as fast as bfloat16, 2.5
times as float32 (`benchmarks.reader.precisions`)."""


def has_fast_int8() -> bool:
    """Whether this machine's processor gains by 8 bits."""
    return platform.machine().lower() in _INT8_MACHINES


def precisions_of(converted: Path) -> list[str]:
    """Name what a converted model can be computed in here, fastest first."""
    in_int8 = (converted / _MODEL_FILES[INT8]).exists()
    if in_int8 and has_fast_int8():
        return [INT8, FAST, EXACT]
    return [FAST, EXACT]


def load_compiled(
    core: Any,  # noqa: ANN401 -- openvino.Core
    converted: Path,
    precision: str,
    blob_folder: Path | None,
) -> Any:  # noqa: ANN401 -- openvino.CompiledModel
    """Compile a converted model, or take it from its blob.

    As many streams as cores, one thread each.

    Args:
        core: OpenVINO's.
        converted: Folder of the converted model.
        precision: One of `precisions_of`.
        blob_folder: Where the compiled model is kept; None to keep it nowhere.
    """
    settings = {"PERFORMANCE_HINT": "THROUGHPUT"}
    if precision == EXACT:
        settings["INFERENCE_PRECISION_HINT"] = EXACT
    if blob_folder is not None:
        settings["CACHE_DIR"] = str(blob_folder)
    path = converted / _MODEL_FILES[precision]
    return core.compile_model(str(path), "CPU", settings)


def is_near_enough(
    core: Any,  # noqa: ANN401
    converted: Path,
    precision: str,
    compiled: Any,  # noqa: ANN401
    samples: Samples,
    is_close: IsClose,
) -> bool:
    """Whether a compiled model's output of every sample is near float32's."""
    hint = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
    if precision != INT8 and hint == EXACT:
        return True
    exact = load_compiled(core, converted, EXACT, None)
    return all(
        is_close(
            np.asarray(compiled(list(sample))[0]), np.asarray(exact(list(sample))[0])
        )
        for sample in samples
    )
