"""How far long work is, on stderr: a bar on a terminal, a line now and then elsewhere.

Both wait a moment, counted from the first report: quick work shows nothing, nor does
the time that it took to get ready.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from assistant.cli.output import note
from index.progress import Progress, Report

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_PATIENCE_SECONDS: Final = 0.5
_LINE_PATIENCE_SECONDS: Final = 2.0
_LINE_SECONDS: Final = 10.0


@contextmanager
def showing_progress(
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Report]:
    """Give a reporter for the time of some work.

    Args:
        clock: Seconds from any moment on.
    """
    if not sys.stderr.isatty():
        yield _LineReporter(clock)
        return
    reporter = _BarReporter(clock)
    try:
        yield reporter
    finally:
        reporter.close()


class _LineReporter:
    """Says where work is, at most every few seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: float | None = None

    def __call__(self, progress: Progress) -> None:
        """Take a report; one of work that is over, or not begun, is no news."""
        now = self._clock()
        if self._due is None:
            self._due = now + _LINE_PATIENCE_SECONDS
        if now >= self._due and 0 < progress.done < progress.total:
            self._due = now + _LINE_SECONDS
            note(
                f"{progress.stage}: {progress.done:,} of {progress.total:,}"
                f" {progress.unit}"
            )


class _BarReporter:
    """Draws one bar a stage, with the rate and the time left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun: float | None = None
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        """Take a report."""
        if self._bars is None:
            now = self._clock()
            if self._begun is None:
                self._begun = now
            if now - self._begun < _PATIENCE_SECONDS:
                return
            self._bars = _make_bars()
            self._bars.start()
        task = self._tasks.get(progress.stage)
        if task is None:
            task = self._bars.add_task(
                progress.stage, total=progress.total, unit=progress.unit
            )
            self._tasks[progress.stage] = task
        self._bars.update(task, completed=progress.done, total=progress.total)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bars is not None:
            self._bars.stop()


def _make_bars() -> Bars:
    """Make the bars: stage, share, count, rate, time left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars
    from rich.text import Text

    class RateColumn(ProgressColumn):
        """Units a second."""

        def render(self, task: Task) -> Text:
            """Show the rate; nothing before it is known."""
            speed = task.finished_speed or task.speed
            unit = task.fields["unit"]
            return Text("" if speed is None else f"{speed:,.0f} {unit}/s", "dim")

    return Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
