"""What a question wants: its words that carry weight, its names, its kind of answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from assistant.question import AnswerKind, answer_kind, question_words
from index.lexical import idf
from index.terms import question_terms

if TYPE_CHECKING:
    from index.searching import SearchResult
    from index.view import View

# In a library of a few chunks every word is rare or everywhere, and idf says little of
# how telling it is; beneath this size words are weighed as in a library of this size.
_SMALLEST_COLLECTION: Final = 1_000

# Of a word taken over from the conversation against a typed one: without them sentences
# about something else pass for answers, with as much as half the weight more true ones
# are held back. The passage that was found speaks of it; each sentence need not.
_CONTEXT_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of the question that carries weight."""

    word: str
    """As typed, or as it was read where its spelling was corrected."""
    texts: frozenset[str]
    """The terms it may stand for, one for each language of the library."""
    weight: float
    """Its inverse document frequency."""
    is_name: bool
    """A name or a number: what a sentence about something else lacks."""
    typed: bool = True
    """False for a word taken over from the conversation."""


def wanted_words(
    view: View, question: str, result: SearchResult, context: Sequence[str] = ()
) -> tuple[Wanted, ...]:
    """Return the words of the question that carry weight, each once.

    Those of the conversation that it leaves out come after its own, with less weight.

    Stop words count only when there is nothing else ("who is it?").

    Args:
        view: Of the library.
        question: As typed.
        result: Of its search.
        context: Names and words taken over from the conversation.
    """
    read = list(zip(result.terms, result.frequencies, strict=True))
    counted = [(term, df) for term, df in read if not term.stop] or read
    size = max(view.chunk_count, _SMALLEST_COLLECTION)
    read_as = {one.typed: one.read_as for one in result.corrections}
    found = []
    seen: set[tuple[str, ...]] = set()
    for term, frequency in counted:
        if term.texts in seen:
            continue
        seen.add(term.texts)
        typed = question[term.start : term.end]
        found.append(
            Wanted(
                read_as.get(typed, typed),
                frozenset(term.texts),
                float(idf(size, np.array([frequency]))[0]),
                any(c.isdigit() for c in typed)
                or (typed[:1].isupper() and _has_word(question[: term.start])),
            )
        )
    return (*found, *_taken_over(view, context, seen))


def _taken_over(
    view: View, context: Sequence[str], seen: set[tuple[str, ...]]
) -> Iterator[Wanted]:
    """Yield the words of a context that the question has not; adds them to `seen`."""
    size = max(view.chunk_count, _SMALLEST_COLLECTION)
    for phrase in context:
        for term in question_terms(phrase, view.languages):
            if term.stop or term.texts in seen:
                continue
            seen.add(term.texts)
            frequency = int(view.document_frequency(term.texts).max())
            weight = _CONTEXT_SHARE * float(idf(size, np.array([frequency]))[0])
            word = phrase[term.start : term.end]
            yield Wanted(word, frozenset(term.texts), weight, False, typed=False)


def _has_word(text: str) -> bool:
    """Whether what stands before a word is more than marks and white space."""
    return any(c.isalnum() for c in text)


class Asked:
    """What a question wants, in the forms that the features of a sentence need."""

    def __init__(self, question: str, wanted: Sequence[Wanted]) -> None:
        """Take the question as typed and its words from `wanted_words`."""
        self.wanted = wanted
        self.kind: AnswerKind = answer_kind(question)
        self.words = question_words(question)
        self.total = sum(word.weight for word in wanted) or 1.0
        self.names = tuple(word for word in wanted if word.is_name)

    def coverage(self, terms: frozenset[str]) -> float:
        """Return the share of the words, weighed by idf, that are among terms."""
        weight = sum(w.weight for w in self.wanted if not w.texts.isdisjoint(terms))
        return weight / self.total

    def names_coverage(self, terms: frozenset[str]) -> float:
        """Return the share of the names and numbers; 1 if the question has none."""
        if not self.names:
            return 1.0
        return sum(not w.texts.isdisjoint(terms) for w in self.names) / len(self.names)
