"""Where everything lies: the only module that knows.

Nothing is created or read when this module is imported, and no folder is made by asking
where it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import ConfigError, UsageError

DATA_DIR_VARIABLE = "QUOTH_DATA_DIR"
CACHE_DIR_VARIABLE = "QUOTH_CACHE_DIR"
CONFIG_DIR_VARIABLE = "QUOTH_CONFIG_DIR"
LOCATION_VARIABLES = (DATA_DIR_VARIABLE, CACHE_DIR_VARIABLE, CONFIG_DIR_VARIABLE)
"""Environment variables that say where things are; every other one is a setting."""

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Locations:
    """Absolute paths; any of them may not exist yet."""

    data_dir: Path
    """Libraries, and whatever else must not be lost."""
    cache_dir: Path
    """Compiled models; can be deleted at any time."""
    config_dir: Path
    """The settings, and the user's own prompts."""
    seeds: Path
    """The documents that come with Quoth."""
    prompts: Path
    """The prompts that come with Quoth."""

    @property
    def config_file(self) -> Path:
        """The settings, TOML."""
        return self.config_dir / "config.toml"

    @property
    def own_prompts(self) -> Path:
        """The user's prompts, taken before those that come with Quoth."""
        return self.config_dir / "prompts"

    @property
    def history(self) -> Path:
        """Past conversations of the chat, SQLite."""
        return self.data_dir / "history.sqlite3"

    @property
    def chat_state(self) -> Path:
        """What was chosen in the chat and is not a setting, JSON."""
        return self.data_dir / "chat.json"

    @property
    def libraries(self) -> Path:
        """Folder with one folder a library."""
        return self.data_dir / "libraries"

    def library(self, name: str) -> Path:
        """Folder of one library.

        Raises:
            UsageError: The name could be read as a path, or is not portable.
        """
        return self.libraries / check_library_name(name)

    def library_names(self) -> list[str]:
        """Names of the libraries there are, sorted."""
        if not self.libraries.is_dir():
            return []
        return sorted(
            entry.name
            for entry in self.libraries.iterdir()
            if entry.is_dir() and is_library_name(entry.name)
        )


def find_locations(environment: Mapping[str, str] | None = None) -> Locations:
    """Say where things are for this user and this environment.

    Args:
        environment: Instead of the process's own; only `LOCATION_VARIABLES` are read.

    Raises:
        ConfigError: Quoth's own prompts or seeds are missing: a broken installation.
    """
    from platformdirs import user_cache_path, user_config_path, user_data_path

    values = os.environ if environment is None else environment
    return Locations(
        data_dir=_chosen(values, DATA_DIR_VARIABLE)
        or user_data_path("quoth", appauthor=False),
        cache_dir=_chosen(values, CACHE_DIR_VARIABLE)
        or user_cache_path("quoth", appauthor=False),
        config_dir=_chosen(values, CONFIG_DIR_VARIABLE)
        or user_config_path("quoth", appauthor=False),
        seeds=_packaged("seeds"),
        prompts=_packaged("prompts"),
    )


def is_library_name(name: str) -> bool:
    """Tell whether a name is safe as the name of a folder on every system."""
    return _LIBRARY_NAME.fullmatch(name) is not None and not name.endswith(".")


def check_library_name(name: str) -> str:
    """Return the name if it can be one of a library.

    Raises:
        UsageError: It is empty, too long, or holds a character that a path could use.
    """
    if not is_library_name(name):
        raise UsageError(
            f"{name!r} cannot be the name of a library.",
            "Use 1 to 64 letters, digits, dots, dashes and underlines, a letter or"
            " digit first and no dot last.",
        )
    return name


def _chosen(values: Mapping[str, str], variable: str) -> Path | None:
    """Path that a variable names; None when it is not set or empty."""
    value = values.get(variable, "")
    return Path(value).expanduser().absolute() if value else None


def _packaged(name: str) -> Path:
    """Folder of data: beside the packages in a checkout, inside them when installed.

    Raises:
        ConfigError: It is at neither place.
    """
    root = _PACKAGE.parent
    for folder in (root / name, _PACKAGE / f"_{name}"):
        in_checkout = folder.parent == root
        if folder.is_dir() and (not in_checkout or _is_checkout(root)):
            return folder
    raise ConfigError(
        f"The folder {_PACKAGE / f'_{name}'} is missing from this installation.",
        "Install Quoth again.",
    )


def _is_checkout(root: Path) -> bool:
    """Tell our own checkout from a site-packages that happens to have such a folder."""
    try:
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return False
    return re.search(r'^name = "quoth"$', text, re.MULTILINE) is not None
