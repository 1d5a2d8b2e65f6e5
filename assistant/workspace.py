"""The library and the encoder that the settings mean, opened when they are needed.

While the default library holds nothing, the documents that come with Quoth answer: the
library `seeds`, kept in step with their folder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.seeds_library import (
    holds_any,
    is_in_step,
    reading_catalog,
    roots_of,
    when_unlocked,
)
from index.errors import (
    EncoderError,
    LibraryMissing,
    LibraryOutdated,
    UsageError,
)
from index.progress import Report, ignore

if TYPE_CHECKING:
    from assistant.locations import Locations
    from assistant.reader.reader import Reader
    from assistant.session import AnswerSettings, Session
    from assistant.settings import Settings
    from index.encoder import Encoder
    from index.library import Library
    from index.updating import Updater

DEFAULT_LIBRARY: Final = "default"
SEEDS_LIBRARY: Final = "seeds"

Notify = Callable[[str], None]
"""Takes one line about what goes on."""
LoadEncoder = Callable[[Notify], "Encoder"]


class Workspace:
    """Opens what the settings name; nothing is opened or loaded before it is asked for.

    One thread at a time.
    """

    def __init__(
        self,
        locations: Locations,
        settings: Settings,
        *,
        notify: Notify,
        load_encoder: LoadEncoder | None = None,
    ) -> None:
        """Take the settings and where things are.

        Args:
            locations: Of libraries, cache and seeds.
            settings: Which library, which encoder, what answers.
            notify: Told what takes long and what is done otherwise than asked.
            load_encoder: Instead of the encoder that the settings name.
        """
        self.locations = locations
        self.settings = settings
        self._notify = notify
        self._given_encoder = load_encoder is not None
        self._load_encoder = load_encoder or self._load_named_encoder
        self._encoder: Encoder | None = None
        self._reader: Reader | None = None

    def encoder(self) -> Encoder:
        """Load the encoder, once.

        Raises:
            EncoderError: It is missing, damaged or cannot be run.
        """
        if self._encoder is None:
            self._encoder = self._load_encoder(self._notify)
        return self._encoder

    def reader(self) -> Reader | None:
        """Load the reader, once; None if it is switched off.

        Raises:
            ReaderError: It is missing, damaged or cannot be run.
        """
        from assistant.reader import OFF, load_reader

        if self.settings.reader.name == OFF:
            return None
        if self._reader is None:
            self._reader = load_reader(
                self.settings.reader.name,
                self.settings.encoder.runtime,
                cache_dir=self.locations.cache_dir,
                notify=self._notify,
            )
        return self._reader

    def open_library(self, progress: Report = ignore) -> Library:
        """Give the library to read: the named one, or the seeds for want of any.

        Args:
            progress: Told how far the making of the seeds' library is.

        Raises:
            LibraryMissing: The named library does not exist.
            LibraryError: It, or the seeds' library, cannot be used.
        """
        from index.library import Library

        name = self.settings.library
        path = self.locations.library(name)
        if name == SEEDS_LIBRARY or (name == DEFAULT_LIBRARY and not holds_any(path)):
            return self._open_seeds(progress)
        if not path.is_dir():
            raise self._missing(name)
        return Library(path)

    def open_session(self, progress: Report = ignore) -> Session:
        """Give what answers questions over the library; see `open_library`."""
        from assistant.session import Session

        library = self.open_library(progress)
        return Session(
            library, self.encoder, self.answer_settings(), reader=self.reader
        )

    def answer_settings(self) -> AnswerSettings:
        """Give the settings as a session takes them."""
        from assistant.session import AnswerSettings

        settings = self.settings
        return AnswerSettings(
            mode=settings.search.mode,
            quotes=settings.answer.quotes,
            threshold=settings.answer.threshold,
            closest_threshold=settings.answer.closest_threshold,
            near_misses=settings.answer.near_misses,
            correct_spelling=settings.search.correct_spelling,
            semantic_weight=settings.search.semantic_weight,
        )

    def prompt_folders(self) -> list[Path]:
        """Give the folders of prompts, the user's own first."""
        own = self.settings.prompts_dir
        places = [self.locations.own_prompts, self.locations.prompts]
        return [Path(own).expanduser(), *places] if own else places

    def updater(self, progress: Report = ignore) -> Updater:
        """Give what writes to the named library.

        Raises:
            UsageError: The library is Quoth's own.
        """
        from index.updating import Updater

        name = self.settings.library
        if name == SEEDS_LIBRARY:
            raise UsageError(
                f"The library {SEEDS_LIBRARY} holds what comes with Quoth.",
                "Leave `--library` out, or give another name.",
            )
        return Updater(self.locations.library(name), self.encoder, progress=progress)

    def _load_named_encoder(self, notify: Notify) -> Encoder:
        from index.encoders import load_encoder

        chosen = self.settings.encoder
        return load_encoder(
            chosen.name,
            chosen.runtime,
            cache_dir=self.locations.cache_dir,
            notify=notify,
        )

    def _missing(self, name: str) -> LibraryMissing:
        names = ", ".join(self.locations.library_names()) or "none"
        return LibraryMissing(
            f"There is no library {name}; there are: {names}.",
            f"Make it with `quoth --library {name} add PATH`, or name another.",
        )

    def _open_seeds(self, progress: Report) -> Library:
        """Make the library of the seeds, or bring it up to date where they changed."""
        from index.library import Library

        path = self.locations.library(SEEDS_LIBRARY)
        if not self._is_current(path):
            when_unlocked(lambda: self._update_seeds(path, progress))
        return Library(path)

    def _is_current(self, path: Path) -> bool:
        return is_in_step(path, self.locations.seeds) and self._has_encoder_of(path)

    def _has_encoder_of(self, path: Path) -> bool:
        """Whether a library was built with the weights that the settings name.

        The library of the seeds is made anew for another encoder, without being asked:
        nothing in it is the user's.
        """
        from index.building import BuildSettings
        from index.encoders.weights import find_model

        if self._given_encoder:
            return True
        with reading_catalog(path) as catalog:
            built = BuildSettings.from_rows(catalog.settings(), str(path))
        try:
            model = find_model(self.settings.encoder.name, self.locations.cache_dir)
        except EncoderError:
            # A search by words needs none; every other says what is wrong with it.
            return True
        return model.weights_sha256 == built.encoder.weights_sha256

    def _update_seeds(self, path: Path, progress: Report) -> None:
        from index.updating import Updater

        if self._is_current(path):
            return
        seeds = self.locations.seeds
        updater = Updater(path, self.encoder, progress=progress)
        try:
            foreign = [root for root in roots_of(path) if Path(root) != seeds]
            if not holds_any(path):
                self._notify(
                    "No documents were added yet: the answers are from those that come"
                    " with Quoth. Add your own with `quoth add PATH`."
                )
            updater.add([seeds])
            if foreign:
                updater.remove(foreign)
            updater.sync(rebuild=not self._has_encoder_of(path))
        except LibraryOutdated:
            updater.sync(rebuild=True)
