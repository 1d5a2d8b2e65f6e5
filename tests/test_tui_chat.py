import threading
from collections.abc import Iterator

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.followup import read_followup
from assistant.records import Event, Understood
from assistant.tui.app import ChatApp
from assistant.tui.ask.cards import QuoteCard, TurnView
from assistant.tui.ask.conversation import Conversation
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.ask.view import AskView
from assistant.tui.ask.welcome import Welcome
from assistant.tui.asker import Asker, Notify, Overview, Services, SessionClosed
from assistant.tui.messages import TurnEvent
from index.errors import LibraryDamaged, LibraryEmpty
from tests.tui_support import (
    EXAMPLE,
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

HOSTILE = (
    "[red]x[/red] [@click=app.quit]quit now[/] [bold \x1b[2J\x1b]0;owned\x07 "
    "\u202ereversed\u202c lies here."
)


def state(app: ChatApp) -> str:
    return shown(app.query_one("#status-state", Static))


async def test_the_first_screen_says_what_is_loaded_and_what_to_ask() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        welcome = shown(app.query_one(Welcome))
        assert "in their own words" in welcome
        assert "syria-ceasefire.txt" in welcome
        assert EXAMPLE in welcome
        assert "seeds · 1 document" in shown(app.query_one("#status"))
        assert app.focused is app.query_one(QuestionBox)


async def test_the_example_is_asked_with_two_keys() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("tab")
        assert app.focused is not None
        assert app.focused.id == "welcome-example"
        await pilot.press("enter")
        await until(pilot, lambda: app.query(QuoteCard))
        assert asker.asked == [EXAMPLE]
        assert app.focused is app.query_one(QuestionBox)


async def test_an_answer_shows_its_quotes_with_numbers_and_sources() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "Who is the US envoy for Syria?")
        assert view.has_class("-answer")
        assert [card.quote.citation.marker for card in view.cards] == [1, 2]
        assert [card.has_class("-best") for card in view.cards] == [True, False]
        text = shown(view)
        assert "Who is the US envoy for Syria?" in text
        assert "The US Special Envoy for Syria has urged" in text
        assert "syria-ceasefire.txt:1" in text
        assert "97 % sure" in text
        assert not app.query_one(Welcome).display


async def test_an_abstention_is_neither_an_answer_nor_an_error() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "What is the capital of Peru?")
        assert view.has_class("-abstention")
        assert not view.has_class("-answer", "-failure")
        text = shown(view)
        assert "○ Not in this document." in text
        assert "Not found: peru" in text
        assert "near the capital Damascus" in text
        assert "sure" not in text
        assert {card.role for card in view.cards} == {"near"}


async def test_the_closest_passages_are_neither_an_answer_nor_an_abstention() -> None:
    asker = seeds()
    asker.closest_from = 0.4
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "What is the capital of Peru?")
        assert view.has_class("-closest")
        assert not view.has_class("-answer", "-abstention", "-failure")
        text = shown(view)
        assert "◐ Perhaps: the closest passage. It does not clearly answer." in text
        assert "Not found: peru" in text
        assert "near the capital Damascus" in text
        assert "50 % sure" in text
        assert "Not in this document" not in text
        assert [card.role for card in view.cards] == ["closest"]


async def test_what_is_perhaps_an_answer_opens_beside_its_source() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        near = await ask(pilot, "What is the capital of Peru?")
        assert not near.cards[0].has_class("-followed")
        asker.closest_from = 0.4
        closest = await ask(pilot, "What is the capital of Peru?")
        await until(pilot, lambda: closest.cards[0].has_class("-followed"))


async def test_an_abstention_without_near_misses() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "Xylophone?")
        assert view.has_class("-abstention")
        assert view.cards == []
        assert "Nearest" not in shown(view)


async def test_a_failure_is_shown_with_its_remedy_and_the_chat_goes_on() -> None:
    asker = seeds()
    asker.failure = LibraryDamaged("Segment 3f is cut short.", "Run `quoth doctor`.")
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "Who is the US envoy for Syria?")
        assert view.has_class("-failure")
        assert "The library is damaged" in shown(view)
        assert "Run `quoth doctor`." in shown(view)
        asker.failure = None
        view = await ask(pilot, "Who is the US envoy for Syria?")
        assert view.has_class("-answer")


class Faulty(MemoryAsker):
    def overview(self) -> Overview:
        return seeds().overview()

    def ask(self, question: str, *, follow: bool = True) -> Iterator[Event]:
        yield Understood(question, (), (), read_followup(question, ()))
        raise ZeroDivisionError("nobody [red]foresaw[/red] this")


async def test_an_unforeseen_error_is_a_failure_of_its_question_only() -> None:
    app = chat_over(Faulty({}))
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "Why?")
        assert view.has_class("-failure")
        assert "ZeroDivisionError: nobody [red]foresaw[/red] this" in shown(view)


async def test_the_stages_are_shown_while_a_question_runs() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, "Who is the US envoy for Syria?")
        view = newest(pilot)
        await until(pilot, lambda: "● searching" in shown(view))
        asker.gate.set()
        await until(pilot, lambda: view.has_class("-answer"))
        assert "● searching" not in shown(view)


async def test_escape_cancels_and_gives_the_question_back() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, "Who is the US envoy for Syria?")
        await until(pilot, lambda: asker.asked)
        await pilot.press("escape")
        await until(pilot, lambda: not app.query(TurnView))
        box = app.query_one(QuestionBox)
        assert box.text == "Who is the US envoy for Syria?"
        assert app.focused is box
        assert app.query_one(Welcome).display
        asker.gate.set()
        await until(pilot, asker.finished.is_set)
        assert not app.query(TurnView)


async def test_escape_does_not_overwrite_what_is_being_typed() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, "Who is the US envoy for Syria?")
        await pilot.press("x", "escape")
        assert app.query_one(QuestionBox).text == "x"
        asker.gate.set()


async def test_a_cancelled_question_that_still_waits_is_never_begun() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, "Who is the US envoy for Syria?")
        await put(pilot, "Who fought in the Hama province?")
        await pilot.press("escape")
        asker.gate.set()
        view = app.query(TurnView).first()
        await until(pilot, lambda: view.has_class("-answer"))
        await ask(pilot, " again")
        assert asker.asked == [
            "Who is the US envoy for Syria?",
            "Who fought in the Hama province? again",
        ]


async def test_late_messages_of_a_cancelled_turn_are_dropped() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, "Who is the US envoy for Syria?")
        turn = newest(pilot).turn
        await pilot.press("escape")
        asker.gate.set()
        view = await ask(pilot, "s")
        assert view.turn != turn
        before = shown(app.query_one(Conversation))
        for event in seeds().ask("Who fought in the Hama province?"):
            app.post_message(TurnEvent(turn, event))
        await pilot.pause()
        assert shown(app.query_one(Conversation)) == before
        assert len(app.query(TurnView)) == 1


async def test_questions_wait_for_the_library_and_are_answered_in_order() -> None:
    asker, go = seeds(), threading.Event()

    def opening(notify: Notify) -> None:
        notify("indexing 3/20…")
        go.wait(10)
        notify("")

    app = chat_over(asker, opening=opening)
    async with app.run_test() as pilot:
        await until(pilot, lambda: state(app) == "indexing 3/20…")
        await put(pilot, "Who is the US envoy for Syria?")
        await put(pilot, "Who fought in the Hama province?")
        assert "waits for the question before it" in shown(newest(pilot))
        assert asker.asked == []
        go.set()
        await until(pilot, lambda: newest(pilot).has_class("-answer"))
        assert len(asker.asked) == 2
        assert [view.has_class("-answer") for view in app.query(TurnView)] == [True] * 2
        assert state(app) == "ready"


async def test_a_library_that_cannot_be_opened_is_tried_again() -> None:
    asker, tries = seeds(), 0

    def open_session(notify: Notify) -> Asker:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise LibraryEmpty("No document in seeds.", "Add one with `quoth add`.")
        return asker

    app = ChatApp(Services(open_session))
    async with app.run_test() as pilot:
        status = app.query_one("#status-state", Static)
        await until(pilot, lambda: status.has_class("-failed"))
        assert "Add one with `quoth add`." in shown(app.query_one(Welcome))
        view = await ask(pilot, "Who is the US envoy for Syria?")
        assert view.has_class("-answer")
        assert tries == 2


async def test_questions_put_before_a_failed_opening_say_why() -> None:
    go = threading.Event()

    def open_session(notify: Notify) -> Asker:
        go.wait(10)
        raise LibraryEmpty("No document in seeds.", "Add one.")

    app = ChatApp(Services(open_session))
    async with app.run_test() as pilot:
        await put(pilot, "Who?")
        go.set()
        view = newest(pilot)
        await until(pilot, lambda: view.has_class("-failure"))
        assert "No document in seeds." in shown(view)


async def test_leaving_stops_the_work_that_is_going_on() -> None:
    begun, left, stopped = threading.Event(), threading.Event(), threading.Event()

    def opening(notify: Notify) -> None:
        begun.set()
        left.wait(10)
        try:
            notify("indexing 4/20…")
        except SessionClosed:
            stopped.set()
            raise

    app = chat_over(seeds(), opening=opening)
    async with app.run_test() as pilot:
        await until(pilot, begun.is_set)
        await pilot.press("ctrl+q")
    left.set()
    assert stopped.wait(10)


async def test_the_session_lives_in_one_thread() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        await ask(pilot, "Who fought in the Hama province?")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: app.query_one("#source").display)
        assert len(asker.threads) == 1
        assert threading.get_ident() not in asker.threads


async def test_a_question_of_many_screens_is_shown_in_part() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, "word " * 2_000)
        assert view.region.height < 30
        assert len(asker.asked[0]) == len("word " * 2_000) - 1


async def test_text_of_documents_and_questions_is_never_obeyed() -> None:
    app = chat_over(MemoryAsker({"[b]bad[/b].txt": HOSTILE}))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot)
        view = await ask(pilot, "[@click=app.quit]reversed[/] lies quit now x")
        text = shown(view)
        assert "[red]x[/red] [@click=app.quit]quit now[/] [bold\n" in text
        assert "␛[2J␛]0;owned␇ \ufffdreversed\ufffd lies here." in text
        assert "[@click=app.quit]reversed[/] lies quit now x" in text
        assert "[b]bad[/b].txt:1" in text
        await pilot.press("ctrl+n")
        screen = app.export_screenshot()
        assert not set(screen) & set("\x1b\x07\u202e")
        await click_everywhere(pilot, view.region)
        assert app.is_running


async def click_everywhere(pilot: Pilot[int], region: Region) -> None:
    for y in range(region.y, min(region.bottom, 20)):
        for x in range(region.x + 4, region.right, 50):
            await pilot.click(offset=(x, y))


async def test_the_palette_offers_the_chats_own_actions() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        names = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Next quote", "Source", "Quotes", "Go to: Search", "Quit"} <= names
        assert "Question" not in names, "the reader is there"
        await pilot.press("ctrl+p")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press(*"next", "enter")
        await until(pilot, lambda: app.query_one("#source").display)


async def test_the_conversation_keeps_a_bounded_number_of_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.tui.ask.conversation.MAX_TURNS", 4)
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        conversation = app.query_one(Conversation)
        for number in range(9):
            await conversation.add(number, f"Question {number}?")
        assert len(conversation.turns) == 4
        assert conversation.turns[-1].question == "Question 8?"


async def test_a_reader_who_has_scrolled_up_is_left_there() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        for _ in range(4):
            await ask(pilot, "Who is the US envoy for Syria?")
        conversation = app.query_one(Conversation)
        asker.gate.clear()
        await put(pilot, "Who fought in the Hama province?")
        conversation.scroll_home(animate=False, immediate=True)
        await pilot.pause()
        asker.gate.set()
        view = newest(pilot)
        await until(pilot, lambda: view.has_class("-answer"))
        assert conversation.scroll_offset.y == 0


async def test_a_follow_up_says_what_it_took_over_and_is_undone_with_a_key() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        assert app.screen.check_action("ask_alone", ()) is False
        view = await ask(pilot, "When did he resign?")
        assert "Read with: Syria" in shown(view)
        await pilot.press("f4")
        await until(pilot, lambda: newest(pilot).turn == 3 and not is_running(pilot))
        again = newest(pilot)
        assert again.question == "When did he resign?"
        assert not again.followed
        assert app.screen.check_action("ask_alone", ()) is False


def is_running(pilot: Pilot[int]) -> bool:
    return newest(pilot).has_class("-running")


async def test_the_newest_turn_stays_in_view_while_its_cards_are_laid_out() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        for question in ("Who is the US envoy for Syria?", EXAMPLE, "Peru?"):
            view = await ask(pilot, question)
        conversation = app.screen.query_one(Conversation)

        async def grow() -> None:
            before = conversation.virtual_size.height
            await view.mount(Static("\n" * 12))
            await until(pilot, lambda: conversation.virtual_size.height > before)

        def top() -> int:
            return view.region.y - conversation.region.y

        await grow()
        await until(pilot, lambda: top() == 1)
        conversation.scroll_relative(y=-6, animate=False)
        await until(pilot, lambda: top() == 7)
        await grow()
        await pilot.pause(0.1)
        assert top() == 7, "the reader has looked elsewhere since"


async def test_a_question_that_comes_when_the_chat_is_left_breaks_nothing() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        view = app.screen
        assert isinstance(view, AskView)
        app.exit()
        await view.on_question_box_asked(QuestionBox.Asked("Who was too late?"))
        assert asker.asked == []
