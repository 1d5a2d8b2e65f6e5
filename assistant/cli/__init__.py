"""The command line; nothing heavy is imported until a command needs it."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    from assistant.cli.group import quoth

    quoth.main(prog_name="quoth")
