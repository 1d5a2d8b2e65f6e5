"""The view Library in words: what its lines and columns say. No widget, no state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.library.columns import STATES
from assistant.tui.library.contents import DocumentRow, LeftOutRow, RootRow

if TYPE_CHECKING:
    from assistant.tui.library.contents import Contents, Wish
    from assistant.tui.library.pace import Pace
    from index.updating import UpdateReport

# Of the bar of an update: longer, it says no more; shorter, it says nothing.
_LONGEST_BAR: Final = 32
_SHORTEST_BAR: Final = 6

_DOING: Final = {
    "reading": "Reading",
    "encoding": "Encoding",
    "merging": "Putting in order",
}

_SHOWN_PATH: Final = 60


def standing_line(contents: Contents, *, busy: bool = False) -> Content:
    """Say in a line whose documents these are, and what is out of step.

    Args:
        contents: Of the library.
        busy: An update runs.
    """
    if contents.whose == "examples":
        return Content.assemble(
            "These are Quoth's own examples. ",
            ("Add a folder to begin your own library.", "bold"),
        )
    if contents.whose == "fixed":
        return Content(
            "These are Quoth's own example documents, and stay as they are:"
            " start `quoth` without `--library seeds` to have your own."
        )
    if not contents.documents and not contents.new_count:
        return Content.assemble(
            ("The library holds no document yet. ", wording.MUTED),
            ("Add a folder to begin.", "bold"),
        )
    return _out_of_step(contents, busy)


def _out_of_step(contents: Contents, busy: bool) -> Content:
    parts = []
    for state, (_, name, style) in STATES.items():
        count = sum(row.state == state for row in contents.documents)
        if count and state != "in step":
            parts.append(Content.styled(f"{count:,} {name}", style))
    if contents.new_count:
        new = counted(contents.new_count, "new file")
        parts.append(Content.styled(new, "$text-warning"))
    if not parts:
        return Content.styled("All are in step with their files.", wording.MUTED)
    if not busy:
        parts.append(Content.assemble(("s", "bold"), (" syncs them", wording.MUTED)))
    return Content(" · ").join(parts)


def empty_line(name: str, wanted: str) -> Content:
    """Say why a list is empty.

    Args:
        name: Of the list.
        wanted: What its rows are to hold; empty for anything.
    """
    if wanted:
        return Content.assemble(
            ("No row holds ", wording.MUTED),
            wording.plain(wanted, "bold"),
            (". Esc shows all.", wording.MUTED),
        )
    said = {
        "documents": "",
        "left-out": "Nothing was left out.",
        "added": "Nothing was added yet.",
    }
    return Content.styled(said[name], wording.MUTED)


def progress_line(pace: Pace, note: str, *, cells: int) -> Content:
    """Say how far an update is: stage, bar, count, rate, time left.

    Args:
        pace: Of the stage that it is at.
        note: What it does where nothing is counted; empty otherwise.
        cells: Room for all of it; the bar takes what the words leave.
    """
    at = pace.progress
    if note or at is None or at.total == 0:
        return Content.assemble(("● ", "$text-primary"), wording.flat(note))
    unit = "passages" if at.unit == "chunks" else at.unit
    told = [f"{at.done:,} of {at.total:,} {unit}"]
    if pace.rate is not None:
        told.append(f"{pace.rate:,.0f}/s" if pace.rate >= 1 else f"{pace.rate:.1f}/s")
    if pace.seconds_left is not None:
        told.append(f"{duration(pace.seconds_left)} left")
    before, after = f"{_DOING[at.stage]} ", " · ".join(told)
    return Content.assemble(
        ("● ", "$text-primary"),
        before,
        _bar(at.done / at.total, cells - len(f"● {before} {after}")),
        after,
    )


def _bar(part: float, room: int) -> Content:
    """Draw how much is done and a space behind it; nothing where there is no room."""
    if room < _SHORTEST_BAR:
        return Content()
    cells = min(room, _LONGEST_BAR)
    filled = round(cells * part)
    return Content.assemble(
        ("━" * filled, "$text-primary"),
        ("─" * (cells - filled), "$foreground 30%"),
        " ",
    )


def stopping_line() -> Content:
    """Say that an update stops at its next step."""
    return Content.assemble(("● ", "$text-warning"), "Stopping at the next step…")


def progress_words(pace: Pace, note: str) -> str:
    """Say the same in few words, for the line at the top."""
    at = pace.progress
    if note or at is None or at.total == 0:
        return note
    return f"{_DOING[at.stage].lower()} {100 * at.done // at.total} %"


def duration(seconds: float) -> str:
    """Say a time that is left: `8 s`, `3 min`, `1 h 20 min`."""
    whole = max(1, round(seconds))
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def report_content(wish: Wish, report: UpdateReport) -> Content:
    """Say what an update did; what was left out, and out of reach, below it."""
    left_out = report.skipped if wish.kind == "add" else report.newly_skipped
    counts = {
        "added": report.added,
        "updated": report.updated,
        "moved": report.moved,
        "removed": report.removed,
        "left out": len(left_out),
    }
    told = [f"{count:,} {word}" for word, count in counts.items() if count]
    if report.encoded_count:
        told.append(f"{counted(report.encoded_count, 'passage')} encoded")
    done = " · ".join(told) or _nothing_done(wish)
    lines = [
        Content.assemble(
            ("✓ ", "$text-success"), (done, "bold"), f" in {report.seconds:.1f} s"
        )
    ]
    for file in left_out[:2]:
        lines.append(
            Content.assemble(
                ("  left out ", wording.MUTED),
                wording.plain(wording.short_name(file.name)),
                wording.plain(f" · {file.message}", wording.MUTED),
            )
        )
    if len(left_out) > 2:
        more = f"  and {len(left_out) - 2:,} more: see “Left out” below"
        lines.append(Content.styled(more, wording.MUTED))
    for path in report.unreachable:
        away = f"  {path} is not there now, or empty; its documents were kept."
        lines.append(wording.plain(away, "$text-warning"))
    return Content("\n").join(lines)


def _nothing_done(wish: Wish) -> str:
    if wish.kind == "add":
        return "Nothing new: all of it is in the library already"
    return "Nothing to do: all is in step"


def stopped_content(wish: Wish, *, committed: bool) -> Content:
    """Say what a stopped update left."""
    if not committed:
        said = "The library is as it was before; nothing of it was lost."
    else:
        said = (
            "What was read is in the library. Passages without vectors are found by"
            " their words; a sync makes the rest."
        )
    again = " Enter adds again." if wish.kind == "add" and not committed else ""
    return Content.assemble(
        ("○ Stopped. ", "bold $text-warning"), said, (again, wording.MUTED)
    )


def short_path(path: str) -> str:
    """Leave out the beginning of a long path: its end tells it apart."""
    return path if len(path) <= _SHOWN_PATH else f"…{path[1 - _SHOWN_PATH :]}"


def beginning_words(wish: Wish) -> str:
    """Say what an update begins with."""
    if wish.kind == "remove":
        return "Removing…"
    if wish.kind == "add":
        return f"Looking into {wording.flat(short_path(wish.paths[0]))}…"
    return "Looking at the files…"


def removal_words(row: DocumentRow | LeftOutRow | RootRow) -> tuple[str, str]:
    """Name what is to go, and say what that means."""
    if isinstance(row, RootRow):
        many = counted(row.documents, "document")
        goes = "goes" if row.documents == 1 else "go"
        stay = "The files on disk stay as they are."
        return short_path(row.path), f"With it {many} {goes} out of the library. {stay}"
    name, stays = wording.short_name(row.name), "The file on disk stays as it is."
    if isinstance(row, LeftOutRow):
        meaning = "It is off this list until you add the file itself again."
    else:
        meaning = "No answer comes from it until you add the file itself again."
    return name, f"{meaning} {stays}"
