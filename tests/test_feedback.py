"""The question after feedback, and what is scored with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.candidates import score_meaning
from index.feedback import draw_question
from index.library import Library
from index.ranking import SearchSettings
from index.searching import SearchQuery, search
from tests.fakes import WordEncoder
from tests.library_support import built, write
from tests.test_searching import half_encoded

ENCODER = WordEncoder(dimension=64)
TEXTS = {
    "a.txt": "The harbour is old. A ship sails at noon.",
    "b.txt": "The harbour master sleeps. He counts every ship.",
    "c.txt": "Pears are green. They grow on trees by the harbour.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("feedback")
    for name, text in TEXTS.items():
        write(place / "notes" / name, text + "\n")
    return Library(built(place / "library", place / "notes"))


def test_the_question_is_drawn_by_the_mean_of_the_best(library: Library) -> None:
    question = ENCODER.encode_questions(["harbour"])[0]
    with library.open_view() as view:
        store = view.segments[0].vectors
        assert store is not None
        first, second = store.chunk_vectors(np.array([0, 2]))
        drawn = draw_question(view, question, [(0, 2), (0, 0)], 0.5)
        unmoved = draw_question(view, question, [(0, 1)], 0.0)
    mean = (first + second) / np.linalg.norm(first + second)
    expected = question + 0.5 * mean
    assert drawn == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
    assert unmoved == pytest.approx(question, abs=1e-6)


def test_sentences_are_scored_with_the_drawn_question_too(library: Library) -> None:
    settings = SearchSettings(semantic_weight=1.0, sentence_share=1.0)
    with library.open_view() as view:
        result = search(view, SearchQuery("harbour ship"), ENCODER, settings)
        assert result.question_vector is not None
        # There are fewer chunks than it learns from: it learns from all.
        rows = [(0, row) for row in range(3)]
        drawn = draw_question(
            view, result.question_vector, rows, settings.feedback_weight
        )
        expected = {}
        for hit in result.hits:
            vectors = view.sentence_vectors(hit.chunk_id)
            assert vectors is not None
            expected[hit.chunk_id] = float((vectors @ drawn).max())
    low, high = min(expected.values()), max(expected.values())
    assert {hit.chunk_id: hit.score for hit in result.hits} == pytest.approx(
        {chunk: (value - low) / (high - low) for chunk, value in expected.items()},
        abs=1e-4,
    )
    assert {
        hit.chunk_id: hit.feedback_sentence_cosine for hit in result.hits
    } == pytest.approx(expected, abs=1e-4)


def test_chunks_without_vectors_teach_nothing_and_are_not_scored(
    tmp_path: Path,
) -> None:
    question = ENCODER.encode_questions(["harbour"])[0]
    with half_encoded(tmp_path) as view:
        keys = [
            (position, row)
            for position, segment in enumerate(view.segments)
            for row in range(segment.row.row_count)
        ]
        bare = [key for key in keys if view.segments[key[0]].vectors is None]
        assert bare
        assert draw_question(view, question, bare, 0.4) is question
        scored = score_meaning(view, keys, question)
        assert sorted(scored) == [key for key in keys if key not in bare]
