"""The command `quoth`: its subcommands, its options, its exit codes.

Exit codes are those of grep: 0 answered or found, 1 nothing found, 2 an error. stdout
carries the answer alone; progress, notes and errors go to stderr.
"""

from __future__ import annotations

import difflib
import errno
import os
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from assistant.cli.exits import BROKEN_PIPE, ERROR, FOUND, INTERRUPTED
from assistant.cli.options import Invocation, common_options, pass_invocation
from index.errors import QuothError

COMMANDS: Final = {
    "ask": "assistant.cli.ask:ask",
    "search": "assistant.cli.search:search",
    "add": "assistant.cli.update:add",
    "sync": "assistant.cli.update:sync",
    "remove": "assistant.cli.update:remove",
    "status": "assistant.cli.status:status",
    "show": "assistant.cli.show:show",
    "history": "assistant.cli.history:history",
    "eval": "assistant.cli.evaluate:evaluate",
    "serve": "assistant.cli.serve:serve",
    "doctor": "assistant.cli.doctor:doctor",
    "config": "assistant.cli.config:config",
}
"""Name of each command, in the order of the help, and where it is."""


class QuothGroup(click.Group):
    """Loads commands when they are called, and maps errors to exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of a first day's use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for one that there is not, name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = (
                f"Did you mean '{near[0]}'?"
                if near
                else f'To ask a question: quoth ask "{" ".join(args)}"'
            )
            raise click.UsageError(f"{error.message} {hint}", ctx) from None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command; a reader that has gone is no error of ours."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            ctx.exit(BROKEN_PIPE)
        return result

    def main(self, *args: Any, **extra: Any) -> NoReturn:  # noqa: ANN401 - as click
        """Run, and leave the process with the exit code."""
        _make_streams_forgiving()
        invocation = extra.pop("obj", None) or Invocation()
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, obj=invocation, **extra)
        except click.ClickException as error:
            error.show()
            code = ERROR
        except (click.Abort, KeyboardInterrupt):
            click.echo("Stopped. Nothing that was written is lost.", err=True)
            code = INTERRUPTED
        except QuothError as error:
            code = report(error, debug=invocation.debug, library=invocation.library)
        except Exception as error:
            code = _report_fault(error, debug=invocation.debug)
        sys.exit(code if isinstance(code, int) else FOUND)


@click.group(
    cls=QuothGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
)
@click.option("--version", is_flag=True, help="Print the version and leave.")
@click.option(
    "--resume", metavar="ID", help="Go on with a past conversation; `last` is one too."
)
@common_options
@pass_invocation
@click.pass_context
def quoth(
    ctx: click.Context, invocation: Invocation, version: bool, resume: str | None
) -> int:
    """Ask your documents a question; get their own words, each with a citation.

    Without a command, the chat opens; without a terminal, questions are read from
    stdin, one a line. Exit codes: 0 answered or found, 1 nothing found, 2 an error.
    """
    if version:
        from importlib.metadata import PackageNotFoundError
        from importlib.metadata import version as find_version

        try:
            number = find_version("quoth")
        except PackageNotFoundError:
            number = "(not installed)"
        click.echo(f"quoth {number}")
        return FOUND
    if ctx.invoked_subcommand is not None:
        if resume is not None:
            raise click.UsageError("--resume opens the chat: leave the command out.")
        return FOUND
    from assistant.cli.chat import chat

    return chat(invocation, resume)


def report(
    error: QuothError, *, debug: bool = False, library: str | None = None
) -> int:
    """Say what went wrong and what to do, on stderr; return the exit code.

    Args:
        error: What went wrong.
        debug: With where it comes from.
        library: As named on the command line: a command of the remedy names it too.
    """
    from assistant.render.sanitize import one_line

    if debug:
        traceback.print_exception(error)
    click.echo(f"error: {error.title}: {one_line(error.message)}", err=True)
    if error.remedy:
        from assistant.cli.output import naming_library

        remedy = naming_library(one_line(error.remedy), library)
        click.echo(f"remedy: {remedy}", err=True)
    return error.exit_code


def _report_fault(error: Exception, *, debug: bool) -> int:
    """Say that something went wrong that nobody foresaw; return the exit code."""
    from assistant.render.sanitize import one_line

    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        from index.errors import StorageFull

        return report(
            StorageFull(f"There is no room left: {error}.", "Free some and try again."),
            debug=debug,
        )
    if debug:
        traceback.print_exception(error)
    what = one_line(f"{type(error).__name__}: {error}")
    click.echo(f"error: A fault in Quoth: {what}", err=True)
    click.echo("remedy: Run it again with --debug and report what it prints.", err=True)
    return ERROR


def _make_streams_forgiving() -> None:
    """Let no character that a stream cannot carry end the program."""
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


def _forget_stdout() -> None:
    """Keep the interpreter from flushing into the broken pipe when it ends."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, sys.stdout.fileno())
        finally:
            os.close(nowhere)
