"""The tables for docs/quality.md, made of result files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import tables
from benchmarks.answers import PRODUCT


def result(
    folder: Path, commit: str, hit: float, asked: int = 8, name: str = "news"
) -> Path:
    scores = {
        "hit_1": hit,
        "hit_3": 0.9,
        "quote_precision": 0.5,
        "quote_recall": None,
        "parts_given": 1.0,
        "median_ms": 12.34,
        "calibration_error_mass": 0.04,
        "coverage": 0.75,
        "auroc_by_kind": {"near": {"auroc": 0.6543, "questions": 1250}},
        "suggested": [0.42, 0.6, 0.15],
    }
    systems = {"simple": {"hit_1": 0.25, "median_ms": 99.0}, PRODUCT: scores}
    found = {"systems": systems, "questions": asked, "questions_in_set": 8}
    path = folder / f"{commit}-answers.json"
    path.write_text(json.dumps({"commit": commit, "data_sets": {name: found}}), "utf-8")
    return path


def test_tables_name_the_best_the_samples_and_the_commits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        result(tmp_path, "aaa", 0.1),
        result(tmp_path, "bbb", 0.8, asked=4),
        result(tmp_path, "ccc", 0.2, name="papers"),
    ]
    tables.main([str(path) for path in files])
    said = capsys.readouterr().out
    assert "| hit@1 | news (4 of 8) | papers (8) |" in said
    assert f"| {PRODUCT} | **.800** | .200 |" in said
    assert "| simple | .250 | **.250** |" in said
    assert "Commits bbb (news); ccc (papers)." in said
    assert "aaa" not in said, "the later file of a set counts"
    # No set has the recall.
    assert "|  | hit@3 | precision | parts |" in said
    assert "| papers (8) | .900 | .500 | 1.000 |" in said
    assert "**99" not in said
    silence = said[said.index("### Silence") :]
    assert ".654 (1,250)" in silence
    assert ".600 from 0.42" in silence


def test_sets_are_chosen_and_put_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [result(tmp_path, "aaa", 0.1), result(tmp_path, "bbb", 0.2, name="papers")]
    tables.main([*map(str, files), "--sets", "papers"])
    said = capsys.readouterr().out
    assert "papers" in said
    assert "news" not in said
    assert "Commit bbb." in said
