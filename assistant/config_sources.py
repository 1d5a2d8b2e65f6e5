"""Settings from file, environment and flags, checked by pydantic-settings."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError, create_model
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.look import KEYS, read_keys
from assistant.settings import (
    AnswerSettings,
    ChatSettings,
    Configuration,
    EncoderSettings,
    HistorySettings,
    Origin,
    ReaderSettings,
    SearchSettings,
    Settings,
    declared_settings,
    variable_of,
)
from index.errors import ConfigError

_SECTIONS: dict[str, type] = {
    "encoder": EncoderSettings,
    "reader": ReaderSettings,
    "search": SearchSettings,
    "answer": AnswerSettings,
    "history": HistorySettings,
    "chat": ChatSettings,
}


class _StrictSettings(BaseSettings):
    """Settings that know what they do not know."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)


class _KnownSource(PydanticBaseSettingsSource):
    """Values that are at hand already, nested by section."""

    def __init__(self, model: type[BaseSettings], values: dict[str, Any]) -> None:
        super().__init__(model)
        self._values = values

    def get_field_value(self, field: object, field_name: str) -> tuple[Any, str, bool]:
        """Look up one field."""
        return self._values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Give all values."""
        return self._values


def check_sources(
    config_file: Path, variables: Mapping[str, str], flags: Mapping[str, object]
) -> Configuration:
    """Merge and check the sources of settings.

    Args:
        config_file: TOML; it need not exist.
        variables: Environment variables that hold settings.
        flags: Values by key.

    Raises:
        ConfigError: Names the setting, where it stands, and what it may be.
    """
    of_variable = {variable_of(key): key for key, _, _ in declared_settings()}
    from_environment = {of_variable[name]: text for name, text in variables.items()}
    model = _make_model()
    file_values = _read_file(model, config_file)
    keys = read_keys(file_values.pop(KEYS, {}), str(config_file))
    origins: dict[str, tuple[Origin, str]] = {
        **{key: ("file", str(config_file)) for key in _flatten(file_values)},
        **{key: ("environment", variable_of(key)) for key in from_environment},
        **{key: ("flag", "the command line") for key in flags},
    }

    class Sources(model):  # type: ignore[valid-type,misc]
        """The model with its sources in order."""

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """Flags before the environment before the file."""
            nested = (_nest(flags), _nest(from_environment), file_values)
            return tuple(_KnownSource(settings_cls, values) for values in nested)

    try:
        checked = Sources().model_dump()
    except ValidationError as error:
        raise _explain(error, origins) from None
    sections = {name: kind(**checked.pop(name)) for name, kind in _SECTIONS.items()}
    return Configuration(Settings(**checked, **sections), origins, keys)


@cache
def _make_model() -> type[BaseSettings]:
    """Make the checking model from the declaration of the settings."""
    defaults = Settings()
    fields: dict[str, dict[str, Any]] = {"": {}}
    for key, kind, about in declared_settings():
        section, _, name = key.rpartition(".")
        owner = getattr(defaults, section) if section else defaults
        fields.setdefault(section, {})[name] = (
            kind,
            Field(
                default=getattr(owner, name),
                description=about.description,
                ge=about.least,
                le=about.most,
                pattern=about.pattern,
            ),
        )
    strict = ConfigDict(extra="forbid", frozen=True)
    top = fields.pop("")
    for section, members in fields.items():
        inner = create_model(f"{section}_model", __config__=strict, **members)
        top[section] = (inner, Field(default_factory=inner))
    return create_model("SettingsModel", __base__=_StrictSettings, **top)


def _read_file(model: type[BaseSettings], path: Path) -> dict[str, Any]:
    """Read the settings file; no file is no settings.

    Raises:
        ConfigError: It cannot be read or is not TOML.
    """
    try:
        if not path.exists():
            return {}
        if not path.is_file():
            raise ConfigError(
                f"The settings file {path} is not a file.", "Move what is there away."
            )
        return TomlConfigSettingsSource(model, toml_file=path)()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The settings file {path} is not TOML: {error}.",
            "Correct that place; `quoth config show` lists the settings there are.",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"The settings file {path} cannot be read: {error.strerror}.",
            "Give yourself permission to read it, or move it away.",
        ) from error


def _flatten(values: Mapping[str, Any]) -> list[str]:
    """Keys of nested values, with their section."""
    keys: list[str] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            keys.extend(f"{name}.{inner}" for inner in value)
        else:
            keys.append(name)
    return keys


def _nest(values: Mapping[str, object]) -> dict[str, Any]:
    """Group values by the section in their key."""
    nested: dict[str, Any] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        (nested.setdefault(section, {}) if section else nested)[name] = value
    return nested


def _explain(
    error: ValidationError, origins: Mapping[str, tuple[Origin, str]]
) -> ConfigError:
    """Say in words what is wrong, where, and what would be right."""
    about = {key: text.allowed(kind) for key, kind, text in declared_settings()}
    sentences = []
    remedies = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        source = origins.get(key, ("default", ""))[1] or "the settings"
        if problem["type"] == "extra_forbidden":
            sentences.append(f"There is no setting {key} ({source}).")
            near = difflib.get_close_matches(key, about, 1, 0.5)
            remedies.append(
                f"Did you mean {near[0]}?" if near else f"Remove {key} from {source}."
            )
        elif key in about:
            sentences.append(
                f"The setting {key} cannot be {problem['input']!r} ({source})."
            )
            remedies.append(f"{key} must be {about[key]}.")
        else:
            sentences.append(f"{key} must be a section, not {problem['input']!r}.")
            remedies.append(f"Write its settings under [{key}] in {source}.")
    return ConfigError(" ".join(sentences), " ".join(remedies))
