"""How each state of the view Search is reached."""

from __future__ import annotations

import re
from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Static

from assistant.finding import SearchOutcome, SearchRequest
from assistant.tui.search.box import QueryBox
from assistant.tui.search.view import SearchView
from assistant.tui.source.text import SourceText
from index.errors import MissingPath
from index.spelling import Correction
from tests.scenes import DAMAGED, Papers, Scene, over
from tests.tui_support import ready, shown, until

_TOLD = re.compile(r"\d passage|nothing found")


class Halfway(Papers):
    """Reads a word as another one, and has not made all of its vectors yet."""

    def search(self, request: SearchRequest) -> SearchOutcome:
        read = replace(request, text=request.text.replace("fery", "ferry"))
        found = super().search(read)
        corrections = (Correction("fery", 0, 4, "ferry"),)
        return replace(
            found, request=request, corrections=corrections, encoded_chunks=1
        )


def halfway() -> Scene:
    return over(Halfway())


async def empty(pilot: Pilot[int], scene: Scene) -> None:
    await ready(pilot)
    await pilot.press("f6")
    await until(pilot, lambda: isinstance(scene.app.focused, QueryBox))
    view = scene.app.screen
    assert isinstance(view, SearchView)
    await until(pilot, lambda: "Passages come" in shown(view))


async def results(pilot: Pilot[int], scene: Scene) -> None:
    await _found(pilot, scene, "ferry pier")


async def preview(pilot: Pilot[int], scene: Scene) -> None:
    await _found(pilot, scene, "ferry pier")
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(scene.app.focused, SourceText))


async def read_otherwise(pilot: Pilot[int], scene: Scene) -> None:
    await _found(pilot, scene, "fery")


async def nothing_found(pilot: Pilot[int], scene: Scene) -> None:
    await _found(pilot, scene, "submarine")


async def no_document(pilot: Pilot[int], scene: Scene) -> None:
    scene.asker.failure = MissingPath(
        "Nothing in the library matches *.epub.", "`quoth status --files` lists it all."
    )
    await _failed(pilot, scene)


async def error(pilot: Pilot[int], scene: Scene) -> None:
    scene.asker.failure = DAMAGED
    await _failed(pilot, scene)


async def _found(pilot: Pilot[int], scene: Scene, query: str) -> None:
    await empty(pilot, scene)
    scene.app.screen.query_one(QueryBox).insert_text_at_cursor(query)
    said = scene.app.screen.query_one("#search-said", Static)
    await until(pilot, lambda: _TOLD.search(shown(said)))


async def _failed(pilot: Pilot[int], scene: Scene) -> None:
    await empty(pilot, scene)
    scene.app.screen.query_one(QueryBox).insert_text_at_cursor("ferry")
    assert scene.asker.failure is not None
    message = scene.asker.failure.message
    await until(pilot, lambda: message in shown(scene.app.screen))
