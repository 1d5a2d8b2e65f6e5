"""Candidate sentences of the best chunks, each with its raw evidence by name.

Every feature is absolute: it means the same for every question and library, so that
it can be thresholded and calibrated. 0 is no evidence of that kind, 1 the most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from rank_bm25 import BM25  # type: ignore[import-untyped]

from assistant.question import agreement
from assistant.wanted import Asked, Wanted
from index.terms import term_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.records import Hit
    from index.searching import SearchResult
    from index.view import View

FEATURES: Final = (
    "sentence_cosine",
    "neighbour_cosine",
    "passage_cosine",
    "coverage",
    "context_coverage",
    "passage_coverage",
    "sentence_bm25",
    "answer_kind",
    "names_coverage",
    "reader",
)
"""In the order of `Candidate.values`:

* `sentence_cosine`: of the question and the sentence, pooled late in its context;
* `neighbour_cosine`: the greater of the sentences before and after it in the chunk, its
  own if it is alone there;
* `passage_cosine`: of the question and the chunk;
* `coverage`: share of the question's words, weighed by idf, that the sentence has;
* `context_coverage`: the same with its predecessor, title and headings;
* `passage_coverage`: the same for the whole chunk with title and headings;
* `sentence_bm25`: BM25 of the sentence over the greatest BM25 that the question allows;
* `answer_kind`: whether it holds something of the kind that is asked for;
* `names_coverage`: share of the question's names and numbers that the passage has;
* `reader`: what the reader says of it, 0 if it was not read, 1 if it spells out the
  abbreviation that is asked for (`assistant.rescoring`).
"""

_ANSWER_KIND: Final = FEATURES.index("answer_kind")
READER: Final = "reader"
COSINE_FEATURES: Final = frozenset(FEATURES[:3])

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with its features."""

    document_id: int
    sentence: int
    """Its number in the document."""
    start: int
    end: int
    chunk_id: int
    """The better ranked of the chunks that hold it."""
    terms: frozenset[str]
    """Terms of the sentence alone."""
    passage_terms: frozenset[str]
    """Terms of its chunk, title and headings."""
    values: tuple[float, ...]
    """One for each of `FEATURES`, 0 to 1."""

    @property
    def kind_agreement(self) -> float:
        """The feature `answer_kind`."""
        return self.values[_ANSWER_KIND]


class SentenceBm25(BM25):  # type: ignore[misc]
    """BM25 over the candidate sentences, with the library's idf in place of theirs.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), eq. 3.15.
    """

    def __init__(self, sentences: list[list[str]], weights: dict[str, float]) -> None:
        """Index the sentences' terms; `weights` is the idf of the question's terms."""
        self._weights = weights
        super().__init__(sentences)

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = self._weights

    def get_scores(self, query: list[str]) -> NDArray[np.float64]:
        """Score every sentence, (sentences,), in the order given."""
        scores = np.zeros(self.corpus_size)
        lengths = np.array(self.doc_len) / max(self.avgdl, 1.0)
        for term in query:
            counts = np.array([freqs.get(term, 0) for freqs in self.doc_freqs])
            norm = counts + _K1 * (1 - _B + _B * lengths)
            scores += self.idf.get(term, 0.0) * counts * (_K1 + 1) / norm
        return scores


def gather(
    view: View, question: str, result: SearchResult, wanted: Sequence[Wanted]
) -> list[Candidate]:
    """Collect the sentences of the found chunks with their features.

    A sentence of two chunks is one candidate with the greater value of each feature. A
    heading is none: it says what the text is about, and is part of every citation.

    Args:
        view: The library's state that was searched.
        question: As typed.
        result: The chunks found, best first, and the question's vector.
        wanted: The question's words, from `wanted_words`.

    Returns:
        In the order of the chunks; empty if nothing was found.
    """
    asked = Asked(question, wanted)
    terms = _SentenceTerms(view)
    found: dict[tuple[int, int], Candidate] = {}
    for hit in result.hits:
        for candidate in _of_hit(view, hit, asked, terms, result.question_vector):
            key = (candidate.document_id, candidate.sentence)
            found[key] = _merged(found.get(key), candidate)
    return _with_sentence_bm25(list(found.values()), asked, terms)


class _SentenceTerms:
    """The terms of sentences, each taken apart once a question."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._of: dict[tuple[int, int], list[str]] = {}

    def listed(self, document_id: int, number: int) -> list[str]:
        """Return them in order; none where there is no sentence of that number."""
        key = (document_id, number)
        if key not in self._of:
            spans = self._view.sentences(document_id)
            self._of[key] = []
            if 0 <= number < len(spans):
                document = self._view.document(document_id)
                start, end = spans[number]
                text = document.text[start:end]
                self._of[key] = term_texts(text, document.language)
        return self._of[key]

    def alone(self, document_id: int, number: int) -> frozenset[str]:
        """Return them without order, each once."""
        return frozenset(self.listed(document_id, number))


def _of_hit(
    view: View,
    hit: Hit,
    asked: Asked,
    terms_of: _SentenceTerms,
    question_vector: NDArray[np.float32] | None,
) -> Iterator[Candidate]:
    document = view.document(hit.document_id)
    spans = view.sentences(hit.document_id)
    numbers = range(hit.first_sentence, hit.stop_sentence)
    headings = view.heading_starts(hit.document_id)
    around = frozenset(
        term_texts(
            " ".join((document.title, *view.headings(hit.chunk_id))),
            document.language,
        )
    )
    of_sentence = {n: terms_of.alone(hit.document_id, n) for n in numbers}
    passage = around.union(*of_sentence.values())
    cosines = _cosines(view, hit, question_vector)
    for place, number in enumerate(numbers):
        start, end = (int(offset) for offset in spans[number])
        if start in headings:
            continue
        terms = of_sentence[number]
        before = of_sentence.get(number - 1)
        if before is None:
            before = terms_of.alone(hit.document_id, number - 1)
        neighbours = [
            cosines[p] for p in (place - 1, place + 1) if 0 <= p < len(numbers)
        ]
        yield Candidate(
            hit.document_id,
            number,
            start,
            end,
            hit.chunk_id,
            terms,
            passage,
            (
                cosines[place],
                max(neighbours, default=cosines[place]),
                min(1.0, max(0.0, hit.cosine or 0.0)),
                asked.coverage(terms),
                asked.coverage(terms | before | around),
                asked.coverage(passage),
                0.0,
                agreement(asked.kind, document.text[start:end], asked.words),
                asked.names_coverage(passage),
                0.0,
            ),
        )


def _cosines(
    view: View, hit: Hit, question_vector: NDArray[np.float32] | None
) -> list[float]:
    """Cosine of the question and each sentence of a chunk, 0 to 1.

    Stored vectors are rounded, so that one equal to the question's may pass 1.
    """
    count = hit.stop_sentence - hit.first_sentence
    vectors = view.sentence_vectors(hit.chunk_id)
    if vectors is None or question_vector is None:
        return [0.0] * count
    return [float(c) for c in np.clip(vectors @ question_vector, 0.0, 1.0)]


def _merged(known: Candidate | None, new: Candidate) -> Candidate:
    if known is None:
        return new
    values = tuple(map(max, known.values, new.values))
    return replace(known, values=values)


def _with_sentence_bm25(
    candidates: list[Candidate], asked: Asked, terms_of: _SentenceTerms
) -> list[Candidate]:
    """Fill in `sentence_bm25`: the score over its upper bound, 0 to 1."""
    if not candidates:
        return []
    sentences = [terms_of.listed(one.document_id, one.sentence) for one in candidates]
    weights = {text: w.weight for w in asked.wanted for text in w.texts}
    scores = SentenceBm25(sentences, weights).get_scores(list(weights))
    bound = asked.total * (_K1 + 1)
    place = FEATURES.index("sentence_bm25")
    return [
        replace(
            candidate,
            values=(
                *candidate.values[:place],
                min(1.0, float(score) / bound),
                *candidate.values[place + 1 :],
            ),
        )
        for candidate, score in zip(candidates, scores, strict=True)
    ]
