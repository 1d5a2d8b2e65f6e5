"""Found passages: why each was found adds up, and where it was looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.finding import FoundHit, SearchOutcome, SearchRequest, find
from assistant.render.found import reasons, why_found
from assistant.settings import SearchSettings
from index.encoder import Encoder
from index.errors import MissingPath, UsageError
from index.library import Library
from index.progress import Progress
from index.records import SearchMode
from index.updating import Updater
from tests.fakes import WordEncoder
from tests.library_support import write

ENCODER = WordEncoder(dimension=64)
AS_TYPED = SearchSettings(correct_spelling=False)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two segments: what a word counts for hangs on both."""
    place = tmp_path_factory.mktemp("finding")
    folder = place / "notes"
    write(folder / "gate.md", "# Harbour\n\nThe gate is open. A gate may be shut.\n")
    updater = Updater(place / "library", ENCODER)
    updater.add([folder])
    write(folder / "ships.txt", "Ships wait at the gate of the harbour, all ships.\n")
    write(folder / "sub" / "sea.txt", "Nothing but water.\n")
    updater.sync()
    return Library(place / "library")


def look_for(
    library: Library,
    text: str,
    mode: SearchMode = "hybrid",
    within: str | None = None,
    *,
    widen: bool = False,
) -> SearchOutcome:
    request = SearchRequest(text, mode, 10, within)
    return find(library, request, lambda: ENCODER, AS_TYPED, widen=widen)


def by_name(outcome: SearchOutcome) -> dict[str, FoundHit]:
    return {hit.citation.document.name: hit for hit in outcome.hits}


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_a_phrase_in_quotation_marks_is_exact(
    library: Library, mode: SearchMode
) -> None:
    plain = look_for(library, "open gate shut", mode).hits[0]
    assert plain.citation.document.name == "notes/gate.md"
    assert "Phrase" not in dict(reasons(plain))
    exact = look_for(library, "open gate shut “gate of the harbour”", mode).hits[0]
    assert exact.citation.document.name == "notes/ships.txt"
    assert why_found(exact).startswith("word for word · ")
    assert dict(reasons(exact))["Phrase"] == "word for word"


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic"])
@pytest.mark.parametrize(
    "query", ["the gate", "gate harbour ships", "ships ship of ships", "the of"]
)
def test_the_words_add_up_to_the_bm25_score(
    library: Library, query: str, mode: SearchMode
) -> None:
    outcome = look_for(library, query, mode)
    assert any(hit.hit.bm25_score for hit in outcome.hits)
    for found in outcome.hits:
        total = sum(word.bm25_score for word in found.words)
        assert total == pytest.approx(found.hit.bm25_score, abs=1e-9)


def test_each_word_is_named_once_as_it_was_typed(library: Library) -> None:
    found = by_name(look_for(library, "Ships the ship gates"))["notes/ships.txt"]
    assert [word.word for word in found.words] == ["ships", "gates"]


def test_the_words_are_lit_where_they_stand(library: Library) -> None:
    found = by_name(look_for(library, "gates of ships"))["notes/ships.txt"]
    assert [found.text[a:b] for a, b in found.lit] == ["Ships", "gate", "ships"]


def test_a_word_of_the_title_is_not_said_to_be_in_the_text(library: Library) -> None:
    found = by_name(look_for(library, "water of the sea"))["notes/sub/sea.txt"]
    assert found.text.strip() == "Nothing but water."
    words = {word.word: word for word in found.words}
    assert words["sea"].bm25_score > 0
    assert not words["sea"].in_text
    assert words["water"].in_text
    assert "only in title or headings: sea" in dict(reasons(found))["Words"]


def test_why_in_a_line_and_in_full(library: Library) -> None:
    hits = by_name(look_for(library, "ships harbour zebra"))
    found = hits["notes/ships.txt"]
    ships, harbour, zebra = (word.bm25_score for word in found.words)
    share = round(100 * ships / (ships + harbour))
    assert zebra == 0
    line = why_found(found)
    assert line.startswith(f"1st by words, 1st by meaning {found.hit.cosine:.2f} · ")
    assert line.endswith(f"ships {share} %, harbour {100 - share} %")
    said = dict(reasons(found))
    assert list(said) == ["Words", "Meaning", "Feedback"]
    assert f"BM25 {found.hit.bm25_score:.2f} from ships" in said["Words"]
    assert said["Words"].endswith("lacks zebra")
    assert f"cosine {found.hit.cosine:.3f}" in said["Meaning"]
    assert f"cosine {found.hit.feedback_cosine:.3f}" in said["Feedback"]
    assert why_found(hits["notes/sub/sea.txt"]).endswith("none of the words")


def test_only_a_hybrid_search_has_feedback(library: Library) -> None:
    hits = look_for(library, "gate").hits
    best = hits[0].hit
    # It is drawn towards the passages found, the best of them above all.
    assert best.feedback_cosine is not None
    assert best.cosine is not None
    assert best.feedback_cosine > best.cosine
    for mode in ("lexical", "semantic"):
        hits = look_for(library, "gate", mode).hits
        assert {hit.hit.feedback_cosine for hit in hits} == {None}


def test_a_search_by_words_needs_no_encoder(library: Library) -> None:
    def refuse() -> Encoder:
        raise AssertionError("the encoder is not needed")

    outcome = find(library, SearchRequest("gate", "lexical"), refuse, AS_TYPED)
    assert dict(reasons(outcome.hits[0]))["Meaning"] == "not looked at"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ship", "*ship*"),
        ("notes/sub", "notes/sub"),
        ("ships.txt", "ships.txt"),
        ("*.md", "*.md"),
    ],
)
def test_a_part_of_a_name_will_do(library: Library, typed: str, read: str) -> None:
    outcome = look_for(library, "gate water", within=typed, widen=True)
    assert outcome.within == read
    assert len(by_name(outcome)) == 1
    assert outcome.request.within == typed


def test_a_glob_of_the_command_line_is_taken_to_the_letter(library: Library) -> None:
    with pytest.raises(MissingPath):
        look_for(library, "gate", within="ship")
    with pytest.raises(MissingPath):
        look_for(library, "gate", within="zebra", widen=True)


def test_without_any_vector_there_is_no_search_by_meaning(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "The gate is open.\n")

    def stop(progress: Progress) -> None:
        if progress.stage == "encoding":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Updater(tmp_path / "library", ENCODER, progress=stop).add([tmp_path / "a.txt"])
    library = Library(tmp_path / "library")
    outcome = look_for(library, "gate")
    assert (outcome.chunks, outcome.encoded_chunks, len(outcome.hits)) == (1, 0, 1)
    with pytest.raises(UsageError, match="none of its passages"):
        look_for(library, "gate", "semantic")
