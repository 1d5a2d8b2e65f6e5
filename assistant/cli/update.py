"""`quoth add`, `sync` and `remove`: what changes a library."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import click

from assistant.cli.exits import FOUND
from assistant.cli.options import Invocation, common_options, pass_invocation
from assistant.cli.output import note
from assistant.render.plural import counted
from index.errors import LibraryEmpty, LibraryLocked, UnsupportedFormat

if TYPE_CHECKING:
    from index.catalog import SkippedFile
    from index.updating import Updater, UpdateReport

_WATCH_SECONDS: Final = 2.0

# More would scroll the report itself away; `quoth status --files` lists them all.
_SHOWN_REASONS: Final = 20
_NAMED: Final = 3


@click.command(short_help="Add files and folders to the library.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@common_options
@pass_invocation
def add(invocation: Invocation, paths: tuple[str, ...]) -> int:
    """Add files and folders to the library, and remember them for `sync`."""
    report = _update(invocation, lambda updater: updater.add(paths))
    _note_left_out(report.skipped)
    _show_report(report)
    if report.document_count == 0:
        raise LibraryEmpty(
            f"Nothing in {', '.join(paths)} could be read as text.",
            "Add a file or a folder that holds text.",
        )
    return FOUND


@click.command()
@click.option("--watch", is_flag=True, help="Go on, and take up changes as they come.")
@click.option("--rebuild", is_flag=True, help="Make the whole index anew.")
@common_options
@pass_invocation
def sync(invocation: Invocation, watch: bool, rebuild: bool) -> int:
    """Look again at all that was added, and take up what changed."""
    report = _update(invocation, lambda updater: updater.sync(rebuild=rebuild))
    _note_left_out(report.newly_skipped)
    _show_report(report)
    if watch:
        watch_library(invocation)
    return FOUND


@click.command(short_help="Take files and folders out of the library.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@common_options
@pass_invocation
def remove(invocation: Invocation, paths: tuple[str, ...]) -> int:
    """Take files, folders or globs out of the library; the files stay on disk."""
    _show_report(_update(invocation, lambda updater: updater.remove(paths)))
    return FOUND


def watch_library(
    invocation: Invocation, wait: Callable[[float], None] = time.sleep
) -> None:
    """Sync again and again until Ctrl+C, and report what changed.

    A look at the files costs as little as a `sync` that finds nothing, works on every
    file system and misses nothing: so there is no watcher of the system's own.

    Args:
        invocation: Whose library is watched.
        wait: Sleeps for a number of seconds.
    """
    note("Watching for changes; Ctrl+C ends it.")
    try:
        while True:
            wait(_WATCH_SECONDS)
            try:
                report = _update(invocation, lambda updater: updater.sync())
            except LibraryLocked:
                continue
            _note_left_out(report.newly_skipped)
            if report.added or report.updated or report.moved or report.removed:
                _show_report(report)
    except KeyboardInterrupt:
        note("Stopped watching.")


def _update(
    invocation: Invocation, change: Callable[[Updater], UpdateReport]
) -> UpdateReport:
    """Change the library, with progress on stderr."""
    from assistant.cli.progress import showing_progress

    try:
        with showing_progress() as progress:
            return change(invocation.workspace.updater(progress))
    except KeyboardInterrupt:
        note("The same command again does what is left to do.")
        raise


def _note_left_out(files: Sequence[SkippedFile]) -> None:
    """Say on stderr what could not be read and why, those of one reason together."""
    of_reason: dict[str, list[str]] = {}
    for file in files:
        of_reason.setdefault(file.message, []).append(file.name)
    for reason, names in list(of_reason.items())[:_SHOWN_REASONS]:
        if len(names) == 1:
            note(f"left out {names[0]}: {reason}")
            continue
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        named = ", ".join(names[:_NAMED])
        each = reason.replace("It ", "each ", 1) if reason[:3] == "It " else reason
        note(f"left out {len(names):,} files ({named}{more}): {each}")
    more_reasons = len(of_reason) - _SHOWN_REASONS
    if more_reasons > 0:
        note("left out more, for other reasons; `quoth status --files` lists them.")
    if any(file.title == UnsupportedFormat.title for file in files):
        from index.reading.formats import SUPPORTED

        note(f"Quoth reads {SUPPORTED}; convert the others to one of them.")


def _show_report(report: UpdateReport) -> None:
    """Say on stdout what was done."""
    from assistant.render.sanitize import one_line

    for path in report.unreachable:
        note(
            f"{path} is not there now, or nothing is in it; its documents were kept."
            " `quoth remove` takes them out."
        )
    counts = {
        "added": report.added,
        "updated": report.updated,
        "moved": report.moved,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "left out": len(report.skipped),
    }
    if not (report.added or report.updated):
        # What an interrupted update left to do: else nothing says what took the time.
        counts["passages encoded"] = report.encoded_count
    done = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    click.echo(one_line(f"{done or 'nothing to do'} in {report.seconds:.1f} s"))
    click.echo(
        f"The library holds {counted(report.document_count, 'document')} in"
        f" {counted(report.chunk_count, 'passage')}."
    )
