"""Makes the pictures of the chat in `docs/pictures`, with the real thing.

It answers over `seeds/`; what needs more documents is taken over the project's pages.

Usage: python docs/screenshots.py [FOLDER]
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.pilot import Pilot

_POLLS = 6_000  # of 10 ms: the first start compiles the encoder
_KEY_NAMES = {" ": "space", "?": "question_mark"}
OWN = (
    "seeds",
    "docs/architecture.md",
    "docs/chat.md",
    "docs/serve.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what is done before it is taken."""

    name: str
    size: tuple[int, int]
    questions: Sequence[str] = ()
    view: str = "ask"
    keys: Sequence[str] = ()
    typed: str = ""
    """Into what has the focus after the keys."""
    own: bool = False
    """Over the project's pages, not over `seeds/`."""


PICTURES = (
    Picture("first-screen", (80, 24)),
    Picture("answer", (120, 28), ("How many people have been killed?",)),
    Picture("source", (80, 24), ("Who urged the factions?",), keys=("tab", "enter")),
    Picture("abstention", (80, 24), ("What is the capital of Peru?",)),
    Picture(
        "why", (100, 36), ("How many people have been killed?",), keys=("tab", "w")
    ),
    Picture(
        "search",
        (130, 34),
        view="search",
        typed="who can reach the server",
        own=True,
    ),
)


async def take(picture: Picture, folder: Path) -> Path:
    """Run the chat, ask and press, and save what the screen shows."""
    from assistant.cli.chat_services import make_services
    from assistant.cli.options import Invocation
    from assistant.tui.app import ChatApp
    from assistant.tui.ask.cards import TurnView
    from assistant.tui.ask.question_box import QuestionBox

    app = ChatApp(make_services(Invocation()))
    app.animation_level = "none"
    async with app.run_test(size=picture.size) as pilot:
        box = app.screen.query_one(QuestionBox)
        box.cursor_blink = False
        await _until(pilot, lambda: app.work[1] == "ready")
        for question in picture.questions:
            box.insert(question)
            await pilot.press("enter")
            await _until(pilot, lambda: app.screen.query(TurnView))
            await _until(pilot, lambda: not app.screen.query(".-running"))
        if picture.view != "ask":
            await app.switch_mode(picture.view)
        await pilot.press(*picture.keys)
        await pilot.press(*(_KEY_NAMES.get(one, one) for one in picture.typed))
        await _until(pilot, lambda: _is_drawn(app))
        await pilot.pause(0.5)
        path = folder / f"{picture.name}.svg"
        svg = app.export_screenshot(title="quoth")
        path.write_text(_settled(svg), encoding="utf-8", newline="\n")
    return path


def _is_drawn(app: App[int]) -> bool:
    """Whether a source that is open shows its text."""
    return all(
        source.virtual_size.height
        for source in app.screen.query("SourceText")
        if source.region
    )


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


def _add(*paths: str) -> None:
    """Add pages of the project to the library."""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "assistant.cli", "add", *paths]
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Take all pictures, over a library of their own."""
    given = sys.argv[1:]
    folder = Path(given[0]) if given else Path(__file__).parent / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        os.environ["QUOTH_DATA_DIR"] = data
        for picture in sorted(PICTURES, key=lambda picture: picture.own):
            if picture.own:
                _add(*OWN)
            path = asyncio.run(take(picture, folder))
            print(f"{path}  {path.stat().st_size:,} bytes", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
