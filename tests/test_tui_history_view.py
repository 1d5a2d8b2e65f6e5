"""The view of past conversations: what it lists, shows, changes and writes."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static
from textual.widgets._toast import Toast

from assistant.cli.chat_services import make_services
from assistant.cli.options import Invocation
from assistant.history import Conversation, History
from assistant.locations import find_locations
from assistant.records import Abstention, Answer, LibraryRef
from assistant.tui.app import ChatApp
from assistant.tui.ask.cards import TurnView
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.asker import Asker, Notify
from assistant.tui.confirm import Confirm
from assistant.tui.history import work as history_work
from assistant.tui.history.browser import HistoryBrowser
from assistant.tui.history.conversations import ConversationList, SearchBox
from assistant.tui.history.preview import SHOWN_TURNS, ConversationPreview
from assistant.tui.history.prompt import LineInput, Prompt
from assistant.tui.history.wording import when
from assistant.tui.view import View
from index.errors import LibraryDamaged
from tests.tui_support import (
    SEED_NAME,
    SEED_TEXT,
    MemoryAsker,
    ask,
    put,
    ready,
    seeds,
    shown,
    until,
)

ENVOY = "Who is the US envoy for Syria?"
KILLED = "How many people have been killed in the conflict?"
PERU = "What is the capital of Peru?"
WIDE = (140, 40)


class NamedAsker(MemoryAsker):
    """A library of another name."""

    def __init__(self, name: str) -> None:
        super().__init__({SEED_NAME: SEED_TEXT})
        self.name = name

    def _library(self) -> LibraryRef:
        return replace(super()._library(), name=self.name)


class SlowHistory(History):
    """Finds some words only when it is let to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.slow = "slow"
        self.found_then: str | None = None
        self.slow_number = -1

    def conversations(
        self,
        search: str | None = None,
        *,
        library: str | None = None,
        limit: int | None = None,
    ) -> list[Conversation]:
        if search == self.slow:
            self.begun.set()
            self.gate.wait(10)
            search = self.found_then
        return super().conversations(search, library=library, limit=limit)

    def turns(self, conversation: int) -> list:  # type: ignore[type-arg]
        if conversation == self.slow_number:
            self.begun.set()
            self.gate.wait(10)
        return super().turns(conversation)


def past() -> History:
    return History(find_locations().history)


def keep(*questions: str, asker: MemoryAsker | None = None, ago: int = 0) -> int:
    """Keep a conversation that ended some minutes ago."""
    moment = datetime.now(UTC) - timedelta(minutes=ago)
    history = History(find_locations().history, now=lambda: moment)
    asker = asker or seeds()
    number = None
    for question in questions:
        reply = list(asker.ask(question))[-1]
        assert isinstance(reply, Answer | Abstention)
        if number is None:
            number = history.begin(reply)
        else:
            history.add_turn(number, reply)
    assert number is not None
    return number


def chat(
    asker: Asker | None = None,
    *,
    invocation: Invocation | None = None,
    askers: dict[str | None, Asker] | None = None,
    history: History | None = None,
) -> ChatApp:
    """A chat over libraries in memory, with the real history."""
    invocation = invocation or Invocation()

    def open_session(notify: Notify) -> Asker:
        if askers is not None:
            found = askers.get(invocation.library)
            if found is None:
                raise LibraryDamaged("Segment 3f is cut short.", "Mend it.")
            return found
        return asker or seeds()

    services = replace(make_services(invocation), open_session=open_session)
    if history is not None:
        services = replace(services, history=history)
    app = ChatApp(services)
    app.animation_level = "none"
    return app


def listed(pilot: Pilot[int]) -> list[str]:
    """The rows of the list that are on the screen."""
    return shown(pilot.app.screen.query_one(ConversationList)).split("\n")


def titles(pilot: Pilot[int]) -> list[str]:
    """Titles of the list, the first first."""
    found = pilot.app.screen.query_one(ConversationList)
    return [one.title for one in found._conversations.values()]


def current(pilot: Pilot[int]) -> str | None:
    one = pilot.app.screen.query_one(ConversationList).current
    return one.title if one else None


def preview(pilot: Pilot[int]) -> str:
    """The text of the preview without its frame."""
    text = shown(pilot.app.screen.query_one(ConversationPreview))
    return " ".join(text.replace("▊", " ").split())


def dialog(pilot: Pilot[int]) -> str:
    """What is asked before something is done, without the frame."""
    text = shown(pilot.app.screen.query_one("#confirm"))
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


def instead(pilot: Pilot[int]) -> str:
    text = pilot.app.screen.query_one("#history-instead", Static)
    return " ".join(shown(text).split()) if text.display else ""


def toasts(pilot: Pilot[int]) -> str:
    return " ".join(" ".join(shown(t) for t in pilot.app.screen.query(Toast)).split())


async def open_history(pilot: Pilot[int], count: int | None = None) -> None:
    """Go to the view, and wait for its list, and for the preview if there is one."""
    await ready(pilot)
    await pilot.press("f8")
    if count is not None:
        await until(pilot, lambda: len(titles(pilot)) == count)
        await until(pilot, lambda: pilot.app.screen.query(".preview-question"))


async def typed(pilot: Pilot[int], text: str) -> None:
    for line in pilot.app.screen.query(LineInput):
        if line.has_focus:
            line.value = text
    await pilot.pause()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ((2026, 3, 18, 9, 5), "today 09:05"),
        ((2026, 3, 18, 0, 0), "today 00:00"),
        ((2026, 3, 17, 23, 59), "yesterday 23:59"),
        ((2026, 3, 16, 8, 0), "Monday 08:00"),
        ((2026, 3, 12, 8, 0), "Thursday 08:00"),
        ((2026, 3, 11, 8, 0), "11 March 08:00"),
        ((2026, 3, 19, 8, 0), "19 March 08:00"),
        ((2025, 12, 31, 8, 0), "31 December 2025"),
    ],
)
def test_when_is_said_in_words(moment: tuple[int, ...], said: str) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    now = datetime(2026, 3, 18, 14, 2, tzinfo=zone)  # a Wednesday
    year, month, day, hour, minute = moment
    there = datetime(year, month, day, hour, minute, tzinfo=zone)
    assert when(there.astimezone(UTC), now) == said


async def test_conversations_are_listed_the_newest_first() -> None:
    keep(PERU, ago=60 * 24 * 400)
    keep(KILLED, ENVOY, ago=2)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        rows = listed(pilot)
        assert rows[0].strip() == KILLED
        assert rows[1].strip().endswith("· seeds · 2 questions")
        assert "today" in rows[1] or "yesterday" in rows[1]
        assert rows[2].strip() == PERU
        assert str(datetime.now(UTC).year - 1) in rows[3] or "2" in rows[3]
        assert rows[3].strip().endswith("· seeds · 1 question")
        box = pilot.app.screen.query_one(SearchBox)
        assert str(box.border_subtitle) == "2 conversations"


async def test_the_preview_shows_questions_with_quotes_and_silence() -> None:
    keep(ENVOY, PERU)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        text = preview(pilot)
        assert ENVOY in text
        assert "The US Special Envoy for Syria has urged" in text
        assert f"{SEED_NAME}:1" in text
        assert text.index(PERU) > text.index(ENVOY)
        assert "not in the documents" in text[text.index(PERU) :]


async def test_the_preview_shows_the_closest_passage_as_that() -> None:
    asker = seeds()
    asker.closest_from = 0.4
    keep(PERU, asker=asker)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        text = preview(pilot)
        assert "◐ perhaps: the closest passage" in text
        assert "near the capital Damascus" in text
        assert "not in the documents" not in text


@pytest.mark.parametrize("size", [(160, 50), (80, 24)])
async def test_the_preview_stands_beside_or_below(size: tuple[int, int]) -> None:
    keep(ENVOY)
    async with chat().run_test(size=size) as pilot:
        await open_history(pilot, 1)
        found = pilot.app.screen.query_one(ConversationList).region
        beside = pilot.app.screen.query_one(ConversationPreview).region
        if size[0] > 110:
            assert (beside.y, beside.x >= found.right) == (found.y, True)
        else:
            assert (beside.x, beside.y >= found.bottom) == (found.x, True)
        assert beside.width > 40
        assert min(found.height, beside.height) > 5
        assert ENVOY in preview(pilot)


async def test_words_are_searched_while_they_are_typed() -> None:
    keep(PERU, ago=3)
    keep(KILLED, ENVOY, ago=2)
    keep("Did Russia call for a ceasefire?", ago=1)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 3)
        await pilot.press("slash", *"mistura")
        await until(pilot, lambda: titles(pilot) == [KILLED])
        # The word stands in a quote: the preview shows that one, lit.
        await until(pilot, lambda: "Staffan de Mistura" in preview(pilot))
        lit = [
            segment.text
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.underline
        ]
        assert "Mistura" in lit
        await pilot.press("escape")
        await until(pilot, lambda: len(titles(pilot)) == 3)
        assert pilot.app.screen.query_one(SearchBox).value == ""


async def test_the_arrow_keys_move_and_enter_resumes_while_searching() -> None:
    keep(PERU, ago=3)
    keep(ENVOY, ago=2)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        await pilot.press("slash", "down")
        assert current(pilot) == PERU
        await pilot.press("up")
        assert current(pilot) == ENVOY
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.current_mode == "ask")
        await until(pilot, lambda: pilot.app.screen.query(TurnView))
        assert pilot.app.screen.query_one(TurnView).question == PERU


async def test_enter_waits_for_what_is_typed_to_be_found() -> None:
    keep(KILLED, ago=3)
    keep(ENVOY, ago=2)
    history = SlowHistory(find_locations().history)
    history.slow = history.found_then = "how many"
    app = chat(history=history)
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        assert current(pilot) == ENVOY
        await pilot.press("slash")
        await typed(pilot, "how many")
        await pilot.press("enter")
        await until(pilot, history.begun.is_set)
        await pilot.press("enter")
        assert app.current_mode == "history"
        history.gate.set()
        await until(pilot, lambda: app.current_mode == "ask")
        await until(pilot, lambda: app.screen.query(TurnView))
        assert app.screen.query_one(TurnView).question == KILLED
        # It was pressed once: the list that is read anew opens nothing.
        await pilot.press("f8")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.current_mode == "history"


@pytest.mark.parametrize(
    "then",
    [["escape"], ["x"], ["f5", "f8"], ["alt+r"], ["alt+d"], ["alt+d", "escape"]],
)
async def test_enter_is_forgotten_when_the_reader_does_something_else(
    then: list[str],
) -> None:
    keep(KILLED, ago=3)
    keep(ENVOY, ago=2)
    history = SlowHistory(find_locations().history)
    history.slow = history.found_then = "how many"
    app = chat(history=history)
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        await pilot.press("slash")
        await typed(pilot, "how many")
        await pilot.press("enter")
        await until(pilot, history.begun.is_set)
        await pilot.press(*then)
        history.gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause(0.2)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.current_mode == "history"


async def test_enter_goes_on_with_nothing_if_nothing_is_found() -> None:
    keep(ENVOY)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("slash")
        await typed(pilot, "submarine")
        await pilot.press("enter")
        await until(pilot, lambda: "No conversation has" in instead(pilot))
        assert app.current_mode == "history"
        # Nor is it kept for what is found later.
        await typed(pilot, "envoy")
        await until(pilot, lambda: titles(pilot) == [ENVOY])
        await pilot.pause()
        assert app.current_mode == "history"


async def test_a_conversation_chosen_while_others_come_is_the_one_that_was_seen() -> (
    None
):
    keep(KILLED, ago=3)
    keep(ENVOY, ago=2)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        browser = pilot.app.screen.query_one(HistoryBrowser)
        others = history_work.find(app.services, browser._list_request, "how many")
        # The choice is told to the list first, what is found to what is around it.
        pilot.app.screen.query_one(ConversationList).action_select()
        browser.post_message(others)
        await until(pilot, lambda: titles(pilot) == [KILLED])
        await app.workers.wait_for_complete()
        await pilot.pause()
        questions = [view.question for view in app._views["ask"].query(TurnView)]
        assert questions in ([], [ENVOY])


async def test_a_search_without_a_hit_says_so() -> None:
    keep(ENVOY)
    async with chat().run_test() as pilot:
        await open_history(pilot, 1)
        await pilot.press("slash", *"[bold")
        await until(pilot, lambda: "No conversation has [bold." in instead(pilot))
        assert "Esc shows all" in instead(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: instead(pilot) == "")
        assert titles(pilot) == [ENVOY]


async def test_a_slow_search_neither_blocks_typing_nor_shows_its_late_result() -> None:
    keep(PERU, ago=3)
    keep(ENVOY, ago=2)
    history = SlowHistory(find_locations().history)
    async with chat(history=history).run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        await pilot.press("slash", *"slow")
        await until(pilot, history.begun.is_set)
        box = pilot.app.screen.query_one(SearchBox)
        await typed(pilot, "peru")
        assert box.value == "peru"
        await until(pilot, lambda: titles(pilot) == [PERU])
        history.gate.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert titles(pilot) == [PERU]


async def test_a_late_preview_is_dropped() -> None:
    slow = keep(PERU, ago=3)
    keep(ENVOY, ago=2)
    history = SlowHistory(find_locations().history)
    async with chat(history=history).run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        history.slow_number = slow
        await pilot.press("down")
        await until(pilot, history.begun.is_set)
        await pilot.press("up")
        history.gate.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.2)
        assert ENVOY in preview(pilot)
        assert PERU not in preview(pilot)


async def test_the_preview_of_a_long_conversation_begins_where_a_word_is() -> None:
    many = [PERU] * (SHOWN_TURNS + 10) + [KILLED] + [PERU] * 40
    keep(*many)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        assert len(pilot.app.screen.query(".preview-question")) == SHOWN_TURNS
        await pilot.press("slash", *"killed")
        await until(pilot, lambda: preview(pilot).startswith(KILLED))
        pane = pilot.app.screen.query_one(ConversationPreview)
        pane.scroll_home(animate=False)
        await pilot.pause()
        assert f"… {SHOWN_TURNS + 10} questions before these" in preview(pilot)
        pane.scroll_end(animate=False)
        await pilot.pause()
        assert f"… {41 - SHOWN_TURNS} questions after these" in preview(pilot)


async def test_only_the_newest_are_listed_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history_work, "LISTED", 2)
    for number in range(3):
        keep(f"Who is the US envoy number {number}?", ago=number)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        box = pilot.app.screen.query_one(SearchBox)
        assert "the newest 2 conversations" in str(box.border_subtitle)


# Going on


async def test_enter_goes_on_with_a_conversation_and_keeps_in_it() -> None:
    number = keep(ENVOY, PERU, ago=5)
    keep(KILLED, ago=1)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.current_mode == "ask")
        await until(pilot, lambda: len(app.screen.query(TurnView)) == 2)
        assert [v.question for v in app.screen.query(TurnView)] == [ENVOY, PERU]
        await ask(pilot, KILLED)
        await until(pilot, lambda: past().conversation(number).turn_count == 3)
        # It is the newest now, and marked.
        await pilot.press("f8")
        await until(pilot, lambda: titles(pilot)[0] == ENVOY)
        await until(pilot, lambda: "● going on" in listed(pilot)[1])
        assert "going on" not in listed(pilot)[3]


async def test_the_conversation_going_on_is_not_read_anew() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        await open_history(pilot, 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "ask")
        assert list(app.screen.query(TurnView)) == [view]


async def test_the_list_follows_a_reply_that_comes_while_it_is_shown() -> None:
    asker = seeds()
    async with chat(asker).run_test(size=WIDE) as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, ENVOY)
        await pilot.press("f8")
        await until(pilot, lambda: "No conversations yet" in instead(pilot))
        asker.gate.set()
        await until(pilot, lambda: titles(pilot) == [ENVOY])
        assert instead(pilot) == ""


async def test_the_highlight_stays_at_its_conversation() -> None:
    asker = seeds()
    keep(PERU, ago=3)
    keep(KILLED, ago=2)
    async with chat(asker).run_test(size=WIDE) as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, ENVOY)
        await open_history(pilot, 2)
        await pilot.press("down")
        assert current(pilot) == PERU
        asker.gate.set()
        await until(pilot, lambda: len(titles(pilot)) == 3)
        assert current(pilot) == PERU


async def test_a_click_highlights_and_another_goes_on() -> None:
    keep(PERU, ago=3)
    keep(ENVOY, ago=2)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 2)
        await pilot.click(ConversationList, offset=(5, 2))
        assert current(pilot) == PERU
        assert app.current_mode == "history"
        await pilot.click(ConversationList, offset=(5, 3))
        await until(pilot, lambda: app.current_mode == "ask")
        await until(pilot, lambda: app.screen.query(TurnView))
        assert app.screen.query_one(TurnView).question == PERU


async def test_the_library_of_a_conversation_is_opened_for_it() -> None:
    find_locations().library("notes").mkdir(parents=True)
    notes = NamedAsker("notes")
    number = keep(ENVOY, asker=notes)
    first = seeds()
    app = chat(askers={None: first, "notes": notes})
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "ask")
        await until(pilot, lambda: app.screen.query(TurnView))
        assert "notes" in app.library_line
        first.asked.clear()
        await ask(pilot, KILLED)
        assert KILLED in notes.asked
        assert not first.asked
        await until(pilot, lambda: past().conversation(number).turn_count == 2)


async def refused(app: ChatApp, invocation: Invocation, said: Sequence[str]) -> None:
    """Try to go on with a conversation; the chat stays as it was, and says why."""
    async with app.run_test(size=(140, 50), notifications=True) as pilot:
        await ready(pilot)
        before = await ask(pilot, KILLED)
        await open_history(pilot, 2)
        await pilot.press("down", "enter")
        await until(pilot, lambda: toasts(pilot))
        assert all(words in toasts(pilot) for words in said), toasts(pilot)
        assert app.current_mode == "history"
        assert invocation.library is None
        assert app.work[1] == "ready"
        await pilot.press("f5")
        assert list(app.screen.query(TurnView)) == [before]
        assert (await ask(pilot, ENVOY)).has_class("-answer")
        await until(pilot, lambda: past().conversation(2).turn_count == 2)


async def test_a_library_that_is_gone_is_said() -> None:
    keep(ENVOY, asker=NamedAsker("notes"), ago=9)
    invocation = Invocation()
    app = chat(invocation=invocation, askers={None: seeds()})
    said = ("No such library", "no library notes any more", "quoth --library notes")
    await refused(app, invocation, said)


async def test_a_library_that_cannot_be_opened_is_said() -> None:
    find_locations().library("notes").mkdir(parents=True)
    keep(ENVOY, asker=NamedAsker("notes"), ago=9)
    invocation = Invocation()
    app = chat(invocation=invocation, askers={None: seeds()})
    await refused(app, invocation, ("The library is damaged", "Mend it."))


async def test_another_library_than_was_meant_is_not_asked() -> None:
    """While the default library is empty, the seeds answer in its place."""
    find_locations().library("default").mkdir(parents=True)
    keep(ENVOY, asker=NamedAsker("default"), ago=9)
    invocation = Invocation()
    askers: dict[str | None, Asker] = {None: seeds(), "default": seeds()}
    app = chat(invocation=invocation, askers=askers)
    await refused(app, invocation, ("library default could not be opened",))


@pytest.mark.parametrize("key", ["f9", "plus"])
async def test_a_new_conversation_writes_nothing_until_it_is_asked(key: str) -> None:
    keep(PERU, ago=5)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await open_history(pilot, 2)
        await pilot.press(key)
        await until(pilot, lambda: app.current_mode == "ask")
        assert not app.screen.query(TurnView)
        await pilot.press("f9")
        await until(pilot, lambda: app.conversation is None)
        assert len(past().conversations()) == 2
        await ask(pilot, KILLED)
        await until(pilot, lambda: len(past().conversations()) == 3)
        assert [c.turn_count for c in past().conversations()] == [1, 1, 1]


async def test_f9_before_anything_is_asked_makes_no_file() -> None:
    app = chat()
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("f9", "f8")
        await until(pilot, lambda: instead(pilot))
        await pilot.press("f9")
        await until(pilot, lambda: app.current_mode == "ask")
        assert app.screen.query_one(QuestionBox).has_focus
    assert not past().path.exists()


# Changing


async def test_r_renames_and_escape_leaves_the_title() -> None:
    number = keep(ENVOY)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        prompt = pilot.app.screen.query_one(Prompt)
        await pilot.press("r", *"The envoy", "escape")
        assert not prompt.display
        assert past().conversation(number).title == ENVOY
        await pilot.press("r", *"The envoy", "enter")
        await until(pilot, lambda: titles(pilot) == ["The envoy"])
        assert past().conversation(number).title == "The envoy"
        assert not prompt.display
        assert pilot.app.screen.query_one(ConversationList).has_focus


async def test_an_empty_title_is_not_taken() -> None:
    number = keep(ENVOY)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("r", "backspace", "space", "enter")
        prompt = pilot.app.screen.query_one(Prompt)
        assert "The title is empty." in shown(prompt)
        await pilot.press("x")
        assert "The title is empty." not in shown(prompt)
        await pilot.press("enter")
        await until(pilot, lambda: titles(pilot) == ["x"])
        assert past().conversation(number).title == "x"


async def test_letters_act_with_alt_while_a_search_is_typed() -> None:
    keep(ENVOY)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("slash", "r", "alt+r")
        box = pilot.app.screen.query_one(SearchBox)
        assert box.value == "r"
        assert pilot.app.screen.query_one(Prompt).is_open
        # The bar is open: the same key types nothing and asks nothing else.
        await pilot.press("alt+d")
        assert not isinstance(pilot.app.screen, Confirm)


@pytest.mark.parametrize("tabs", [1, 2, 3])
async def test_escape_closes_the_bar_wherever_the_focus_is(tabs: int) -> None:
    number = keep(ENVOY)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        prompt = pilot.app.screen.query_one(Prompt)
        await pilot.press("r", *["tab"] * tabs)
        assert not prompt.has_focus_within
        await pilot.press("escape")
        assert not prompt.is_open
        assert app.current_mode == "history"
        assert pilot.app.screen.query_one(ConversationList).has_focus
        await pilot.press("r", "x", "enter")
        await until(pilot, lambda: titles(pilot) == ["x"])
        assert past().conversation(number).title == "x"


async def test_nothing_is_resumed_while_the_bar_asks() -> None:
    keep(ENVOY)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        prompt = pilot.app.screen.query_one(Prompt)
        await pilot.press("r", "x")
        for selector in ("#history-list", "#history-search"):
            pilot.app.screen.query_one(selector).focus()
            await pilot.press("enter")
            await until(pilot, lambda: prompt.has_focus_within)
            await app.workers.wait_for_complete()
            assert app.current_mode == "history"
        # What was typed is still there.
        await pilot.press("y", "enter")
        await until(pilot, lambda: titles(pilot) == ["xy"])


async def test_letters_with_alt_are_never_typed() -> None:
    keep(ENVOY)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("slash")
        # As terminals without the Kitty protocol send them: with their letter.
        app.post_message(events.Key("alt+r", "r"))
        prompt = pilot.app.screen.query_one(Prompt)
        await until(pilot, lambda: prompt.is_open)
        line = pilot.app.screen.query_one("#prompt-input", LineInput)
        app.post_message(events.Key("alt+x", "x"))
        await pilot.press("end", "z")
        assert line.value == f"{ENVOY}z"
        assert pilot.app.screen.query_one(SearchBox).value == ""


@pytest.mark.parametrize("key", ["d", "delete", "alt+d"])
async def test_deleting_is_asked_for_once(key: str) -> None:
    keep(PERU, ago=3)
    keep(ENVOY, KILLED, ago=2)
    async with chat().run_test(size=(140, 40), notifications=True) as pilot:
        await open_history(pilot, 2)
        await pilot.press(key)
        assert isinstance(pilot.app.screen, Confirm)
        text = dialog(pilot)
        assert ENVOY in text
        assert "2 questions" in text
        assert "going on" not in text
        await pilot.press("escape")
        assert len(past().conversations()) == 2
        await pilot.press(key, "enter")
        await until(pilot, lambda: titles(pilot) == [PERU])
        assert [one.title for one in past().conversations()] == [PERU]
        assert current(pilot) == PERU
        await until(pilot, lambda: "Deleted “" + ENVOY in toasts(pilot))


async def test_after_the_last_is_deleted_the_view_says_what_will_be_here() -> None:
    keep(ENVOY)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("d", "enter")
        await until(pilot, lambda: "No conversations yet" in instead(pilot))
        await pilot.press("d", "r", "x", "enter")
        assert isinstance(pilot.app.screen, View)
        assert not pilot.app.screen.query_one(Prompt).is_open


async def test_the_conversation_going_on_can_be_deleted() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await open_history(pilot, 1)
        await pilot.press("d")
        text = dialog(pilot)
        assert "It is going on: what you ask next begins a new one." in text
        await pilot.press("enter")
        await until(pilot, lambda: not past().conversations())
        await pilot.press("f5")
        await ask(pilot, PERU)
        await until(pilot, lambda: len(past().conversations()) == 1)
        assert past().conversations()[0].title == PERU


async def test_what_another_program_deleted_is_said_and_leaves_the_list() -> None:
    keep(PERU, ago=3)
    number = keep(ENVOY, ago=2)
    app = chat()
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await open_history(pilot, 2)
        past().delete([number])
        await pilot.press("enter")
        await until(pilot, lambda: "No such conversation" in toasts(pilot))
        await until(pilot, lambda: titles(pilot) == [PERU])
        assert app.current_mode == "history"


# Exporting


async def test_an_export_goes_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keep(ENVOY, PERU)
    async with chat().run_test(size=(140, 40), notifications=True) as pilot:
        await open_history(pilot, 1)
        await pilot.press("x")
        line = pilot.app.screen.query_one("#prompt-input", LineInput)
        assert line.value == "who-is-the-us-envoy-for-syria.md"
        await pilot.press("enter")
        written = tmp_path / "who-is-the-us-envoy-for-syria.md"
        await until(pilot, lambda: "Wrote" in toasts(pilot))
        assert not pilot.app.screen.query_one(Prompt).is_open
        assert written.read_text(encoding="utf-8").startswith(f"# {ENVOY[:-1]}")
        assert written.name in "".join(toasts(pilot).split())
        # The name is taken now: another one is offered.
        await pilot.press("x")
        assert line.value == "who-is-the-us-envoy-for-syria-2.md"


async def test_quotes_in_an_export_resolve(tmp_path: Path) -> None:
    keep(ENVOY, KILLED)
    target = tmp_path / "out.json"
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("alt+x")
        await typed(pilot, str(target))
        await pilot.press("enter")
        await until(pilot, target.exists)
        await until(pilot, lambda: not pilot.app.screen.query_one(Prompt).is_open)
    form = json.loads(target.read_text(encoding="utf-8"))
    quotes = [quote for turn in form["turns"] for quote in turn["reply"]["quotes"]]
    assert len(quotes) > 2
    for quote in quotes:
        assert SEED_TEXT[quote["start"] : quote["end"]] == quote["text"]


async def test_a_file_is_replaced_only_after_a_question(tmp_path: Path) -> None:
    keep(ENVOY)
    target = tmp_path / "mine.md"
    target.write_text("mine", encoding="utf-8")
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("x")
        await typed(pilot, str(target))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        assert "Replace mine.md?" in dialog(pilot)
        await pilot.press("escape")
        assert target.read_text(encoding="utf-8") == "mine"
        # The bar is still there for another name.
        assert pilot.app.screen.query_one(Prompt).is_open
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: target.read_text(encoding="utf-8") != "mine")
        await until(pilot, lambda: not pilot.app.screen.query_one(Prompt).is_open)


@asynccontextmanager
async def exporting(target: Path) -> AsyncIterator[tuple[Pilot[int], SlowHistory]]:
    """Begin an export that ends once the gate of the history is open."""
    number = keep(ENVOY)
    history = SlowHistory(find_locations().history)
    app = chat(history=history)
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await open_history(pilot, 1)
        await pilot.press("x")
        await typed(pilot, str(target))
        history.slow_number = number
        await pilot.press("enter")
        await until(pilot, history.begun.is_set)
        yield pilot, history


async def test_enter_pressed_twice_exports_once(tmp_path: Path) -> None:
    target = tmp_path / "mine.md"
    async with exporting(target) as (pilot, history):
        prompt = pilot.app.screen.query_one(Prompt)
        await pilot.press("enter")
        history.gate.set()
        await pilot.app.workers.wait_for_complete()
        await until(pilot, lambda: not prompt.is_open)
        assert isinstance(pilot.app.screen, View)
        # Once it is done, the same name is asked about again.
        await pilot.press("x")
        await typed(pilot, str(target))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))


async def test_an_export_that_ends_late_leaves_another_question_open(
    tmp_path: Path,
) -> None:
    async with exporting(tmp_path / "mine.md") as (pilot, history):
        await pilot.press("escape", "r")
        await typed(pilot, "half a title")
        history.gate.set()
        await until(pilot, lambda: "Wrote" in toasts(pilot))
        assert pilot.app.screen.query_one(Prompt).is_open
        line = pilot.app.screen.query_one("#prompt-input", LineInput)
        assert line.value == "half a title"


async def test_what_cannot_be_written_is_said_in_the_bar(tmp_path: Path) -> None:
    keep(ENVOY)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("x")
        prompt = pilot.app.screen.query_one(Prompt)
        for name in ("no/such/folder/x.md", "", "."):
            await typed(pilot, str(tmp_path / name) if name else "")
            await pilot.press("enter")
            await until(pilot, lambda: prompt.query_one("#prompt-complaint").display)
            assert prompt.is_open
    assert not list(tmp_path.iterdir())


# States


async def test_an_empty_history_says_what_will_be_here() -> None:
    async with chat().run_test() as pilot:
        await open_history(pilot)
        await until(pilot, lambda: "No conversations yet." in instead(pilot))
        assert "on this machine only" in instead(pilot)
        # There is nothing that these could act on.
        await pilot.press("r", "x", "d", "enter")
        assert not pilot.app.screen.query_one(Prompt).is_open
        assert isinstance(pilot.app.screen, View)


async def test_a_history_that_is_switched_off_says_how_to_switch_it_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(ENVOY)
    config = find_locations().config_file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[history]\nenabled = false\n", encoding="utf-8")
    app = chat()
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot)
        await ask(pilot, PERU)
        await open_history(pilot, 1)
        note = " ".join(shown(app.screen.query_one("#history-note")).split())
        assert "New conversations are not kept" in note
        assert "`enabled = true` under `[history]`" in note
        # What was kept before is there all the same.
        assert titles(pilot) == [ENVOY]
    monkeypatch.setenv("QUOTH_HISTORY__ENABLED", "false")
    async with chat().run_test(size=(160, 40)) as pilot:
        await open_history(pilot, 1)
        note = " ".join(shown(pilot.app.screen.query_one("#history-note")).split())
        assert "Unset QUOTH_HISTORY__ENABLED" in note


async def test_nothing_is_promised_while_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_HISTORY__ENABLED", "false")
    async with chat().run_test() as pilot:
        await open_history(pilot)
        await until(pilot, lambda: instead(pilot))
        assert instead(pilot) == "No conversations yet."


async def test_nothing_is_said_of_keeping_while_conversations_are_kept() -> None:
    keep(ENVOY)
    async with chat().run_test() as pilot:
        await open_history(pilot, 1)
        assert not pilot.app.screen.query_one("#history-note").display


async def test_a_damaged_history_is_said_and_the_chat_goes_on() -> None:
    place = find_locations().history
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"no [bold]database[/] " * 100)
    app = chat()
    async with app.run_test(size=(160, 40)) as pilot:
        await open_history(pilot)
        await until(pilot, lambda: "The history cannot be used" in instead(pilot))
        assert "Move that file away" in instead(pilot)
        await pilot.press("r", "x", "d", "enter")
        assert app.current_mode == "history"
        await pilot.press("escape")
        assert app.current_mode == "ask"
        assert (await ask(pilot, ENVOY)).has_class("-answer")
        # The view finds out by itself that it is whole again.
        place.unlink()
        await pilot.press("f8")
        await until(pilot, lambda: "No conversations yet" in instead(pilot))


async def test_a_damaged_conversation_is_said_in_its_preview() -> None:
    import sqlite3
    from contextlib import closing

    number = keep(ENVOY)
    with closing(sqlite3.connect(past().path)) as connection, connection:
        connection.execute("UPDATE turns SET reply = '{'")
    async with chat().run_test(size=WIDE, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: "is damaged" in preview(pilot))
        assert f"quoth history delete {number}" in preview(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "is damaged" in toasts(pilot))


async def test_hostile_titles_are_only_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hostile = "\x1b]52;c;AAAA\x07[bold red]x[/] [@click=app.quit]\u202e y\x9b31m [/"
    number = keep(f"Syria {hostile}", hostile)
    past().rename(number, hostile)
    stored = past().conversation(number).title
    app = chat()
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await open_history(pilot, 1)
        everything = shown(app.screen)
        assert "[bold red]x[/] [@click=app.quit]" in everything
        await pilot.press("r")
        everything += shown(app.screen)
        # What is shown of it is not kept in its place.
        await pilot.press("enter")
        assert past().conversation(number).title == stored
        await pilot.press("x", "enter")
        await until(pilot, lambda: "Wrote" in toasts(pilot))
        await pilot.press("d")
        everything += shown(app.screen)
        await pilot.press("enter")
        await until(pilot, lambda: "Deleted" in toasts(pilot))
        everything += toasts(pilot)
        assert not set(everything) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert [p.parent for p in tmp_path.iterdir()] == [tmp_path]


async def test_a_pasted_control_sequence_does_not_reach_the_search() -> None:
    from textual.events import Paste

    keep(ENVOY)
    async with chat().run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("slash")
        box = pilot.app.screen.query_one(SearchBox)
        box.post_message(Paste("\x1b[31mSyria"))
        await pilot.pause()
        assert "\x1b" not in box.value
        assert "Syria" in box.value


async def test_escape_leaves_the_search_and_then_the_view() -> None:
    keep(ENVOY)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "No conversation has" in instead(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: titles(pilot) == [ENVOY])
        await pilot.press("escape")
        assert app.screen.query_one(ConversationList).has_focus
        await pilot.press("escape")
        assert app.current_mode == "ask"


async def test_every_action_is_in_the_palette() -> None:
    keep(ENVOY)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await open_history(pilot, 1)
        commands = {one.title for one in app.get_system_commands(app.screen)}
        wanted = {"Resume", "Rename", "Export", "Delete", "Search", "New conversation"}
        assert wanted <= commands
        past().delete([1])
        await pilot.press("f5", "f8")
        await until(pilot, lambda: instead(pilot))
        commands = {one.title for one in app.get_system_commands(app.screen)}
        assert commands & wanted == {"Search", "New conversation"}
