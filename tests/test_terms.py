from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.stop_words import stop_words
from index.terms import (
    count_words,
    extract_terms,
    fold,
    is_stop_word,
    question_terms,
    term_hash,
    term_texts,
)

LANGUAGES = ("en", "de", "fr", "ru", "tr", "xx")

TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(
        alphabet="aAéß\u0130\u0131\u02bc'\u2019.,-_19 \u00ad\u0301\u200d"
        "中文カがｶﾞ한국ไทยनी",
        max_size=40,
    ),
)


def written(text: str, language: str = "en") -> list[str]:
    return [text[term.start : term.end] for term in extract_terms(text, language)]


@given(TEXTS, st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_spans_are_the_written_words_and_texts_are_their_terms(
    text: str, language: str
) -> None:
    terms = extract_terms(text, language)
    assert [term.text for term in terms] == term_texts(text, language)
    assert all(a.start < b.start for a, b in pairwise(terms))
    for term in terms:
        assert 0 <= term.start < term.end <= len(text)
        assert term.text != ""


@given(TEXTS, st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_a_question_finds_every_word_of_the_text_it_repeats(
    text: str, language: str
) -> None:
    texts = set(term_texts(text, language))
    for term in question_terms(text, ("en", language)):
        assert texts.intersection(term.texts)


@given(TEXTS)
@settings(deadline=None)
def test_no_letter_or_digit_is_lost(text: str) -> None:
    covered: set[int] = set()
    for term in extract_terms(text, "en"):
        covered.update(range(term.start, term.end))
    missed = {text[i] for i in set(range(len(text))) - covered}
    assert not any(character.isalnum() for character in missed)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Syria's envoy", ["syria", "envoy"]),
        ("SYRIA\u2019S ENVOYS", ["syria", "envoy"]),
        ("don't", ["dont"]),
        ("we'll", ["we"]),
        ("the U.S. and the US", ["the", "us", "and", "the", "us"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("COVID-19", ["covid", "19"]),
        ("snake_case", ["snake", "case"]),
        ("naïve Café cafe\u0301s", ["naiv", "cafe", "cafe"]),
        ("exam\u00adple", ["exampl"]),
        ("\ufb01sh \uff21\uff22", ["fish", "ab"]),
        ("O'Neil", ["o", "neil"]),
        ("...!?", []),
        ("", []),
    ],
)
def test_words_in_english(text: str, terms: list[str]) -> None:
    assert term_texts(text, "en") == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("400,000", ["400000"]),
        ("400000", ["400000"]),
        ("1'234'567", ["1234567"]),
        ("400\u202f000", ["400000"]),
        ("1,234.50", ["1234.50"]),
        ("1.000.000", ["1000000"]),
        ("3.5%", ["3.5"]),
        ("10-year", ["10", "year"]),
        ("in 2003.", ["in", "2003"]),
        ("1.2.2003", ["1", "2", "2003"]),
        ("[1,2]", ["1", "2"]),
        ("$1,0000", ["1", "0000"]),
        ("\uff12\uff10\uff11\uff19", ["2019"]),
    ],
)
def test_numbers_are_findable(text: str, terms: list[str]) -> None:
    assert term_texts(text, "en") == terms


def test_scripts_without_spaces_become_bigrams() -> None:
    assert written("日本語 abc 中") == ["日本", "本語", "abc", "中"]
    assert term_texts("한국어", "ko") == ["한국", "국어"]
    assert written("नमस्ते दुनिया", "hi") == ["नमस्ते", "दुनिया"]


def test_voiced_kana_stay_apart_from_plain_ones() -> None:
    assert term_texts("がか", "ja") != term_texts("かか", "ja")


def test_stems_are_those_of_the_language() -> None:
    assert term_texts("Häuser", "de") == term_texts("Haus", "de") == ["haus"]
    assert term_texts("l'homme", "fr") == ["l", "homm"]
    assert term_texts("running", "xx") == ["running"]


def test_threads_share_nothing() -> None:
    text = " ".join(f"running{n}s walked{n}" for n in range(2000))
    expected = term_texts(text, "en")
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(term_texts(text, "en")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_more_words_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.terms._REMEMBERED_WORDS", 3)
    assert term_texts("cats dogs birds cows cats", "en") == [
        *("cat", "dog", "bird", "cow", "cat")
    ]


def test_stop_words_are_flagged_and_kept() -> None:
    terms = question_terms("Who is the US envoy for Syria?", ("en",))
    assert [term.word for term in terms if not term.stop] == ["us", "envoy", "syria"]
    assert [term.stop for term in question_terms("WHO TOLD US", ("en",))] == [
        *(True, False, True)
    ]
    assert all(term.stop for term in question_terms("who is it?", ("en",)))
    assert question_terms("?!", ("en",)) == []


def test_stop_words_are_of_the_question_s_language_only() -> None:
    english = question_terms("When did the king die?", ("de", "en"))
    assert [term.word for term in english if not term.stop] == ["king", "die"]
    german = question_terms("Wann war die Wahl?", ("de", "en"))
    assert [term.word for term in german if not term.stop] == ["wahl"]


def test_question_words_have_a_stem_for_each_language() -> None:
    (term,) = question_terms("Nationen", ("en", "de", "xx"))
    assert term.texts == ("nationen", "nation")
    (term,) = question_terms("Running", ())
    assert (term.word, term.texts) == ("running", ("run",))


def test_stop_words_of_many_languages() -> None:
    assert is_stop_word("dont", "en")
    assert not is_stop_word("computer", "en")
    assert is_stop_word(fold("für"), "de")
    assert is_stop_word("og", "no")
    assert stop_words("xx") == frozenset()


def test_words_are_counted_unstemmed_for_spelling() -> None:
    counts = count_words(["Wars and war's 1990s 日本", "WARS, café"])
    assert counts == {"wars": 2, "and": 1, "war": 1, "cafe": 1}


def test_hash_is_stable() -> None:
    assert term_hash("syria") == 0xE1459E5AECD53CA5
    assert term_hash("\ud800") != term_hash("\ud801")
