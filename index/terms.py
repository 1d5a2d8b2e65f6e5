"""Words of a text as terms, the same way for documents and for questions.

A word is a run of letters, digits and their marks. Hyphens, underscores and apostrophes
part words, except that an English clitic stays with its word (`Syria's`, `don't`); dots
join single letters (`U.S.` is `us`) and decimals (`3.5`); thousands separators are
dropped (`400,000` is `400000`). Scripts written without spaces, and Hangul, give
bigrams. A term is a word normalised (NFKC, case folded), stemmed in the language
of its document where Snowball has a stemmer, and freed of diacritics.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from index.stop_words import stop_words

# Bounds the memory of one language and thread: about 15 MB.
_REMEMBERED_WORDS = 100_000

# Snowball's name for each ISO 639-1 code; English is the stemmer known as Porter 2.
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "eo": "esperanto", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip

# Thai, Lao, Myanmar, Hangul, Khmer, Kana and Han: a run of these has no word boundaries
# (Hangul has some, but particles cling to its words).
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u1000-\u103f\u1050-\u109f\u1100-\u11ff"
    "\u1780-\u17d3\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3131-\u318e"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uffdc"
    "\U00020000-\U0003ffff"
)

# Soft hyphen, joiners and word joiner are inside words and are no part of them.
_INVISIBLE = "\u00ad\u200c\u200d\u2060"

# Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs and lengthening.
# Kana voicing marks and Indic vowel signs are letters and stay.
_DIACRITICS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]")
_UNDECOMPOSED = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
    }
    | dict.fromkeys(_INVISIBLE)
)

_CLITIC = re.compile(r"['\u2019](?:s|re|ve|ll|d|m)$")
_SEPARATORS = re.compile("[,'\u2019\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Term:
    """One term and the place it was written."""

    text: str
    """Folded and stemmed: what the index holds."""
    start: int
    end: int
    """Half-open characters in the source; `source[start:end]` is the written word."""


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """One word of a question and the terms it may stand for."""

    word: str
    """Folded, not stemmed: what spelling is corrected on."""
    texts: tuple[str, ...]
    """The word's distinct stems in the library's languages, never empty."""
    start: int
    end: int
    """Half-open characters in the question."""
    stop: bool
    """True for a stop word: it is looked for, and it carries no weight."""


def extract_terms(text: str, language: str) -> list[Term]:
    """Return the terms of a text with their exact spans, in order.

    Args:
        text: Any text.
        language: ISO 639-1 code; without a stemmer for it, words are only folded.
    """
    to_term = _term_memo(language).__getitem__
    return [Term(to_term(text[a:b]), a, b) for a, b in word_spans(text)]


def term_texts(text: str, language: str) -> list[str]:
    """Return the same terms as `extract_terms`, without spans and much faster."""
    return list(map(_term_memo(language).__getitem__, _words(text)))


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the folded, unstemmed words of texts, for the vocabulary of spelling.

    Words with a digit and bigrams are left out: neither is ever corrected.
    """
    written: Counter[str] = Counter()
    for text in texts:
        written.update(_words(text))
    folded: Counter[str] = Counter()
    for word, count in written.items():
        if not _unspaced().match(word):
            plain = fold(word)
            if plain.isalpha():
                folded[plain] += count
    return folded


def question_terms(text: str, languages: Sequence[str]) -> list[QuestionTerm]:
    """Return the words of a question, each with its stems in several languages.

    Stop words are those of one language only, the one of `languages` with the most of
    them in the question, so that `die` carries weight in an English question to a
    library that holds German too. A word in capitals is no stop word (`US`, `WHO`)
    unless the whole question is in capitals.

    Args:
        text: The question; one without any word gives an empty list.
        languages: ISO 639-1 codes, the most frequent of the library first; when empty,
            English.
    """
    languages = tuple(languages) or ("en",)
    spans = list(word_spans(text))
    words = [fold(text[a:b]) for a, b in spans]
    language = max(
        languages, key=lambda code: sum(is_stop_word(w, code) for w in words)
    )
    shouted = text.upper() == text
    memos = [_term_memo(code) for code in languages]
    found = []
    for word, (start, end) in zip(words, spans, strict=True):
        written = text[start:end]
        is_name = written.isupper() and len(written) > 1 and not shouted
        stop = is_stop_word(word, language) and not is_name
        texts = tuple(dict.fromkeys(memo[written] for memo in memos))
        found.append(QuestionTerm(word, texts, start, end, stop))
    return found


def is_stop_word(word: str, language: str) -> bool:
    """Say whether a folded word is a stop word of a language (ISO 639-1 code)."""
    return word in _folded_stop_words(language)


def term_hash(text: str) -> int:
    """Return the 64-bit hash of a term: BLAKE2b of its UTF-8, the same everywhere."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def fold(word: str) -> str:
    """Return a written word as it is compared: no case, accents or clitics.

    `Syria's` is `syria`, `Café` is `cafe`, `U.S.` is `us`, `400,000` is `400000`.
    """
    return _strip_diacritics(_normalise(word))


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open span of each word, bigrams where a script has no spaces."""
    unspaced = _unspaced()
    for match in _word().finditer(text):
        start, end = match.span()
        if end - start > 2 and unspaced.match(match.group()):
            yield from zip(
                range(start, end - 1), range(start + 2, end + 1), strict=True
            )
        else:
            yield start, end


def _words(text: str) -> list[str]:
    """Return the written words: the slices of `word_spans`."""
    if text.isascii() or not _unspaced().search(text):
        found: list[str] = _word().findall(text)
        return found
    return [text[a:b] for a, b in word_spans(text)]


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


@cache
def _word() -> re.Pattern[str]:
    """Compile the one pattern of a word; alternatives are tried in this order."""
    letter = rf"[^\W_{_UNSPACED}]"
    marks = "".join(map(chr, _mark_code_points()))
    alternatives = (
        # 400,000 and 1'234.50, then 1.000.000, then 3.5 but not the dots of 1.2.2003
        "\\d{1,3}(?:[,'\u2019\u00a0\u202f]\\d{3})+(?:\\.\\d+)?(?!\\d)",
        r"\d{1,3}(?:\.\d{3}){2,}(?!\d)",
        r"(?<!\d\.)\d+\.\d+(?!\.?\d)",
        # U.S. and e.g.
        rf"[^\W\d_{_UNSPACED}](?:\.[^\W\d_{_UNSPACED}])+\b\.?",
        f"[{_UNSPACED}]+",
        rf"{letter}+(?:[{marks}]+{letter}*)*(?:['\u2019](?:[stdmSTDM]|re|ve|ll|RE|VE|LL)\b)?",
    )
    return re.compile("|".join(alternatives))


def _mark_code_points() -> Iterator[int]:
    """Yield the code points of marks, which the class of word characters leaves out."""
    blocks = chain(range(0x300, 0x1E00), range(0x20D0, 0x2100), range(0xA66F, 0xAC00))
    yield from (p for p in blocks if unicodedata.category(chr(p)).startswith("M"))
    yield from map(ord, _INVISIBLE)


def _normalise(word: str) -> str:
    """Fold case and width, drop the clitic, and the separators within numbers."""
    if not word.isalnum():
        word = _CLITIC.sub("", word.casefold())
        if word[0].isdigit():
            word = _SEPARATORS.sub("", word)
            word = word.replace(".", "") if word.count(".") > 1 else word
        else:
            word = word.replace(".", "").replace("'", "").replace("\u2019", "")
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", word).casefold()


def _strip_diacritics(word: str) -> str:
    if word.isascii():
        return word
    plain = _DIACRITICS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFC", plain).translate(_UNDECOMPOSED) or word


@cache
def _folded_stop_words(language: str) -> frozenset[str]:
    return frozenset(map(fold, stop_words(language)))


class _TermMemo(dict[str, str]):
    """Written word to term, filled on first sight, emptied when it has grown large."""

    def __init__(self, to_term: Callable[[str], str]) -> None:
        super().__init__()
        self._to_term = to_term

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED_WORDS:
            self.clear()
        term = self[word] = self._to_term(word)
        return term


# A Snowball stemmer has state, so each thread has its own, and its memo with it.
_of_thread = threading.local()


def _term_memo(language: str) -> _TermMemo:
    memos: dict[str, _TermMemo] = _of_thread.__dict__.setdefault("memos", {})
    if language not in memos:
        memos[language] = _TermMemo(_term_maker(language))
    return memos[language]


def _term_maker(language: str) -> Callable[[str], str]:
    """Return the function from a written word to its term in a language."""
    import Stemmer  # type: ignore[import-not-found]

    if language not in _SNOWBALL:
        return fold
    stem = Stemmer.Stemmer(_SNOWBALL[language], 0).stemWord
    if language == "en":
        # Accents are no part of English spelling: `naïve` and `naive` are one word.
        return lambda word: stem(fold(word)) or word
    # Elsewhere endings are recognised by their accents (French `-ée`, Russian `-ый`).
    return lambda word: _strip_diacritics(stem(_normalise(word))) or word
