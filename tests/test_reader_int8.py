"""The reader in 8 bits: what is rounded, how near it comes, what it gives way to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from assistant.reader import load_reader
from assistant.reader.compiled import recipe_of
from assistant.reader.pairs import Passage, Row
from assistant.reader.quantization import (
    MATRICES,
    QuantizedEmbedding,
    QuantizedLinear,
    range_name,
)
from assistant.reader.reader import Reader
from assistant.reader.weights import default_files
from index.encoders import compiled, precisions
from index.encoders.weights import find_model

QUESTION = "When was the bridge opened?"
PASSAGES = [
    Passage("", "", "The bridge over the Elbe was opened in 1893.", ""),
    Passage("", "", "The bridge is painted light blue.", ""),
]

on_x86 = pytest.mark.skipif(
    not precisions.has_fast_int8(), reason="8 bits are for x86 processors"
)


def _outstanding_inputs() -> torch.Tensor:
    """Inputs whose first channel is twelve times as great as the others."""
    torch.manual_seed(5)
    inputs = torch.randn(200, 64)
    inputs[:, 0] *= 12
    return inputs


def _error(inputs: torch.Tensor, linear: torch.nn.Linear) -> float:
    rounding = QuantizedLinear(linear, inputs.abs().amax(0), None)
    with torch.no_grad():
        exact = linear(inputs)
        return float((rounding(inputs) - exact).abs().mean() / exact.abs().mean())


def test_an_outstanding_channel_costs_the_others_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = _outstanding_inputs()
    linear = torch.nn.Linear(64, 32)
    error = _error(inputs, linear)
    assert error < 0.02
    monkeypatch.setattr("assistant.reader.quantization.OUTSTANDING", 1e9)
    assert _error(inputs, linear) > 1.5 * error  # as if no channel stood out


def test_inputs_of_one_sign_get_all_steps() -> None:
    torch.manual_seed(6)
    inputs = torch.nn.functional.gelu(torch.randn(500, 64))
    linear = torch.nn.Linear(64, 32)
    largest = inputs.abs().amax(0)
    one, both = (QuantizedLinear(linear, largest, least) for least in (-0.17, None))
    assert one.step < 0.6 * both.step
    with torch.no_grad():
        exact = linear(inputs)
        assert (one(inputs) - exact).abs().mean() < (both(inputs) - exact).abs().mean()


def test_a_table_in_8_bits_has_nearly_the_same_vectors() -> None:
    torch.manual_seed(7)
    table = torch.nn.Embedding(50, 16)
    table.weight.data[3] = 0
    table.weight.data[4] *= 100
    rounded = QuantizedEmbedding(table)
    ids = torch.tensor([[3, 4], [5, 49]])
    found, exact = rounded(ids), table(ids)
    step = exact.abs().amax(-1, keepdim=True) / 127
    assert ((found - exact).abs() <= 0.51 * step).all()
    assert rounded.rounded.dtype == torch.int8


def test_ranges_are_of_every_matrix_and_not_of_padding(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    from assistant.reader.network import Network
    from benchmarks.reader.ranges import measure_ranges

    encoder = find_model("default", tmp_path).path
    network = Network(load_file(encoder / "model.safetensors"), layers=2).eval()
    short = Row((101, 2054, 102, 3000, 102), (0, 0, 0, 1, 1))
    long = Row((101, *range(2000, 2040), 102), (0,) * 40 + (1, 1))
    apart = measure_ranges(network, [[short], [long]])
    together = measure_ranges(network, [[short, long]])
    assert apart.keys() == {range_name(n, m) for n in (0, 1) for m in MATRICES}
    for name, found in apart.items():
        assert found.shape == (1536 if name.endswith("down") else 384,)
        assert torch.allclose(found, together[name], rtol=1e-3, atol=1e-4)
    alone = measure_ranges(network, [[short]])
    assert (alone["layers.0.up"] <= apart["layers.0.up"] + 1e-6).all()
    assert (alone["layers.0.up"] < apart["layers.0.up"]).any()


@pytest.fixture
def own_cache(default_reader: Reader, encoder_cache: Path, tmp_path: Path) -> Path:
    """A copy of the reader's compiled files, which may be made anew."""
    assert default_reader.name == "default"
    files, encoder = default_files(tmp_path), find_model("default", tmp_path)
    name = compiled.model_key(recipe_of(files, encoder, tmp_path))
    shutil.copytree(encoder_cache / "openvino" / name, tmp_path / "openvino" / name)
    return tmp_path


def _verdict(cache: Path) -> Path:
    (verdict,) = cache.glob("openvino/*/*/manifest.json")
    return verdict


@on_x86
def test_the_reader_computes_in_8_bits(own_cache: Path) -> None:
    assert json.loads(_verdict(own_cache).read_text())["precision"] == precisions.INT8


@on_x86
def test_8_bits_that_are_too_coarse_give_way(
    own_cache: Path, default_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = _verdict(own_cache)
    verdict.unlink()
    tried: list[str] = []

    def judge(_: object, __: Path, precision: str, *___: object) -> bool:
        tried.append(precision)
        return precision == precisions.FAST

    monkeypatch.setattr(compiled, "is_near_enough", judge)
    notes: list[str] = []
    reader = load_reader(cache_dir=own_cache, notify=notes.append)
    assert tried == [precisions.INT8, precisions.FAST]
    assert json.loads(verdict.read_text())["precision"] == precisions.FAST
    assert [
        note for note in notes if "8 bits would be too coarse for the reader" in note
    ]
    finer = reader.score(QUESTION, PASSAGES)
    assert finer.tobytes() != default_reader.score(QUESTION, PASSAGES).tobytes()
    assert np.abs(finer - default_reader.score(QUESTION, PASSAGES)).max() < 1


def test_8_bits_are_for_processors_that_gain_by_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.xml").touch()
    monkeypatch.setattr("platform.machine", lambda: "AMD64")
    assert precisions.precisions_of(tmp_path) == ["default", "f32"]
    (tmp_path / "int8.xml").touch()
    assert precisions.precisions_of(tmp_path) == ["int8", "default", "f32"]
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert precisions.precisions_of(tmp_path) == ["default", "f32"]


def test_every_precision_is_measured_on_the_same_rows(
    tmp_path: Path,
    default_reader: Reader,
    encoder_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from benchmarks.reader.precisions import main

    assert default_reader.name == "default"
    sentences = [f"The {river} is a river." for river in ("Elbe", "Oder", "Havel")]
    case = {
        "question": "How long is the Elbe?",
        "title": "Rivers",
        "sentences": ["The Elbe is 1,094 km long.", *sentences],
        "gold": [0],
        "answerable": True,
        "source": "rivers",
    }
    lines = [json.dumps(case | {"question": f"{n}. How long?"}) for n in range(40)]
    (tmp_path / "rivers.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(encoder_cache))
    out = tmp_path / "out.json"
    main([str(tmp_path), "--rows", "100", "--out", str(out)])
    result = json.loads(out.read_text())
    assert result["rows"] >= 80
    found = result["precisions"]
    assert found["f32"]["largest_difference"] == 0
    assert all(one["median_ms"] > 0 for one in found.values())
    if precisions.has_fast_int8():
        assert 0 < found["int8"]["mean_difference"] < 0.5
