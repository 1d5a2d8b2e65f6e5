"""Abbreviations: asked for, and spelled out."""

from __future__ import annotations

import pytest

from assistant.abbreviations import asked_abbreviation, spells_out


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does AIS stand for?", "AIS"),
        ("what does coh stand for", "coh"),
        ("What does the “CoH” stand for, and who broke it?", "CoH"),
        ("What does the acronym FISS stand for?", "FISS"),
        ("What did the letters S.O.S stand for?", "S.O.S"),
        ("What is QED short for?", "QED"),
        ("What is WADA an acronym of?", "WADA"),
        ("DECnet stands for what?", "DECnet"),
        ("What is the full form of WADA?", "WADA"),
        ("What does the abbreviation 'e.g.' mean?", "e.g."),
        ("What does AIS mean?", "AIS"),
        ("What does peace mean?", None),
        ("What does NATO mean for Europe?", None),
        ("What did he stand for?", None),
        ("What is the AIS?", None),
        ("Who stands for election?", None),
    ],
)
def test_what_a_question_wants_spelled_out(question: str, expected: str | None) -> None:
    assert asked_abbreviation(question) == expected


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("They use the Automatic Identification System (AIS) and another.", "AIS"),
        ("AIS and Long Range Identification and Tracking (LRIT) differ.", "LRIT"),
        ("The CoH (Cessation of Hostilities) is under stress.", "coh"),
        ("Two open reading frames (ORFs) were found.", "ORF"),
        ("The North Atlantic Treaty Organization (NATO; in French OTAN) met.", "NATO"),
        ("The United States (“U.S.”) paid.", "U.S."),
    ],
)
def test_a_sentence_that_spells_it_out(sentence: str, short: str) -> None:
    assert spells_out(sentence, short)


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("The signal (AIS) was lost.", "AIS"),
        ("NATO (founded in 1949) met.", "NATO"),
        ("The heat shock transcription factor (HSF1) binds.", "HSF1"),
        ("The AIS is an automatic identification system.", "AIS"),
        ("An Automatic Identification System (MAIS) was on board.", "AIS"),
        ("AIS (AIS) is loud.", "AIS"),
        # Too far before it: more words than the letters can stand for.
        ("A great oak in Sussex then stood very near to us (GO).", "GO"),
    ],
)
def test_a_sentence_that_does_not(sentence: str, short: str) -> None:
    assert not spells_out(sentence, short)
