"""The benchmark of names, codes and numbers: what it asks for, and how it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import names
from tests.fakes import WordEncoder

FIRST = ("Ada", "Bea", "Cleo", "Dora", "Edda", "Fay", "Gwen", "Hope", "Ida", "June")
LAST = ("Stone", "Woods")
PEOPLE = [f"{first} {last}" for first in FIRST for last in LAST]


def test_only_what_one_text_holds_is_asked_for() -> None:
    texts = [
        "Here Mary Ann Evans met Carl Lipo. Sold as B-1821, and as MMR2 too,"
        " for $2,500 or for 40 each.",
        "Later Carl Lipo left, and the part B-1821 with him.",
        "In print it was mary ann evans, in 1871.",
        "Where sentences begin: Jane Eyre is not seen, nor is 4711, of 40 there.",
        "There he found John Snow, not John.",
    ]
    assert names.rare(texts, "name", 9) == ["John Snow"]
    assert names.rare(texts, "code", 9) == ["MMR2"]
    assert names.rare(texts, "number", 9) == ["$2,500"]


def test_as_many_as_wanted_are_drawn_and_always_the_same() -> None:
    texts = [f"Here came {name}." for name in PEOPLE]
    drawn = names.rare(texts, "name", 5)
    assert len(set(drawn)) == 5
    assert set(drawn) < set(PEOPLE)
    assert names.rare(texts, "name", 5) == drawn


def test_every_system_is_asked_for_every_name_in_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(names, "load_default_encoder", WordEncoder)
    folder = tmp_path / "people"
    folder.mkdir()
    rows = [
        {"_id": str(number), "title": "", "text": f"Yesterday came {name}."}
        for number, name in enumerate(PEOPLE)
    ]
    for file, lines in (
        ("corpus.jsonl", rows),
        ("queries.jsonl", [{"_id": "1", "text": "Who came?"}]),
    ):
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        (folder / file).write_text(text, encoding="utf-8")
    (folder / "qrels.tsv").write_text("q\td\tgain\n1\t1\t1\n", encoding="utf-8")
    out = tmp_path / "out.json"
    places = ["--work", str(tmp_path / "work"), "--out", str(out)]
    names.main([str(folder), *places])
    result = json.loads(out.read_text(encoding="utf-8"))["data_sets"]["people"]
    assert list(result["kinds"]) == ["name"]  # too few codes
    systems = result["kinds"]["name"]
    assert list(systems) == [system.name.strip() for system in names.SYSTEMS]
    assert {one["questions"] for one in systems.values()} == {2 * len(PEOPLE)}
    words = systems["Quoth, words"]
    assert (words["first"], words["in_ten"]) == (1.0, 1.0)
    assert "Quoth, hybrid" in capsys.readouterr().out


def test_a_set_of_boundaries_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "load_default_encoder", WordEncoder)
    row = {"_id": "1", "text": "One. Two.", "sentences": [[0, 4], [5, 9]]}
    (tmp_path / "docs.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="a set of questions"):
        names.main([str(tmp_path), "--work", str(tmp_path / "work")])
