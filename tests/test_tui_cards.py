"""Cards and stages: what each state looks like, and that many of them cost little."""

import gc
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from assistant.look import Look
from assistant.records import Abstention, Answer, Event, Grounds, Quote, WordFound
from assistant.tui.ask.cards import QuoteCard, TurnView
from assistant.tui.ask.conversation import Conversation
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.asker import Notify
from assistant.tui.look.themes import DARK, HIGH_CONTRAST, LIGHT, TERMINAL
from tests.tui_support import (
    SEED_NAME,
    SEED_TEXT,
    MemoryAsker,
    ask,
    chat_over,
    newest,
    put,
    ready,
    seeds,
    shown,
    until,
)

ENVOY = "Who is the US envoy for Syria?"
HAMA = "Who fought in the Hama province?"
PERU = "What is the capital of Peru?"


class Stepped(MemoryAsker):
    """Gives an event each time that it is let."""

    def __init__(self) -> None:
        super().__init__({SEED_NAME: SEED_TEXT})
        self.steps = threading.Semaphore(0)

    def ask(self, question: str, *, follow: bool = True) -> Iterator[Event]:
        for event in super().ask(question, follow=follow):
            self.steps.acquire(timeout=10)
            yield event


class Lacking(MemoryAsker):
    """Says of near misses which words their passages lack."""

    def _reply(
        self, question: str, words: set[str], quotes: list[Quote]
    ) -> Answer | Abstention:
        lacks = (
            WordFound("capital", "quote", True),
            WordFound("[b]Peru[/b]", "nowhere", True),
            WordFound("Damascus", "nowhere", False),
        )
        grounds = Grounds((), lacks, 1, None)
        grounded = [replace(quote, grounds=grounds) for quote in quotes]
        return super()._reply(question, words, grounded)


def marker(card: QuoteCard) -> str:
    return str(card.query_one(".card-marker").render())


def border(card: QuoteCard) -> str:
    """The sign at the left edge of a card."""
    return shown(card)[:1]


def has_focus_bar(card: QuoteCard) -> bool:
    return border(card) == "█"


async def test_what_a_card_is_can_be_told_without_colour() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        answered = await ask(pilot, ENVOY)
        abstained = await ask(pilot, PERU)
        best, further = answered.cards
        (near,) = abstained.cards
        assert [marker(card) for card in (best, further, near)] == [" 1 ", " 2 ", "≈1 "]
        bold = [
            bool(card.query_one(".card-quote").rich_style.bold)
            for card in (best, further, near)
        ]
        assert bold == [True, False, False]
        assert [border(card) for card in (best, further, near)] == ["▌", " ", " "]
        await pilot.press("ctrl+n")
        await until(pilot, lambda: marker(near) == "▸1 ")
        await pilot.press("escape")
        await until(pilot, lambda: marker(near) == "≈1 ")
        for card in (best, further, near):
            card.focus()
            await until(pilot, partial(has_focus_bar, card))


async def test_without_colours_the_states_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = chat_over(seeds())
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        answered = await ask(pilot, ENVOY)
        await ask(pilot, PERU)
        assert marker(answered.cards[0]) == " 1 "
        text = shown(app.screen.query_one(Conversation))
        for sign in ("▌", "━━━━━━━━  97 % sure", "○ Not in this", "≈1", "▌"):
            assert sign in text


async def test_the_confidence_stands_with_the_best_quote_only() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        best, further = (await ask(pilot, ENVOY)).cards
        assert "━━━━━━━━  97 % sure" in shown(best)
        assert "sure" not in shown(further)


async def test_a_near_miss_names_the_words_that_its_passage_lacks() -> None:
    app = chat_over(Lacking({SEED_NAME: SEED_TEXT}))
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, PERU)
        assert "lacks [b]Peru[/b]" in shown(view.cards[0])
        assert "Damascus" not in shown(view.cards[0]).split("lacks")[1]
        answered = await ask(pilot, ENVOY)
        assert "lacks" not in shown(answered)


async def test_each_stage_is_shown_and_then_what_the_answer_took() -> None:
    asker = Stepped()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await put(pilot, ENVOY)
        view = newest(pilot)
        searching = "● searching 1 passage   ○ weighing   ○ choosing"
        await until(pilot, lambda: searching in shown(view))
        asker.steps.release()
        await until(pilot, lambda: view.reading is not None)
        assert searching in shown(view)
        weighing = "✓ 1 passage of 1 document   ● weighing their sentences   ○ choosing"
        asker.steps.release()
        await until(pilot, lambda: weighing in shown(view))
        asker.steps.release()
        choosing = r"✓ 1 passage of 1 document   ✓ \d+ sentences   ● choosing"
        await until(pilot, lambda: re.search(choosing, shown(view)))
        asker.steps.release()
        took = "answered in 84 ms from 1 passage of 1 document"
        await until(pilot, lambda: took in shown(view))
        assert "●" not in shown(view)


async def test_questions_that_wait_say_so_and_the_newest_how_to_take_it_back() -> None:
    asker = Stepped()
    app = chat_over(asker)
    async with app.run_test(size=(90, 30)) as pilot:
        await ready(pilot)
        for question in (ENVOY, HAMA, PERU):
            await put(pilot, question)
        first, second, third = pilot.app.screen.query(TurnView)
        waits = "⋯ waits for the question before it"
        await until(pilot, lambda: "● searching" in shown(first))
        assert waits in shown(second)
        assert "Esc" not in shown(second)
        assert f"{waits} · Esc takes it back" in shown(third)
        await pilot.press("escape")
        await until(pilot, lambda: f"{waits} · Esc" in shown(second))
        assert app.screen.query_one(QuestionBox).text == PERU
        asker.steps.release(4)
        await until(pilot, lambda: first.has_class("-answer"))
        await until(pilot, lambda: "● searching" in shown(second))
        asker.steps.release(4)
        await until(pilot, lambda: second.has_class("-answer"))


async def test_a_question_waits_for_the_library_in_plain_words() -> None:
    go = threading.Event()

    def opening(notify: Notify) -> None:
        go.wait(10)

    app = chat_over(seeds(), opening=opening)
    async with app.run_test() as pilot:
        await put(pilot, ENVOY)
        waits = "⋯ waits for the library · Esc takes it back"
        await until(pilot, lambda: waits in shown(newest(pilot)))
        go.set()
        await until(pilot, lambda: newest(pilot).has_class("-answer"))


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST, TERMINAL])
async def test_three_outcomes_differ_by_more_than_colour(theme: str) -> None:
    asker = seeds()
    app = chat_over(asker, look=Look(theme=theme))
    async with app.run_test(size=(100, 60)) as pilot:
        await ready(pilot)
        asker.closest_from = 0.4
        turns = [await ask(pilot, ENVOY), await ask(pilot, PERU)]
        asker.closest_from = 1.0
        turns.append(await ask(pilot, PERU))
        cards = [turn.cards[0] for turn in turns]
        assert [border(card) for card in cards] == ["▌", "╏", " "]
        assert [marker(card) for card in cards] == [" 1 ", "≈1 ", "≈1 "]
        quotes = [card.query_one(".card-quote").rich_style for card in cards]
        assert [bool(style.bold) for style in quotes] == [True, False, False]
        assert [bool(style.dim) for style in quotes] == [
            False,
            False,
            theme == TERMINAL,
        ]
        said = [shown(turn) for turn in turns]
        assert ["◐ Perhaps" in text for text in said] == [False, True, False]
        assert ["○ Not in" in text for text in said] == [False, False, True]


async def test_a_turn_of_before_shows_what_is_known_of_it() -> None:
    *_, answer = seeds().ask(ENVOY)
    *_, silence = seeds().ask(PERU)
    assert isinstance(answer, Answer)
    assert isinstance(silence, Abstention)
    app = chat_over(seeds(), earlier=(answer, silence))
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: len(app.screen.query(QuoteCard)) == 3)
        text = shown(app.screen.query_one(Conversation))
        assert "answered in 84 ms\n" in text
        assert "looked for 84 ms" in text
        assert "○ Not in this document." in text


@pytest.mark.parametrize("last", ["answer", "cancel"])
async def test_resizing_while_events_come_loses_nothing(last: str) -> None:
    asker = Stepped()
    app = chat_over(asker)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await put(pilot, ENVOY)
        view = newest(pilot)
        for size in ((160, 50), (40, 10), (200, 60)):
            asker.steps.release()
            await pilot.resize_terminal(*size)
            await until(pilot, partial(has_size, pilot, size))
            assert not view.has_class("-answer")
        if last == "cancel":
            await pilot.press("escape")
            asker.steps.release()
            await until(pilot, lambda: not app.screen.query(TurnView))
            return
        asker.steps.release()
        await until(pilot, lambda: view.has_class("-answer"))
        await until(pilot, lambda: view.cards[0].has_class("-followed"))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.screen.has_class("-narrow"))
        assert len(view.cards) == 2


def has_size(pilot: Pilot[int], size: tuple[int, int]) -> bool:
    return pilot.app.screen.size == size


def alive(kind: type[object]) -> int:
    """How many objects of a kind there are once the rubbish is gone."""
    gc.collect()
    # By type: some objects of other packages answer `__class__` with a warning.
    return sum(issubclass(type(one), kind) for one in gc.get_objects())


async def converse(conversation: Conversation, first: int, last: int) -> None:
    """Show questions and what becomes of them; most of them are not drawn."""
    asker = seeds()
    for number in range(first, last):
        question = (ENVOY, HAMA, PERU)[number % 3]
        with conversation.app.batch_update():
            await conversation.add(number, question)
            for event in asker.ask(question, follow=False):
                await conversation.show_event(number, event)


def shown_line(conversation: Conversation) -> str:
    line = conversation.query_one("#left-out", Static)
    assert line.display
    return str(line.render())


async def test_five_hundred_turns_keep_widgets_and_memory_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.tui.ask.conversation.MAX_TURNS", 6)
    # Of an earlier test that has not let go of its chat.
    strangers = alive(TurnView)
    app = chat_over(seeds())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        conversation = app.screen.query_one(Conversation)
        await converse(conversation, 0, 150)
        await pilot.pause()
        widgets, objects = alive(Widget), alive(object)
        await converse(conversation, 150, 500)
        await pilot.pause()
        assert [view.turn for view in conversation.turns] == list(range(494, 500))
        assert "494 earlier questions: see History" in shown_line(conversation)
        assert alive(TurnView) <= strangers + 7
        # A turn is some fifteen widgets, more or fewer by its quotes.
        assert alive(Widget) <= widgets + 30
        # A turn that is kept is a thousand objects and more; caches of Textual's grow
        # by some ten a turn before they are full.
        assert alive(object) - objects < 350 * 50
