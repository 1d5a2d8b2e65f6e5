"""The language of a text, among those that have a stemmer or are split as CJK."""

from __future__ import annotations

import re
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
_CJK_LETTERS = 4
"""Letters of an alphabet that one Chinese, Japanese or Korean character stands for."""
_MIN_PROBABILITY = 0.9
# Words that no other of these languages uses as often, and their least share of the
# words of an English text. They spare most English texts the model, which costs 0.5 s
# to load and 2 ms a text.
_ENGLISH_WORDS = frozenset(
    ["the", "of", "and", "that", "with", "this", "which", "from", "have", "are"]
)
_MIN_ENGLISH_SHARE = 0.08
_WORD = re.compile(r"\w+")
_lock = threading.Lock()


def detect_language(text: str) -> str:
    """Give the ISO 639-1 code of the language a text begins in.

    Reads the first few thousand characters. Only languages in `LANGUAGES` are told
    apart. Thread-safe; the model is loaded when the first text needs it.

    Returns:
        "en" for a text too short to tell, or when no language is likely enough.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    words = [word.lower() for word in _WORD.findall(sample)]
    english = sum(word in _ENGLISH_WORDS for word in words)
    if english >= _MIN_ENGLISH_SHARE * len(words):
        return "en"
    letters = sum(_CJK_LETTERS if c > "\u2e80" else 1 for c in sample if c.isalpha())
    if letters < _MIN_LETTERS:
        return DEFAULT_LANGUAGE
    with _lock:
        language, probability = _identifier().classify(sample)
    return str(language) if probability >= _MIN_PROBABILITY else DEFAULT_LANGUAGE


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model: 4.6 MB compressed, with its import."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
