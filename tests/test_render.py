"""Replies as text and JSON: exact in JSON, harmless on a terminal."""

from __future__ import annotations

import io
import json
import math
import unicodedata
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.finding import FoundHit
from assistant.followup import Reading
from assistant.history_form import dump_reply, load_reply
from assistant.records import (
    Abstention,
    Answer,
    Citation,
    Disagreement,
    Disputed,
    DocumentRef,
    Feature,
    Grounds,
    LibraryRef,
    PassageFound,
    Quote,
    WordFound,
)
from assistant.render.json_form import reply_form, search_form, to_json
from assistant.render.lines import Line, Span, line, write_lines
from assistant.render.plain import (
    confidence_in_words,
    render_hits,
    render_reply,
    source_text,
)
from assistant.render.sanitize import one_line, sanitize
from assistant.salience import Taken
from index.records import Hit
from index.spelling import Correction

HOSTILE = "a\x1b[31mred\x1b]0;title\x07\x9b2J\u202egnirts\u2066x\r\x00\x7f"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def citation(**changes: Any) -> Citation:  # noqa: ANN401 - any field
    ref = DocumentRef(
        1, "/d/notes/a.md", "notes/a.md", "A title", "0" * 64, "text/markdown"
    )
    fields: dict[str, Any] = {
        "marker": 1,
        "document": ref,
        "start": 10,
        "end": 20,
        "line": 3,
        "column": 5,
        "page": None,
        "headings": (),
        "prefix": "",
        "suffix": "",
    }
    return Citation(**{**fields, **changes})


def quote(text: str = "He said so.", **changes: Any) -> Quote:  # noqa: ANN401
    fields: dict[str, Any] = {
        "text": text,
        "citation": citation(),
        "context_before": None,
        "context_start": None,
        "probability": 0.9,
        "features": (Feature("coverage", 0.5, 2.0),),
        "lit": (),
    }
    return Quote(**{**fields, **changes})


LIBRARY = LibraryRef("notes", "f" * 64, 2, 5, 5)


def answer(*quotes: Quote, **changes: Any) -> Answer:  # noqa: ANN401
    fields: dict[str, Any] = {
        "question": "Who?",
        "confidence": 0.9,
        "quotes": quotes,
        "near_misses": (),
        "uncovered_terms": (),
        "corrections": (),
        "library": LIBRARY,
        "timings_ms": {"total": 1.5},
    }
    return Answer(**{**fields, **changes})


def text_of(lines: list[Line]) -> str:
    stream = io.StringIO()
    write_lines(lines, stream)
    return stream.getvalue()


def test_a_disagreement_is_said_and_kept() -> None:
    quotes = [quote("22 died."), quote("25 died.")]
    said = (Disputed(1, "22", 0, 2), Disputed(2, "25", 0, 2))
    reply = answer(*quotes, disagreements=(Disagreement(said),))
    line = "The documents disagree: [1] says 22, [2] says 25."
    assert line in text_of(render_reply(reply))
    assert line not in text_of(render_reply(answer(*quotes)))
    form, details = dump_reply(reply)
    assert load_reply(form, details).disagreements == reply.disagreements
    older = json.loads(form)
    del older["disagreements"]
    assert load_reply(json.dumps(older), details).disagreements == ()


def test_what_a_question_took_over_is_said() -> None:
    taken = (Taken("Kiel", "question"), Taken(f"Ulf{HOSTILE}", "quote"))
    alone = answer(quote(), reading=Reading("Who?", False, ()))
    for unread in (answer(quote()), alone):
        assert "Read with" not in text_of(render_reply(unread))
        assert reply_form(unread)["read_with"] == []
    read = Reading("Who?", True, taken)
    for reply in (
        answer(quote(), reading=read),
        replace(closest(quote()), reading=read),
    ):
        shown = text_of(render_reply(reply))
        assert "Read with: Kiel, Ulfa" in shown
        assert "\x1b" not in shown
        assert reply_form(reply)["read_with"] == ["Kiel", f"Ulf{HOSTILE}"]


def test_overlapping_lit_spans_say_nothing_twice() -> None:
    chinese = "北京是首都。"
    shown = text_of(render_reply(answer(quote(chinese, lit=((0, 2), (3, 5), (1, 4))))))
    assert chinese in shown


@pytest.mark.parametrize(
    ("name", "headings", "expected"),
    [
        ("a/syria-ceasefire.txt", ("Syria ceasefire", "Talks"), " · Talks"),
        ("a/12-Flats-collapse-in-Ale.txt", ("Flats collapse in Aleppo",), ""),
        ("a/lease.md", ("Terms of the house", "Rent"), " · Terms of the house › Rent"),
        ("a/lease.md", ("Terms", "Lease"), " · Terms › Lease"),
        ("a/lease.md", ("***",), " · ***"),
    ],
)
def test_a_place_does_not_say_the_name_twice(
    name: str, headings: tuple[str, ...], expected: str
) -> None:
    ref = DocumentRef(1, "/d/x", name, "A title", "0" * 64, "text/plain")
    place = source_text(citation(document=ref, headings=headings))
    assert place == f"{name}:3:5{expected}"


def test_a_hostile_text_loses_its_power_and_not_its_length() -> None:
    shown = sanitize(HOSTILE)
    assert len(shown) == len(HOSTILE)
    assert not any(unicodedata.category(c) in {"Cc", "Cf"} for c in shown)
    assert "␛[31mred" in shown


@given(st.text(st.characters()))
def test_no_text_keeps_a_control_character(text: str) -> None:
    shown = sanitize(text)
    assert len(shown) == len(text)
    kinds = {c: unicodedata.category(c) for c in shown if c not in "\t\n"}
    assert not {"Cc", "Cs"} & set(kinds.values())
    assert sanitize(shown) == shown
    shown.encode()


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert "  " not in one_line(text)


def test_ordinary_text_of_any_script_is_untouched() -> None:
    text = "Größe “quoted” 北京 שלום مرحبا 👩\u200d🔬 a\tb\nc"
    assert sanitize(text) == text


def test_an_answer_shows_quote_source_and_confidence() -> None:
    context = "The envoy spoke."
    found = text_of(
        render_reply(
            answer(
                quote("He  said\nso.", context_before=context, context_start=0),
                quote(
                    "Twice.",
                    citation=citation(marker=2, page=7, headings=("One", "Two")),
                ),
            )
        )
    )
    assert found == (
        "    … The envoy spoke.\n"
        "[1] He said so.\n"
        "    notes/a.md:3:5\n"
        "\n"
        "[2] Twice.\n"
        "    notes/a.md:3:5 · page 7 · One › Two\n"
        "\n"
        "Confidence: high (90 %)\n"
    )


def test_an_abstention_shows_what_came_nearest_and_what_nothing_covers() -> None:
    reply = Abstention(
        question="What is the capital of Peru?",
        confidence=0.02,
        quotes=(),
        near_misses=(quote(),),
        uncovered_terms=("capital", "Peru"),
        corrections=(Correction("ratny", 0, 5, "ratney"),),
        library=LibraryRef("notes", "f" * 64, 2, 5, 3),
        timings_ms={},
    )
    found = text_of(render_reply(reply))
    assert found.startswith("Not in these documents.\nConfidence that they answer: low")
    assert "Nearest sentences, none of them an answer:" in found
    assert "[1] He said so.\n" in found
    assert "capital, Peru\n" in found
    assert "Read “ratny” as “ratney”." in found
    assert "2 of 5 passages" in found


def closest(*near: Quote) -> Abstention:
    return Abstention("Who?", 0.2, (), near, ("Peru",), (), LIBRARY, {}, closest=True)


def test_the_closest_passages_are_shown_without_a_claim() -> None:
    found = text_of(render_reply(closest(quote(), quote())))
    assert found.startswith(
        "Perhaps: the closest passages. None clearly answers.\n"
        "Confidence that the first answers: low (20 %)\n\n[1] He said so.\n"
    )
    assert "Nothing shown covers: Peru\n" in found
    assert "Nearest" not in found
    assert "Not in" not in found
    one = text_of(render_reply(closest(quote())))
    assert one.startswith(
        "Perhaps: the closest passage. It does not clearly answer.\n"
        "Confidence that it answers: low (20 %)\n"
    )


def test_what_is_only_near_is_paler_than_what_may_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = []
    for is_closest in (True, False):
        stream = Terminal()
        reply = replace(closest(quote()), closest=is_closest)
        write_lines(render_reply(reply), stream)
        rows = stream.getvalue().splitlines()
        shown.append(next(row for row in rows if "He said so." in row))
    assert ["\x1b[2mHe said so." in row for row in shown] == [False, True]


def test_an_abstention_without_near_misses_is_short() -> None:
    empty = Abstention("Q?", 0.0, (), (), (), (), LIBRARY, {})
    assert len(text_of(render_reply(empty)).splitlines()) == 2


def test_explain_shows_every_feature() -> None:
    found = text_of(render_reply(answer(quote()), explain=True))
    assert "evidence of this quote was not kept" in found
    grounds = Grounds(
        (("start", -4 * math.log(2)), ("coverage", 2 * math.log(2))),
        (WordFound("cats", "quote", True), WordFound("dogs", "nowhere", True)),
        1,
        None,
    )
    found = text_of(render_reply(answer(quote(grounds=grounds)), explain=True))
    rows = [row.strip() for row in found.splitlines()]
    assert rows[4].startswith("-4.0        Before any evidence")
    assert rows[5].startswith("+2.0  0.50  Words in the sentence")
    assert rows[6:9] == [
        "In it: cats",
        "Not there: dogs",
        "Its passage: 1st by its words, not found by its meaning.",
    ]


@given(st.floats(0, 1))
def test_confidence_is_never_certainty(probability: float) -> None:
    said = confidence_in_words(probability)
    assert " 0 %" not in said
    assert "100" not in said


def test_lit_words_do_not_change_the_quote() -> None:
    text = "The  envoy\tis Ratney."
    plain = text_of(render_reply(answer(quote(text))))
    lit = text_of(render_reply(answer(quote(text, lit=((5, 10), (14, 20))))))
    assert lit == plain
    assert "The envoy is Ratney." in plain


@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_any_lit_spans_give_the_same_words(text: str, cuts: list[int]) -> None:
    ends = sorted({min(cut, len(text)) for cut in cuts})
    spans = tuple(zip(ends[::2], ends[1::2], strict=False))
    shown = render_reply(answer(quote(text, lit=spans)))[0].plain
    assert "".join(shown.split()) == "[1]" + "".join(one_line(text).split())


def test_documents_cannot_reach_the_terminal() -> None:
    ref = DocumentRef(1, "/d", HOSTILE, HOSTILE, "0" * 64, "text/plain")
    hostile = quote(
        HOSTILE,
        citation=citation(document=ref, headings=(HOSTILE, "[bold]x[/bold]")),
        context_before=HOSTILE,
        context_start=0,
        lit=((0, 5),),
    )
    reply = answer(hostile, uncovered_terms=(HOSTILE,))
    for stream in (io.StringIO(), Terminal()):
        write_lines(render_reply(reply, explain=True), stream)
        shown = stream.getvalue()
        assert "\x1b]" not in shown
        assert "\x1b[31mred" not in shown
        assert not set("\x07\x9b\u202e\u2066\r\x00\x7f") & set(shown)
        assert "[bold]x[/bold]" in shown


def test_a_terminal_gets_wrapped_rows_of_its_width(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    long = Line((Span("word " * 30),), 4, Span("[1]", "marker"))
    write_lines([long, line("北京" * 40)], stream)
    rows = stream.getvalue().splitlines()
    assert len(rows) > 6
    assert "word" in rows[1]
    assert rows[1].startswith("    word")
    assert all(len(row) <= 60 for row in rows)
    assert "\x1b[36m" not in stream.getvalue(), "no colour"


def test_json_has_the_promised_keys_in_their_order() -> None:
    form = reply_form(answer(quote(HOSTILE, context_before="Before.")))
    assert list(form) == [
        *("question", "answered", "closest", "confidence", "quotes", "near_misses"),
        *("disagreements", "uncovered_terms", "corrections", "read_with", "library"),
        "timings_ms",
    ]
    found = json.loads(to_json(form))
    one = found["quotes"][0]
    assert list(one) == [
        *("marker", "text", "context_before", "document", "start", "end"),
        *("line", "column", "page", "headings", "score"),
    ]
    assert list(one["document"]) == ["path", "title", "sha256", "media_type"]
    assert list(found["library"]) == ["name", "fingerprint", "documents", "chunks"]
    assert one["text"] == HOSTILE, "JSON is exact"
    assert (found["answered"], found["closest"]) == (True, False)


def test_json_of_the_closest_passages_claims_no_answer() -> None:
    form = reply_form(closest(quote()))
    assert (form["answered"], form["closest"], form["quotes"]) == (False, True, [])
    assert len(cast("list[object]", form["near_misses"])) == 1
    silence = replace(closest(quote()), closest=False)
    assert reply_form(silence)["closest"] is False


def test_json_is_one_line_in_the_text_s_own_characters() -> None:
    written = to_json({"a": "Größe\n北京\u2028"})
    assert written == '{"a": "Größe\\n北京\\u2028"}'


def test_json_holds_nothing_that_a_terminal_acts_on() -> None:
    written = to_json({"text": HOSTILE})
    assert not any(unicodedata.category(c) in {"Cc", "Cf"} for c in written)
    assert json.loads(written) == {"text": HOSTILE}


@given(st.text(st.characters()))
def test_json_of_any_text_is_valid_and_exact(text: str) -> None:
    written = to_json({"text": text})
    written.encode()
    assert len(written.splitlines()) == 1
    assert json.loads(written) == {"text": text}


def test_explain_adds_features_to_json() -> None:
    form = reply_form(answer(quote()), explain=True)
    found = json.loads(to_json(form))["quotes"][0]
    assert found["features"] == [{"name": "coverage", "value": 0.5, "weight": 2.0}]
    assert found["grounds"] is None
    passage = PassageFound(1, 2, 3.5, 0.25, 0.5, 0.75)
    words = (WordFound("cats", "around", False),)
    grounds = Grounds((("start", -1.5),), words, 1, None, passage)
    form = reply_form(answer(quote(grounds=grounds)), explain=True)
    found = json.loads(to_json(form))["quotes"][0]
    assert found["grounds"] == {
        "odds": [{"name": "start", "log_odds": -1.5}],
        "words": [{"word": "cats", "where": "around", "typed": False}],
        "lexical_rank": 1,
        "semantic_rank": None,
        "passage": {
            "rank": 1,
            "rank_before_feedback": 2,
            "bm25_score": 3.5,
            "cosine": 0.25,
            "sentence_cosine": 0.5,
            "feedback_cosine": 0.75,
        },
    }


def found_hit() -> FoundHit:
    hit = Hit(
        chunk_id=1,
        document_id=1,
        start=10,
        end=20,
        first_sentence=0,
        stop_sentence=1,
        score=0.75,
        bm25_score=3.25,
        cosine=None,
        sentence_cosine=None,
        lexical_rank=1,
        semantic_rank=None,
    )
    return FoundHit(1, "Some\x1b text.", citation(), hit)


def test_hits_as_text() -> None:
    assert text_of(render_hits([found_hit()])) == (
        "1.  Some␛ text.\n    notes/a.md:3:5\n"
    )
    explained = text_of(render_hits([found_hit(), found_hit()], explain=True))
    assert explained.count("Words: 1st · BM25 3.25\n    Meaning: not looked at\n") == 2


def test_hits_as_json() -> None:
    form = search_form("some", "hybrid", [found_hit()])
    found = json.loads(to_json(form))
    assert list(found) == ["query", "mode", "hits"]
    assert list(found["hits"][0]) == [
        *("rank", "score", "text", "document", "start", "end", "line", "page"),
        *("lexical_rank", "semantic_rank", "word_for_word"),
    ]


@pytest.mark.parametrize("exact", [True, False])
def test_json_says_whether_a_hit_has_the_phrase(*, exact: bool) -> None:
    found = replace(found_hit(), hit=replace(found_hit().hit, word_for_word=exact))
    (hit,) = json.loads(to_json(search_form("some", "hybrid", [found])))["hits"]
    assert hit["word_for_word"] is exact


def test_source_text_has_line_and_column_first() -> None:
    assert source_text(citation(page=2)) == "notes/a.md:3:5 · page 2"


def test_a_label_does_not_colour_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    shown = Line((Span("plain "), Span("lit", "lit")), 4, Span("[1]", "marker"))
    write_lines([shown], stream)
    assert stream.getvalue() == "\x1b[1;36m[1] \x1b[0mplain \x1b[1mlit\x1b[0m\n"
