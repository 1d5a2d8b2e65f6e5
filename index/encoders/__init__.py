"""The encoders there are: one set of weights, two runtimes."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.encoders.torch_encoder import load_torch
from index.encoders.weights import ModelFolder, describe_plain, find_model, go_offline
from index.errors import EncoderDamaged, EncoderError, EncoderMissing

if TYPE_CHECKING:
    from index.encoder import Encoder

Runtime = Literal["auto", "openvino", "torch"]


def load_encoder(
    name: str = "default",
    runtime: Runtime = "auto",
    *,
    cache_dir: Path,
    notify: Callable[[str], None] | None = None,
) -> Encoder:
    """Load an encoder; touches no network.

    Args:
        name: `default` (all-MiniLM-L6-v2), the folder of a sentence-transformers model,
            or the name of one in Hugging Face's local cache.
        runtime: `openvino` compiles the model once, starts in 0.2 s and needs no torch;
            `torch` runs any model; `auto` takes the first where it can.
        cache_dir: Folder for compiled models; made if need be. Where it cannot be
            written, a temporary folder serves for this process.
        notify: Called with one line before something that takes seconds, and with each
            thing done otherwise than asked.

    Raises:
        EncoderMissing: There is no such model on this machine.
        EncoderDamaged: The default model's weights are not the published ones.
        EncoderError: The model cannot be run as asked.
    """
    tell = notify or (lambda _: None)
    go_offline()
    model = find_model(name, cache_dir)
    if runtime == "torch":
        return load_torch(model)
    try:
        return _load_openvino(model, cache_dir, tell)
    except (EncoderMissing, EncoderDamaged):
        raise
    except EncoderError as error:
        if runtime == "openvino":
            raise
        tell(f"{error.message} Using torch instead.")
        return load_torch(model)


def _load_openvino(
    model: ModelFolder, cache_dir: Path, tell: Callable[[str], None]
) -> Encoder:
    """Load the compiled runtime.

    Raises:
        EncoderError: The model is not of a kind that can be compiled, or OpenVINO is
            missing or refuses it.
    """
    plain = describe_plain(model)
    if plain is None:
        raise EncoderError(
            f"The model {model.name} is not a plain transformer with mean pooling.",
            "Use the runtime `torch` for it.",
        )
    from index.encoders.openvino_encoder import OpenVinoEncoder

    try:
        try:
            return OpenVinoEncoder(model, plain, cache_dir, tell)
        except OSError as error:
            tell(
                f"The cache {cache_dir} cannot be written ({error}): "
                "using a temporary one."
            )
            return OpenVinoEncoder(model, plain, temporary_cache(), tell)
    except (ImportError, OSError, RuntimeError) as error:
        raise EncoderError(
            f"OpenVINO cannot run the model {model.name}: {error}",
            "Use the runtime `torch` for it.",
        ) from error


def temporary_cache() -> Path:
    """Make a folder that is removed when the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="quoth-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return Path(folder.name)
