"""The terminal chat; the only part of Quoth that imports Textual."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.look import Look
    from assistant.tui.asker import Earlier, Services


def is_in_browser() -> bool:
    """Whether the screen is a page, as textual-serve says by naming a driver."""
    return bool(os.environ.get("TEXTUAL_DRIVER"))


def run_chat(
    services: Services, *, earlier: Earlier | None = None, look: Look | None = None
) -> int:
    """Run the chat until the reader leaves it.

    Args:
        services: What it works with.
        earlier: A conversation that goes on.
        look: Colours and keys; None for those that Quoth comes with.

    Returns:
        The exit code of the command: 0, or 2 if the chat itself broke, or 128 and the
        number of the signal that ended it.

    Raises:
        ConfigError: `look` names a theme, an action or a key that there is not.
    """
    from assistant.tui.app import ChatApp
    from assistant.tui.bidi.terminal_order import written_order_kept
    from assistant.tui.terminal_app import SIGNALLED

    app = ChatApp(services, earlier=earlier, look=look)
    if is_in_browser():
        from assistant.tui.browser import BrowserDriver

        app.driver_class = BrowserDriver
    with written_order_kept() if app.visual_order.enabled else nullcontext():
        app.run()
    code = app.return_code or 0
    return code if code == 0 or code > SIGNALLED else 2
