"""What the pictures of the chat are taken of: a chat over fixed documents, kept still.

Nothing in them depends on the clock, the machine or the order of threads: times are
fixed, paths are made up, and a picture is taken once nothing changes any more.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from assistant.look import Look
from assistant.records import LibraryRef
from assistant.tui.app import ChatApp
from assistant.tui.asker import Notify, Overview, Services
from assistant.tui.messages import Progress
from index.errors import LibraryDamaged
from tests.tui_support import SEED_NAME, SEED_TEXT, MemoryAsker, until

# Half past ten of London is the same day from Hawaii to New Zealand.
MOMENT = datetime(2019, 3, 5, 10, 30, tzinfo=UTC)

DAMAGED = LibraryDamaged(
    "The catalog of the library papers is damaged.",
    "Run `quoth doctor`; `quoth sync --rebuild` makes it anew from your files.",
)

PAPERS = {
    "letters/1902-harbour.txt": (
        "Dear Margaret,\n"
        "The harbour froze in the first week of January, and no ferry could land.\n"
        "Twelve of us walked over the ice to the lighthouse and back before dark.\n"
        "Your father says that it has not been so cold since 1881.\n"
    ),
    "letters/1903-ferry.txt": (
        "The new ferry left Calais at nine and reached Dover a little before noon.\n"
        "She carried sixty passengers, and the mail of three days.\n"
        "The captain told me that the old ferry will be sold to a company in Ostend.\n"
    ),
    "minutes/town-council.md": (
        "# Meeting of 4 March 1903\n"
        "The council agreed to pay for a new pier where the ferry can land.\n"
        "Mr Aldous voted against it, since the harbour belongs to the railway.\n"
        "# Meeting of 1 April 1903\n"
        "The railway offered half of the cost of the pier.\n"
    ),
    "survey/harbour.pdf": (
        "The harbour is three fathoms deep at its mouth.\n\f"
        "At low water the ferry has to wait outside the harbour for an hour.\n"
        "A pier of ninety yards would let the ferry land at any hour of the tide.\n"
    ),
}


class Papers(MemoryAsker):
    """The library of a reader who has one."""

    def __init__(self) -> None:
        super().__init__(PAPERS)

    def _library(self) -> LibraryRef:
        return replace(super()._library(), name="papers")

    def overview(self) -> Overview:
        example = "When did the harbour freeze?"
        return replace(super().overview(), example=example)


class Examples(MemoryAsker):
    """What comes with Quoth, for a reader who has added nothing yet."""

    def __init__(self) -> None:
        super().__init__({SEED_NAME: SEED_TEXT})

    def overview(self) -> Overview:
        return replace(super().overview(), examples=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """A chat, and what it is steered with from outside."""

    app: ChatApp
    asker: MemoryAsker
    gate: threading.Event = field(default_factory=threading.Event)
    """What a work that is not to end waits for."""

    def release(self) -> None:
        """Let go of every thread that is held."""
        self.gate.set()
        self.asker.gate.set()


Steps = Callable[[Pilot[int], Scene], Awaitable[None]]
"""Leads to a state."""


def over(
    asker: MemoryAsker,
    *,
    look: Look | None = None,
    gate: threading.Event | None = None,
    opening: Callable[[Notify], None] | None = None,
    services: Callable[[Services], Services] = lambda services: services,
) -> Scene:
    """Make a scene.

    Args:
        asker: Answers.
        look: Of the chat.
        gate: Set at the end.
        opening: Runs while the library is opened.
        services: Adds to what the chat works with.
    """

    def open_session(notify: Notify) -> MemoryAsker:
        if opening is not None:
            opening(notify)
        return asker

    app = ChatApp(services(Services(open_session)), look=look)
    app.animation_level = "none"
    return Scene(app, asker, gate or threading.Event())


async def keep_still(pilot: Pilot[int], scene: Scene) -> None:
    """Wait until nothing changes any more; no cursor blinks."""
    app = scene.app
    held = app.overview is None or not scene.asker.gate.is_set()
    before = ""
    while (now := _seen(app)) != before:
        before = now
        for screen in app.screen_stack:
            for box in screen.query("Input, TextArea"):
                assert isinstance(box, Input | TextArea)
                box.cursor_blink = False
        if not held:
            await _idle(pilot, app)
        await pilot.pause()


async def _idle(pilot: Pilot[int], app: ChatApp) -> None:
    """Wait for the thread of the session to have done all that it was asked."""
    done = threading.Event()
    app.session.run(
        lambda _: Progress(""), lambda _: Progress(""), lambda _: done.set()
    )
    await until(pilot, done.is_set)


def _seen(app: ChatApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(repr(list(strip)) for strip in strips)
