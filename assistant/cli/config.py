"""`quoth config`: the settings, the keys of the chat, and where everything lies."""

from __future__ import annotations

from typing import Any

import click

from assistant.cli.exits import FOUND
from assistant.cli.options import (
    Invocation,
    common_options,
    json_option,
    pass_invocation,
)
from assistant.cli.output import show as show_lines
from assistant.cli.output import show_json


@click.group(invoke_without_command=True)
@common_options
@click.pass_context
def config(ctx: click.Context) -> int:
    """Show the settings (`show`), the chat's keys (`keys`) or the places (`path`)."""
    if ctx.invoked_subcommand is None:
        code: int = ctx.invoke(show)
        return code
    return FOUND


@config.command()
@json_option
@common_options
@pass_invocation
def show(invocation: Invocation, as_json: bool = False) -> int:
    """List every setting, its value, and where that comes from."""
    from assistant.render.lines import Line, line
    from assistant.render.sanitize import one_line

    settings = invocation.configuration.describe()
    if invocation.configuration.keys:
        from assistant.tui.look.keymap import check_keys

        source = str(invocation.locations.config_file)
        check_keys(invocation.configuration.keys, source)
    if as_json:
        show_json(
            {
                setting.key: {
                    "value": setting.value,
                    "origin": setting.origin,
                    "source": setting.source,
                    "allowed": setting.allowed,
                    "description": setting.description,
                }
                for setting in settings
            }
        )
        return FOUND
    lines: list[Line] = []
    for setting in settings:
        value = one_line(_toml(setting.value))
        lines.append(line(f"{setting.key} = {value}", "title"))
        source = f" ({setting.source})" if setting.source else ""
        lines.append(line(f"from: {setting.origin}{one_line(source)}", indent=4))
        lines.append(line(setting.description, "note", 4))
        lines.append(line(f"Allowed: {setting.allowed}.", "note", 4))
    show_lines(lines)
    return FOUND


@config.command()
@json_option
@common_options
@pass_invocation
def keys(invocation: Invocation, as_json: bool) -> int:
    """List what has keys in the chat, by the name that `[keys]` knows it by."""
    from assistant.render.lines import line
    from assistant.render.sanitize import one_line
    from assistant.tui.look.keymap import all_actions, check_keys, find_clashes

    configuration = invocation.configuration
    own = check_keys(configuration.keys, str(invocation.locations.config_file))
    rows: dict[str, dict[str, Any]] = {
        action.action_id: {
            "keys": own.get(action.action_id, ",".join(action.keys)).split(","),
            "own": action.action_id in configuration.keys,
            "description": action.description,
        }
        for action in sorted(all_actions(), key=lambda one: one.action_id)
    }
    clashes = [str(clash) for clash in find_clashes(own)]
    if as_json:
        show_json({"keys": rows, "clashes": clashes})
        return FOUND
    lines = []
    for name, row in rows.items():
        mark = " (yours)" if row["own"] else ""
        text = f'"{name}" = "{",".join(row["keys"])}"{mark}'
        lines.append(line(one_line(text), "title"))
        lines.append(line(f"{row['description']}.", "note", 4))
    lines += [line(f"! {clash}") for clash in clashes]
    show_lines(lines)
    return FOUND


@config.command()
@json_option
@common_options
@pass_invocation
def path(invocation: Invocation, as_json: bool) -> int:
    """List where everything lies; nothing of it need exist yet."""
    places = invocation.locations
    rows = {
        "settings": places.config_file,
        "prompts": places.own_prompts,
        "libraries": places.libraries,
        "history": places.history,
        "chat": places.chat_state,
        "cache": places.cache_dir,
        "packaged_prompts": places.prompts,
        "packaged_seeds": places.seeds,
    }
    if as_json:
        show_json({name: str(where) for name, where in rows.items()})
    else:
        for name, where in rows.items():
            click.echo(f"{name.replace('_', ' '):<17} {where}")
    return FOUND


def _toml(value: object) -> str:
    """A value as the settings file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
