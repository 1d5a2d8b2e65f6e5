"""How the chat looks and what its keys are, known before its first frame.

The settings are checked by pydantic, whose import alone takes longer than drawing the
first frame may. What that frame needs is therefore read here by itself, and what is
wrong with it is left for the check: it follows within the first second.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.settings import variable_of
from index.errors import ConfigError

FOLLOW_TERMINAL = "auto"
"""The theme that is light in a light terminal, as far as that can be known."""

KEYS = "keys"
"""The table of the settings file with keys of one's own."""

_THEME, _BIDI = "chat.theme", "chat.bidi"


@dataclass(frozen=True, slots=True)
class Look:
    """How the chat begins."""

    theme: str = FOLLOW_TERMINAL
    """The name of a theme, unchecked."""
    theme_set_in: str = ""
    """The file or variable that says so; empty if it was chosen in the chat."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By the id of a binding the keys for it, unchecked; see `read_keys`."""
    keys_set_in: str = ""
    """The file they are from."""
    state_file: Path | None = None
    """Where a theme chosen in the chat is kept; None keeps none."""
    bidi: str = "auto"
    """Who puts right-to-left text into visual order, unchecked."""

    def keep_theme(self, theme: str) -> None:
        """Keep a choice for the next time.

        Raises:
            OSError: It cannot be written.
        """
        if self.state_file is not None:
            self.state_file.parent.mkdir(parents=True, exist_ok=True)
            new = self.state_file.with_suffix(f".{os.getpid()}.new")
            new.write_text(json.dumps({"theme": theme}) + "\n", encoding="utf-8")
            new.replace(self.state_file)


def read_look(
    config_file: Path, state_file: Path, environment: Mapping[str, str] | None = None
) -> Look:
    """Read how the chat is to look: the environment before the file before a choice.

    Args:
        config_file: The settings, TOML; it need not exist.
        state_file: What was chosen in the chat, JSON; it need not exist.
        environment: Instead of the process's own.
    """
    values = os.environ if environment is None else environment
    settings = _read_toml(config_file)
    section = settings.get("chat")
    section = section if isinstance(section, Mapping) else {}
    in_file = section.get("theme")
    variable = variable_of(_THEME)
    if chosen := values.get(variable, ""):
        theme, source = chosen, variable
    elif isinstance(in_file, str):
        theme, source = in_file, str(config_file)
    else:
        theme, source = _chosen_theme(state_file), ""
    try:
        keys = read_keys(settings.get(KEYS, {}), str(config_file))
    except ConfigError:
        keys = {}
    bidi = values.get(variable_of(_BIDI)) or str(section.get("bidi", "auto"))
    return Look(theme, source, keys, str(config_file), state_file, bidi)


def read_keys(table: object, source: str) -> dict[str, str]:
    """Read the table `[keys]`: by the id of a binding its keys, with commas between.

    An id may stand in quotes or not: `citation.next` is then a table of tables.

    Args:
        table: As TOML has it.
        source: The file it is from.

    Raises:
        ConfigError: It is no table, or holds something that is no text.
    """
    if not isinstance(table, Mapping):
        raise ConfigError(
            f"{KEYS} must be a section, not {table!r}.",
            f"Write your keys under [{KEYS}] in {source}.",
        )
    keys: dict[str, str] = {}
    for name, value in _leaves(table):
        if not isinstance(value, str):
            raise ConfigError(
                f"The keys for {name} cannot be {value!r} ({source}).",
                f'Name them in quotes: "{name}" = "ctrl+n,n".',
            )
        keys[name] = value
    return keys


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _chosen_theme(path: Path) -> str:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return FOLLOW_TERMINAL
    theme = kept.get("theme") if isinstance(kept, dict) else None
    return theme if isinstance(theme, str) else FOLLOW_TERMINAL
