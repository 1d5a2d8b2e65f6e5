"""How each state of the view Library is reached, over a library that is made up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from textual.pilot import Pilot

from assistant.tui.confirm import Confirm
from assistant.tui.library.box import PathBox, PathInput
from assistant.tui.library.contents import (
    Contents,
    DocumentRow,
    LeftOutRow,
    RootRow,
    State,
    Whose,
    Wish,
)
from assistant.tui.library.document import DocumentPane
from assistant.tui.library.view import LibraryView
from index.catalog import FileState, SkippedFile
from index.errors import MissingPath, QuothError
from index.progress import Progress, Report
from index.records import Document
from index.updating import UpdateReport
from tests.scenes import DAMAGED, MOMENT, Examples, Papers, Scene, over
from tests.tui_support import MemoryAsker, ready, shown, until

ROOT = "/data/ada/papers"
PICTURE = "There is no reader for .png files."
SCAN = "It holds no text; it may be scanned pages."
LEFT_OUT = (
    LeftOutRow(f"{ROOT}/letters/envelope.png", "papers/letters/envelope.png", PICTURE),
    LeftOutRow(f"{ROOT}/survey/map.pdf", "papers/survey/map.pdf", SCAN),
)
SIZES = (4_120, 12_900, 96_400, 2_310_000)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Has fixed contents; a change of them does what a scene wants."""

    shown: Contents
    changing: Callable[[Report], UpdateReport]
    damaged: bool = False

    def contents(self) -> Contents:
        if self.damaged:
            raise DAMAGED
        return self.shown

    def change(
        self, wish: Wish, report: Report, notify: Callable[[str], None]
    ) -> UpdateReport:
        return self.changing(report)


def rows(
    documents: Sequence[Document], states: Sequence[State]
) -> tuple[DocumentRow, ...]:
    """Give the rows of the documents that an asker has."""
    return tuple(
        DocumentRow(
            number,
            document.path,
            document.name,
            "A survey of the harbour" if "survey" in document.name else document.title,
            document.sha256,
            document.media_type,
            passages=8 * number + 3,
            size=SIZES[number % 4],
            changed=MOMENT.timestamp() - 40 * 86_400 * number,
            state=states[number % 4],
        )
        for number, document in enumerate(documents)
    )


# The chats


def nothing_changes(report: Report) -> UpdateReport:
    raise AssertionError("nothing is changed here")


def shelf(
    asker: MemoryAsker,
    *,
    whose: Whose = "own",
    states: Sequence[State] = ("in step",) * 4,
    changing: Callable[[Report], UpdateReport] = nothing_changes,
    gate: threading.Event | None = None,
    damaged: bool = False,
) -> Scene:
    """Make a chat over a library as the view Library sees it."""
    documents = rows(asker.documents, states)
    contents = Contents("papers", whose, documents)
    if whose == "own":
        roots = (RootRow(ROOT, True, True, len(documents), 2),)
        contents = replace(contents, left_out=LEFT_OUT, roots=roots)
    curator = Shelf(contents, changing, damaged)
    return over(
        asker, gate=gate, services=lambda services: replace(services, curator=curator)
    )


def own() -> Scene:
    return shelf(Papers())


def examples() -> Scene:
    return shelf(Examples(), whose="examples")


def out_of_step() -> Scene:
    return shelf(Papers(), states=("in step", "changed", "gone", "by words only"))


def broken() -> Scene:
    return shelf(Papers(), damaged=True)


def encoding() -> Scene:
    gate = threading.Event()

    def encode(report: Report) -> UpdateReport:
        report(Progress("encoding", 1_200, 4_800, "chunks"))
        gate.wait(60)
        raise QuothError("The scene is over.")

    return shelf(Papers(), changing=encode, gate=gate)


def adding() -> Scene:
    return shelf(Papers(), changing=lambda _: added())


def missing() -> Scene:
    def fail(report: Report) -> UpdateReport:
        raise MissingPath(
            "There is no file or folder /data/ada/lettres.", "Check the spelling."
        )

    return shelf(Papers(), changing=fail)


def added() -> UpdateReport:
    """Say what came of a folder."""
    left_out = tuple(
        SkippedFile(row.path, row.name, "Left out", row.reason, FileState(1, 1))
        for row in LEFT_OUT
    )
    return UpdateReport(
        added=4,
        updated=0,
        moved=0,
        removed=0,
        unchanged=0,
        skipped=left_out,
        newly_skipped=left_out,
        unreachable=(),
        document_count=4,
        chunk_count=60,
        encoded_count=60,
        seconds=2.4,
    )


# The way to each state


async def listed(pilot: Pilot[int], scene: Scene) -> None:
    view = await _view(pilot, scene)
    await until(pilot, lambda: view.lists.contents is not None)


async def failed(pilot: Pilot[int], scene: Scene) -> None:
    view = await _view(pilot, scene)
    await until(pilot, lambda: "✗" in shown(view))


async def completing(pilot: Pilot[int], scene: Scene) -> None:
    for folder in ("papers", "parish registers"):
        Path(folder).mkdir()
    for file in ("passenger-lists.csv", "payments-1903.ods", "other.txt"):
        Path(file).write_text("", encoding="utf-8")
    await listed(pilot, scene)
    await _type(pilot, scene, "pa")
    box = scene.app.screen.query_one(PathBox)
    await until(pilot, lambda: box.is_open)
    await pilot.press("tab")
    await until(pilot, lambda: box.menu.highlighted == 0)


async def at_work(pilot: Pilot[int], scene: Scene) -> None:
    await _add(pilot, scene)
    await until(pilot, lambda: "1,200 of 4,800" in shown(scene.app.screen))
    await until(pilot, lambda: scene.app.work == ("encoding 25 %", "busy"))


async def is_added(pilot: Pilot[int], scene: Scene) -> None:
    await _add(pilot, scene)
    await until(pilot, lambda: "4 added" in shown(scene.app.screen))
    await until(pilot, lambda: scene.app.work == ("ready", "ready"))


async def not_added(pilot: Pilot[int], scene: Scene) -> None:
    await _add(pilot, scene, "/data/ada/lettres")
    await until(pilot, lambda: "There is no file" in shown(scene.app.screen))


async def left_out(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("right", "down", "enter")
    await until(pilot, lambda: SCAN in shown(scene.app.screen))


async def added_paths(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("left")
    await until(pilot, lambda: ROOT in shown(scene.app.screen))


async def document(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("down", "enter")
    pane = scene.app.screen.query_one(DocumentPane)
    await until(pilot, lambda: "reached Dover" in shown(pane))


async def removal(pilot: Pilot[int], scene: Scene) -> None:
    await listed(pilot, scene)
    await pilot.press("down", "d")
    await until(pilot, lambda: isinstance(scene.app.screen, Confirm))


async def _view(pilot: Pilot[int], scene: Scene) -> LibraryView:
    await ready(pilot)
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(scene.app.screen, LibraryView))
    view = scene.app.screen
    assert isinstance(view, LibraryView)
    return view


async def _type(pilot: Pilot[int], scene: Scene, path: str) -> None:
    line = scene.app.screen.query_one(PathInput)
    line.focus()
    await until(pilot, lambda: line.has_focus)
    line.insert_text_at_cursor(path)


async def _add(pilot: Pilot[int], scene: Scene, path: str = ROOT) -> None:
    await listed(pilot, scene)
    await _type(pilot, scene, path)
    await pilot.press("enter")
