"""An edited library finds exactly what one built afresh finds."""

from __future__ import annotations

import shutil
import tempfile
from itertools import count
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from index.library import Library
from index.updating import Updater
from index.verification import verify_library
from tests.fakes import WordEncoder
from tests.library_support import built, find, names, write

WORDS = ("apple", "pear", "river", "stone", "cloud", "winter")
NAMES = [f"{stem}.md" for stem in "abcdefgh"]

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(
    lambda words: " ".join(words).capitalize() + "."
)
texts = st.lists(sentences, min_size=1, max_size=4).map("\n\n".join)


class EditedLibrary(RuleBasedStateMachine):
    """Files come, change, move and go; after each sync the library is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="quoth-edited-"))
        self.files = self.place / "files"
        self.library = self.place / "library"
        self.fresh = count()
        # What the disk has after a power cut is the concern of the crash tests.
        self.unsynced = patch("os.fsync")
        self.unsynced.start()
        self.in_step = False
        write(self.files / "first.md", "The apple is near the river.")
        built(self.library, self.files)

    @rule(name=st.sampled_from(NAMES), text=texts)
    def write_file(self, name: str, text: str) -> None:
        write(self.files / name, text)
        self.in_step = False

    @rule(name=st.sampled_from(NAMES))
    def delete_file(self, name: str) -> None:
        (self.files / name).unlink(missing_ok=True)
        self.in_step = False

    @rule(old=st.sampled_from(NAMES), new=st.sampled_from(NAMES))
    def rename_file(self, old: str, new: str) -> None:
        if (self.files / old).exists():
            (self.files / old).replace(self.files / new)
        self.in_step = False

    @rule()
    def sync(self) -> None:
        Updater(self.library, WordEncoder(dimension=64)).sync()
        self.in_step = True

    @rule()
    @precondition(lambda self: self.in_step)
    def rebuild(self) -> None:
        Updater(self.library, WordEncoder(dimension=64)).sync(rebuild=True)

    @invariant()
    def finds_what_a_fresh_library_finds(self) -> None:
        if not self.in_step:
            return
        fresh = built(self.place / f"fresh{next(self.fresh)}", self.files)
        assert names(self.library) == names(fresh)
        for question in ("apple river", "winter", "stone cloud pear"):
            assert find(self.library, question, 50) == find(fresh, question, 50)
        assert verify_library(self.library) == []
        with Library(self.library).open_view() as view:
            assert view.encoded_count == view.chunk_count
        shutil.rmtree(fresh)

    def teardown(self) -> None:
        self.unsynced.stop()
        shutil.rmtree(self.place)


EditedLibrary.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestEditedLibrary = EditedLibrary.TestCase
