"""`quoth show`: a document around a line, the cited sentence marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from assistant.cli.exits import FOUND
from assistant.cli.options import Invocation, common_options, pass_invocation
from assistant.cli.output import naming_library, note
from assistant.cli.output import show as show_lines
from assistant.cli.progress import showing_progress
from index.errors import MissingPath, UsageError

if TYPE_CHECKING:
    from assistant.records import Citation
    from assistant.render.lines import Line
    from index.catalog import StoredFile
    from index.positions import LineMap
    from index.records import Document
    from index.view import View

_AROUND: Final = 5
"""Lines shown before and after the cited one, as far as there are any."""


class _Quoted(NamedTuple):
    """The marked sentence."""

    text: str
    citation: Citation


_PLACE: Final = re.compile(
    r"(?P<name>.+?):(?P<line>\d+)(?::(?P<column>\d+))?", re.DOTALL
)


@click.command()
@click.argument("source", metavar="SOURCE[:LINE[:COLUMN]]")
@common_options
@pass_invocation
def show(invocation: Invocation, source: str) -> int:
    """Show a document of the library around a line.

    SOURCE is a path, or a name as an answer shows it. Without LINE the whole document
    is shown. The sentence at the place is marked. That the file has changed since it
    was indexed is said on stderr.
    """
    from index.positions import LineMap

    with showing_progress() as progress:
        library = invocation.workspace.open_library(progress)
    with library.open_view() as view:
        files = view.catalog.files()
        place = _PLACE.fullmatch(source)
        # A file may well be called `notes:12`.
        if place is None or _matching(files, source):
            file = find_file(files, source)
            document = view.document(file.document_id)
            show_lines(_whole(document))
            _note_change(invocation, file, document, (0, 0))
            return FOUND
        file = find_file(files, place["name"])
        column = int(place["column"]) if place["column"] else None
        document = view.document(file.document_id)
        lines, number = LineMap(document.text), int(place["line"])
        span = _line_span(document, lines, number)
        marked = _sentence_at(view, file.document_id, span, column)
        show_lines(_around(document, lines, number, marked))
        _note_change(invocation, file, document, marked)
    return FOUND


def find_file(files: Sequence[StoredFile], source: str) -> StoredFile:
    """Find the one document that is meant by a path, a name or a file name.

    Raises:
        MissingPath: There is none.
        UsageError: There are several.
    """
    found = _matching(files, source)
    if not found:
        names = [file.name for file in files]
        near = difflib.get_close_matches(source, names, 1, 0.4)
        raise MissingPath(
            f"There is no document {source} in the library.",
            f"Did you mean {near[0]}?"
            if near
            else "`quoth status --files` lists the documents.",
        )
    if len(found) > 1:
        paths = ", ".join(file.path for file in found[:5])
        raise UsageError(
            f"{len(found)} documents are called {source}: {paths}.",
            "Give the path of one.",
        )
    return found[0]


def _matching(files: Sequence[StoredFile], source: str) -> list[StoredFile]:
    """The documents that a source means: by path, else by name, else by file name."""
    from assistant.render.sanitize import one_line
    from index.sources import absolute

    path = absolute(source)
    wanted = source.replace("\\", "/")
    for matching in (
        [file for file in files if file.path == path],
        [file for file in files if file.name == wanted],
        [file for file in files if file.path.endswith("/" + wanted)],
        # A name with a line break in it is shown without.
        [file for file in files if one_line(file.name) == wanted],
    ):
        if matching:
            return matching
    return []


def _whole(document: Document) -> Iterator[Line]:
    from assistant.render.lines import line
    from assistant.render.sanitize import one_line, sanitize

    yield line(one_line(document.name), "source")
    for text in document.text.splitlines():
        yield line(sanitize(text))


def _line_span(document: Document, lines: LineMap, number: int) -> tuple[int, int]:
    """Give the span of a line.

    Raises:
        UsageError: The document has no such line.
    """
    if not 1 <= number <= lines.line_count:
        raise UsageError(
            f"{document.name} has {lines.line_count} lines, not {number}.",
            f"Give a line from 1 to {lines.line_count}.",
        )
    return lines.line_span(number)


def _around(
    document: Document, lines: LineMap, number: int, marked: tuple[int, int]
) -> Iterator[Line]:
    """Yield the lines around one, numbered, and the sentence that is marked."""
    from assistant.render.lines import line
    from assistant.render.sanitize import one_line

    last = max(number, lines.line_column(max(marked[1] - 1, marked[0]))[0])
    yield line(one_line(document.name), "source")
    first_shown = max(1, number - _AROUND)
    last_shown = min(lines.line_count, last + _AROUND)
    width = len(str(last_shown)) + 1
    for shown in range(first_shown, last_shown + 1):
        yield _numbered(document.text, lines.line_span(shown), marked, shown, width)


def _note_change(
    invocation: Invocation,
    file: StoredFile,
    document: Document,
    marked: tuple[int, int],
) -> None:
    """Say that the file is not as it was indexed, and where the sentence is now."""
    from assistant.citations import Citer
    from assistant.render.file_state import file_note
    from assistant.source_state import check_citation, check_file

    if marked[0] < marked[1]:
        quoted = _Quoted(
            document.text[slice(*marked)],
            Citer(file.document_id, document).cite(1, *marked),
        )
        states = {"the sentence": check_citation(quoted, file.state)}
    else:
        states = {"": check_file(file.path, file.sha256, file.state)}
    note(naming_library(file_note(file.name, states), invocation.library))


def _sentence_at(
    view: View, document_id: int, span: tuple[int, int], column: int | None
) -> tuple[int, int]:
    """Span of the sentence at a column of a line; of the first that touches the line.

    An empty span where no sentence does.
    """
    start, end = span
    if column is not None:
        start = min(start + max(column, 1) - 1, end)
        end = start + 1
    for first, stop in view.sentences(document_id).tolist():
        if first < end and stop > start:
            return first, stop
    return start, start


def _numbered(
    text: str, span: tuple[int, int], marked: tuple[int, int], number: int, width: int
) -> Line:
    """One line with its number; what is marked is lit, and `>` stands before it."""
    from assistant.render.lines import Line, Span
    from assistant.render.sanitize import sanitize

    start, end = span
    inner = min(max(marked[0], start), end), min(max(marked[1], start), end)
    pieces = (
        Span(sanitize(text[start : inner[0]])),
        Span(sanitize(text[inner[0] : inner[1]]), "lit"),
        Span(sanitize(text[inner[1] : end]).rstrip("\n")),
    )
    is_marked = inner[0] < inner[1]
    label = Span(f"{'>' if is_marked else ' '}{number:>{width}}  ", "note")
    return Line(pieces, len(label.text), label)
