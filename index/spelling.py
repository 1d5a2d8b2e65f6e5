"""Misspelt question words, matched to the words of the library itself.

A wrong correction answers another question; a missing one costs a little recall, for
the vectors forgive misspellings too. So only words that no chunk holds are corrected,
and what may be a name or another word that is simply absent is left alone:

* one edit (a letter more, less or changed, or two neighbours swapped); a second one
  only between words of eight letters or more, and only apart from the first, as typing
  errors fall: neighbouring edits make other words (`slovakia`, slovenia; `hypotension`,
  hypertension; `australia`, austria);
* the first letter is kept, unless it is swapped with the second: a changed one makes
  other words (`Biden`, widen; `atypical`, typical);
* a capitalised word is taken for a name: never more than one edit, and under seven
  letters only a swap (`Syira`, Syria; but `Peru`, per).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.terms import QuestionTerm, question_terms

# Words of three letters are one edit away from many others.
MIN_LENGTH = 4

# Under this length two edits leave too little of a word; both words are measured.
TWO_EDITS_LENGTH = 8

# Under this length another word is one edit away from a name more often than not.
MIN_NAME_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question that was read as another."""

    typed: str
    """As the question has it: `question[start:end]`."""
    start: int
    end: int
    read_as: str
    """The folded word of the library."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words of a library, as `index.terms.count_words` gives them."""

    words: tuple[str, ...]
    """By length, then by alphabet."""
    counts: Mapping[str, int]
    """How often each is written."""

    @classmethod
    def merged(cls, parts: Iterable[Mapping[str, int]]) -> Vocabulary:
        """Make the vocabulary of several segments together."""
        counts: Counter[str] = Counter()
        for part in parts:
            counts.update(part)
        return cls(tuple(sorted(counts, key=lambda word: (len(word), word))), counts)

    def of_length(self, least: int, most: int) -> Sequence[str]:
        """Return the words of `least` to `most` letters, both included."""
        start = bisect_left(self.words, least, key=len)
        return self.words[start : bisect_left(self.words, most + 1, key=len)]


class TermTest(Protocol):
    """Says whether a living chunk of the library holds one of these terms."""

    def __call__(self, texts: Sequence[str]) -> bool:
        """Say so for the stems of one word."""
        ...


def correct_terms(
    question: str,
    terms: Sequence[QuestionTerm],
    languages: Sequence[str],
    vocabulary: Callable[[], Vocabulary],
    is_held: TermTest,
    is_word: Callable[[str], bool] = lambda word: False,
) -> tuple[list[QuestionTerm], list[Correction]]:
    """Read each word of a question that the library lacks as its nearest word there.

    Args:
        question: What `terms` were made from.
        terms: Of `question_terms`.
        languages: Those that `terms` were made with.
        vocabulary: Called only when there is a word to correct.
        is_held: Asked of each word that is no stop word, and of what replaces it.
        is_word: Whether a folded word is one that people use, though the library lacks
            it; such a word is no misspelling. A word in capitals is none either.

    Returns:
        The terms, corrected ones with the span of what was typed, and the corrections.
    """
    shouted = question.upper() == question
    read: list[QuestionTerm] = []
    corrections: list[Correction] = []
    for term in terms:
        read.append(term)
        if term.stop or len(term.word) < MIN_LENGTH or is_held(term.texts):
            continue
        typed = question[term.start : term.end]
        if is_word(term.word) or (typed.isupper() and not shouted):
            continue
        is_name = typed[0].isupper() and not shouted
        for word in nearest_words(term.word, vocabulary(), is_name=is_name):
            texts = question_terms(word, languages)[0].texts
            if is_held(texts):
                read[-1] = QuestionTerm(word, texts, term.start, term.end, stop=False)
                corrections.append(Correction(typed, term.start, term.end, word))
                break
    return read, corrections


def correct(word: str, vocabulary: Vocabulary, *, is_name: bool = False) -> str | None:
    """Return the word of the vocabulary that a word is a misspelling of, if any.

    Args:
        word: Folded; one that is in the vocabulary is returned as it is.
        vocabulary: Of the library.
        is_name: True for a word that was capitalised.
    """
    return next(iter(nearest_words(word, vocabulary, is_name=is_name)), None)


def nearest_words(
    word: str, vocabulary: Vocabulary, *, is_name: bool = False
) -> list[str]:
    """Return the words that a word may be a misspelling of, the likeliest first.

    Fewer edits before more, then the more frequent, then by alphabet. Edits are counted
    by optimal string alignment: insertions, deletions, substitutions and swaps of
    neighbours.

    Args:
        word: Folded.
        vocabulary: Of the library.
        is_name: True for a word that was capitalised.
    """
    if len(word) < MIN_LENGTH or not word.isalpha():
        return []
    if word in vocabulary.counts:
        return [word]
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    edits = 2 if len(word) >= TWO_EDITS_LENGTH and not is_name else 1
    near = extract(
        word,
        vocabulary.of_length(len(word) - edits, len(word) + edits),
        scorer=OSA.distance,
        score_cutoff=edits,
        limit=None,
    )
    likely = [
        (int(distance), -vocabulary.counts[other], other)
        for other, distance, _ in near
        if _is_likely(word, other, int(distance), is_name)
    ]
    return [other for _, _, other in sorted(likely)]


def _is_likely(word: str, other: str, edits: int, is_name: bool) -> bool:
    """Say whether the difference looks like a slip of the fingers."""
    if word[0] != other[0] and word[:2] != other[1::-1]:
        return False
    if is_name and len(word) < MIN_NAME_LENGTH:
        return sorted(word) == sorted(other)
    if edits < 2:
        return len(other) >= MIN_LENGTH
    return len(other) >= TWO_EDITS_LENGTH and _differing_width(word, other) > 2


def _differing_width(word: str, other: str) -> int:
    """Return the greater width of what lies between the common beginning and end."""
    from rapidfuzz.distance import Postfix, Prefix

    start = Prefix.similarity(word, other)
    rest, other_rest = word[start:], other[start:]
    return max(len(rest), len(other_rest)) - Postfix.similarity(rest, other_rest)
