"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Stage = Literal["reading", "encoding", "merging"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage of an update is."""

    stage: Stage
    done: int
    total: int
    unit: str
    """What is counted, in the plural: `files` or `chunks`."""


Report: TypeAlias = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Report to nobody."""
