from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunking import (
    ChunkingSettings,
    headings_at,
    make_chunks,
    make_passage,
    passage_prefix,
)
from index.preparing import PreparedDocument, prepare
from index.reading.markdown import read_markdown
from index.records import Document, Sentence
from tests.fakes import WordEncoder


def document(text: str, title: str = "Notes") -> Document:
    read = read_markdown(text.encode(), Path("notes.md"))
    return Document(
        "/d/notes.md",
        "notes.md",
        title,
        read.text,
        "text/markdown",
        "0" * 64,
        read.blocks,
    )


def prepared(text: str, max_pieces: int, overlap: int = 1) -> PreparedDocument:
    return prepare(
        document(text),
        WordEncoder().count_pieces,
        ChunkingSettings(max_pieces, overlap),
    )


def texts(result: PreparedDocument) -> list[str]:
    return [result.document.text[c.start : c.end] for c in result.chunks]


def test_chunks_repeat_one_sentence() -> None:
    result = prepared("One two three. Four five six. Seven eight nine.", 7)
    assert texts(result) == [
        "One two three. Four five six.",
        "Four five six. Seven eight nine.",
    ]
    assert [(c.first_sentence, c.stop_sentence) for c in result.chunks] == [
        (0, 2),
        (1, 3),
    ]


def test_without_overlap_every_sentence_is_in_one_chunk() -> None:
    result = prepared("One two three. Four five six. Seven eight nine.", 7, overlap=0)
    assert texts(result) == ["One two three. Four five six.", "Seven eight nine."]


def test_the_repeated_sentence_goes_where_it_leaves_no_room() -> None:
    result = prepared("One two three four. Five six seven eight. Nine.", 6)
    assert texts(result) == [
        "One two three four.",
        "Five six seven eight. Nine.",
    ]


def test_a_sentence_over_the_limit_is_a_chunk_of_its_own() -> None:
    long = "Word " * 30 + "end."
    result = prepared(f"Short one. {long} Short two.", 10)
    assert texts(result) == ["Short one.", long, "Short two."]


def test_the_prefix_counts_towards_the_limit() -> None:
    text = "One two three. Four five six."
    sentences = [Sentence(0, 14), Sentence(15, 29)]
    at_limit = ChunkingSettings(max_pieces=8, overlap_sentences=0)

    def count(prefix: str) -> int:
        assert prefix == "Notes.\n"
        return 2

    found = make_chunks(document(text), sentences, [3, 3], at_limit, count)
    assert [(c.start, c.end) for c in found] == [(0, 29)]
    smaller = replace(at_limit, max_pieces=7)
    found = make_chunks(document(text), sentences, [3, 3], smaller, count)
    assert [(c.start, c.end) for c in found] == [(0, 14), (15, 29)]


def test_high_headings_part_chunks_and_low_ones_do_when_half_full() -> None:
    result = prepared(
        "# Top\n\n## First\n\nOne two. Three four.\n\n### Low\n\nFive six.\n\n"
        "## Second\n\nSeven eight.\n\n### Deep\n\nNine ten eleven twelve.\n",
        14,
    )
    assert [chunk.headings for chunk in result.chunks] == [
        (),
        ("Top",),
    ]
    assert [text.split()[0:2] for text in texts(result)] == [
        ["Top", "##"],
        ["Second", "Seven"],
    ]
    smaller = prepared(
        "## Second\n\nSeven eight nine.\n\n### Deep\n\nTen eleven twelve. Last.\n", 8
    )
    assert texts(smaller) == [
        "Second\n\nSeven eight nine.",
        "Deep\n\nTen eleven twelve. Last.",
    ]


def test_a_heading_does_not_end_a_chunk() -> None:
    result = prepared("One two three four.\n\n### Low\n\nFive six seven.\n", 6)
    assert texts(result) == ["One two three four.", "Low\n\nFive six seven."]


def test_headings_are_in_force_after_themselves() -> None:
    text = "# A *b*\n\nx\n\n### C\n\ny\n\n## D\n\nz\n"
    blocks = document(text).blocks

    def at(needle: str) -> tuple[str, ...]:
        return headings_at(blocks, text, text.index(needle))

    assert at("A") == ()
    assert at("x") == ("A *b*",)
    assert at("C") == ("A *b*",)
    assert at("y") == ("A *b*", "C")
    assert at("D") == ("A *b*",)
    assert at("z") == ("A *b*", "D")
    assert headings_at(blocks, text, 0) == ()


def test_a_passage_says_title_and_headings_once() -> None:
    text = "# Notes\n\nIntro here.\n\n## Scope\n\nAll of it.\n\n### Why?\n\nBecause.\n"
    result = prepared(text, 6, overlap=0)
    passages = [result.passage(chunk) for chunk in result.chunks]
    assert [passage.text for passage in passages] == [
        "Notes\n\nIntro here.",
        "Notes.\nScope\n\nAll of it.",
        "Notes. Scope.\nWhy?\n\nBecause.",
    ]
    for passage, chunk in zip(passages, result.chunks, strict=True):
        own = result.sentences[chunk.first_sentence : chunk.stop_sentence]
        assert [passage.text[a:b] for a, b in passage.sentence_spans] == [
            text[s.start : s.end] for s in own
        ]


def test_a_prefix_is_limited_and_keeps_its_signs() -> None:
    found = passage_prefix(
        document("Text."), ["What is it?", "x" * 300], Sentence(0, 5)
    )
    assert found.startswith("Notes. What is it? > xxx")
    assert len(found) == 201
    assert found.endswith("…\n")


def test_an_empty_document_has_no_chunks() -> None:
    assert make_chunks(document("---"), [], []) == []


LINES = """# One
## Two
### Three
A word. And more of them. The end.
Longer sentence with a dozen words in it, or nearly so, I think.
- item
x = 1"""
MARKDOWN = st.lists(st.sampled_from(LINES.split("\n")), min_size=1, max_size=25).map(
    "\n\n".join
)


def check(result: PreparedDocument, max_pieces: int, counts: Sequence[int]) -> None:
    text, levels = result.document.text, {}
    for block in result.document.blocks:
        levels[block.start] = block.level
    covered: set[int] = set()
    for chunk in result.chunks:
        own = range(chunk.first_sentence, chunk.stop_sentence)
        assert not covered.issuperset(own)
        covered.update(own)
        assert chunk.start == result.sentences[own[0]].start
        assert chunk.end == result.sentences[own[-1]].end
        passage = make_passage(result.document, result.sentences, chunk)
        assert passage.text.endswith(text[chunk.start : chunk.end])
        prefix_count = WordEncoder().count_pieces(
            [passage.text[: -(chunk.end - chunk.start)]]
        )[0]
        pieces = sum(counts[n] for n in own) + prefix_count
        assert pieces <= max_pieces or len(own) == 1 or prefix_count > max_pieces // 2
        body = [levels.get(result.sentences[n].start, 0) for n in own]
        headless = body[next((i for i, lvl in enumerate(body) if not lvl), len(body)) :]
        assert not any(level in (1, 2) for level in headless[1:])
    assert covered == set(range(len(result.sentences)))


@settings(deadline=None, max_examples=150)
@given(MARKDOWN, st.integers(4, 40), st.integers(0, 2))
def test_chunks_keep_their_promises(text: str, max_pieces: int, overlap: int) -> None:
    result = prepared(text, max_pieces, overlap)
    counts = WordEncoder().count_pieces(
        [result.document.text[s.start : s.end] for s in result.sentences]
    )
    check(result, max_pieces, counts)
