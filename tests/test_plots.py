"""The pictures and tables that are made of result files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import plots
from benchmarks.answers import PRODUCT


def result_file(folder: Path) -> Path:
    scores = {
        "risk_curve": [[0.9, 0.25, 0.0], [0.3, 0.75, 0.1], [0.1, 1.0, 0.4]],
        "reliability": [[30, 0.2, 0.25], [30, 0.8, 0.7]],
    }
    path = folder / "result.json"
    content = {"data_sets": {"news": {"systems": {PRODUCT: scores}}}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def texts(path: Path) -> list[str]:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    return ["".join(one.itertext()).strip() for one in root.iter() if "text" in one.tag]


def test_pictures_are_small_have_text_and_are_the_same_again(tmp_path: Path) -> None:
    result = result_file(tmp_path)
    learning = tmp_path / "learning.json"
    runs = [
        {"questions": 20_000, "hit_1": {"news": 0.6}, "auroc": {"near": 0.7}},
        {"questions": 0, "hit_1": {"news": 0.4}, "auroc": {}},
    ]
    learning.write_text(json.dumps(runs), encoding="utf-8")
    arguments = [str(result), "--learning", str(learning), "--threshold", "0.3"]
    for folder in ("first", "second"):
        plots.main([*arguments, "--out", str(tmp_path / folder)])
    made = sorted((tmp_path / "first").iterdir())
    assert [path.name for path in made] == [
        "reader-learning-silence.svg",
        "reader-learning.svg",
        "reliability.svg",
        "risk-coverage.svg",
    ]
    for path in made:
        assert path.stat().st_size < 100_000
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
        assert str(tmp_path) not in path.read_text(encoding="utf-8")
    risk = texts(tmp_path / "first" / "risk-coverage.svg")
    assert {"Wrong first quotes", "news", "15%"} <= set(risk)
    assert "news (60)" in texts(tmp_path / "first" / "reliability.svg")
    assert "Questions trained on" in texts(tmp_path / "first" / "reader-learning.svg")


def test_a_system_that_was_not_measured_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no curve of 'Other'"):
        plots.main([str(result_file(tmp_path)), "--system", "Other"])
