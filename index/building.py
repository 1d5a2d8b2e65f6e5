"""How a library is built: the settings that all its segments must share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from index.catalog import MIGRATABLE, SCHEMA_VERSION
from index.chunking import ChunkingSettings
from index.encoder import EncoderIdentity
from index.errors import LibraryOutdated
from index.lexical import Bm25Settings

TERMS_VERSION: Final = 1
"""Raised when `index.terms` gives other terms for the same text."""

REBUILD_REMEDY: Final = "Run `quoth sync --rebuild`."

_MIGRATION_REMEDY: Final = "Run `quoth sync`; all that is in the library stays."

# [CLS] and [SEP], which an encoder's limit counts and the chunking does not.
_SPECIAL_PIECES: Final = 2


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What must be equal for two segments to be searched as one library."""

    encoder: EncoderIdentity
    chunking: ChunkingSettings
    bm25: Bm25Settings
    terms_version: int = TERMS_VERSION

    @classmethod
    def of_encoder(cls, encoder: EncoderIdentity) -> BuildSettings:
        """Give the settings of a new library: chunks that fit the encoder."""
        chunking = ChunkingSettings()
        room = encoder.max_pieces - _SPECIAL_PIECES
        if room < chunking.max_pieces:
            chunking = ChunkingSettings(room, chunking.overlap_sentences)
        return cls(encoder, chunking, Bm25Settings())

    def to_rows(self) -> dict[str, str]:
        """Return the settings as the catalog stores them."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            program = version("quoth")
        except PackageNotFoundError:
            program = "unknown"
        return {
            "bm25": json.dumps(asdict(self.bm25)),
            "chunking": json.dumps(asdict(self.chunking)),
            "encoder": json.dumps(asdict(self.encoder)),
            "program": program,
            "terms": str(self.terms_version),
        }

    @classmethod
    def from_rows(cls, rows: Mapping[str, str], library: str) -> BuildSettings:
        """Read the settings of a library.

        Raises:
            LibraryOutdated: A setting is missing or has another form.
        """
        try:
            return cls(
                EncoderIdentity(**json.loads(rows["encoder"])),
                ChunkingSettings(**json.loads(rows["chunking"])),
                Bm25Settings(**json.loads(rows["bm25"])),
                int(rows["terms"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise LibraryOutdated(
                f"The settings of the library {library} are of another version "
                f"({error}).",
                REBUILD_REMEDY,
            ) from error


def check_schema(found: int, library: str) -> None:
    """Refuse a catalog of another version.

    Raises:
        LibraryOutdated: Naming both versions.
    """
    if found != SCHEMA_VERSION:
        raise LibraryOutdated(
            f"The library {library} has schema {found}; this version of Quoth reads "
            f"schema {SCHEMA_VERSION}.",
            _MIGRATION_REMEDY if found in MIGRATABLE else REBUILD_REMEDY,
        )


def check_settings(built: BuildSettings, wanted: BuildSettings, library: str) -> None:
    """Refuse to mix segments that were built differently.

    Raises:
        LibraryOutdated: Naming each setting that differs.
    """
    pairs = [
        ("encoder", _encoder_name(built.encoder), _encoder_name(wanted.encoder)),
        ("chunking", str(built.chunking), str(wanted.chunking)),
        ("weights of titles", str(built.bm25), str(wanted.bm25)),
        ("terms", str(built.terms_version), str(wanted.terms_version)),
    ]
    differing = [
        f"its {name} is {old}, now {new}" for name, old, new in pairs if old != new
    ]
    if differing:
        raise LibraryOutdated(
            f"The library {library} was built differently: {'; '.join(differing)}.",
            REBUILD_REMEDY,
        )


def check_terms(built: BuildSettings, library: str) -> None:
    """Refuse to search words that were made by other rules.

    Raises:
        LibraryOutdated: Naming both versions of the rules.
    """
    if built.terms_version != TERMS_VERSION:
        raise LibraryOutdated(
            f"The words of the library {library} were made by rules "
            f"{built.terms_version}; this version of Quoth has rules {TERMS_VERSION}.",
            REBUILD_REMEDY,
        )


def check_encoder(
    built: EncoderIdentity, wanted: EncoderIdentity, library: str
) -> None:
    """Refuse to compare vectors of two encoders.

    Raises:
        LibraryOutdated: Naming both encoders.
    """
    if built != wanted:
        raise LibraryOutdated(
            f"The library {library} was built with the encoder "
            f"{_encoder_name(built)}, not with {_encoder_name(wanted)}.",
            f"{REBUILD_REMEDY[:-1]}, or choose the encoder it was built with.",
        )


def _encoder_name(identity: EncoderIdentity) -> str:
    return (
        f"{identity.name} ({identity.weights_sha256[:12]}, {identity.dimension} "
        f"dimensions, {identity.max_pieces} pieces)"
    )
