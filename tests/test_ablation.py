"""The table of what each part of the search brings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import ablation
from index.records import Hit
from tests.fakes import WordEncoder
from tests.test_benchmarks import retrieval_set


def hit(
    chunk_id: int, bm25: float, cosine: float, lexical: int | None, semantic: int | None
) -> Hit:
    return Hit(
        *(chunk_id, chunk_id, 0, 1, 0, 1, 0.0, bm25, cosine, cosine / 2),
        lexical_rank=lexical,
        semantic_rank=semantic,
    )


HITS = [hit(1, 4.0, 0.2, 1, None), hit(2, 2.0, 0.6, 2, 1), hit(3, 0.0, 0.4, None, 2)]


def test_a_side_alone_ranks_only_what_it_found() -> None:
    assert ablation.by_words(HITS) == {1: 4.0, 2: 2.0}
    assert ablation.by_chunks(HITS) == {2: 0.6, 3: 0.4}
    assert ablation.by_sentences(HITS) == {2: 0.3, 3: 0.2}


def test_plain_fusions_by_hand() -> None:
    assert ablation.by_ranks(HITS) == pytest.approx(
        {1: 1 / 61, 2: 1 / 62 + 1 / 61, 3: 1 / 62}
    )
    assert ablation.by_halves(HITS) == pytest.approx({1: 0.5, 2: 0.75, 3: 0.25})


def test_every_system_is_measured_on_every_judged_query(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ablation, "load_default_encoder", WordEncoder)
    folder = retrieval_set(tmp_path / "set")
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as file:
        file.write("\n2\tkiel\t0\n")
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"_id": "3", "text": "asked and never judged"}\n')
    out = tmp_path / "out.json"
    common = ["--work", str(tmp_path / "work"), "--out", str(out)]
    ablation.main([str(folder), *common])
    result = json.loads(out.read_text(encoding="utf-8"))
    systems = result["data_sets"]["set"]["systems"]
    assert list(systems) == [*ablation.PLAIN, *ablation.VARIANTS]
    assert {one["query_count"] for one in systems.values()} == {2}
    assert systems[ablation.PRODUCT]["ndcg_10"] == 1.0
    assert "difference" not in systems[ablation.PRODUCT]
    assert systems["BM25"]["difference"]["p_value"] == 1.0
    shown = capsys.readouterr().out.splitlines()
    assert "| nDCG@10 | set | mean |" in shown
    assert f"| {ablation.PRODUCT} | 1.000 | 1.000 |" in shown
