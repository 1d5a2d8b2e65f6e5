from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.plain import plain_blocks
from index.records import Block, Document
from index.sentences import MAX_SENTENCE_CHARACTERS, split_sentences, split_text


def document(text: str, *blocks: Block, language: str = "en") -> Document:
    return Document(
        "/d/a.txt",
        "a.txt",
        "a",
        text,
        "text/plain",
        "0" * 64,
        blocks or tuple(plain_blocks(text)),
        language=language,
    )


def split(text: str, language: str = "en") -> list[str]:
    return [text[s.start : s.end] for s in split_text(text, language)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It rained.", "We stayed in."],
        ["Dr. Smith met J. K. Rowling at 5 p.m. on Monday.", "They talked."],
        ["It holds approx. 5 litres.", "It weighs 3.5 kg vs. 4 kg."],
        ["See Eq. 4 and figs. 2 and 3.", "They agree."],
        ['"We urge all factions to go on," he said.', '"We must."'],
        ['He said, "It is over."', "Nobody answered."],
        ["He said, “It is over.”", "Nobody answered."],
        ['"It is far too early to say what will come of these talks.', 'We wait."'],
        ["He wrote that 'all is well.'", "It was not."],
        ["(Prices are rising fast.)", "Wages are not."],
        ["(Laughter.)", "This is not a filibuster."],
        ["It was found in 1998. [12]", "It was lost again."],
        ["It was found in 1998.[3, 4]", "It was lost again."],
        ["The mice (gp130F759/F759 were born normal.", "They grew."],
        ["No.", "Keys are missing."],
        ["No. 5 is alive."],
        ['"Stop!" he cried.', "Nobody stopped."],
        ["Mix it, bake it and -- voila! -- you have a cake.", "Eat it."],
        ['It is called "Stop! Look! Listen!" and is long.', "Read it."],
        ["2. The second item is here.", "It has more."],
        ["word by word .", "`` I go . ''", "He left ."],
        ["'' I hope he is well , '' said he .", "Nobody knew ."],
        ["Der Hund läuft über die Straße.", "😀 Er bellt laut."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_chinese_needs_no_spaces() -> None:
    assert split("今日は晴れです。明日は雨です。", "ja") == [
        "今日は晴れです。",
        "明日は雨です。",
    ]


def test_line_ends_inside_a_paragraph_part_nothing() -> None:
    text = "The first sentence\r\nis wrapped. The second\nas well."
    assert split(text) == ["The first sentence\r\nis wrapped.", "The second\nas well."]


def test_blank_lines_part_sentences() -> None:
    assert split("no end here\n\n \nnor here") == ["no end here", "nor here"]


def test_structure_comes_before_punctuation() -> None:
    text = "Dr. Who. A life\nrow one. | row two.\nx = 1\n\n  y = 2\nOne. Two."
    found = split_sentences(
        document(
            text,
            Block(0, 15, "heading", 1),
            Block(16, 35, "table_row"),
            Block(36, 50, "code"),
            Block(51, 60, "list_item"),
        )
    )
    assert [text[s.start : s.end] for s in found] == [
        "Dr. Who. A life",
        "row one. | row two.",
        "x = 1",
        "y = 2",
        "One.",
        "Two.",
    ]


def test_an_endless_sentence_is_cut_at_a_safe_place() -> None:
    text = "; ".join(f"item {n}" for n in range(2_000))
    found = split_text(text)
    assert all(s.end - s.start <= MAX_SENTENCE_CHARACTERS for s in found)
    assert all(text[s.end - 1] == ";" for s in found[:-1])


def test_a_long_paragraph_is_split_like_a_short_one() -> None:
    sentences = [f"This is sentence {n}, said Dr. Smith (of York)." for n in range(900)]
    assert split(" ".join(sentences)) == sentences


FRAGMENTS = re.findall(
    r"\S+",
    "a The Dr. end. \" “ ” '' `` ( ) [3] ? ' ! … 。 « » é 😀 1. -- 3) U.S.",
)
PROSE = st.lists(
    st.sampled_from([*FRAGMENTS, "\n", "\r\n", "\n\n", "\t", " ", "\u00a0"]),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=300)
@given(PROSE | st.text(max_size=80))
def test_every_character_of_a_block_lies_in_one_sentence(text: str) -> None:
    found = document(text)
    covered = [0] * len(text)
    last = 0
    for sentence in split_sentences(found):
        assert last <= sentence.start < sentence.end
        last = sentence.end
        span = text[sentence.start : sentence.end]
        assert span == span.strip()
        for at in range(sentence.start, sentence.end):
            covered[at] += 1
    for block in found.blocks:
        assert all(
            covered[at] == 1 or text[at].isspace()
            for at in range(block.start, block.end)
        )
