"""Mapped arrays."""

from __future__ import annotations

import ast
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.arrays import map_array


def test_headers_are_parsed_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "numbers.npy"
    np.save(path, np.arange(5))
    parse = ast.literal_eval
    inside = threading.Semaphore(1)
    together = []

    def watched(text: str) -> object:
        together.append(not inside.acquire(blocking=False))
        try:
            time.sleep(0.001)
            return parse(text)
        finally:
            if not together[-1]:
                inside.release()

    monkeypatch.setattr(ast, "literal_eval", watched)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(map_array, [path] * 64))
    assert all(array.tolist() == [0, 1, 2, 3, 4] for array in found)
    assert len(together) == 64
    assert not any(together)
