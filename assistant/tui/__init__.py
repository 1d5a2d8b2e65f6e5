"""The terminal chat; the only part of Quoth that imports Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.tui.asker import Earlier, Services


def run_chat(services: Services, *, earlier: Earlier | None = None) -> int:
    """Run the chat until the reader leaves it.

    Args:
        services: What it works with.
        earlier: A conversation that goes on.

    Returns:
        The exit code of the command: 0, or 2 if the chat itself broke.
    """
    from assistant.tui.app import ChatApp

    app = ChatApp(services, earlier=earlier)
    app.run()
    return 2 if app.return_code else 0
