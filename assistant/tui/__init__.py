"""The terminal chat; the only part of Quoth that imports Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.records import Abstention, Answer
    from assistant.tui.asker import Keep, OpenSession


def run_chat(
    open_session: OpenSession,
    *,
    keep: Keep | None = None,
    earlier: Sequence[Answer | Abstention] = (),
) -> int:
    """Run the chat until the reader leaves it.

    Args:
        open_session: Makes the session (see `assistant.tui.asker.Asker`). It runs in a
            thread once the first frame is on the screen, and is given a function that
            takes a line about work in progress ("" when that is done).
        keep: Takes every reply, to keep it for later; runs in that thread too.
        earlier: Replies of a conversation that goes on, the oldest first.

    Returns:
        The exit code of the command: 0, or 2 if the chat itself broke.
    """
    from assistant.tui.app import ChatApp

    app = ChatApp(open_session, keep=keep, earlier=earlier)
    app.run()
    return 2 if app.return_code else 0
