from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from assistant.records import Abstention, Answer, Grounds, Retrieved, WordFound
from assistant.tui import wording
from index.errors import LibraryLocked, QuothError
from index.spelling import Correction
from tests.tui_support import MemoryAsker, seeds

HOSTILE = "[red]x[/red] [@click=app.quit]go[/] \x1b[31mESC\x1b]0;t\x07 \u202egnp.exe\r!"


def answer(question: str = "Who is the US envoy for Syria?") -> Answer:
    *_, last = seeds().ask(question)
    assert isinstance(last, Answer)
    return last


def test_question_words_are_lit() -> None:
    content = wording.quote_content(answer().quotes[0], lit_style="bold")
    lit = [content.plain[span.start : span.end] for span in content.spans]
    assert lit == ["US", "Envoy", "Syria"]


def test_line_breaks_and_indents_inside_a_quote_are_shown_as_one_space() -> None:
    text = "The   old\n      oak  is\told."
    lit = ((6, 9), (16, 19), (24, 27))
    assert [text[a:b] for a, b in lit] == ["old", "oak", "old"]
    quote = replace(answer().quotes[0], text=text, lit=lit)
    content = wording.quote_content(quote, lit_style="bold")
    assert content.plain == "The old oak is old."
    spans = [content.plain[span.start : span.end] for span in content.spans]
    assert spans == ["old", "oak", "old"]


def test_the_sentence_before_is_dimmed_and_stands_before_the_quote() -> None:
    quote = answer("What could it pave the way for?").quotes[0]
    content = wording.quote_content(quote, lit_style="bold")
    assert content.plain.startswith("Backed by Lebanese Hezbollah fighters")
    assert content.plain.endswith(quote.text)
    dimmed = content.spans[0]
    assert content.plain[dimmed.start : dimmed.end] == quote.context_before
    assert dimmed.style == f"not bold {wording.MUTED}"


def test_the_source_line_names_line_page_and_heading() -> None:
    citation = replace(answer().quotes[0].citation, page=3, headings=("Part", "Talks"))
    assert wording.source_line(citation).plain == "syria-ceasefire.txt:1 · p. 3 · Talks"
    whole = wording.source_line(citation, whole_path=True).plain
    assert whole == "syria-ceasefire.txt:1 · p. 3 · Part / Talks"


def test_a_long_name_keeps_its_line_in_sight() -> None:
    found = answer().quotes[0].citation
    document = replace(found.document, name=f"wn/{'long-' * 20}end.txt")
    line = wording.source_line(replace(found, document=document, headings=())).plain
    assert line.startswith("wn/long-")
    assert line.endswith("end.txt:1")
    assert "…" in line
    assert len(line) == 58


@pytest.mark.parametrize(
    ("probability", "bar", "said"),
    [(0.0, 0, "1 %"), (0.5, 4, "50 %"), (0.97, 8, "97 %"), (1.0, 8, "99 %")],
)
def test_the_bar_is_as_long_as_the_confidence(
    probability: float, bar: int, said: str
) -> None:
    content = wording.confidence_bar(probability)
    assert content.plain == "━" * bar + "─" * (8 - bar) + f"  {said} sure"


def test_what_a_quote_is_can_be_told_from_its_marker_alone() -> None:
    assert wording.marker(2, near=False, followed=False) == " 2 "
    assert wording.marker(2, near=True, followed=False) == "≈2 "
    assert wording.marker(2, near=False, followed=True) == "▸2 "


def test_an_answer_says_what_it_took() -> None:
    found = Retrieved(1_200, 3, 1.0)
    line = wording.answered_line(answer(), found).plain
    assert line == "answered in 84 ms from 1,200 passages of 3 documents"
    assert wording.answered_line(answer(), None).plain == "answered in 84 ms"
    *_, none = seeds().ask("Peru?")
    assert isinstance(none, Abstention)
    line = wording.answered_line(none, found).plain
    assert line == "looked through 1,200 passages of 3 documents in 84 ms"
    assert wording.answered_line(none, None).plain == "looked for 84 ms"
    assert not wording.answered_line(replace(none, timings_ms={}), None)


def test_stages_are_told_apart_by_their_signs() -> None:
    line = wording.stages_line(["12 passages"], "weighing", ["choosing"])
    assert line.plain == "✓ 12 passages   ● weighing   ○ choosing"


def test_a_near_miss_says_which_words_its_passage_lacks() -> None:
    quote = answer().quotes[0]
    assert not wording.lacking_line(quote)
    words = (
        WordFound("capital", "quote", True),
        WordFound("[b]Peru[/b]", "nowhere", True),
        WordFound("Andes", "nowhere", False),
    )
    near = replace(quote, grounds=Grounds((), words, None, 1))
    assert wording.lacking_line(near).plain == "lacks [b]Peru[/b]"


def test_a_quote_of_many_screens_is_cut_and_says_so() -> None:
    quote = replace(
        answer().quotes[0], text="word " * 5_000, lit=((0, 4), (9_000, 9_004))
    )
    content = wording.quote_content(quote, lit_style="bold")
    assert content.plain.endswith("…")
    assert len(content.plain) < 2_100
    assert [span.start for span in content.spans] == [0]


def test_corrections_and_uncovered_words_are_named() -> None:
    reply = replace(
        answer(),
        corrections=(Correction("envoi", 0, 5, "envoy"),),
        uncovered_terms=("Peru", "capital"),
    )
    assert wording.correction_line(reply).plain == "Read as: envoi → envoy"
    assert wording.uncovered_line(reply).plain == "Not found: Peru, capital"


def test_nothing_to_say_is_no_text() -> None:
    assert not wording.correction_line(answer())
    assert not wording.uncovered_line(answer())


def test_one_document_and_several_abstain_in_good_english() -> None:
    *_, one = seeds().ask("What is the capital of Peru?")
    *_, two = MemoryAsker({"a": "A word.", "b": "Another."}).ask("Peru?")
    assert isinstance(one, Abstention)
    assert isinstance(two, Abstention)
    assert wording.abstention_title(one).plain == "○ Not in this document."
    assert wording.abstention_title(two).plain == "○ Not in these documents."
    perhaps = wording.abstention_title(replace(one, closest=True)).plain
    assert perhaps == "◐ Perhaps: the closest passage. It does not clearly answer."


def test_a_failure_has_title_message_and_remedy() -> None:
    error = LibraryLocked("The library seeds is in use.", "Wait for the other process.")
    lines = wording.failure_content(error).plain.split("\n")
    assert lines == [
        "✗ The library is being written",
        "The library seeds is in use.",
        "Wait for the other process.",
    ]


def test_the_library_is_described() -> None:
    overview = seeds().overview()
    assert wording.library_line(overview) == "seeds · 1 document"
    assert wording.encoder_line(overview) == "ready"
    partly = replace(overview.library, chunks=30, encoded_chunks=10)
    line = wording.encoder_line(replace(overview, library=partly))
    assert line == "20 by words only"
    many = replace(overview, library=replace(overview.library, documents=2_000))
    assert wording.loaded_line(many).plain == "syria-ceasefire.txt and 1,999 more"
    names = tuple(f"folder/{'long-' * 8}{number}.txt" for number in range(5))
    line = wording.loaded_line(replace(many, document_names=names), 60).plain
    assert line == f"{names[0]}, {names[1]} and 1,998 more"
    line = wording.loaded_line(replace(many, document_names=names), 20).plain
    assert line == "folder/long-…-0.txt, folder/long-…-1.txt and 1,998 more"


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    asker = MemoryAsker({HOSTILE: HOSTILE})
    *_, last = asker.ask("go exe")
    assert isinstance(last, Answer)
    error = QuothError(HOSTILE, HOSTILE)
    contents = [
        wording.quote_content(last.quotes[0]),
        wording.source_line(last.quotes[0].citation),
        wording.failure_content(error),
        wording.loaded_line(asker.overview()),
        wording.plain(HOSTILE),
    ]
    for content in contents:
        assert "[red]x[/red] [@click=app.quit]go[/]" in content.plain
        assert not set(content.plain) & set("\x1b\x07\r\u202e")
        assert not any("click" in str(span.style) for span in content.spans)


@given(st.text())
def test_flat_text_has_the_same_length_and_one_line(text: str) -> None:
    shown = wording.flat(text)
    assert len(shown) == len(text)
    assert not set(shown) & set("\n\r\t\x1b")
    assert Content(shown).plain == shown
