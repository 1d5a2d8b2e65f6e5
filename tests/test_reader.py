"""The reader: its weights, its two runtimes, what it tells apart, other readers."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from assistant.reader import compiled, load_reader, weights
from assistant.reader.pairs import Passage
from assistant.reader.reader import Reader
from index.encoders import compiled as cache
from index.encoders.weights import find_model
from index.errors import EncoderError, ReaderDamaged, ReaderError, ReaderMissing

QUESTION = "Who is the US envoy for Syria?"


def alone(sentence: str) -> Passage:
    return Passage("", "", sentence, "")


PASSAGES = [
    alone("The US envoy for Syria, Michael Ratney, welcomed the talks on Tuesday."),
    alone("The United States takes part in talks on Syria in Geneva this week."),
    alone("Envoys of several countries arrived at the hotel before noon."),
    alone("Bananas are rich in potassium."),
]


def test_weights_come_back_nearly_as_they_were(tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    own = {
        "matrix": generator.normal(size=(400, 300)).astype(np.float32),
        "bias": generator.normal(size=300).astype(np.float32),
    }
    weights.pack(own, tmp_path / "w.safetensors")
    found = weights.unpack(tmp_path / "w.safetensors")
    assert found.keys() == own.keys()
    assert np.array_equal(found["bias"], own["bias"])
    step = np.abs(own["matrix"]).max(axis=1, keepdims=True) / 127
    assert (np.abs(found["matrix"] - own["matrix"]) <= step * 0.51).all()
    assert (tmp_path / "w.safetensors").stat().st_size < 400 * 300 * 1.1


def test_the_weights_that_come_with_quoth_are_small_and_the_published_ones(
    tmp_path: Path,
) -> None:
    files = weights.default_files(tmp_path)
    size = files.weights.stat().st_size + files.ranges.stat().st_size
    assert size <= 12_000_000


@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_damaged_weights_are_named(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if damage == "altered":
        (tmp_path / "weights.safetensors").write_bytes(b"other")
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    with pytest.raises(ReaderDamaged, match=r"weights\.safe.*reader\.name = off"):
        load_reader(cache_dir=tmp_path / "cache")


def test_both_runtimes_say_the_same(default_reader: Reader, tmp_path: Path) -> None:
    by_torch = load_reader(runtime="torch", cache_dir=tmp_path)
    fast = default_reader.score(QUESTION, PASSAGES)
    exact = by_torch.score(QUESTION, PASSAGES)
    assert np.abs(fast - exact).max() <= 2 * compiled.LARGEST_DIFFERENCE
    assert np.argsort(-fast).tolist() == np.argsort(-exact).tolist()


def test_the_same_question_gets_the_same_bytes(default_reader: Reader) -> None:
    first = default_reader.score(QUESTION, PASSAGES)
    assert default_reader.score(QUESTION, PASSAGES).tobytes() == first.tobytes()
    assert first.shape == (len(PASSAGES),)
    assert default_reader.score(QUESTION, []).shape == (0,)


def test_what_answers_stands_above_what_is_about_it(default_reader: Reader) -> None:
    scores = default_reader.score(QUESTION, PASSAGES)
    assert scores.argmax() == 0
    assert scores[0] > 0 > scores[1:].max()


def test_a_near_miss_is_told_from_an_answer(default_reader: Reader) -> None:
    sentence = alone("Nine villages were flooded when the river rose on Sunday.")
    answered = default_reader.score("How many villages were flooded?", [sentence])
    near_miss = default_reader.score(
        "What are the names of the nine villages?", [sentence]
    )
    assert answered[0] > near_miss[0] + 1


def test_the_sentence_before_is_read_too(default_reader: Reader) -> None:
    sentence = "He resigned on Friday after eleven years."
    about = Passage("", "Erik Lund led the bank since 2001.", sentence, "")
    other = Passage("", "Owls hunt mice in the barn at night.", sentence, "")
    question = "When did Erik Lund resign?"
    with_him, without = default_reader.score(question, [about, other])
    assert with_him > without


def test_the_end_of_a_long_sentence_is_read(default_reader: Reader) -> None:
    filler = "the tax on salt, the toll on the old bridge, the fee for the market, "
    ending = "and the mayor of Kiel, Ulf Kampfer, opened the new harbour"
    long = alone("The council spoke of " + filler * 12 + ending + ".")
    without = alone("The council spoke of " + filler * 12 + "and much else.")
    found, missing = default_reader.score("Who is the mayor of Kiel?", [long, without])
    assert found > missing + 1


def test_a_failed_conversion_is_told_and_torch_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(recipe: cache.Recipe, _: Path) -> None:
        raise EncoderError(f"The model {recipe.name} cannot be converted: no.")

    monkeypatch.setattr(cache, "_run_conversion", fail)
    with pytest.raises(ReaderError, match="cannot be converted"):
        load_reader(runtime="openvino", cache_dir=tmp_path)
    notes: list[str] = []
    reader = load_reader(cache_dir=tmp_path, notify=notes.append)
    assert any("torch" in note for note in notes)
    assert reader.score(QUESTION, PASSAGES).argmax() == 0


def test_an_unknown_reader_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderMissing, match=r"no reader 'nobody'.*`off`"):
        load_reader("nobody", cache_dir=tmp_path)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small cross-encoder with random weights, saved as one is."""
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    encoder = find_model("default", folder / "cache").path
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        if (encoder / name).exists():
            shutil.copy(encoder / name, folder / name)
    return folder


def test_any_cross_encoder_reads(cross_encoder: Path, tmp_path: Path) -> None:
    reader = load_reader(str(cross_encoder), cache_dir=tmp_path)
    scores = reader.score(QUESTION, PASSAGES)
    assert scores.shape == (len(PASSAGES),)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) > 1
    assert reader.score(QUESTION, []).shape == (0,)


def test_a_folder_that_is_no_cross_encoder_is_named(
    cross_encoder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "odd"
    shutil.copytree(cross_encoder, folder)
    (folder / "config.json").write_text("{}")
    with pytest.raises(ReaderError, match="odd"):
        load_reader(str(folder), cache_dir=tmp_path)
