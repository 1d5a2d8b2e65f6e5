"""The chat keeps its turns, and goes on with a conversation."""

from __future__ import annotations

from textual.widgets._toast import Toast

from assistant.cli.chat_services import HistoryKeeper
from assistant.cli.options import Invocation
from assistant.history import History
from assistant.locations import find_locations
from assistant.records import Abstention, Answer, Reply
from assistant.tui.ask.cards import TurnView
from assistant.tui.ask.conversation import RESTORED_TURNS, Conversation
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.ask.welcome import Welcome
from index.errors import LibraryDamaged
from tests.tui_support import (
    SEED_NAME,
    SEED_TEXT,
    KeeperOf,
    MemoryAsker,
    ask,
    chat_over,
    lit_lines,
    put,
    ready,
    seeds,
    shown,
    until,
)

ENVOY = "Who is the US envoy for Syria?"
PERU = "What is the capital of Peru?"


def kept(*questions: str) -> list[Answer | Abstention]:
    """Replies about the seeds, as the history gives them back."""
    past = History(find_locations().history)
    asker = seeds()
    replies = [list(asker.ask(question))[-1] for question in questions]
    for number, reply in enumerate(replies):
        assert isinstance(reply, Answer | Abstention)
        past.add_turn(1, reply) if number else past.begin(reply)
    return [turn.reply for turn in past.turns(1)]


async def test_answers_and_abstentions_are_kept_and_failures_are_not() -> None:
    asker = seeds()
    app = chat_over(asker, keeper=HistoryKeeper(Invocation(), None))
    past = History(find_locations().history)
    async with app.run_test() as pilot:
        await ready(pilot)
        assert not past.path.exists()
        await ask(pilot, ENVOY)
        await until(pilot, lambda: len(past.conversations()) == 1)
        asker.failure = LibraryDamaged("Segment 3f is cut short.", "Run it.")
        await ask(pilot, "What happened?")
        asker.failure = None
        await ask(pilot, PERU)
        await until(pilot, lambda: past.conversation(1).turn_count == 2)
    turns = past.turns(1)
    assert [turn.reply.question for turn in turns] == [ENVOY, PERU]
    assert [turn.kind for turn in turns] == ["answer", "abstention"]


async def test_a_cancelled_question_is_not_kept() -> None:
    asker = seeds()
    replies: list[Reply] = []
    app = chat_over(asker, keeper=KeeperOf(replies.append))
    async with app.run_test() as pilot:
        await ready(pilot)
        asker.gate.clear()
        await put(pilot, ENVOY)
        await pilot.press("escape")
        asker.gate.set()
        await until(pilot, lambda: not app.query(TurnView))
        app.query_one(QuestionBox).clear()
        await ask(pilot, PERU)
        await until(pilot, lambda: replies)
    assert [reply.question for reply in replies] == [PERU]


async def test_a_history_that_fails_is_said_once_and_the_chat_goes_on() -> None:
    place = find_locations().history
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"no [bold]database[/] " * 100)
    app = chat_over(seeds(), keeper=HistoryKeeper(Invocation(), None))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await ready(pilot)
        assert (await ask(pilot, ENVOY)).has_class("-answer")
        await until(pilot, lambda: app.query(Toast))
        toast = " ".join(shown(app.query_one(Toast)).split())
        assert "The history cannot be used" in toast
        assert "Move that file away" in toast
        assert (await ask(pilot, PERU)).has_class("-abstention")
        assert len(app.query(Toast)) == 1


async def test_an_unforeseen_fault_in_keeping_is_no_failure_of_the_question() -> None:
    def broken(_: Reply) -> None:
        raise ZeroDivisionError("nobody [red]foresaw[/red] this")

    app = chat_over(seeds(), keeper=KeeperOf(broken))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await ready(pilot)
        assert (await ask(pilot, ENVOY)).has_class("-answer")
        await until(pilot, lambda: app.query(Toast))
        assert "[red]foresaw[/red]" in shown(app.query_one(Toast))


async def test_a_resumed_conversation_shows_its_turns_and_goes_on() -> None:
    earlier = kept(ENVOY, PERU)
    app = chat_over(seeds(), earlier=earlier)
    async with app.run_test(size=(140, 50)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: len(app.query(TurnView)) == 2)
        first, second = app.query(TurnView)
        assert not app.query_one(Welcome).display
        assert first.has_class("-answer")
        assert second.has_class("-abstention")
        assert "97 % sure" in shown(first)
        assert not app.query(".-running")
        third = await ask(pilot, ENVOY)
        assert [view.turn for view in app.query(TurnView)] == [1, 2, 3]
        assert third.has_class("-answer")
        box = app.query_one(QuestionBox)
        box.focus()
        await pilot.press("up", "up")
        assert box.text == PERU


async def test_a_resumed_follow_up_says_with_what_it_was_read() -> None:
    earlier = kept(ENVOY, "What did he urge?")
    app = chat_over(seeds(), earlier=earlier)
    async with app.run_test(size=(140, 50)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: len(app.query(TurnView)) == 2)
        await until(pilot, lambda: not app.query(".-running"))
        first, second = app.query(TurnView)
        assert "Read with" not in shown(first)
        assert "Read with: Syria Staffan de Mistura" in shown(second)
        # What it was read with can still be left out.
        await pilot.press("f4")
        await until(pilot, lambda: len(app.query(TurnView)) == 3)
        third = list(app.query(TurnView))[-1]
        await until(pilot, lambda: not third.running)
        assert third.question == second.question
        assert "Read with" not in shown(third)


async def test_quotes_of_a_resumed_conversation_lead_to_their_source() -> None:
    earlier = kept(ENVOY)
    app = chat_over(seeds(), earlier=earlier)
    async with app.run_test(size=(140, 50)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: len(app.query(TurnView)) == 1)
        await pilot.press("ctrl+n")
        source = app.query_one("#source-text")
        await until(pilot, lambda: lit_lines(source))  # type: ignore[arg-type]
        lit = " ".join(lit_lines(source))  # type: ignore[arg-type]
        assert earlier[0].quotes[0].text.startswith(lit.split(".")[0].strip()[:20])


async def follow_in(asker: MemoryAsker) -> str:
    """Resume over a library, follow the quote; give what the pane says instead."""
    app = chat_over(asker, earlier=kept(ENVOY))
    async with app.run_test(size=(140, 50)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: len(app.query(TurnView)) == 1)
        await pilot.press("ctrl+n")
        failure = app.query_one("#source-failure")
        await until(pilot, lambda: failure.display)
        said = shown(failure)
        # The chat goes on.
        assert (await ask(pilot, PERU)).turn == 2
    return said


async def test_a_source_that_has_changed_is_said_to_have() -> None:
    said = await follow_in(MemoryAsker({SEED_NAME: "Nothing like it."}))
    assert "The source is not as it was quoted" in said


async def test_a_source_that_is_gone_is_said_to_be() -> None:
    assert "is gone" in await follow_in(MemoryAsker({"other.txt": "Peru has one."}))


class Reread(MemoryAsker):
    """Reads the same bytes to another text than before."""

    def document(self, cited: object) -> object:  # type: ignore[override]
        from dataclasses import replace

        return replace(self.documents[0], text="Short.", blocks=())


async def test_a_source_that_reads_otherwise_is_not_lit_at_the_wrong_place() -> None:
    said = await follow_in(Reread({SEED_NAME: SEED_TEXT}))
    assert "is read otherwise now" in said


async def test_only_the_newest_turns_of_a_long_conversation_are_shown() -> None:
    earlier = kept(PERU) * (RESTORED_TURNS + 5)
    app = chat_over(seeds(), earlier=earlier)
    async with app.run_test() as pilot:
        await ready(pilot)
        await until(pilot, lambda: len(app.query(TurnView)) == RESTORED_TURNS)
        await until(pilot, lambda: not app.query(".-running"))
        assert next(view.turn for view in app.query(TurnView)) == 6
        app.query_one(Conversation).scroll_home(animate=False)
        await pilot.pause()
        assert "5 earlier questions: see" in shown(app.query_one(Conversation))
        assert (await ask(pilot, ENVOY)).turn == len(earlier) + 1
