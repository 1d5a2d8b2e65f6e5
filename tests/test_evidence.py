"""Candidate sentences and their features, worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi  # type: ignore[import-untyped]

from assistant.evidence import FEATURES, Candidate, SentenceBm25, gather
from assistant.wanted import wanted_words
from index.encoder import Encoder
from index.library import Library
from index.records import SearchMode
from index.searching import SearchQuery, search
from index.terms import term_texts
from index.view import View
from tests.fakes import WordEncoder
from tests.library_support import built, write

# Wide enough that no two words of these tests share an axis.
ENCODER = WordEncoder(dimension=64)

BIRDS = """# Birds

Owls hunt mice. They sleep in Ystad by day.

## Parrots

Parrots live for eighty years. Owls do not.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("evidence")
    write(place / "birds.md", BIRDS)
    return Library(built(place / "library", place / "birds.md"))


def gathered(
    library: Library,
    question: str,
    *,
    mode: SearchMode = "hybrid",
    encoder: Encoder | None = ENCODER,
) -> dict[str, Candidate]:
    """Candidates by their text, in order."""
    with library.open_view() as view:
        result = search(view, SearchQuery(question, mode), encoder)
        wanted = wanted_words(view, question, result)
        return {
            view.document(one.document_id).text[one.start : one.end]: one
            for one in gather(view, question, result, wanted)
        }


def features(candidate: Candidate) -> dict[str, float]:
    return dict(zip(FEATURES, candidate.values, strict=True))


def idf(frequency: int) -> float:
    """Of a library of a thousand chunks: smaller ones are weighed as such."""
    return math.log(1 + (1000 - frequency + 0.5) / (frequency + 0.5))


def cosine(one: str, other: str) -> float:
    a, b = ENCODER.encode_questions([one, other])
    return float(a @ b)


def test_every_sentence_of_a_found_chunk_is_a_candidate_but_no_heading(
    library: Library,
) -> None:
    assert set(gathered(library, "Where do owls sleep?")) == {
        "Owls hunt mice.",
        "They sleep in Ystad by day.",
        "Parrots live for eighty years.",
        "Owls do not.",
    }


def test_coverage_alone_with_its_surroundings_and_with_its_passage(
    library: Library,
) -> None:
    found = gathered(library, "Where in Ystad do owls sleep?")
    # Owls are in both chunks, Ystad and sleep in one each.
    ystad, owls, sleep = idf(1), idf(2), idf(1)
    total = ystad + owls + sleep
    they = features(found["They sleep in Ystad by day."])
    assert they["coverage"] == pytest.approx((ystad + sleep) / total)
    assert they["context_coverage"] == pytest.approx(1.0), "with “Owls hunt mice.”"
    assert they["passage_coverage"] == pytest.approx(1.0)
    hunt = features(found["Owls hunt mice."])
    assert hunt["coverage"] == pytest.approx(owls / total)
    assert hunt["context_coverage"] == pytest.approx(owls / total)
    assert hunt["passage_coverage"] == pytest.approx(1.0)
    parrots = features(found["Parrots live for eighty years."])
    assert parrots["coverage"] == 0.0
    assert parrots["passage_coverage"] == pytest.approx(owls / total)


def test_title_and_headings_cover_what_a_sentence_leaves_unsaid(
    library: Library,
) -> None:
    found = gathered(library, "Which birds are parrots?")
    # The title is a word of both chunks.
    birds, parrots = idf(2), idf(1)
    hunt = features(found["Owls hunt mice."])
    assert hunt["coverage"] == 0.0
    assert hunt["context_coverage"] == pytest.approx(birds / (birds + parrots))
    owls = features(found["Owls do not."])
    assert owls["coverage"] == 0.0
    assert owls["context_coverage"] == pytest.approx(1.0)


def test_names_are_looked_for_in_the_passage(library: Library) -> None:
    found = gathered(library, "Do owls in Ystad meet Agatha?")
    assert features(found["Owls hunt mice."])["names_coverage"] == 0.5
    assert features(found["Owls do not."])["names_coverage"] == 0.0
    plain = gathered(library, "do owls sleep?")
    assert {features(one)["names_coverage"] for one in plain.values()} == {1.0}


def test_the_kind_of_answer_is_that_of_the_question(library: Library) -> None:
    found = gathered(library, "How many years do parrots live?")
    kinds = {text: one.kind_agreement for text, one in found.items()}
    assert kinds.pop("Parrots live for eighty years.") == 1.0
    assert set(kinds.values()) == {0.0}
    place = gathered(library, "Where do owls sleep?")
    assert place["They sleep in Ystad by day."].kind_agreement == 1.0
    assert place["Owls do not."].kind_agreement == 0.0
    other = gathered(library, "owls")
    assert {one.kind_agreement for one in other.values()} == {0.5}


def test_cosines_of_the_sentence_its_neighbours_and_its_passage(
    library: Library,
) -> None:
    question = "owls hunt mice"
    found = gathered(library, question)
    first, second = "Owls hunt mice.", "They sleep in Ystad by day."
    hunt, they = features(found[first]), features(found[second])
    # Vectors of sentences are kept in 8 bits.
    assert hunt["sentence_cosine"] == pytest.approx(1.0, abs=0.01)
    assert hunt["sentence_cosine"] <= 1.0
    assert they["sentence_cosine"] == pytest.approx(cosine(question, second), abs=0.01)
    assert they["neighbour_cosine"] == pytest.approx(1.0, abs=0.01)
    heading = cosine(question, "Birds")
    assert hunt["neighbour_cosine"] == pytest.approx(
        max(heading, cosine(question, second)), abs=0.01
    )
    passage = "# Birds\n\nOwls hunt mice. They sleep in Ystad by day."
    for one in (hunt, they):
        assert one["passage_cosine"] == pytest.approx(
            cosine(question, passage), abs=0.01
        )


def test_without_vectors_the_cosines_are_no_evidence(library: Library) -> None:
    for found in (
        gathered(library, "owls hunt", mode="lexical"),
        gathered(library, "owls hunt", encoder=None),
    ):
        for one in found.values():
            assert one.values[:3] == (0.0, 0.0, 0.0)
        assert features(found["Owls hunt mice."])["coverage"] == pytest.approx(1.0)


def test_nothing_found_has_no_candidates(library: Library) -> None:
    assert gathered(library, "zebra", mode="lexical") == {}


def test_headings_alone_have_no_candidates(tmp_path: Path) -> None:
    write(tmp_path / "heads.md", "# Owls\n\n## Owls at night\n")
    library = Library(built(tmp_path / "library", tmp_path / "heads.md"))
    assert gathered(library, "owls") == {}


def test_all_features_lie_between_0_and_1(library: Library) -> None:
    for question in ("owls", "Owls hunt mice.", "Parrots live for eighty years."):
        for one in gathered(library, question).values():
            assert all(0.0 <= value <= 1.0 for value in one.values), question


@pytest.fixture
def overlapping(tmp_path: Path) -> Library:
    """One document whose chunks share a sentence each."""
    text = "".join(
        f"Gate {number} of the old harbour wall is open until noon today. "
        for number in range(60)
    )
    write(tmp_path / "gates.txt", text)
    return Library(built(tmp_path / "library", tmp_path / "gates.txt"))


def test_a_sentence_of_two_chunks_is_one_candidate_with_the_best_of_both(
    overlapping: Library,
) -> None:
    question = "Which gate is open?"
    with overlapping.open_view() as view:
        result = search(view, SearchQuery(question), ENCODER)
        wanted = wanted_words(view, question, result)
        candidates = gather(view, question, result, wanted)
        holders: dict[int, list[int]] = {}
        for hit in result.hits:
            for number in range(hit.first_sentence, hit.stop_sentence):
                holders.setdefault(number, []).append(hit.chunk_id)
        cosine_of = {hit.chunk_id: hit.cosine or 0.0 for hit in result.hits}
        shared = [number for number, chunks in holders.items() if len(chunks) > 1]
        assert shared, "the chunks overlap"
        assert sorted(one.sentence for one in candidates) == sorted(holders)
        for one in candidates:
            chunks = holders[one.sentence]
            assert one.chunk_id == chunks[0], "the better ranked"
            assert features(one)["passage_cosine"] == pytest.approx(
                max(cosine_of[chunk] for chunk in chunks)
            )
            assert features(one)["sentence_cosine"] == pytest.approx(
                max(own_cosine(view, question, one.sentence, chunk) for chunk in chunks)
            )


def own_cosine(view: View, question: str, sentence: int, chunk_id: int) -> float:
    row = view.catalog.chunk(chunk_id)
    vectors = view.sentence_vectors(chunk_id)
    assert row is not None
    assert vectors is not None
    vector = vectors[sentence - row.chunk.first_sentence]
    return float(vector @ ENCODER.encode_questions([question])[0])


def test_sentence_bm25_is_the_formula_over_its_bound(library: Library) -> None:
    question = "Do owls hunt parrots?"
    found = gathered(library, question)
    weights = {"owl": idf(2), "hunt": idf(1), "parrot": idf(1)}
    texts = {text: term_texts(text, "en") for text in found}
    average = float(np.mean([len(terms) for terms in texts.values()]))
    for text, candidate in found.items():
        terms = texts[text]
        score = 0.0
        for term, weight in weights.items():
            count = terms.count(term)
            norm = 1.2 * (1 - 0.75 + 0.75 * len(terms) / average)
            score += weight * count * (1.2 + 1) / (count + norm)
        bound = sum(weights.values()) * (1.2 + 1)
        assert features(candidate)["sentence_bm25"] == pytest.approx(score / bound)


words = st.sampled_from(["owl", "gate", "wall", "noon", "red"])
corpora = st.lists(st.lists(words, max_size=8), min_size=1, max_size=8).filter(any)


@settings(deadline=None)
@given(corpora, st.lists(words, min_size=1, max_size=4))
def test_sentence_bm25_is_rank_bm25_with_another_idf(
    corpus: list[list[str]], query: list[str]
) -> None:
    weights = {"owl": 1.0, "gate": 2.5, "wall": 0.25, "noon": 4.0}
    theirs = BM25Okapi(corpus, k1=1.2, b=0.75)
    theirs.idf = {word: weights.get(word, 0.0) for word in theirs.idf}
    ours = SentenceBm25(corpus, weights)
    # Both divide by the average length; ours by 1 at least.
    if ours.avgdl >= 1:
        np.testing.assert_allclose(ours.get_scores(query), theirs.get_scores(query))


def test_sentences_without_a_word_score_nothing() -> None:
    scores = SentenceBm25([[], []], {"owl": 1.0}).get_scores(["owl"])
    assert scores.tolist() == [0.0, 0.0]
