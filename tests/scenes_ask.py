"""How each state of the view Ask, and of what lies over it, is reached."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from assistant.look import Look
from assistant.records import Abstention, Answer, Event, Quote, Weighed
from assistant.source_state import SourceState
from assistant.tui.ask.cards import QuoteCard
from assistant.tui.ask.why_panel import WhyPanel
from assistant.tui.asker import Notify
from assistant.tui.look import themes
from assistant.tui.look.help_screen import HelpScreen
from assistant.tui.look.theme_screen import ThemeScreen
from assistant.tui.source.text import SourceText
from assistant.tui.status import VIEWS
from assistant.tui.view import View
from index.spelling import Correction
from tests.grounded import Grounded
from tests.scenes import DAMAGED, Examples, Papers, Scene, over
from tests.tui_support import (
    SEED_NAME,
    SEED_TEXT,
    MemoryAsker,
    ask,
    lit_lines,
    put,
    ready,
    seeds,
    shown,
    until,
)

ENVOY = "Who is the US envoy for Syria?"
PERU = "What is the capital of Peru?"
FUNDED = "Who is funding the rebel groups in Aleppo?"
FOLLOWED = "How many people were killed in it?"


class Misspelt(MemoryAsker):
    """Reads a word as another one."""

    def _events(self, question: str, follow: bool) -> Iterator[Event]:
        return super()._events(question.replace("envoi", "envoy"), follow)

    def _reply(
        self, question: str, words: set[str], quotes: list[Quote]
    ) -> Answer | Abstention:
        read = Correction("envoi", 14, 19, "envoy")
        return replace(super()._reply(question, words, quotes), corrections=(read,))


class HeldAtWeighing(MemoryAsker):
    """Finds passages and then takes its time."""

    def _events(self, question: str, follow: bool) -> Iterator[Event]:
        for event in super()._events(question, follow):
            if isinstance(event, Weighed):
                self.gate.clear()
            yield event


# The chats


def examples() -> Scene:
    return over(Examples())


def papers() -> Scene:
    return over(Papers())


def grounded() -> Scene:
    return over(Grounded({SEED_NAME: SEED_TEXT}))


def silent() -> Scene:
    """Make a chat that wants to be surer than near misses are."""
    asker = Grounded({SEED_NAME: SEED_TEXT})
    asker.threshold = 0.6
    return over(asker)


def perhaps(theme: str = themes.DARK) -> Scene:
    """Make a chat in which what is near may be an answer."""
    asker = Grounded({SEED_NAME: SEED_TEXT})
    asker.closest_from = 0.4
    return over(asker, look=Look(theme=theme))


def misspelling() -> Scene:
    return over(Misspelt({SEED_NAME: SEED_TEXT}))


def weighing() -> Scene:
    return over(HeldAtWeighing({SEED_NAME: SEED_TEXT}))


def opening() -> Scene:
    gate = threading.Event()

    def wait(notify: Notify) -> None:
        notify("encoding 25 %")
        gate.wait(60)

    return over(seeds(), gate=gate, opening=wait)


def damaged() -> Scene:
    def fail(notify: Notify) -> None:
        raise DAMAGED

    return over(seeds(), opening=fail)


def hebrew() -> Scene:
    text = (
        "העיר תל אביב (Tel Aviv) נוסדה בשנת 1909 על ידי 66 משפחות.\n"
        "הנמל נחנך בשנת 1936.\nThe port was closed in 1965.\n"
    )
    asker = MemoryAsker({"cities/תל-אביב.txt": text})
    return over(asker, look=Look(bidi="quoth"))


def in_theme(theme: str) -> Scene:
    return over(seeds(), look=Look(theme=theme))


# The way to each state


async def first_screen(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)


async def is_opened(pilot: Pilot[int], scene: Scene) -> None:
    await until(pilot, lambda: scene.app.work == ("encoding 25 %", "busy"))


async def failed_to_open(pilot: Pilot[int], scene: Scene) -> None:
    await until(pilot, lambda: scene.app.work[1] == "failed")


async def waiting_for_library(pilot: Pilot[int], scene: Scene) -> None:
    await is_opened(pilot, scene)
    await put(pilot, ENVOY)
    await until(pilot, lambda: "waits for" in shown(scene.app.screen))


async def waiting_in_line(pilot: Pilot[int], scene: Scene) -> None:
    await searching(pilot, scene)
    await put(pilot, PERU)
    await until(pilot, lambda: "waits for" in shown(scene.app.screen))


async def searching(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    scene.asker.gate.clear()
    await put(pilot, ENVOY)
    await until(pilot, lambda: "searching" in shown(scene.app.screen))


async def held_at_weighing(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await put(pilot, ENVOY)
    await until(pilot, lambda: "● weighing" in shown(scene.app.screen))


async def answer(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    view = await ask(pilot, ENVOY)
    if scene.app.screen.has_class("-wide"):
        await until(pilot, lambda: view.cards[0].has_class("-followed"))


async def antecedent(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await ask(pilot, "What could it pave the way for?")
    await pilot.press("tab")


async def source(pilot: Pilot[int], scene: Scene) -> None:
    await answer(pilot, scene)
    await pilot.press("tab")
    await until(pilot, lambda: isinstance(scene.app.focused, QuoteCard))
    await pilot.press("2")
    text = scene.app.screen.query_one(SourceText)
    await until(pilot, lambda: "UN special envoy" in " ".join(lit_lines(text)))
    said = scene.app.screen.query_one("#source-state", Static)
    await until(pilot, lambda: said.visual and shown(said).strip())


async def page(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await ask(pilot, "How long has the ferry to wait at low water?")
    await pilot.press("tab", "1")
    text = scene.app.screen.query_one(SourceText)
    await until(pilot, lambda: "At low water" in " ".join(lit_lines(text)))


async def source_moved(pilot: Pilot[int], scene: Scene) -> None:
    scene.asker.states[SEED_NAME] = SourceState("moved", 31, 1)
    await source(pilot, scene)


async def source_changed(pilot: Pilot[int], scene: Scene) -> None:
    scene.asker.states[SEED_NAME] = SourceState("changed")
    await source(pilot, scene)


async def source_gone(pilot: Pilot[int], scene: Scene) -> None:
    scene.asker.states[SEED_NAME] = SourceState("missing")
    await source(pilot, scene)


async def followup(pilot: Pilot[int], scene: Scene) -> None:
    await answer(pilot, scene)
    await ask(pilot, FOLLOWED)


async def correction(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await ask(pilot, ENVOY.replace("envoy", "envoi"))


async def abstention(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await ask(pilot, PERU)


async def closest(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    view = await ask(pilot, FUNDED)
    if scene.app.screen.has_class("-wide"):
        await until(pilot, lambda: view.cards[0].has_class("-followed"))


async def failure(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    scene.asker.failure = DAMAGED
    await ask(pilot, ENVOY)


async def why(pilot: Pilot[int], scene: Scene) -> None:
    await answer(pilot, scene)
    await pilot.press("alt+w")
    await until(pilot, lambda: isinstance(scene.app.screen, WhyPanel))


async def why_not(pilot: Pilot[int], scene: Scene) -> None:
    await abstention(pilot, scene)
    await pilot.press("alt+w")
    await until(pilot, lambda: isinstance(scene.app.screen, WhyPanel))


async def palette(pilot: Pilot[int], scene: Scene) -> None:
    await answer(pilot, scene)
    await pilot.press("ctrl+p")
    await until(pilot, lambda: isinstance(scene.app.screen, CommandPalette))
    found = scene.app.screen.query_one(OptionList)
    await until(pilot, lambda: found.option_count > 5)
    await pilot.pause()


async def theme_chooser(pilot: Pilot[int], scene: Scene) -> None:
    await answer(pilot, scene)
    await scene.app.run_action("change_theme")
    await until(pilot, lambda: isinstance(scene.app.screen, ThemeScreen))
    await until(pilot, lambda: isinstance(scene.app.focused, OptionList))
    await pilot.press("down")
    await until(pilot, lambda: scene.app.theme == "quoth-light")


async def right_to_left(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await ask(pilot, "תל אביב נוסדה")


async def help_of(pilot: Pilot[int], scene: Scene, mode: str) -> None:
    await ready(pilot)
    await pilot.press(VIEWS[mode][0].lower())
    await until(pilot, lambda: scene.app.current_mode == mode)
    await until(pilot, lambda: isinstance(scene.app.screen, View))
    await pilot.press("f1")
    await until(pilot, lambda: isinstance(scene.app.screen, HelpScreen))
