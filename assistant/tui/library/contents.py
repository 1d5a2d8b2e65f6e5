"""What the view Library shows and has done: records, and who does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from index.progress import Report
    from index.updating import UpdateReport

State = Literal[
    "in step", "by words only", "touched", "changed", "gone", "out of reach"
]
"""How a document stands to its file: `touched` has another date and was not compared;
`gone` is not there any more; `out of reach` lies below what is not there now, such as a
drive. `by words only` is in step, and has passages without vectors."""

Whose = Literal["own", "examples", "fixed"]
"""Whose documents are shown: the user's; Quoth's, for want of any; Quoth's, asked for
by name, which nobody else changes."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the library, and how its file is."""

    document_id: int
    path: str
    name: str
    """As shown: from the name of what was added on."""
    title: str
    sha256: str
    media_type: str
    passages: int
    size: int
    """Of its file when it was read, in bytes."""
    changed: float
    """When its file was changed last, seconds of the epoch; 0 where that is unknown."""
    state: State


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A file that is not in the library."""

    path: str
    name: str
    reason: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class RootRow:
    """A file or folder that the user added."""

    path: str
    is_folder: bool
    is_there: bool
    documents: int
    """In the library, below it."""
    left_out: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the library."""

    name: str
    """Of the library that answers."""
    whose: Whose
    documents: tuple[DocumentRow, ...] = ()
    left_out: tuple[LeftOutRow, ...] = ()
    """Of the user's library, also while Quoth's documents answer."""
    roots: tuple[RootRow, ...] = ()
    """As `left_out`."""
    new_count: int = 0
    """Files below the roots that were not looked at yet."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A change of the library that the user wants."""

    kind: Literal["add", "sync", "rebuild", "remove"]
    paths: tuple[str, ...] = ()
    """What to add or to remove; of `remove` absolute, and meant to the letter."""


class Curator(Protocol):
    """Looks after the library that the settings mean.

    One thread may look while another changes.
    """

    def contents(self) -> Contents:
        """Say what is in the library, and how the files are now.

        Raises:
            LibraryError: It cannot be read.
        """
        ...

    def change(
        self, wish: Wish, report: Report, notify: Callable[[str], None]
    ) -> UpdateReport:
        """Change the library.

        Args:
            wish: What to do.
            report: Told how far it is; what it raises ends the work without loss.
            notify: Takes a line about what takes long otherwise; may raise as well.

        Raises:
            QuothError: Nothing, or all documents without their vectors, was written.
        """
        ...
