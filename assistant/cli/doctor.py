"""`quoth doctor`: what is installed, where things are, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from assistant.cli.exits import ERROR, FOUND
from assistant.cli.options import (
    Invocation,
    common_options,
    json_option,
    pass_invocation,
)
from assistant.cli.output import show as show_lines
from assistant.cli.output import show_json

if TYPE_CHECKING:
    from assistant.doctor import Check
    from assistant.render.lines import Line

_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


@click.command(short_help="Check the installation and every library.")
@click.option("--repair", is_flag=True, help="Make anew what is damaged.")
@json_option
@common_options
@pass_invocation
def doctor(invocation: Invocation, repair: bool, as_json: bool) -> int:
    """Check the installation, the settings and every byte of every library."""
    from assistant.doctor import examine, repair_libraries

    checks: list[Check] = []
    if repair:
        checks += repair_libraries(invocation.locations, invocation.workspace)
    checks += examine(invocation.locations, lambda: invocation.workspace)
    checks += _keys(invocation)
    if as_json:
        show_json(
            [
                {
                    "area": check.area,
                    "level": check.level,
                    "message": check.message,
                    "remedy": check.remedy,
                }
                for check in checks
            ]
        )
    else:
        show_lines(_lines(checks))
    return ERROR if any(check.level == "error" for check in checks) else FOUND


def _keys(invocation: Invocation) -> Iterator[Check]:
    """Look at the reader's own keys of the chat, if the settings can be read."""
    from assistant.doctor import Check
    from index.errors import QuothError

    try:
        own = invocation.configuration.keys
    except QuothError:
        return
    if not own:
        return
    from assistant.tui.look.keymap import check_keys, find_clashes

    try:
        keymap = check_keys(own, str(invocation.locations.config_file))
    except QuothError as error:
        yield Check("keys", "error", f"{error.title}: {error.message}", error.remedy)
        return
    yield Check("keys", "ok", f"{len(own)} of the chat's actions have keys of yours")
    for clash in find_clashes(keymap):
        remedy = "Give one of them another key under [keys] in the settings file."
        yield Check("keys", "warning", str(clash), remedy)


def _lines(checks: Sequence[Check]) -> list[Line]:
    from assistant.render.lines import Line, Span, line
    from assistant.render.sanitize import one_line

    width = max(len(check.area) for check in checks) + 4
    lines: list[Line] = []
    for check in checks:
        label = Span(f"{_SIGNS[check.level]} {check.area}", "title")
        lines.append(Line((Span(one_line(check.message)),), width, label))
        if check.remedy:
            lines.append(line(one_line(check.remedy), "note", width))
    return lines
