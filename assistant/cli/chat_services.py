"""What the terminal chat works with, over the real library and history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.cli.options import Invocation
    from assistant.recording import Recorder
    from assistant.records import Reply
    from assistant.tui.asker import Earlier, Services


def make_services(invocation: Invocation, earlier: Earlier | None = None) -> Services:
    """Give what the chat works with; nothing is opened or read yet.

    Args:
        invocation: Whose library is asked.
        earlier: A conversation that goes on.
    """
    from assistant.cli.chat_curator import LibraryCurator
    from assistant.cli.chat_session import SessionOpener
    from assistant.history import History
    from assistant.tui.asker import Services

    return Services(
        SessionOpener(invocation),
        keeper=HistoryKeeper(invocation, earlier.conversation if earlier else None),
        history=History(invocation.locations.history),
        not_kept=lambda: why_not_kept(invocation),
        choose_library=lambda name: choose_library(invocation, name),
        curator=LibraryCurator(invocation),
    )


def why_not_kept(invocation: Invocation) -> str:
    """Say why the chat keeps nothing, and what changes that; "" if it does.

    Raises:
        ConfigError: A setting is wrong.
    """
    configuration = invocation.configuration
    if configuration.settings.history.enabled:
        return ""
    origin, source = configuration.origins.get("history.enabled", ("default", ""))
    remedy = f"Set `enabled = true` under `[history]` in {source}"
    if origin == "environment":
        remedy = f"Unset {source}"
    return (
        "New conversations are not kept: the setting `history.enabled` is false."
        f" {remedy}, and start Quoth again."
    )


def choose_library(invocation: Invocation, name: str) -> Callable[[], None]:
    """Have another library opened next; return what takes that back.

    Raises:
        LibraryMissing: There is none of that name.
    """
    from assistant.workspace import SEEDS_LIBRARY
    from index.errors import LibraryMissing

    names = invocation.locations.library_names()
    if name not in (*names, SEEDS_LIBRARY):
        raise LibraryMissing(
            f"There is no library {name} any more; there are: {', '.join(names)}.",
            f"Make it with `quoth --library {name} add PATH`.",
        )
    before = invocation.library
    invocation.choose_library(name)
    return lambda: invocation.choose_library(before)


class HistoryKeeper:
    """Keeps replies in the history, unless the settings say that none are kept.

    The settings are read when the first reply is there, not before the first frame.
    """

    def __init__(self, invocation: Invocation, conversation: int | None) -> None:
        """Keep nothing yet.

        Args:
            invocation: Whose history is written.
            conversation: Number of the one that goes on; None begins another.
        """
        self._invocation = invocation
        self._conversation = conversation
        self._recorder: Recorder | None = None

    def keep(self, reply: Reply) -> int | None:
        """Keep a reply as the last of the conversation; return its number, if kept."""
        if not self._invocation.configuration.settings.history.enabled:
            return None
        if self._recorder is None:
            from assistant.history import History
            from assistant.recording import Recorder

            past = History(self._invocation.locations.history)
            self._recorder = Recorder(past, self._conversation)
        return self._recorder.keep(reply)

    def go_on_with(self, conversation: int | None) -> None:
        """Keep what comes in a conversation of before; None begins another."""
        self._conversation, self._recorder = conversation, None
