"""One writer and many readers of one library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.errors import LibraryLocked
from index.library import Library
from index.locking import writer_lock
from index.searching import SearchQuery, search
from index.updating import Updater
from tests.fakes import WordEncoder
from tests.library_support import built, find, names, write

ROOT = Path(__file__).parent.parent
ROUNDS = 20
PAIRS = 2


def write_round(folder: Path, number: int) -> None:
    """Write two files that only ever appear together."""
    for one in range(PAIRS):
        write(
            folder / f"{number}-{one}.txt", f"Round {number} has a gate and {one} sea."
        )


def read_in_a_loop(library: Library, stop: threading.Event, wrong: list[str]) -> None:
    """Open views until stopped; note what does not fit together in one."""
    encoder = WordEncoder(dimension=64)
    while not stop.is_set():
        try:
            with library.open_view() as view:
                query = SearchQuery("gate", count=1000, correct_spelling=False)
                hits = search(view, query, encoder).hits
                shown = [view.document(hit.document_id).name for hit in hits]
                files = [file.name for file in view.catalog.files()]
            if sorted(shown) != sorted(files):
                wrong.append(f"{len(shown)} found of {len(files)}")
            if len(files) % PAIRS:
                wrong.append(f"half of an update: {files}")
        except Exception as error:
            wrong.append(repr(error))


def test_readers_see_whole_updates_while_one_writes(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_round(folder, 0)
    path = built(tmp_path / "library", folder)
    shared = Library(path)
    stop = threading.Event()
    wrong: list[str] = []
    readers = [
        threading.Thread(target=read_in_a_loop, args=(library, stop, wrong))
        for library in (shared, shared, Library(path))
    ]
    for reader in readers:
        reader.start()
    updater = Updater(path, WordEncoder(dimension=64))
    try:
        # Enough rounds that segments are merged away under the readers.
        for number in range(1, ROUNDS):
            write_round(folder, number)
            updater.sync()
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert len(names(path)) == ROUNDS * PAIRS


def test_an_open_view_stays_as_it_was_when_its_segments_are_merged_away(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    write(folder / "a.txt", "The gate is open.")
    path = built(tmp_path / "library", folder)
    library = Library(path)
    encoder = WordEncoder(dimension=64)
    with library.open_view() as view:
        before = search(view, SearchQuery("gate"), encoder).hits
        fingerprint = view.fingerprint
        Updater(path, encoder).sync(rebuild=True)
        write(folder / "b.txt", "The gate is shut.")
        Updater(path, encoder).sync()
        assert search(view, SearchQuery("gate"), encoder).hits == before
        assert view.vocabulary().counts["gate"] == 1
        assert len(view.document(before[0].document_id).text) > 0
    with library.open_view() as view:
        assert len(search(view, SearchQuery("gate"), encoder).hits) == 2
        assert view.fingerprint != fingerprint


def test_a_folder_merged_away_while_the_size_is_counted_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "files" / "a.txt", "The gate is open.")
    path = built(tmp_path / "library", tmp_path / "files")
    scandir = os.scandir
    gone: list[str] = []

    def merging(folder: str | Path | int) -> object:
        if not gone and str(folder).endswith("lexical"):
            gone.append(str(folder))
            shutil.rmtree(str(folder))
        return scandir(folder)

    monkeypatch.setattr("os.scandir", merging)
    assert Library(path).status().size > 0
    assert gone


def test_a_second_writer_is_refused_at_once_and_told_who_writes(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    write(folder / "a.txt", "The gate is open.")
    path = built(tmp_path / "library", folder)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom pathlib import Path\n"
            "from index.locking import writer_lock\n"
            "with writer_lock(Path(sys.argv[1])):\n"
            "    print('held', flush=True)\n    sys.stdin.read()\n",
            str(path),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(LibraryLocked, match=f"Process {holder.pid} .*library"):
            Updater(path, WordEncoder(dimension=64)).sync()
        assert len(find(path, "gate")) == 1
    finally:
        holder.stdin.close()
        holder.stdout.close()
        holder.wait()
    assert Updater(path, WordEncoder(dimension=64)).sync().unchanged == 1


def test_threads_of_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    with (
        writer_lock(tmp_path),
        pytest.raises(LibraryLocked, match="This process"),
        writer_lock(tmp_path),
    ):
        pass


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    dead = (
        "import os, sys\nfrom pathlib import Path\n"
        "from index.locking import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])):\n    os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", dead, str(tmp_path)], cwd=ROOT, check=True)
    with writer_lock(tmp_path):
        assert json.loads((tmp_path / "lock.json").read_text())["pid"]


def test_two_processes_find_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    for number in range(5):
        write_round(folder, number)
    path = built(tmp_path / "library", folder)
    asking = (
        "import sys\nfrom pathlib import Path\n"
        "from index.library import Library\n"
        "from index.searching import SearchQuery, search\n"
        "from tests.fakes import WordEncoder\n"
        "with Library(Path(sys.argv[1])).open_view() as view:\n"
        "    query = SearchQuery('gate of round 3')\n"
        "    print(view.fingerprint, search(view, query, WordEncoder(64)).hits)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", asking, str(path)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
