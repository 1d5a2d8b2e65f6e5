"""A query as it is read: its terms, what they weigh, and its vector.

A query may come with a context, words of a conversation that it leaves out. They are
looked for with less weight than its own, and its vector is the mean of two: of the
query alone and of the query after its context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.building import check_encoder
from index.errors import EmptyQuestion, LibraryEmpty, QuestionTooLong
from index.spelling import Correction, correct_terms
from index.terms import QuestionTerm, question_terms, term_hash

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoder import Encoder
    from index.view import View

MAX_QUESTION_CHARACTERS: Final = 4_000
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query after its words were found and its spelling corrected."""

    text: str
    """With corrected words in place of the typed ones."""
    terms: tuple[QuestionTerm, ...]
    """In the order of the query; a corrected one has the span of what was typed."""
    frequencies: tuple[int, ...]
    """Of each term: the living chunks that hold the most frequent of its stems."""
    corrections: tuple[Correction, ...]
    context: tuple[str, ...]


def read_query(
    view: View,
    text: str,
    context: tuple[str, ...],
    encoder: Encoder | None,
    *,
    correct_spelling: bool,
) -> ReadQuery:
    """Read a query in the languages of a library.

    Args:
        view: Of the library.
        text: As typed.
        context: Words of the conversation, which are never corrected.
        encoder: Of the library, which knows common words; None if there is none.
        correct_spelling: Read a word that the library lacks as the nearest one.

    Raises:
        EmptyQuestion: There is no word in it.
        QuestionTooLong: It has more than `MAX_QUESTION_CHARACTERS`.
        LibraryEmpty: The library holds no document.
    """
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionTooLong(
            f"The question has {len(text):,} characters; "
            f"{MAX_QUESTION_CHARACTERS:,} are the most.",
            "Ask for one thing in a sentence or two.",
        )
    typed = question_terms(text, view.languages)
    if not typed:
        raise EmptyQuestion("There is no word in the question.", "Type a question.")
    if view.document_count == 0:
        raise LibraryEmpty(
            f"The library {view.name} holds no document.",
            "Add a file or a folder with `quoth add PATH`; `quoth status --files` "
            "lists what could not be read.",
        )

    def is_word(word: str) -> bool:
        # A word that the encoder learnt whole is a common one, and no misspelling.
        return encoder is not None and encoder.count_pieces([word]) == [1]

    def is_held(texts: Sequence[str]) -> bool:
        return bool(view.document_frequency(texts).any())

    terms, corrections = list(typed), list[Correction]()
    if correct_spelling:
        terms, corrections = correct_terms(
            text, typed, view.languages, view.vocabulary, is_held, is_word
        )
    frequencies = tuple(
        int(view.document_frequency(term.texts).max()) for term in terms
    )
    return ReadQuery(
        _corrected(text, corrections),
        tuple(terms),
        frequencies,
        tuple(corrections),
        context,
    )


def term_weights(
    view: View, query: ReadQuery, context_weight: float
) -> list[tuple[int, float]]:
    """Return hash and weight of each stem, the weight its idf.

    Args:
        view: Of the library.
        query: Its words, and those of its context that it has not itself.
        context_weight: Of a word of the context against the query's 1.
    """
    stems = [stem for term in counted_terms(query.terms) for stem in term.texts]
    around = question_terms(" ".join(query.context), view.languages)
    added = dict.fromkeys(
        stem for term in around if not term.stop for stem in term.texts
    )
    others = [stem for stem in added if stem not in stems]
    shares = [1.0] * len(stems) + [context_weight] * len(others)
    stems += others
    return [
        (term_hash(stem), share * float(weight))
        for stem, share, weight in zip(stems, shares, view.idf(stems), strict=True)
    ]


def counted_terms(terms: Sequence[QuestionTerm]) -> list[QuestionTerm]:
    """Return the words that carry weight: stop words only if there is nothing else."""
    return [term for term in terms if not term.stop] or list(terms)


def asks_for_numbers(query: ReadQuery) -> bool:
    """Whether every word that carries weight has a digit: an amount, a date, a code.

    A vector holds that there is a number, and not which. What a query takes over from
    the conversation says more than its number.
    """
    counted = counted_terms(query.terms)
    numbers = all(any(one.isdigit() for one in term.word) for term in counted)
    return numbers and not query.context


def encode_query(view: View, query: ReadQuery, encoder: Encoder) -> NDArray[np.float32]:
    """Return the vector of a query, (dimension,), unit length.

    Raises:
        LibraryOutdated: The encoder is not the library's.
    """
    check_encoder(view.encoder, encoder.identity, str(view.path))
    alone: NDArray[np.float32] = encoder.encode_questions([query.text])[0]
    if not query.context:
        return alone
    text = " ".join((*query.context, query.text))
    both = alone + encoder.encode_questions([text])[0]
    unit: NDArray[np.float32] = both / np.float32(
        max(float(np.linalg.norm(both)), _TINY)
    )
    return unit


def _corrected(text: str, corrections: Sequence[Correction]) -> str:
    """Return a question with its corrected words in place of the typed ones."""
    for correction in sorted(corrections, key=lambda one: -one.start):
        text = text[: correction.start] + correction.read_as + text[correction.end :]
    return text
