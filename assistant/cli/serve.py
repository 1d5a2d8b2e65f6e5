"""`quoth serve`: the chat in a browser."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from typing import Final

import click

from assistant.cli.exits import FOUND
from assistant.cli.options import Invocation, common_options, pass_invocation
from assistant.cli.output import note
from index.errors import UsageError

_PORT: Final = 8000
_EXTRA: Final = ("aiohttp", "textual_serve")
"""What the extra `serve` installs, as it is imported."""


@click.command(short_help="Show the chat in a browser.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen at.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Port to listen at; 0 takes a free one.",
)
@click.option(
    "--allow-others",
    is_flag=True,
    help="Listen at a --host that other computers reach. Nothing is encrypted.",
)
@click.option(
    "--open",
    "open_browser",
    is_flag=True,
    help="Open the browser. Other users of this computer may see the address.",
)
@common_options
@pass_invocation
def serve(
    invocation: Invocation,
    host: str,
    port: int,
    allow_others: bool,
    open_browser: bool,
) -> int:
    """Show the chat in a browser until Ctrl+C.

    Prints an address with a key in it. Whoever has that address, and reaches this
    computer, can read the library and add any file that you can read; nobody else can.
    """
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise UsageError(
            "The chat in a browser needs packages that are not installed:"
            f" {', '.join(missing)}.",
            "Install them with `pip install 'quoth[serve]'`.",
        )
    from assistant.web.guard import is_loopback
    from assistant.web.server import Listening, run_server

    if not is_loopback(host) and not allow_others:
        raise UsageError(
            f"{host} is an address that other computers may reach.",
            "From afar, `ssh -L 8000:127.0.0.1:8000 HOST` is safer; --allow-others"
            " listens there nevertheless.",
        )
    # A setting that is wrong is told here, not in every browser.
    _ = invocation.configuration
    run_server(
        chat_command(invocation.library),
        Listening(host, port, allow_others),
        lambda address: _announce(address, host, open_browser),
    )
    return FOUND


def chat_command(library: str | None) -> str:
    """Give the shell's command for the chat: of this interpreter, as it is here.

    Args:
        library: As named on the command line; None leaves it to the settings.
    """
    # -P: a file of the folder that this runs in is never taken for a module.
    words = [sys.executable, "-P", "-m", "assistant.cli"]
    if library is not None:
        words += ["--library", library]
    if os.name == "nt":
        return subprocess.list2cmdline(words)
    # The shell makes way for the chat, and so is no process of its own.
    return f"exec {shlex.join(words)}"


def _announce(address: str, host: str, open_browser: bool) -> None:
    """Say where the chat is: the address alone to stdout, for scripts too."""
    from assistant.web.guard import is_loopback

    if not is_loopback(host):
        note(
            "warning: other computers reach this, and nothing is encrypted: who sees"
            " the address can read the library, and any file that you can read."
        )
    note("the chat is at this address until Ctrl+C; keep it to yourself:")
    click.echo(address)
    if open_browser:
        import threading
        import webbrowser

        # A browser in a terminal stays until it is left.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
