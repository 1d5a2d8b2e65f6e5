"""Whether the chat's memory stays flat: one conversation of many questions.

    python -m benchmarks.chat_memory [--questions N] [--every N] [--out FILE]

The chat runs without a terminal over the library of the seeds, with the real session,
the compiled encoder and the history. Its questions are made of the seeds' sentences, so
that all have words of the library and no two are the same. Every N questions: resident
memory after a garbage collection, blocks of memory that Python holds, widgets and turns
on the screen. The slope is a least-squares line through the second half, where turns
leave the screen as others come.
Prints a table and writes results/<commit>-chat_memory.json.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.cli.chat_services import make_services
from assistant.cli.options import Invocation
from assistant.evaluation.report import table
from assistant.locations import find_locations
from assistant.tui.app import ChatApp
from assistant.tui.ask.cards import TurnView
from assistant.tui.ask.question_box import QuestionBox
from benchmarks.reporting import write_result
from index.sentences import split_text

if TYPE_CHECKING:
    from textual.pilot import Pilot

_SIZE = (120, 40)
_WAIT_SECONDS = 60.0
_WORDS_OF_SENTENCE = 14
_FORMS = (
    "Is it true that {}?",
    "What is known about this: {}?",
    "Who said that {}?",
    "When was it that {}?",
    "Where does it say that {}?",
    "Why is it that {}?",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The chat after some questions."""

    questions: int
    resident_mb: float
    python_blocks: int
    """Blocks of memory that Python's own allocator holds (`getallocatedblocks`)."""
    widgets: int
    turns: int
    """On the screen."""


def main() -> None:
    """Ask, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--out", type=Path, help="instead of results/<commit>-...")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quoth-bench-") as data:
        # The encoder's cache stays the user's own: it is found before the data move.
        os.environ["QUOTH_CACHE_DIR"] = str(find_locations().cache_dir)
        os.environ["QUOTH_DATA_DIR"] = data
        moments = asyncio.run(converse(options.questions, options.every))
    _show(moments)
    slope = slope_kb(moments)
    print(f"\nSecond half: {slope:+.1f} kB a question")
    content = {
        "moments": [asdict(one) for one in moments],
        "second_half_kb_a_question": round(slope, 2),
    }
    print(write_result("chat_memory", content, options.out))


async def converse(questions: int, every: int) -> list[Moment]:
    """Ask questions in the chat; look at it before them and after every few."""
    app = ChatApp(make_services(Invocation()))
    asked = made_questions()
    async with app.run_test(size=_SIZE) as pilot:
        await _until(pilot, "opening", lambda: app.work[1] == "ready")
        moments = [_look(app, 0)]
        for number in range(1, questions + 1):
            await _ask(pilot, next(asked))
            if number % every == 0:
                moments.append(_look(app, number))
                print(moments[-1], file=sys.stderr, flush=True)
    return moments


def made_questions() -> Iterator[str]:
    """Make questions of the seeds' sentences; each form of each, then numbered anew."""
    seeds = sorted(find_locations().seeds.glob("*.txt"))
    sentences = [
        " ".join(text[sentence.start : sentence.end].split()[:_WORDS_OF_SENTENCE])
        for text in (path.read_text(encoding="utf-8") for path in seeds)
        for sentence in split_text(text)
    ]
    for again in count(1):
        for form in _FORMS:
            for sentence in sentences:
                question = form.format(sentence.rstrip(".?!"))
                yield question if again == 1 else f"{question} ({again})"


def slope_kb(moments: Sequence[Moment]) -> float:
    """Fit a line through the second half: kilobytes that a question adds."""
    half = moments[len(moments) // 2 :]
    asked = [one.questions for one in half]
    return float(np.polyfit(asked, [one.resident_mb * 1000 for one in half], 1)[0])


async def _ask(pilot: Pilot[int], question: str) -> None:
    """Type a question, and wait for what becomes of it.

    Raises:
        RuntimeError: There was no reply to it.
    """
    before = _last_turn(pilot)
    box = pilot.app.query_one(QuestionBox)
    box.focus()
    box.insert(question)
    await pilot.press("enter")
    await _until(pilot, question, lambda: _last_turn(pilot) is not before)
    view = _last_turn(pilot)
    await _until(pilot, question, lambda: view is not None and not view.running)
    if view is None or view.reply is None:
        # Questions that fail would show a memory that is flat for nothing.
        raise RuntimeError(f"There was no reply to {question!r}.")


def _last_turn(pilot: Pilot[int]) -> TurnView | None:
    turns = pilot.app.query(TurnView)
    return turns.last() if turns else None


async def _until(pilot: Pilot[int], what: str, condition: Callable[[], bool]) -> None:
    """Let the chat work until a condition holds.

    Raises:
        TimeoutError: It did not for a long time.
    """
    end = time.monotonic() + _WAIT_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"The chat did not get there: {what}")
        await pilot.pause(0.005)


def _look(app: ChatApp, questions: int) -> Moment:
    gc.collect()
    return Moment(
        questions,
        round(_resident_mb(), 1),
        sys.getallocatedblocks(),
        len(app.screen.walk_children()),
        len(app.query(TurnView)),
    )


def _resident_mb() -> float:
    """Resident memory of this process, where the system tells it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _show(moments: Sequence[Moment]) -> None:
    rows = [["questions", "resident MB", "Python blocks", "widgets", "turns"]]
    rows += [
        [
            f"{one.questions}",
            f"{one.resident_mb:.1f}",
            f"{one.python_blocks:,}",
            f"{one.widgets:,}",
            f"{one.turns}",
        ]
        for one in moments
    ]
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
