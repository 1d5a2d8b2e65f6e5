"""Where the settings come from, and what they are here.

A setting comes from, in this order: a flag of the command, a `QUOTH_` variable of the
environment, the settings file, its default. Checking needs pydantic, whose import takes
a good tenth of a second: while everything is at its default there is nothing to check,
and it is not imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from assistant.locations import LOCATION_VARIABLES
from assistant.settings import (
    ENVIRONMENT_PREFIX,
    Configuration,
    Settings,
    declared_settings,
    variable_of,
)


def load_configuration(
    config_file: Path,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> Configuration:
    """Read the settings from all their sources and check them.

    Args:
        config_file: TOML; it need not exist.
        environment: Instead of the process's own.
        flags: By key (`answer.quotes`), what the command line says.

    Raises:
        ConfigError: A setting is unknown, out of bounds or of the wrong kind, or the
            file cannot be read.
    """
    values = os.environ if environment is None else environment
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    variables = set(setting_variables(values))
    if not given and not variables and not _may_exist(config_file):
        return Configuration(Settings())
    from assistant.config_sources import check_sources

    chosen = {name: values[name] for name in variables}
    return check_sources(config_file, chosen, given)


def _may_exist(path: Path) -> bool:
    """Whether a file is there; one that cannot be looked at is read, and refused."""
    try:
        return path.exists()
    except OSError:
        return True


def setting_variables(environment: Mapping[str, str]) -> list[str]:
    """Names of the variables that hold a setting; an empty one holds none."""
    known = {variable_of(key) for key, _, _ in declared_settings()}
    return sorted(name for name in known if environment.get(name))


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Names of `QUOTH_` variables that mean nothing to Quoth, sorted."""
    known = known_variables()
    return sorted(
        name
        for name in environment
        if name.startswith(ENVIRONMENT_PREFIX) and name not in known
    )


def known_variables() -> list[str]:
    """Names of all `QUOTH_` variables, sorted."""
    settings = [variable_of(key) for key, _, _ in declared_settings()]
    return sorted([*settings, *LOCATION_VARIABLES])
