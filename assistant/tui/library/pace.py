"""How fast an update is, and what time is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from index.progress import Progress

# Before that, a rate says more about the first file than about those to come.
_PATIENCE_SECONDS: Final = 0.5


class Pace:
    """Takes reports, and says the rate of the stage that they are of."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without a report.

        Args:
            clock: Seconds from any moment on.
        """
        self._clock = clock
        self.progress: Progress | None = None
        """The newest report."""
        self.rate: float | None = None
        """Units a second since the stage began; None while that is not known."""
        self._begun = (0.0, 0)

    def take(self, progress: Progress) -> None:
        """Take a report."""
        now = self._clock()
        if self.progress is None or self.progress.stage != progress.stage:
            self._begun, self.rate = (now, progress.done), None
        self.progress = progress
        seconds, done = now - self._begun[0], progress.done - self._begun[1]
        if seconds >= _PATIENCE_SECONDS and done > 0:
            self.rate = done / seconds

    @property
    def seconds_left(self) -> float | None:
        """What the rest of the stage takes at that rate."""
        if self.progress is None or self.rate is None:
            return None
        return (self.progress.total - self.progress.done) / self.rate
