"""The reader's files in this package, checked; its weights unpacked and packed.

The weights' file holds what training changed. Matrices are stored in 8 bits, each row
with a scale of its own (`name` and `name.scale`); all else in 32. Word and position
embeddings are the default encoder's, whose package Quoth installs and checks anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from index.encoders.hashing import file_sha256
from index.errors import ReaderDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PUBLISHED: Final = {
    "weights.safetensors": (
        "8d3b85ccea5747228e3377aa5bc8ffd50deb77574d850e5d848ba8b630adb3cb"
    ),
    "ranges.safetensors": (
        "96beee46abf322498f0e230a594ce64b2d62bf7f0749037346ca38da87472d90"
    ),
}
"""SHA-256 of each file beside this module; `benchmarks.reader.train` makes them."""

_SCALE: Final = ".scale"
_LARGEST: Final = 127
_SMALLEST_MATRIX: Final = 100_000
"""Elements from which on a matrix is stored in 8 bits."""


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """What a reader of ours is made of, besides the default encoder."""

    weights: Path
    """Of the network, as `unpack` reads them."""
    ranges: Path
    """Of what its matrices are given, for 8-bit arithmetic."""


def default_files(cache_dir: Path) -> ReaderFiles:
    """Find the files that come with Quoth, and check them.

    Args:
        cache_dir: Where file hashes are remembered.

    Raises:
        ReaderDamaged: One is missing, or not the published one.
    """
    folder = Path(str(resources.files("assistant.reader")))
    for name, expected in PUBLISHED.items():
        _check(folder / name, expected, cache_dir)
    return ReaderFiles(*(folder / name for name in PUBLISHED))


def _check(path: Path, expected: str, cache_dir: Path) -> None:
    remedy = "Reinstall Quoth, or switch the reader off: `reader.name = off`."
    try:
        found = file_sha256(path, cache_dir)
    except OSError as error:
        message = f"The reader's file {path} cannot be read: {error}."
        raise ReaderDamaged(message, remedy) from error
    if found != expected:
        raise ReaderDamaged(
            f"The reader's file {path} has the SHA-256 {found}, "
            f"the published one {expected}.",
            remedy,
        )


def unpack(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read weights by name, in 32 bits."""
    from safetensors.numpy import load_file

    stored = load_file(path)
    return {
        name: _widened(value, stored.get(name + _SCALE))
        for name, value in stored.items()
        if not name.endswith(_SCALE)
    }


def pack(weights: Mapping[str, NDArray[np.float32]], path: Path) -> None:
    """Write weights by name, large matrices in 8 bits.

    Each row is divided by a scale so that its greatest number becomes 127.
    """
    from safetensors.numpy import save_file

    stored: dict[str, NDArray[np.generic]] = {}
    for name, value in sorted(weights.items()):
        if value.size < _SMALLEST_MATRIX:
            stored[name] = np.ascontiguousarray(value, dtype=np.float32)
            continue
        scale = np.maximum(np.abs(value).max(axis=1), 1e-12) / _LARGEST
        stored[name] = np.round(value / scale[:, None]).astype(np.int8)
        stored[name + _SCALE] = scale.astype(np.float32)
    save_file(stored, path)


def _widened(
    value: NDArray[np.generic], scale: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    wide = value.astype(np.float32)
    return wide if scale is None else wide * scale[:, None]
