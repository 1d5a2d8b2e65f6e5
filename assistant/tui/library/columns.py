"""The columns of the lists in the view Library: what they show and are sorted by."""

from __future__ import annotations

import re
import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from textual.content import Content

from assistant.tui import wording
from assistant.tui.library.table import Column
from index.reading.titles import title_of_path

if TYPE_CHECKING:
    from assistant.tui.library.contents import DocumentRow, LeftOutRow, RootRow, State

STATES: Final[dict[State, tuple[str, str, str]]] = {
    "gone": ("✗", "gone from disk", "$text-error"),
    "changed": ("≠", "changed", "$text-warning"),
    "out of reach": ("?", "out of reach", "$text-warning"),
    "touched": ("~", "new date", "$text-warning"),
    "by words only": ("◐", "words only", "$text-primary"),
    "in step": ("✓", "in step", wording.MUTED),
}
"""State to its sign, its name and its style, in the order of what needs doing."""

_RANKS: Final = {state: rank for rank, state in enumerate(STATES)}

_NUMBERS: Final = re.compile("([0-9]{1,18})")


def state_cell(state: State) -> Content:
    """Say how a document stands to its file."""
    sign, name, style = STATES[state]
    return Content.styled(f"{sign} {name}", style)


def _kind(row: DocumentRow) -> str:
    suffix = PurePosixPath(row.path).suffix.removeprefix(".")
    return suffix.lower() or "text"


def _own_title(row: DocumentRow) -> str:
    """Give a title that says more than the file's name."""
    made = title_of_path(PurePosixPath(row.path))
    return "" if row.title == made else row.title


def _date(row: DocumentRow) -> str:
    if not row.changed:
        return "–"
    return time.strftime("%Y-%m-%d", time.localtime(row.changed))


def natural(name: str) -> list[tuple[int, str]]:
    """Give what names are sorted by: letters of any case, numbers by their value."""
    parts = _NUMBERS.split(name.casefold())
    return [(int(one), "") if one.isdecimal() else (0, one) for one in parts]


def size_words(size: int) -> str:
    """Say a number of bytes: `900 B`, `4.1 kB`, `12 MB`."""
    number, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if number < 999.5:
            break
        number, unit = number / 1_000, larger
    digits = 1 if unit != "B" and number < 9.95 else 0
    return f"{number:.{digits}f} {unit}"


DOCUMENT_COLUMNS: Final[tuple[Column[DocumentRow], ...]] = (
    Column("Name", lambda row: wording.plain(row.name), lambda row: natural(row.name)),
    Column(
        "Title",
        lambda row: wording.plain(_own_title(row), wording.MUTED),
        lambda row: _own_title(row).casefold(),
        from_width=130,
    ),
    Column("State", lambda r: state_cell(r.state), lambda r: _RANKS[r.state], 16),
    Column("Kind", lambda row: wording.plain(_kind(row)), _kind, 6),
    Column(
        "Passages",
        lambda row: Content(f"{row.passages:,}"),
        lambda row: row.passages,
        10,
        right=True,
        greatest_first=True,
    ),
    Column(
        "Size",
        lambda row: Content(size_words(row.size)),
        lambda row: row.size,
        7,
        right=True,
        greatest_first=True,
        from_width=84,
    ),
    Column(
        "Changed",
        lambda row: Content(_date(row)),
        lambda row: row.changed,
        10,
        greatest_first=True,
        from_width=96,
    ),
)

LEFT_OUT_COLUMNS: Final[tuple[Column[LeftOutRow], ...]] = (
    Column("Name", lambda row: wording.plain(row.name), lambda row: natural(row.name)),
    Column("Why", lambda row: wording.plain(row.reason), lambda row: row.reason),
)

ROOT_COLUMNS: Final[tuple[Column[RootRow], ...]] = (
    Column("Path", lambda row: wording.plain(row.path), lambda row: row.path),
    Column(
        "Kind",
        lambda row: Content("folder" if row.is_folder else "file"),
        lambda row: not row.is_folder,
        6,
    ),
    Column(
        "State",
        lambda row: (
            Content.styled("✓ there", wording.MUTED)
            if row.is_there
            else Content.styled("? not there", "$text-warning")
        ),
        lambda row: row.is_there,
        11,
    ),
    Column(
        "Documents",
        lambda row: Content(f"{row.documents:,}"),
        lambda row: row.documents,
        11,
        right=True,
        greatest_first=True,
    ),
    Column(
        "Left out",
        lambda row: Content(f"{row.left_out:,}"),
        lambda row: row.left_out,
        10,
        right=True,
        greatest_first=True,
    ),
)
