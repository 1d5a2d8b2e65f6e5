"""Kills updates at chosen moments and checks what is left; run as a program.

It forks before FAISS has started any thread, once for each kill, which a test process
that has searched already cannot do safely. Prints a JSON object: for each scenario, the
points there were, those that were tried, and the complaints.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import faiss  # noqa: F401 - loaded once, before the forks

import index.ingesting
from index.catalog import CATALOG_NAME, Catalog
from index.errors import LibraryMissing
from index.library import Library
from index.preparing import prepare
from index.reading import read_file
from index.searching import SearchQuery, search
from index.terms import term_texts
from index.updating import Updater
from index.verification import verify_library
from tests.fakes import WordEncoder

KILLED = 77
QUESTIONS = ("apple pear", "river", "planet number three", "gardener")
_EVENTS = frozenset(("os.mkdir", "os.rename", "os.remove", "os.rmdir"))

State = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """An update of a library that was prepared, over files that do not change."""

    name: str
    prepare: Callable[[Path, Path], None]
    """Makes the library before, and puts the files as the update finds them."""
    update: Callable[[Path, Path], object]
    points: int
    """How many moments are tried, spread evenly over all there are."""


def updater(library: Path) -> Updater:
    return Updater(library, WordEncoder(dimension=64))


def write_files(files: Path, numbers: range, word: str = "apple") -> None:
    files.mkdir(exist_ok=True)
    for number in numbers:
        sentences = (
            f"Line {line} of file {number} is about the {word} and planet {line}."
            for line in range(12)
        )
        text = f"# File {number}\n\n" + "\n\n".join(sentences) + "\n"
        (files / f"f{number}.md").write_text(text)


def prepare_first(library: Path, files: Path) -> None:
    write_files(files, range(3))


def prepare_changes(library: Path, files: Path) -> None:
    write_files(files, range(5))
    updater(library).add([files])
    write_files(files, range(1, 2), "river")
    (files / "f2.md").unlink()
    (files / "f3.md").rename(files / "moved.md")
    write_files(files, range(7, 8), "gardener")


def prepare_sound(library: Path, files: Path) -> None:
    write_files(files, range(4))
    updater(library).add([files])


def prepare_merge(library: Path, files: Path) -> None:
    for number in range(7):
        write_files(files, range(number, number + 1))
        updater(library).add([files])
    write_files(files, range(7, 8), "gardener")


SCENARIOS = (
    Scenario("add", prepare_first, lambda lib, f: updater(lib).add([f]), 12),
    Scenario("sync", prepare_changes, lambda lib, f: updater(lib).sync(), 14),
    Scenario("remove", prepare_sound, lambda lib, f: updater(lib).remove(["f1.md"]), 7),
    Scenario("merge", prepare_merge, lambda lib, f: updater(lib).sync(), 14),
    Scenario(
        "rebuild", prepare_sound, lambda lib, f: updater(lib).sync(rebuild=True), 12
    ),
)


def state_of(library: Path) -> State | None:
    """What a reader sees of a library by words; None when there is none."""
    try:
        with Library(library).open_view() as view:
            names = [(file.name, file.sha256) for file in view.catalog.files()]
            found = []
            for question in QUESTIONS:
                query = SearchQuery(question, "lexical", 50, correct_spelling=False)
                hits = search(view, query).hits
                found.append(
                    [
                        (
                            view.document(hit.document_id).name,
                            *(hit.start, hit.end, round(hit.bm25_score, 9)),
                        )
                        for hit in hits
                    ]
                )
            return {"files": names, "found": found}
    except LibraryMissing:
        return None


def leftovers(library: Path) -> list[str]:
    """Files and folders that nothing names."""
    known = {"lock", "lock.json", "roots.json", "segments"}
    # SQLite keeps its journal while a reader may need it.
    known |= {CATALOG_NAME + ending for ending in ("", "-wal", "-shm")}
    extra = [path.name for path in library.iterdir() if path.name not in known]
    catalog = Catalog(library, writing=False)
    folders = {row.folder for row in catalog.segments()}
    catalog.close()
    parts = {"lexical", "lexical.json", "vectors", "vectors.json"}
    for segment in (library / "segments").iterdir():
        if segment.name not in folders:
            extra.append(segment.name)
        extra += [p.name for p in segment.iterdir() if p.name not in parts]
    return extra


def count_moments(reach: Callable[[], None]) -> None:
    """Call `reach` before each step by which this process changes the disk."""

    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
        if writes or event in _EVENTS:
            reach()

    def fsync(fd: Any) -> None:  # noqa: ANN401
        reach()
        synced(fd)

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:  # noqa: ANN401
        connection = sqlite3.Connection(*arguments, **options)
        connection.set_trace_callback(lambda _: reach())
        return connection

    synced = os.fsync
    os.fsync = fsync
    sqlite3.connect = connect  # type: ignore[assignment]
    sys.addaudithook(on_event)


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Run work in a fork; return its exit code and what it returned, as JSON."""
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receiving)
        try:
            result: Any = {"value": work()}
        except BaseException:
            result = {"error": traceback.format_exc()}
        with suppress(BrokenPipeError), os.fdopen(sending, "w") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    result = json.loads(answer) if answer else {"value": None}
    if "error" in result:
        raise AssertionError(result["error"])
    return code, result["value"]


def run_counting(update: Callable[[], object], stop_at: int) -> int:
    """Update, and die just before moment `stop_at` if it is not 0; count moments."""
    reached = 0

    def reach() -> None:
        nonlocal reached
        reached += 1
        if reached == stop_at:
            os._exit(KILLED)

    count_moments(reach)
    update()
    return reached


def check(scenario: Scenario, library: Path, files: Path, ends: list[Any]) -> list[str]:
    """Check a library whose update was killed, then let it be completed."""
    complaints = []
    before, after = ends
    state = json.loads(json.dumps(state_of(library)))
    if state not in (before, after):
        complaints.append("neither before nor after")
    if state != after or scenario.name != "remove":
        scenario.update(library, files)
    if state is not None:
        updater(library).sync()
    if json.loads(json.dumps(state_of(library))) != after:
        complaints.append("not completed")
    complaints += [f"found {finding}" for finding in verify_library(library)]
    complaints += [f"left over: {name}" for name in leftovers(library)]
    with Library(library).open_view() as view:
        if view.encoded_count != view.chunk_count:
            complaints.append("vectors are missing")
    return complaints


def try_scenario(scenario: Scenario, folder: Path) -> dict[str, Any]:
    base, files, library = folder / "base", folder / "files", folder / "library"

    def fresh() -> None:
        shutil.rmtree(library, ignore_errors=True)
        if base.exists():
            shutil.copytree(base, library)

    def update() -> object:
        return scenario.update(library, files)

    in_child(lambda: scenario.prepare(base, files))
    fresh()
    _, before = in_child(lambda: state_of(library))
    _, total = in_child(partial(run_counting, update, 0))
    _, after = in_child(lambda: state_of(library))
    points = min(scenario.points, total)
    tried = sorted({1 + (total - 1) * i // max(points - 1, 1) for i in range(points)})
    complaints = []
    for point in tried:
        fresh()
        code, _ = in_child(partial(run_counting, update, point))
        if code != KILLED:
            complaints.append(f"{point}: it was not killed but ended with {code}")
        _, found = in_child(partial(check, scenario, library, files, [before, after]))
        complaints += [f"{point}: {complaint}" for complaint in found]
    return {"total": total, "tried": tried, "complaints": complaints}


def load_what_forks_share(folder: Path) -> None:
    """Import and load before the forks what each would load anew."""
    write_files(folder, range(1))
    prepared = prepare(read_file(folder / "f0.md"), WordEncoder().count_pieces)
    term_texts(prepared.document.text, "en")


def main() -> None:
    folder = Path(sys.argv[1])
    # Several segments from few chunks, so that a merge is near.
    index.ingesting.MAX_SEGMENT_ROWS = 2  # type: ignore[misc]
    load_what_forks_share(folder)
    report = {}
    for scenario in SCENARIOS:
        place = folder / scenario.name
        place.mkdir()
        report[scenario.name] = try_scenario(scenario, place)
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
