"""Progress on stderr: news of long work, silence about quick work."""

from __future__ import annotations

import pytest

from assistant.cli.progress import showing_progress
from index.progress import Progress


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with showing_progress(clock) as report:
        clock.now += 60  # The encoder is compiled: that is no part of the work.
        report(Progress("reading", 0, 1, "files"))
        report(Progress("reading", 1, 1, "files"))
        clock.now += 5
        report(Progress("encoding", 0, 1, "chunks"))
        report(Progress("encoding", 1, 1, "chunks"))
    assert capsys.readouterr().err == ""


def test_long_work_says_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with showing_progress(clock) as report:
        for done in range(26):
            report(Progress("reading", done, 2_500, "files"))
            clock.now += 1
    assert capsys.readouterr().err.splitlines() == [
        "quoth: reading: 2 of 2,500 files",
        "quoth: reading: 12 of 2,500 files",
        "quoth: reading: 22 of 2,500 files",
    ]
