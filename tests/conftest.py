"""Keeps tests off the network and off the developer's own data; shared fixtures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.reader.reader import Reader
from index.encoder import Encoder

for switch in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
    os.environ[switch] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "true"


@pytest.fixture(scope="session")
def encoder_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the session: converting the default encoder takes 10 seconds.

    `QUOTH_TEST_ENCODER_CACHE` names a folder that outlives the session.
    """
    kept = os.environ.get("QUOTH_TEST_ENCODER_CACHE")
    return Path(kept) if kept else tmp_path_factory.mktemp("encoder-cache")


@pytest.fixture(scope="session")
def default_encoder(encoder_cache: Path) -> Encoder:
    """The real default encoder, loaded once."""
    from index.encoders import load_encoder

    return load_encoder(cache_dir=encoder_cache)


@pytest.fixture(scope="session")
def default_reader(encoder_cache: Path) -> Reader:
    """The real default reader, loaded once."""
    from assistant.reader import load_reader

    return load_reader(cache_dir=encoder_cache)


@pytest.fixture(autouse=True)
def isolated_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Give every test empty folders of its own, and a terminal that says nothing."""
    root = tmp_path_factory.mktemp("quoth")
    for variable in ("QUOTH_DATA_DIR", "QUOTH_CACHE_DIR", "QUOTH_CONFIG_DIR"):
        monkeypatch.setenv(variable, str(root / variable.lower()))
    # To compile it in each test's own cache would take 10 seconds; what is about the
    # reader switches it on, with the session's cache.
    monkeypatch.setenv("QUOTH_READER__NAME", "off")
    for variable in ("NO_COLOR", "COLORFGBG"):
        monkeypatch.delenv(variable, raising=False)
    yield
