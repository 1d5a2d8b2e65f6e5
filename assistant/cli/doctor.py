"""`quoth doctor`: what is installed, where things are, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
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
