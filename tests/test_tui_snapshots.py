"""Pictures of the named states of the chat, in two sizes.

After a wanted change: `pytest tests/test_tui_snapshots.py --snapshot-update`, and look.
"""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from assistant.tui.question_box import QuestionBox
from assistant.tui.source_text import SourceText
from index.errors import LibraryDamaged
from tests.tui_support import (
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

Compare = Callable[..., bool]
Steps = Callable[[Pilot[int], MemoryAsker], Awaitable[None]]


async def first_screen(pilot: Pilot[int], asker: MemoryAsker) -> None:
    del asker
    await pilot.pause()


async def answer(pilot: Pilot[int], asker: MemoryAsker) -> None:
    del asker
    await ask(pilot, "Who is the US envoy for Syria?")


async def context(pilot: Pilot[int], asker: MemoryAsker) -> None:
    del asker
    await ask(pilot, "What could it pave the way for?")
    await pilot.press("tab")


async def source(pilot: Pilot[int], asker: MemoryAsker) -> None:
    await answer(pilot, asker)
    await pilot.press("tab", "2")
    text = pilot.app.query_one(SourceText)
    await until(pilot, lambda: "UN special envoy" in " ".join(lit_lines(text)))


async def abstention(pilot: Pilot[int], asker: MemoryAsker) -> None:
    del asker
    await ask(pilot, "What is the capital of Peru?")


async def failure(pilot: Pilot[int], asker: MemoryAsker) -> None:
    asker.failure = LibraryDamaged("Segment 3f is cut short.", "Run `quoth doctor`.")
    await ask(pilot, "Who is the US envoy for Syria?")


async def running(pilot: Pilot[int], asker: MemoryAsker) -> None:
    asker.gate.clear()
    await put(pilot, "Who is the US envoy for Syria?")
    await until(pilot, lambda: "searching" in shown(pilot.app.screen))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
@pytest.mark.parametrize(
    "steps",
    [first_screen, answer, context, source, abstention, failure, running],
    ids=lambda steps: steps.__name__,
)
def test_state(steps: Steps, size: tuple[int, int], snap_compare: Compare) -> None:
    asker = seeds()

    async def run_before(pilot: Pilot[int]) -> None:
        pilot.app.query_one(QuestionBox).cursor_blink = False
        await ready(pilot)
        await steps(pilot, asker)
        await until(pilot, lambda: settled(pilot))

    try:
        assert snap_compare(chat_over(asker), terminal_size=size, run_before=run_before)
    finally:
        asker.gate.set()


def settled(pilot: Pilot[int]) -> bool:
    """Whether an open source shows its citation."""
    text = pilot.app.query_one(SourceText)
    return not text.is_on_screen or bool(lit_lines(text))
