"""Makes the pictures of the chat in `docs/pictures`, with the real thing over `seeds/`.

Usage: python docs/screenshots.py [FOLDER]
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

_POLLS = 6_000  # of 10 ms: the first start compiles the encoder


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what is done before it is taken."""

    name: str
    size: tuple[int, int]
    questions: Sequence[str] = ()
    keys: Sequence[str] = ()


PICTURES = (
    Picture("first-screen", (80, 24)),
    Picture(
        "answer",
        (130, 34),
        ("How many people have been killed?", "Who is the US envoy for Syria?"),
    ),
    Picture("source", (80, 24), ("Who urged the factions?",), ("tab", "enter")),
    Picture("abstention", (80, 24), ("What is the capital of Peru?",)),
)


async def take(picture: Picture, folder: Path) -> Path:
    """Run the chat, ask and press, and save what the screen shows."""
    from assistant.cli.chat_services import make_services
    from assistant.cli.options import Invocation
    from assistant.tui.app import ChatApp
    from assistant.tui.cards import TurnView
    from assistant.tui.question_box import QuestionBox

    app = ChatApp(make_services(Invocation()))
    app.animation_level = "none"
    async with app.run_test(size=picture.size) as pilot:
        box = app.query_one(QuestionBox)
        box.cursor_blink = False
        await _until(pilot, lambda: app.query("#status-state.-ready"))
        for question in picture.questions:
            box.insert(question)
            await pilot.press("enter")
            await _until(pilot, lambda: app.query(TurnView))
            await _until(pilot, lambda: not app.query(".-running"))
        await pilot.press(*picture.keys)
        if app.query(".-source"):
            await _until(
                pilot, lambda: app.query_one("#source-text").virtual_size.height
            )
        await pilot.pause(0.2)
        path = folder / f"{picture.name}.svg"
        svg = app.export_screenshot(title="quoth")
        path.write_text(_settled(svg), encoding="utf-8", newline="\n")
    return path


def _settled(svg: str) -> str:
    """Take out the random number, so that the same screen gives the same file."""
    return re.sub(r"terminal-\d+-", "terminal-", svg)


async def _until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    for _ in range(_POLLS):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise SystemExit("The chat did not get ready for its picture.")


def main() -> None:
    """Take all pictures, over a library of their own."""
    given = sys.argv[1:]
    folder = Path(given[0]) if given else Path(__file__).parent / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        os.environ["QUOTH_DATA_DIR"] = data
        for picture in PICTURES:
            path = asyncio.run(take(picture, folder))
            print(f"{path}  {path.stat().st_size:,} bytes", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
