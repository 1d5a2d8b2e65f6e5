"""A kill at any step of a write leaves the library before or after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks of itself")
def test_killed_at_any_moment_the_library_is_whole(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash_driver", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, dict[str, Any]] = json.loads(done.stdout)
    assert set(report) == {"add", "sync", "remove", "merge", "rebuild"}
    assert [c for one in report.values() for c in one["complaints"]] == []
    assert sum(len(one["tried"]) for one in report.values()) >= 50
