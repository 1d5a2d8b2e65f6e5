"""The terminal chat; the only part of Quoth that imports Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.tui.asker import OpenSession


def run_chat(open_session: OpenSession) -> int:
    """Run the chat until the reader leaves it.

    Args:
        open_session: Makes the session (see `assistant.tui.asker.Asker`). It runs in a
            thread once the first frame is on the screen, and is given a function that
            takes a line about work in progress ("" when that is done).

    Returns:
        The exit code of the command: 0, or 2 if the chat itself broke.
    """
    from assistant.tui.app import ChatApp

    app = ChatApp(open_session)
    app.run()
    return 2 if app.return_code else 0
