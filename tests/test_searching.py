"""One search over a view: rankings, fusion, corrections, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoder import Encoder
from index.errors import (
    EmptyQuestion,
    EncoderMissing,
    LibraryEmpty,
    LibraryOutdated,
    MissingPath,
    QuestionTooLong,
)
from index.library import Library
from index.progress import Progress
from index.querying import MAX_QUESTION_CHARACTERS
from index.ranking import SearchSettings
from index.records import SearchMode
from index.searching import SearchQuery, SearchResult, search
from index.updating import Updater
from index.view import View
from tests.fakes import WordEncoder
from tests.library_support import built, write


class FamiliarWith(WordEncoder):
    """Knows some words whole; every other one takes two word pieces."""

    def __init__(self, *words: str) -> None:
        super().__init__(dimension=64)
        self._words = words

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return [1 if text in self._words else 2 for text in texts]


class Unlearnt(WordEncoder):
    """Makes little of any question: a vector far from all, and least far from ships."""

    NEAR = 0.2

    def __init__(self) -> None:
        super().__init__(dimension=64)

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        ship = super().encode_questions(["A ship sails."])[0]
        nowhere = np.random.default_rng(0).normal(size=ship.shape)
        known = super().encode_questions(ALL_SAID.split())
        nowhere -= np.linalg.pinv(known) @ (known @ nowhere)
        nowhere *= np.sqrt(1 - self.NEAR**2) / np.linalg.norm(nowhere)
        both: NDArray[np.float32] = (self.NEAR * ship + nowhere).astype(np.float32)
        return np.repeat(both[None], len(questions), axis=0)


# What the library of these tests says, word by word.
ALL_SAID = (
    "# Orchard Apples are red. They grow on trees. Pears are green. A ship sails. The"
    " harbour is its home. master counts every"
)
ENCODER = WordEncoder(dimension=64)
# Only counts pieces otherwise, so that it searches what the other has built.
SPELLER = FamiliarWith("harbuor")
STRANGER = FamiliarWith()
MODES: tuple[SearchMode, ...] = ("hybrid", "lexical", "semantic")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("searching")
    folder = place / "notes"
    write(folder / "apples.md", "# Orchard\n\nApples are red. They grow on trees.\n")
    write(folder / "pears.md", "# Orchard\n\nPears are green. They grow on trees.\n")
    write(folder / "deep" / "ship.txt", "A ship sails. The harbour is its home.\n")
    write(folder / "deep" / "us.txt", "The harbour master counts every ship.\n")
    return Library(built(place / "library", folder))


def ask(
    library: Library,
    text: str,
    encoder: Encoder | None = ENCODER,
    *,
    mode: SearchMode = "hybrid",
    within: str | None = None,
    exact: bool = False,
) -> SearchResult:
    query = SearchQuery(text, mode, within=within, exact_phrases=exact)
    with library.open_view() as view:
        return search(view, query, encoder)


def shown(library: Library, result: SearchResult) -> list[str]:
    with library.open_view() as view:
        return [view.document(hit.document_id).name for hit in result.hits]


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_finds_the_document_that_says_it(
    library: Library, mode: SearchMode
) -> None:
    result = ask(library, "Which apples are red?", mode=mode)
    assert shown(library, result)[0] == "notes/apples.md"
    assert result.hits[0].score == pytest.approx(1.0)
    assert all(0.0 <= hit.score <= 1.0 for hit in result.hits)


def test_a_hit_is_a_slice_with_raw_scores_and_ranks(library: Library) -> None:
    with library.open_view() as view:
        hit = search(view, SearchQuery("apples are red"), ENCODER).hits[0]
        document = view.document(hit.document_id)
        assert document.text[hit.start : hit.end].endswith("They grow on trees.")
        spans = view.sentences(hit.document_id)[hit.first_sentence : hit.stop_sentence]
        assert (hit.start, hit.end) == (spans[0, 0], spans[-1, 1])
        vectors = view.sentence_vectors(hit.chunk_id)
        assert vectors is not None
        assert len(vectors) == len(spans)
        question = ENCODER.encode_questions(["apples are red"])[0]
        assert hit.sentence_cosine == pytest.approx(float((vectors @ question).max()))
    assert (hit.lexical_rank, hit.semantic_rank) == (1, 1)
    assert hit.bm25_score > 0


def test_what_only_one_side_finds_is_scored_by_both(library: Library) -> None:
    result = ask(library, "apples")
    others = [hit for hit in result.hits if hit.lexical_rank is None]
    assert len(result.hits) == 4
    assert len(others) == 3
    assert all(hit.bm25_score == 0 for hit in others)
    assert all(hit.cosine is not None for hit in result.hits)


@pytest.mark.parametrize("known_cosine", [0.1, 2.0])
def test_the_fused_score_is_the_weighted_sum(
    library: Library, known_cosine: float
) -> None:
    share = 0.25
    settings = SearchSettings(
        semantic_weight=0.3,
        known_cosine=known_cosine,
        sentence_share=share,
        feedback_chunks=0,
    )
    with library.open_view() as view:
        hits = search(view, SearchQuery("harbour master"), ENCODER, settings).hits
    meaning = [
        (1 - share) * (hit.cosine or 0.0) + share * (hit.sentence_cosine or 0.0)
        for hit in hits
    ]
    low, high = min(meaning), max(meaning)
    assert 0.1 < high < 2.0
    weight = 0.3 if high >= known_cosine else 0.3 * high / known_cosine
    best = max(hit.bm25_score for hit in hits)
    for hit, value in zip(hits, meaning, strict=True):
        expected = weight * (value - low) / (high - low)
        expected += (1 - weight) * hit.bm25_score / best
        assert hit.score == pytest.approx(expected)


def test_words_find_what_the_encoder_never_learnt(library: Library) -> None:
    with library.open_view() as view:
        query = SearchQuery("Pears")
        found = search(view, query, Unlearnt()).hits
        whole = SearchSettings(known_cosine=0.01)
        misled = search(view, query, Unlearnt(), whole).hits
        names = [view.document(hits[0].document_id).name for hits in (found, misled)]
        assert names == ["notes/pears.md", "notes/deep/ship.txt"]
    assert max(hit.cosine or 0.0 for hit in found) < Unlearnt.NEAR


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_a_phrase_in_quotation_marks_comes_first_word_for_word(
    tmp_path: Path, mode: SearchMode
) -> None:
    write(tmp_path / "in" / "a.txt", "Home to hammer it: a message, their message.\n")
    long = "In a report of many words they meant to “hammer\nhome” much else besides."
    write(tmp_path / "in" / "b.txt", f"{long}\n")
    library = Library(built(tmp_path / "library", tmp_path / "in"))
    plain = ask(library, "hammer home message", mode=mode)
    assert shown(library, plain) == ["in/a.txt", "in/b.txt"]
    marked = ask(library, 'message "hammer home"', mode=mode)
    assert shown(library, marked) == ["in/a.txt", "in/b.txt"]
    assert not any(hit.word_for_word for hit in marked.hits)
    exact = ask(library, 'message "Hammer home"?', mode=mode, exact=True)
    assert shown(library, exact) == ["in/b.txt", "in/a.txt"]
    assert [hit.word_for_word for hit in exact.hits] == [True, False]
    assert 1 >= exact.hits[0].score >= 0.5 >= exact.hits[1].score >= 0
    # Where none has it, the words are looked for as without marks.
    nowhere = ask(library, 'message "home hammer"', mode=mode, exact=True)
    assert shown(library, nowhere) == ["in/a.txt", "in/b.txt"]


class Thinker(WordEncoder):
    """Takes every question to be about one thing."""

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        return super().encode_questions(["Prices rose again"] * len(questions))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is $1,821?", "b.txt"),
        ("1821", "b.txt"),
        # With another word the encoder is asked, too.
        ("What of 1821 rose?", "a.txt"),
    ],
)
def test_a_number_alone_is_found_by_its_digits(
    tmp_path: Path, question: str, expected: str
) -> None:
    write(tmp_path / "in" / "a.txt", "Prices rose again.\n")
    write(tmp_path / "in" / "b.txt", "The deficit in that month was $1,821.\n")
    library = Library(built(tmp_path / "library", tmp_path / "in"))
    found = ask(library, question, Thinker(dimension=64))
    assert shown(library, found)[0] == f"in/{expected}"


def test_a_number_in_a_conversation_is_not_alone(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.txt", "Prices rose again, and wages.\n")
    write(tmp_path / "in" / "b.txt", "The deficit in that month was $1,821.\n")
    with Library(built(tmp_path / "library", tmp_path / "in")).open_view() as view:
        query = SearchQuery("And in 1821?", context=("wages",))
        hits = search(view, query, Thinker(dimension=64)).hits
        assert view.document(hits[0].document_id).name == "in/a.txt"


def test_feedback_draws_the_question_towards_the_best_chunk(library: Library) -> None:
    settings = SearchSettings(semantic_weight=1.0, sentence_share=0.0)
    text = "harbour master"
    with library.open_view() as view:
        hits = search(view, SearchQuery(text), ENCODER, settings).hits
        vectors = {
            hit.chunk_id: np.asarray(
                view.segments[0].vectors.chunk_vectors(  # type: ignore[union-attr]
                    np.array([row], np.int64)
                )[0]
            )
            for hit in hits
            for row in [view.catalog.chunk(hit.chunk_id).row]  # type: ignore[union-attr]
        }
    plain = sorted(hits, key=lambda hit: -(hit.cosine or 0.0))
    learnt = np.mean(
        [vectors[hit.chunk_id] for hit in plain[: settings.feedback_chunks]], axis=0
    )
    question = ENCODER.encode_questions([text])[0]
    asked = question + settings.feedback_weight * learnt / np.linalg.norm(learnt)
    asked /= np.linalg.norm(asked)
    cosines = np.array([vectors[hit.chunk_id] @ asked for hit in hits])
    scaled = (cosines - cosines.min()) / (cosines.max() - cosines.min())
    assert [hit.score for hit in hits] == pytest.approx(scaled.tolist(), abs=1e-4)
    before = sorted(hits, key=lambda hit: hit.rank_before_feedback or 0)
    assert [hit.cosine for hit in before] == [hit.cosine for hit in plain]
    assert before[0].rank_before_feedback == 1


def test_equal_scores_are_ordered_by_name_and_place(tmp_path: Path) -> None:
    for name in ("c.txt", "a.txt", "b.txt"):
        write(tmp_path / "same" / name, "The very same words.\n")
    library = Library(built(tmp_path / "library", *sorted(tmp_path.glob("same/*"))))
    for mode in MODES:
        result = ask(library, "same words", mode=mode)
        assert shown(library, result) == ["a.txt", "b.txt", "c.txt"]


def test_a_tie_at_the_edge_of_the_pool_is_cut_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "same"
    for number in (7, 3, 9, 1, 5):
        write(folder / f"{number}.txt", "The very same words.\n")
    library = Library(built(tmp_path / "library", folder))
    with library.open_view() as view:
        settings = SearchSettings(pool=2)
        for mode in MODES:
            query = SearchQuery("same words", mode)
            hits = search(view, query, ENCODER, settings).hits
            found = [view.document(hit.document_id).name for hit in hits]
            assert found == ["same/1.txt", "same/3.txt"]


def test_lexical_needs_no_encoder_and_gives_no_cosine(library: Library) -> None:
    result = ask(library, "apples", None, mode="lexical")
    assert [hit.cosine for hit in result.hits] == [None]
    assert result.question_vector is None


def test_hybrid_without_an_encoder_ranks_by_words(library: Library) -> None:
    assert shown(library, ask(library, "apples", None)) == ["notes/apples.md"]


def test_semantic_without_an_encoder_is_refused(library: Library) -> None:
    with pytest.raises(EncoderMissing):
        ask(library, "apples", None, mode="semantic")


def test_another_encoder_is_refused(library: Library) -> None:
    with pytest.raises(LibraryOutdated, match="64 dimensions"):
        ask(library, "apples", WordEncoder(dimension=32))


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("notes/deep/*", ["notes/deep/ship.txt", "notes/deep/us.txt"]),
        ("notes/deep", ["notes/deep/ship.txt", "notes/deep/us.txt"]),
        ("**/us.txt", ["notes/deep/us.txt"]),
        ("us.*", ["notes/deep/us.txt"]),
        ("*.md", ["notes/apples.md", "notes/pears.md"]),
    ],
)
def test_within_a_glob(library: Library, glob: str, expected: list[str]) -> None:
    for mode in ("hybrid", "semantic"):
        result = ask(library, "ship harbour trees", mode=mode, within=glob)
        assert sorted(shown(library, result)) == expected
    with library.open_view() as view:
        path = view.document(result.hits[0].document_id).path
    assert len(ask(library, "ship trees", within=path).hits) == 1


def test_a_glob_that_means_nothing_is_an_error(library: Library) -> None:
    with pytest.raises(MissingPath, match="nothing/"):
        ask(library, "ship harbour trees", within="nothing/*")


def test_a_misspelt_word_is_read_as_the_librarys_own(library: Library) -> None:
    result = ask(library, "Where is the harbuor?", STRANGER)
    (correction,) = result.corrections
    assert (correction.typed, correction.read_as) == ("harbuor", "harbour")
    right = ask(library, "Where is the harbour?")
    assert replace_spans(result) == replace_spans(right)
    np.testing.assert_array_equal(result.question_vector, right.question_vector)


def test_a_word_that_the_encoder_knows_whole_is_no_misspelling(
    library: Library,
) -> None:
    assert ask(library, "Where is the harbuor?", SPELLER).corrections == ()


def test_an_abbreviation_is_no_misspelling(library: Library) -> None:
    assert ask(library, "Where is the HARBUOR of old?", STRANGER).corrections == ()


def replace_spans(result: SearchResult) -> tuple[object, ...]:
    return result.hits, [term.texts for term in result.terms], result.frequencies


def test_spelling_is_left_alone_when_asked(library: Library) -> None:
    with library.open_view() as view:
        query = SearchQuery("harbuor", "lexical", correct_spelling=False)
        result = search(view, query)
    assert (result.hits, result.corrections, result.frequencies) == ((), (), (0,))


def test_words_of_deleted_documents_correct_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    for name in ("a", "b", "c", "d"):
        write(folder / f"{name}.txt", f"The garden of {name}. It is quiet there.\n")
    write(folder / "e.txt", "A tremendous waterfall.\n")
    path = built(tmp_path / "library", folder)
    (folder / "e.txt").unlink()
    Updater(path, ENCODER).sync()
    assert ask(Library(path), "tremendos", None, mode="lexical").corrections == ()
    assert ask(Library(path), "gardn", None, mode="lexical").corrections != ()


def test_a_question_of_stop_words_alone_still_finds_them(library: Library) -> None:
    assert len(ask(library, "they are", mode="lexical").hits) == 2


@pytest.mark.parametrize("text", ["", "  \n", "?!", "—"])
def test_a_question_without_a_word_is_refused(library: Library, text: str) -> None:
    with pytest.raises(EmptyQuestion):
        ask(library, text)


def test_a_question_that_is_too_long_is_refused(library: Library) -> None:
    ask(library, "ship " * (MAX_QUESTION_CHARACTERS // 5))
    with pytest.raises(QuestionTooLong, match="100,000") as caught:
        ask(library, "x" * 100_000)
    assert caught.value.remedy


def test_an_empty_library_is_named(tmp_path: Path) -> None:
    write(tmp_path / "empty.md", "")
    library = Library(built(tmp_path / "library", tmp_path / "empty.md"))
    with pytest.raises(LibraryEmpty, match="library"):
        ask(library, "anything")


@contextmanager
def half_encoded(tmp_path: Path) -> Iterator[View]:
    """A library whose second segment has no vectors yet."""
    folder = tmp_path / "notes"
    write(folder / "a.txt", "The gate is open.\n")
    path = built(tmp_path / "library", folder)
    write(folder / "b.txt", "The gate of the garden.\n")

    def stop(progress: Progress) -> None:
        if progress.stage == "encoding":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Updater(path, ENCODER, progress=stop).sync()
    with Library(path).open_view() as view:
        yield view


def test_chunks_without_vectors_are_found_by_their_words(tmp_path: Path) -> None:
    with half_encoded(tmp_path) as view:
        assert (view.chunk_count, view.encoded_count) == (2, 1)
        hits = search(view, SearchQuery("garden gate"), ENCODER).hits
        by_name = {view.document(hit.document_id).name: hit for hit in hits}
        assert list(by_name) == ["notes/b.txt", "notes/a.txt"]
        fresh = by_name["notes/b.txt"]
        assert (fresh.cosine, fresh.semantic_rank, fresh.score) == (None, None, 1.0)
        assert view.sentence_vectors(fresh.chunk_id) is None
        only = search(view, SearchQuery("garden gate", "semantic"), ENCODER).hits
        assert [hit.document_id for hit in only] == [by_name["notes/a.txt"].document_id]


def test_timings_name_the_steps(library: Library) -> None:
    assert set(ask(library, "apples").timings_ms) == {
        *("terms", "lexical", "encoding", "semantic", "fusion")
    }


def test_the_same_question_gives_the_same_answer_twice(library: Library) -> None:
    first, second = ask(library, "ships and trees"), ask(library, "ships and trees")
    assert replace(first, timings_ms={}, question_vector=None).hits == second.hits


def test_words_of_the_conversation_count_for_less_than_those_of_the_query(
    tmp_path: Path,
) -> None:
    write(tmp_path / "in" / "a.txt", "The harbour has a gate.")
    write(tmp_path / "in" / "b.txt", "The castle has a gate.")
    write(tmp_path / "in" / "c.txt", "The mill has a wheel.")
    made = built(tmp_path / "library", tmp_path / "in")
    with Library(made).open_view() as view:

        def found(text: str, *context: str) -> list[tuple[str, float]]:
            query = SearchQuery(text, mode="lexical", context=context)
            return [
                (view.document(hit.document_id).name, hit.bm25_score)
                for hit in search(view, query).hits
            ]

        alone = dict(found("gate"))
        first, second = found("gate", "The castle")
        assert (first[0], second[0]) == ("in/b.txt", "in/a.txt")
        assert second[1] == alone["in/a.txt"]
        own = dict(found("gate castle"))["in/b.txt"]
        assert first[1] == pytest.approx((alone["in/b.txt"] + own) / 2)
        assert found("gate", "gate", "the") == found("gate")


def test_the_vector_of_a_follow_up_is_the_mean_of_it_alone_and_in_context(
    tmp_path: Path,
) -> None:
    write(tmp_path / "in" / "a.txt", "The harbour has a gate.")
    encoder = ENCODER
    with Library(built(tmp_path / "library", tmp_path / "in")).open_view() as view:
        query = SearchQuery("and when", context=("Ystad", "gate"))
        vector = search(view, query, encoder).question_vector
    both = encoder.encode_questions(["and when", "Ystad gate and when"]).sum(axis=0)
    assert vector is not None
    np.testing.assert_allclose(vector, both / np.linalg.norm(both), rtol=1e-5)
