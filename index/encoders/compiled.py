"""The cache of converted and compiled models, made once and checked at every start.

```
<cache dir>/openvino/<model key>/
  manifest.json  model.xml  model.bin        the converted model, half-precision weights
  [int8.xml  int8.bin]                       the same for 8-bit arithmetic, if it can be
  <processor key>/manifest.json  *.blob      compiled for one kind of processor
```

A manifest holds the SHA-256 of every file beside it and is written last; a folder whose
files differ from it is made again. A lock file keeps two processes from making the same
folder at once; a finished folder is read without a lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.hashing import file_sha256, read_json, write_atomically
from index.encoders.precisions import (
    EXACT,
    TITLES,
    is_near_enough,
    load_compiled,
    precisions_of,
)
from index.encoders.runtime import import_openvino
from index.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1
"""Raised when the files of the cache change their meaning."""

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A model that can be compiled: how it is converted, told apart and checked."""

    name: str
    """Of the model, for people."""
    title: str
    """What it is for, for people: `encoder`."""
    key: tuple[str, ...]
    """All that the converted model depends on, besides OpenVINO."""
    command: tuple[str, ...]
    """A module and its arguments. Run with the target folder after them, in a process
    of its own, it writes `model.xml` and `model.bin` there, and may write `int8.xml`
    and `int8.bin`, which compute the same in 8 bits."""
    samples: tuple[tuple[NDArray[np.int64], ...], ...]
    """Inputs, in the model's order, by which faster precisions are compared."""
    is_close: Callable[[NDArray[np.float32], NDArray[np.float32]], bool]
    """Whether a faster precision's output of a sample is near enough to float32's."""


def compile_cached(
    recipe: Recipe, cache_dir: Path, notify: Callable[[str], None]
) -> Any:  # noqa: ANN401 -- openvino.CompiledModel
    """Load a compiled model, converting and compiling it first where needed.

    Args:
        recipe: Of the model.
        cache_dir: Folder of Quoth's cache.
        notify: Called with one line before something that takes seconds.

    Returns:
        An `openvino.CompiledModel` set up for throughput.

    Raises:
        EncoderError: The model cannot be converted.
        OSError: The cache cannot be written.
    """
    openvino = import_openvino()
    folder = cache_dir / "openvino" / model_key(recipe)
    if not _is_whole(folder, cache_dir):
        with _lock(folder):
            if not _is_whole(folder, cache_dir):
                notify(f"Preparing the {recipe.title}: about 15 seconds, once.")
                _convert(recipe, folder, cache_dir)
    core = openvino.Core()
    compiled_folder = folder / _processor_key(core)
    if not _is_whole(compiled_folder, cache_dir):
        with _lock(folder):
            if not _is_whole(compiled_folder, cache_dir):
                _compile(core, recipe, compiled_folder, cache_dir, notify)
    verdict = read_json(compiled_folder / _MANIFEST) or {}
    precision = str(verdict.get("precision", EXACT))
    return load_compiled(core, folder, precision, compiled_folder)


def model_key(recipe: Recipe) -> str:
    """Name the folder of a converted model by all that it depends on."""
    parts = (*recipe.key, import_openvino().__version__, str(FORMAT))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _processor_key(core: Any) -> str:  # noqa: ANN401
    """Name the folder of compiled blobs by what they depend on besides the model."""
    capabilities = sorted(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    parts = [str(core.get_property("CPU", "FULL_DEVICE_NAME")), *capabilities]
    parts.append(str(_usable_cores()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _usable_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_whole(folder: Path, cache_dir: Path) -> bool:
    """Whether a folder has a manifest and all its files are as they were written."""
    manifest = read_json(folder / _MANIFEST)
    files = manifest.get("files") if manifest is not None else None
    if not isinstance(files, dict):
        return False
    try:
        return all(
            file_sha256(folder / name, cache_dir) == digest
            for name, digest in files.items()
        )
    except OSError:
        return False


def _lock(folder: Path) -> Any:  # noqa: ANN401
    """A lock that no other process holds at the same time."""
    from filelock import FileLock

    folder.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(f"{folder}.lock")


def _write_manifest(folder: Path, cache_dir: Path, **facts: object) -> None:
    """Write the hashes of a folder's files, and what else is known about them."""
    files = {
        path.name: file_sha256(path, cache_dir)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != _MANIFEST
    }
    write_atomically(folder / _MANIFEST, json.dumps({"files": files, **facts}))


def _convert(recipe: Recipe, folder: Path, cache_dir: Path) -> None:
    """Convert in a process of its own and put the result in place in one step."""
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        _run_conversion(recipe, temporary)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _write_manifest(folder, cache_dir)


def _run_conversion(recipe: Recipe, target: Path) -> None:
    """Run the recipe's command, which imports torch.

    Raises:
        EncoderError: It failed; the message has its last line.
    """
    source = Path(__file__).resolve().parents[2]
    # -P: the current folder may hold modules named like ours.
    command = [sys.executable, "-P", "-m", *recipe.command]
    finished = subprocess.run(
        [*command, str(target)],
        env={**os.environ, "PYTHONPATH": str(source)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if finished.returncode != 0:
        lines = finished.stderr.strip().splitlines() or ["no message"]
        raise EncoderError(
            f"The model {recipe.name} cannot be converted: {lines[-1]}",
            "Use the runtime `torch` for it.",
        )


def _compile(
    core: Any,  # noqa: ANN401
    recipe: Recipe,
    folder: Path,
    cache_dir: Path,
    notify: Callable[[str], None],
) -> None:
    """Compile for this processor in the fastest precision that is exact enough."""
    converted = folder.parent
    precisions = precisions_of(converted)
    for precision in precisions:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        compiled = load_compiled(core, converted, precision, folder)
        if is_near_enough(
            core, converted, precision, compiled, recipe.samples, recipe.is_close
        ):
            break
    coarse = [TITLES[one] for one in precisions[: precisions.index(precision)]]
    if coarse:
        notify(
            f"On this processor {' and '.join(coarse)} would be too coarse for the "
            f"{recipe.title}: using {TITLES[precision]}."
        )
    _write_manifest(folder, cache_dir, precision=precision)
