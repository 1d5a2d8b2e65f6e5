"""The settings: each declared once, with its bounds and a sentence about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from index.fusion import SEMANTIC_WEIGHT

ENVIRONMENT_PREFIX = "QUOTH_"
SECTION_DELIMITER = "__"
"""Between section and setting in the environment: `QUOTH_ANSWER__QUOTES`."""

THRESHOLD: Final = 0.37
"""Where one in four near misses is answered, as people ask them: 31 and 18 % in the two
sets that have such, each held out. Of the answerable questions of every tuning set 76
to 94 % are, of another set's at most 7 %, of our own near misses, made to mislead,
59 %: benchmarks/fit_evidence.py."""

CLOSEST_THRESHOLD: Final = 0.1
"""Where fewer than one in ten such sentences answer, reading them is not worth the
time, and to show them as perhaps an answer would mislead."""

Origin = Literal["default", "file", "environment", "flag"]


@dataclass(frozen=True, slots=True)
class About:
    """A sentence about a setting, and its bounds."""

    description: str
    least: float | None = None
    most: float | None = None
    pattern: str | None = None

    def allowed(self, kind: object) -> str:
        """What the setting may be, in words.

        Args:
            kind: Its type, as annotated.
        """
        if get_origin(kind) is Literal:
            return "one of " + ", ".join(str(value) for value in get_args(kind))
        if self.least is not None and self.most is not None:
            number = "a whole number" if kind is int else "a number"
            return f"{number} from {self.least:g} to {self.most:g}"
        if kind is bool:
            return "true or false"
        if self.pattern is not None:
            return "1 to 64 letters, digits, dots, dashes and underlines"
        return "a text"


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What turns text into vectors."""

    name: Annotated[
        str,
        About(
            "Model that turns text into vectors: `default` (all-MiniLM-L6-v2, installed"
            " with Quoth), the folder of a sentence-transformers model, or the name of"
            " one that is on this machine already."
        ),
    ] = "default"
    runtime: Annotated[
        Literal["auto", "openvino", "torch"],
        About(
            "What runs the model: `openvino` starts fast, `torch` runs any model,"
            " `auto` takes the first where it can."
        ),
    ] = "auto"


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """What tells whether a sentence answers."""

    name: Annotated[
        str,
        About(
            "Model that reads the best sentences with the question: `default` (comes"
            " with Quoth), `off`, the folder of a cross-encoder, or the name of one"
            " that is on this machine already."
        ),
    ] = "default"


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How passages are found."""

    mode: Annotated[
        Literal["hybrid", "lexical", "semantic"],
        About("What counts in a search: words, meaning, or both."),
    ] = "hybrid"
    semantic_weight: Annotated[
        float,
        About(
            "Share of meaning in a hybrid score; the rest is words. Less where nothing"
            " is near the question's meaning, as with a name that no model learnt.",
            *(0, 1),
        ),
    ] = SEMANTIC_WEIGHT
    correct_spelling: Annotated[
        bool,
        About("Read a misspelt word of a question as the nearest of the library."),
    ] = True


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """What counts as an answer, and how much of it is shown."""

    quotes: Annotated[int, About("Quotes in an answer, at most.", 1, 10)] = 3
    threshold: Annotated[
        float,
        About("Confidence under which Quoth does not claim an answer.", 0, 1),
    ] = THRESHOLD
    closest_threshold: Annotated[
        float,
        About(
            "Confidence from which, without that claim, the closest passages are shown"
            " as perhaps one; under it Quoth says that the documents have none.",
            0,
            1,
        ),
    ] = CLOSEST_THRESHOLD
    near_misses: Annotated[
        int, About("Nearest sentences shown when there is no answer.", 0, 10)
    ] = 3


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """What is kept of conversations."""

    enabled: Annotated[
        bool,
        About("Keep the chat's questions and answers, on this machine, for later."),
    ] = True


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How the terminal chat looks."""

    theme: Annotated[
        str,
        About(
            "Colours of the chat: `auto` follows the terminal, or the name of a theme"
            " as its list of themes has it. Without this, the last one chosen there."
        ),
    ] = "auto"
    bidi: Annotated[
        Literal["auto", "quoth", "terminal"],
        About(
            "Who puts Hebrew, Arabic and the like into the order in which they are"
            " seen: `quoth`, or a `terminal` that does so by itself; `auto` knows the"
            " common terminals. If words stand back to front, say the other of the two."
        ),
    ] = "auto"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked."""

    library: Annotated[
        str,
        About(
            "Library that is asked and added to.",
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        ),
    ] = "default"
    prompts_dir: Annotated[
        str,
        About(
            "Folder with your own answer.md or rewrite.md for a language model, used"
            " before those in the folder of the settings file and Quoth's; empty for"
            " none. Quoth itself asks no language model and uses none of them."
        ),
    ] = ""
    encoder: EncoderSettings = EncoderSettings()
    reader: ReaderSettings = ReaderSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()
    history: HistorySettings = HistorySettings()
    chat: ChatSettings = ChatSettings()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is here."""

    key: str
    """With its section: `answer.quotes`."""
    value: Any
    origin: Origin
    source: str
    """The file, variable or flag it comes from; empty for a default."""
    description: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings and where each comes from."""

    settings: Settings
    origins: Mapping[str, tuple[Origin, str]] = field(default_factory=dict)
    """By key, origin and source of every setting that is not at its default."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By the id of what they do in the chat, keys of one's own; the file's alone. What
    ids and keys there are, only the chat knows: its `look.keymap` checks them."""

    def describe(self) -> list[Setting]:
        """List every setting, in the order of their declaration."""
        described = []
        for key, kind, about in declared_settings():
            value: Any = self.settings
            for name in key.split("."):
                value = getattr(value, name)
            origin, source = self.origins.get(key, ("default", ""))
            described.append(
                Setting(
                    key, value, origin, source, about.description, about.allowed(kind)
                )
            )
        return described


def declared_settings() -> Iterator[tuple[str, object, About]]:
    """Yield key, type and description of every setting, in order."""
    for section, kind in get_type_hints(Settings, include_extras=True).items():
        if dataclasses.is_dataclass(kind):
            for name, inner in get_type_hints(kind, include_extras=True).items():
                yield f"{section}.{name}", *_declaration(inner)
        else:
            yield section, *_declaration(kind)


def variable_of(key: str) -> str:
    """Name of the environment variable of a setting."""
    return ENVIRONMENT_PREFIX + key.replace(".", SECTION_DELIMITER).upper()


def _declaration(kind: object) -> tuple[object, About]:
    """Split an annotated type into the type and what is said about it."""
    plain, about = get_args(kind)
    return plain, about
