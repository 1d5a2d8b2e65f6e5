"""Settings: sources, bounds, provenance; locations: where things are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import load_configuration, unknown_variables
from assistant.config_sources import check_sources
from assistant.locations import check_library_name, find_locations
from assistant.settings import (
    Configuration,
    Settings,
    declared_settings,
    variable_of,
)
from index.errors import ConfigError, UsageError


def load(
    tmp_path: Path,
    text: str = "",
    environment: dict[str, str] | None = None,
    flags: dict[str, object] | None = None,
) -> Configuration:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path, environment or {}, flags)


def test_without_sources_everything_is_at_its_default(tmp_path: Path) -> None:
    found = load_configuration(tmp_path / "none.toml", {})
    assert found.settings == Settings()
    assert {setting.origin for setting in found.describe()} == {"default"}


def test_a_settings_file_that_cannot_be_looked_at_is_refused(tmp_path: Path) -> None:
    # As one without permission to enter its folder.
    path = tmp_path / ("x" * 300) / "config.toml"
    with pytest.raises(ConfigError, match=r"xxx/config.toml cannot be read: File name"):
        load_configuration(path, {})


def test_checked_defaults_are_the_declared_ones(tmp_path: Path) -> None:
    assert check_sources(tmp_path / "none.toml", {}, {}).settings == Settings()


def test_a_flag_beats_the_environment_and_that_the_file(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        'library = "notes"\n[answer]\nquotes = 1\nnear_misses = 1\nthreshold = 0.25\n',
        {"QUOTH_ANSWER__QUOTES": "2", "QUOTH_ANSWER__NEAR_MISSES": "2"},
        {"answer.quotes": 4, "answer.threshold": None},
    )
    answer = found.settings.answer
    assert (answer.quotes, answer.near_misses, answer.threshold) == (4, 2, 0.25)
    assert found.settings.library == "notes"
    origins = {setting.key: setting.origin for setting in found.describe()}
    assert origins["answer.quotes"] == "flag"
    assert origins["answer.near_misses"] == "environment"
    assert origins["answer.threshold"] == "file"
    assert origins["search.mode"] == "default"


def test_each_setting_says_what_it_is_and_what_it_may_be() -> None:
    for setting in Configuration(Settings()).describe():
        assert setting.description.endswith(".")
        assert setting.allowed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[answer]\nquotes = 0\n", ["answer.quotes", "0", "from 1 to 10"]),
        ("[answer]\nquotes = 11\n", ["answer.quotes", "11", "config.toml"]),
        ('[answer]\nthreshold = "high"\n', ["answer.threshold", "'high'"]),
        ("[search]\nsemantic_weight = 1.5\n", ["from 0 to 1"]),
        ('[search]\nmode = "magic"\n', ["one of hybrid, lexical, semantic"]),
        ('[encoder]\nruntime = "gpu"\n', ["encoder.runtime", "openvino"]),
        ("[answer]\nqoutes = 3\n", ["answer.qoutes", "Did you mean answer.quotes?"]),
        ('libary = "x"\n', ["libary", "Did you mean library?"]),
        ("answer = 3\n", ["answer must be a section", "[answer]"]),
        ('library = "../other"\n', ["library", "digits"]),
        ("library = [3\n", ["config.toml", "not TOML"]),
        ('library = "x"\nlibrary = "y"\n', ["not TOML"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_remedy(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    said = str(raised.value)
    assert all(part in said for part in named), said
    assert raised.value.remedy


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="QUOTH_ANSWER__QUOTES"):
        load(tmp_path, "", {"QUOTH_ANSWER__QUOTES": "many"})


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, '[answer]\nquotes = 0\n[search]\nmode = "magic"\n')
    assert "answer.quotes" in raised.value.message
    assert "search.mode" in raised.value.message


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a file"):
        load_configuration(tmp_path, {})


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    found = load(tmp_path, "", {"QUOTH_LIBRARY": ""})
    assert found.settings.library == "default"


def test_unknown_variables_are_noticed_and_locations_are_known() -> None:
    environment = {
        "QUOTH_DATA_DIR": "/data",
        "QUOTH_LIBRARY": "x",
        "QUOTH_LIBARY": "x",
        "HOME": "/",
    }
    assert unknown_variables(environment) == ["QUOTH_LIBARY"]


def test_every_setting_has_a_variable_of_its_own() -> None:
    names = [variable_of(key) for key, _, _ in declared_settings()]
    assert len(set(names)) == len(names)
    assert "QUOTH_SEARCH__SEMANTIC_WEIGHT" in names


def test_values_survive_json(tmp_path: Path) -> None:
    values = {one.key: one.value for one in load(tmp_path).describe()}
    assert json.loads(json.dumps(values)) == values


def test_locations_follow_their_variables(tmp_path: Path) -> None:
    found = find_locations(
        {
            "QUOTH_DATA_DIR": str(tmp_path / "data"),
            "QUOTH_CACHE_DIR": str(tmp_path / "cache"),
            "QUOTH_CONFIG_DIR": str(tmp_path / "config"),
        }
    )
    assert found.libraries == tmp_path / "data" / "libraries"
    assert found.library("notes") == tmp_path / "data" / "libraries" / "notes"
    assert found.cache_dir == tmp_path / "cache"
    assert found.config_file == tmp_path / "config" / "config.toml"
    assert not any(tmp_path.iterdir()), "asking where things are makes nothing"


def test_locations_are_absolute() -> None:
    found = find_locations({"QUOTH_DATA_DIR": "here", "QUOTH_CACHE_DIR": "~/there"})
    assert found.data_dir == Path.cwd() / "here"
    assert found.cache_dir == Path.home() / "there"


def test_packaged_folders_hold_what_they_should() -> None:
    found = find_locations()
    assert (found.prompts / "answer.md").is_file()
    assert (found.seeds / "syria-ceasefire.txt").is_file()


@pytest.mark.parametrize("name", ["a", "Notes-2026_b.c", "9", "x" * 64])
def test_good_library_names(name: str) -> None:
    assert check_library_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "a\\b", ".hidden", "-x", "a.", "é", "a b"),
        *("x" * 65, "a\n"),
    ],
)
def test_names_that_could_be_paths_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a library"):
        check_library_name(name)


def test_library_names_are_listed_without_strangers(tmp_path: Path) -> None:
    found = find_locations({"QUOTH_DATA_DIR": str(tmp_path)})
    assert found.library_names() == []
    for name in ("b", "a", ".trash"):
        (found.libraries / name).mkdir(parents=True)
    (found.libraries / "file").touch()
    assert found.library_names() == ["a", "b"]
