"""How each state of the view History is reached, over conversations of long ago."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from textual.pilot import Pilot
from textual.widgets import Static

from assistant.history import History
from assistant.locations import find_locations
from assistant.records import Abstention, Answer
from assistant.tui.asker import Services
from assistant.tui.confirm import Confirm
from assistant.tui.history.conversations import ConversationList
from assistant.tui.history.prompt import Prompt
from assistant.tui.history.view import HistoryView
from tests.scenes import MOMENT, Papers, Scene, over
from tests.tui_support import ready, seeds, shown, until

TALKS = (
    ("How many people have been killed in the conflict?",),
    ("What is the capital of Peru?",),
    ("Who is the US envoy for Syria?", "What is the capital of Peru?"),
)
NOT_KEPT = (
    "New conversations are not kept: the setting `history.enabled` is false. Set"
    " `enabled = true` under `[history]` in config.toml, and start Quoth again."
)


def past(*, not_kept: str = "", kept: bool = True) -> Callable[[], Scene]:
    """Make scenes with conversations, or with none."""

    def make() -> Scene:
        place = find_locations().history
        if kept:
            for number, questions in enumerate(TALKS):
                _keep(History(place, now=_days_later(30 * number)), questions)
        history = History(place)

        def services(others: Services) -> Services:
            return replace(others, history=history, not_kept=lambda: not_kept)

        return over(Papers(), services=services)

    return make


def damaged() -> Scene:
    place = find_locations().history
    place.parent.mkdir(parents=True)
    place.write_bytes(b"no database " * 100)
    history = History(place)
    return over(Papers(), services=lambda services: replace(services, history=history))


async def empty(pilot: Pilot[int], scene: Scene) -> None:
    await _view(pilot, scene)
    await _instead(pilot, scene)


async def listed(pilot: Pilot[int], scene: Scene) -> None:
    view = await _view(pilot, scene)
    await until(pilot, lambda: view.query_one(ConversationList).option_count)
    await until(pilot, lambda: view.query(".preview-question"))


async def searching(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("slash", *"mistura")
    found = scene.app.screen.query_one(ConversationList)
    await until(pilot, lambda: found.option_count == 2)
    await until(
        pilot,
        lambda: "Mistura" in shown(scene.app.screen.query_one("#history-preview")),
    )


async def nothing_found(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("slash", *"submarine")
    await _instead(pilot, scene)


async def renaming(pilot: Pilot[int], scene: Scene) -> None:
    await _prompt(pilot, scene, "r")


async def exporting(pilot: Pilot[int], scene: Scene) -> None:
    await _prompt(pilot, scene, "x")


async def deletion(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("d")
    await until(pilot, lambda: isinstance(scene.app.screen, Confirm))


async def _view(pilot: Pilot[int], scene: Scene) -> HistoryView:
    await ready(pilot)
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(scene.app.screen, HistoryView))
    view = scene.app.screen
    assert isinstance(view, HistoryView)
    return view


async def _instead(pilot: Pilot[int], scene: Scene) -> None:
    text = scene.app.screen.query_one("#history-instead", Static)
    await until(pilot, lambda: text.display and shown(text).strip())


async def _prompt(pilot: Pilot[int], scene: Scene, key: str) -> None:
    await listed(pilot, scene)
    await pilot.press(key)
    await until(pilot, lambda: scene.app.screen.query_one(Prompt).is_open)


def _days_later(days: int) -> Callable[[], datetime]:
    return lambda: MOMENT + timedelta(days=days)


def _keep(history: History, questions: tuple[str, ...]) -> None:
    asker = seeds()
    number = 0
    for question in questions:
        *_, reply = asker.ask(question)
        assert isinstance(reply, Answer | Abstention)
        if number:
            history.add_turn(number, reply)
        else:
            number = history.begin(reply)
