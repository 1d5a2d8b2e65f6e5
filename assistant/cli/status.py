"""`quoth status`: what the library holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from assistant.cli.exits import FOUND
from assistant.cli.options import (
    Invocation,
    common_options,
    json_option,
    pass_invocation,
)
from assistant.cli.output import show, show_json
from assistant.cli.progress import showing_progress
from assistant.render.plural import counted

if TYPE_CHECKING:
    from assistant.render.lines import Line
    from index.library import LibraryStatus


@click.command()
@click.option("--files", is_flag=True, help="List every file, also those left out.")
@json_option
@common_options
@pass_invocation
def status(invocation: Invocation, files: bool, as_json: bool) -> int:
    """Say what the library holds and how it was built."""
    with showing_progress() as progress:
        found = invocation.workspace.open_library(progress).status()
    if as_json:
        show_json(_form(found, files))
    else:
        show(_lines(found, files))
    return FOUND


def _lines(found: LibraryStatus, files: bool) -> Iterator[Line]:
    from assistant.render.lines import line
    from assistant.render.sanitize import one_line
    from index.reading.titles import title_of_path

    encoder = found.encoder
    segments = counted(found.segment_count, "segment")
    rows = {
        "library": found.name,
        "folder": found.path,
        "documents": f"{found.document_count:,}",
        "passages": _passages(found),
        "left out": counted(len(found.skipped), "file"),
        "languages": ", ".join(found.languages) or "–",
        "encoder": f"{encoder.name}, {encoder.dimension} dimensions",
        "size": f"{found.size / 1e6:.1f} MB in {segments}",
        "built by": f"quoth {found.program}",
        "fingerprint": found.fingerprint,
    }
    for label, value in rows.items():
        yield line(f"{label:<12} {one_line(value)}")
    for root in found.roots:
        yield line(f"{'added':<12} {one_line(root.path)}")
    if not files:
        return
    for file in found.files:
        # A title made of the file's name says nothing beside it.
        own = file.title != title_of_path(PurePosixPath(file.path))
        title = f" · {one_line(file.title)}" if own else ""
        yield line(f"{'file':<12} {one_line(file.name)}{title}")
    for skipped in found.skipped:
        yield line(
            f"{'left out':<12} {one_line(skipped.name)} · {one_line(skipped.message)}"
        )


def _passages(found: LibraryStatus) -> str:
    """Say how many passages there are, and how many of them lack vectors."""
    missing = found.chunk_count - found.encoded_count
    if missing == 0:
        return f"{found.chunk_count:,}"
    return (
        f"{found.chunk_count:,}, {missing:,} without vectors: `quoth sync` makes them"
    )


def _form(found: LibraryStatus, files: bool) -> dict[str, object]:
    encoder = found.encoder
    form: dict[str, object] = {
        "name": found.name,
        "path": found.path,
        "fingerprint": found.fingerprint,
        "documents": found.document_count,
        "chunks": found.chunk_count,
        "encoded_chunks": found.encoded_count,
        "segments": found.segment_count,
        "bytes": found.size,
        "languages": list(found.languages),
        "encoder": {
            "name": encoder.name,
            "weights_sha256": encoder.weights_sha256,
            "dimension": encoder.dimension,
            "max_pieces": encoder.max_pieces,
        },
        "program": found.program,
        "roots": [root.path for root in found.roots],
        "skipped": len(found.skipped),
    }
    return {**form, **_file_forms(found)} if files else form


def _file_forms(found: LibraryStatus) -> dict[str, object]:
    return {
        "files": [
            {
                "path": file.path,
                "name": file.name,
                "title": file.title,
                "sha256": file.sha256,
            }
            for file in found.files
        ],
        "skipped_files": [
            {
                "path": file.path,
                "name": file.name,
                "title": file.title,
                "message": file.message,
            }
            for file in found.skipped
        ],
    }
