"""Where output goes: the answer to stdout, everything else to stderr."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.render.lines import Line


def note(text: str) -> None:
    """Say something beside the answer, in one line on stderr; nothing for ""."""
    from assistant.render.sanitize import one_line

    if text:
        click.echo(f"quoth: {one_line(text)}", err=True)


def naming_library(text: str, library: str | None) -> str:
    """Have the commands that a text advises name the library, if one was named.

    Args:
        text: With commands such as `` `quoth sync` ``.
        library: As named on the command line.
    """
    if library is None or "--library" in text:
        return text
    return re.sub(
        "`quoth (add|sync|remove|status)", rf"`quoth \1 --library {library}", text
    )


def show(lines: Iterable[Line]) -> None:
    """Print lines to stdout."""
    from assistant.render.lines import write_lines

    write_lines(lines, sys.stdout)


def show_json(value: object) -> None:
    """Print one object as one line of JSON to stdout."""
    from assistant.render.json_form import to_json

    sys.stdout.write(to_json(value) + "\n")
    sys.stdout.flush()
