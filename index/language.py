"""The language of a text, among those that have a stemmer or are split as CJK."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES: tuple[str, ...] = tuple(
    [
        "ar",
        "ca",
        "da",
        "de",
        "el",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fr",
        "ga",
        "hi",
        "hu",
        "hy",
        "id",
        "it",
        "lt",
        "ne",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sr",
        "sv",
        "ta",
        "tr",
        "zh",
        "ja",
        "ko",
    ]
)
DEFAULT_LANGUAGE = "en"
_SAMPLE_CHARACTERS = 4_000
_MIN_LETTERS = 40
"""Shorter texts are names and numbers more often than sentences."""
_MIN_PROBABILITY = 0.9
_lock = threading.Lock()


def detect_language(text: str) -> str:
    """Give the ISO 639-1 code of the language a text begins in.

    Reads the first few thousand characters. Only languages in `LANGUAGES` are told
    apart. Thread-safe; the model is loaded at the first call.

    Returns:
        "en" for a text too short to tell, or when no language is likely enough.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    if sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return DEFAULT_LANGUAGE
    with _lock:
        language, probability = _identifier().classify(sample)
    return str(language) if probability >= _MIN_PROBABILITY else DEFAULT_LANGUAGE


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model, which takes about 0.15 s with its import."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
