"""Arrays in files, read without being read in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER = threading.Lock()


def map_array(path: Path) -> NDArray[Any]:
    """Map a `.npy` file.

    numpy parses its header with `ast`, which in Python 3.11 fails now and then when two
    threads do so at once ("AST constructor recursion depth mismatch",
    github.com/python/cpython/issues/106905): here one does at a time.

    Raises:
        OSError: The file is missing or unreadable.
        ValueError: It is no such file, or too short.
        EOFError: It is empty.
    """
    with _HEADER:
        mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped
