"""`quoth history`: past conversations of the chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from assistant.cli.exits import FOUND, NOTHING
from assistant.cli.options import (
    Invocation,
    common_options,
    json_option,
    pass_invocation,
)
from assistant.cli.output import note, show_json
from assistant.cli.output import show as show_lines
from assistant.render.plural import counted
from index.errors import UsageError

if TYPE_CHECKING:
    from assistant.history import Conversation, History, Turn
    from assistant.render.lines import Line

_LISTED: Final = 50
"""Conversations in a list, unless told otherwise."""


@click.group(invoke_without_command=True)
@common_options
@click.pass_context
def history(ctx: click.Context) -> int:
    """List, show, export or delete past conversations of the chat.

    `quoth --resume ID` goes on with one. Questions asked with `quoth ask` are not kept.
    """
    if ctx.invoked_subcommand is None:
        code: int = ctx.invoke(list_)
        return code
    return FOUND


@history.command("list")
@click.option("--search", metavar="TEXT", help="Only with these words in them.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=_LISTED,
    show_default=True,
    help="Conversations listed, at most.",
)
@json_option
@common_options
@pass_invocation
def list_(
    invocation: Invocation,
    search: str | None = None,
    limit: int = _LISTED,
    as_json: bool = False,
) -> int:
    """List conversations, the newest first: number, time, library, questions, title.

    With `--library`, only those with that library.
    """
    from assistant.history_export import conversation_form

    found = _open(invocation).conversations(
        search, library=invocation.library, limit=limit + 1
    )
    shown = found[:limit]
    if as_json:
        show_json({"conversations": [conversation_form(one) for one in shown]})
    else:
        show_lines(_rows(shown))
        if not found:
            note("No conversation was found." if search else "The history is empty.")
    if len(found) > limit:
        note(f"There are more than {limit:,}; `--limit N` lists more of them.")
    return FOUND if found else NOTHING


@history.command()
@click.argument("number", type=int, metavar="ID")
@json_option
@common_options
@pass_invocation
def show(invocation: Invocation, number: int, as_json: bool) -> int:
    """Show a conversation: every question with its quotes."""
    from assistant.history_export import history_form

    conversation, turns = _read(invocation, number)
    if as_json:
        show_json(history_form(conversation, turns))
    else:
        show_lines(_lines(conversation, turns))
    return FOUND


@history.command()
@click.argument("number", type=int, metavar="ID")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["md", "json"]),
    default="md",
    show_default=True,
    help="Markdown to read, or JSON for programs.",
)
@click.option(
    "--output", metavar="FILE", help="Write to a new file instead of to stdout."
)
@common_options
@pass_invocation
def export(invocation: Invocation, number: int, kind: str, output: str | None) -> int:
    """Export a conversation, each quote with the place where it stands."""
    from assistant.history_export import export_json, export_markdown, save_export

    conversation, turns = _read(invocation, number)
    write = export_json if kind == "json" else export_markdown
    text = write(conversation, turns)
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            save_export(Path(output), text)
        except FileExistsError as error:
            raise UsageError(
                f"The file {output} is there already.",
                "Remove it, or give another name.",
            ) from error
        note(f"Wrote {output}.")
    return FOUND


@history.command()
@click.argument("number", type=int, metavar="ID")
@click.argument("title")
@common_options
@pass_invocation
def rename(invocation: Invocation, number: int, title: str) -> int:
    """Give a conversation another title."""
    if not title.strip():
        raise UsageError("The title is empty.", "Give one with a letter in it.")
    _open(invocation).rename(number, title)
    return FOUND


@history.command()
@click.argument("numbers", nargs=-1, type=int, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="Delete every conversation.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@pass_invocation
def delete(
    invocation: Invocation, numbers: tuple[int, ...], everything: bool, yes: bool
) -> int:
    """Delete conversations for good; with `--library`, `--all` is all with that one."""
    if bool(numbers) == everything:
        raise UsageError(
            "Which conversations to delete is not clear.",
            "Give their numbers, or `--all`; `quoth history` lists them.",
        )
    past = _open(invocation)
    if everything:
        chosen = past.conversations(library=invocation.library)
    else:
        chosen = [past.conversation(number) for number in dict.fromkeys(numbers)]
    if not chosen:
        note("There is nothing to delete.")
        return NOTHING
    if not yes and not _agreed(chosen):
        note("Nothing was deleted.")
        return NOTHING
    past.delete([one.conversation_id for one in chosen])
    note(f"Deleted {counted(len(chosen), 'conversation')}.")
    return FOUND


def _open(invocation: Invocation) -> History:
    from assistant.history import History

    return History(invocation.locations.history)


def _read(invocation: Invocation, number: int) -> tuple[Conversation, list[Turn]]:
    """Read a conversation with its turns.

    Raises:
        ConversationMissing: There is none of that number.
        HistoryError: The history cannot be read.
    """
    past = _open(invocation)
    return past.conversation(number), past.turns(number)


def _agreed(chosen: Sequence[Conversation]) -> bool:
    """Ask whether to delete, with what it would be on stderr."""
    from assistant.render.sanitize import one_line

    what = counted(len(chosen), "conversation")
    if len(chosen) == 1:
        what = f"“{one_line(chosen[0].title)}”"
    return click.confirm(f"Delete {what}?", err=True)


def _rows(conversations: Sequence[Conversation]) -> Iterator[Line]:
    """One line a conversation, in columns; a long title wraps in its own."""
    from assistant.render.lines import Line, Span
    from assistant.render.sanitize import one_line

    rows = [
        (
            str(one.conversation_id),
            f"{one.updated.astimezone():%Y-%m-%d %H:%M}",
            one_line(one.library),
            counted(one.turn_count, "question"),
        )
        for one in conversations
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for one, row in zip(conversations, rows, strict=True):
        number = row[0].rjust(widths[0])
        rest = (text.ljust(w) for text, w in zip(row[1:], widths[1:], strict=True))
        head = "  ".join((number, *rest, ""))
        yield Line((Span(one_line(one.title)),), len(head), Span(head, "note"))


def _lines(conversation: Conversation, turns: Sequence[Turn]) -> Iterator[Line]:
    from assistant.render.lines import Line, line
    from assistant.render.plain import render_reply
    from assistant.render.sanitize import one_line

    yield line(one_line(conversation.title), "title")
    about = f"{one_line(conversation.library)}, {counted(len(turns), 'question')}"
    yield line(about, "note")
    for turn in turns:
        asked = f"> {one_line(turn.reply.question)}"
        time = f"{turn.created.astimezone():%Y-%m-%d %H:%M}"
        yield from (Line(), line(asked, "title"), line(time, "note"), Line())
        yield from render_reply(turn.reply)
