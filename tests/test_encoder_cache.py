"""The cache of compiled models: damage, float32, read-only folders; other models."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Encoder
from index.encoders import compiled, load_encoder, openvino_encoder
from index.encoders.hashing import file_sha256, read_json
from index.encoders.openvino_encoder import recipe_of
from index.encoders.weights import DEFAULT_PACKAGE, ModelFolder, find_model
from index.errors import EncoderError
from index.records import Passage

QUESTION = ["Who is the US envoy for Syria?"]


@pytest.fixture(scope="module")
def expected(encoder_cache: Path) -> bytes:
    encoder = load_encoder(runtime="openvino", cache_dir=encoder_cache)
    return encoder.encode_questions(QUESTION).tobytes()


def folder_of(cache: Path) -> Path:
    """Where a cache, which may hold the reader too, keeps the default encoder."""
    model = find_model("default", cache)
    return cache / "openvino" / compiled.model_key(recipe_of(model, 256))


@pytest.fixture
def cache(
    encoder_cache: Path,
    expected: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A copy of the warm cache; a conversion takes the converted files from there."""
    copy = tmp_path / "cache"
    own = folder_of(encoder_cache)
    shutil.copytree(own, copy / "openvino" / own.name)
    warm = folder_of(encoder_cache)

    def take(_: compiled.Recipe, target: Path) -> None:
        for name in ("model.xml", "model.bin"):
            shutil.copy(warm / name, target / name)

    monkeypatch.setattr(compiled, "_run_conversion", take)
    return copy


def cut(path: Path) -> None:
    os.chmod(path, 0o600)
    os.truncate(path, path.stat().st_size // 2)


def alter(path: Path) -> None:
    os.chmod(path, 0o600)
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        stream.write(b"not what was written")


def write_rubbish(path: Path) -> None:
    path.write_text("[}")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("model.bin", cut),
        ("model.bin", Path.unlink),
        ("model.xml", alter),
        ("*/*.blob", cut),
        ("*/*.blob", alter),
    ],
)
def test_a_damaged_file_is_made_again(
    cache: Path, expected: bytes, name: str, damage: Callable[[Path], None]
) -> None:
    (victim,) = cache.glob(f"openvino/*/{name}")
    damage(victim)
    encoder = load_encoder(runtime="openvino", cache_dir=cache)
    assert encoder.encode_questions(QUESTION).tobytes() == expected


@pytest.mark.parametrize(
    ("name", "damage"),
    [("manifest.json", write_rubbish), ("*/manifest.json", Path.unlink)],
)
def test_a_lost_manifest_is_made_again(
    cache: Path, expected: bytes, name: str, damage: Callable[[Path], None]
) -> None:
    (victim,) = cache.glob(f"openvino/*/{name}")
    damage(victim)
    encoder = load_encoder(runtime="openvino", cache_dir=cache)
    assert encoder.encode_questions(QUESTION).tobytes() == expected
    assert len(list(cache.glob(f"openvino/*/{name}"))) == 1


def test_too_coarse_a_precision_gives_way_to_float32(
    cache: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (verdict,) = cache.glob("openvino/*/*/manifest.json")
    assert json.loads(verdict.read_text())["precision"] == "default"
    verdict.unlink()
    monkeypatch.setattr(openvino_encoder, "SMALLEST_COSINE", 1.5)
    notes: list[str] = []
    encoder = load_encoder(cache_dir=cache, notify=notes.append)
    if not notes:
        pytest.skip("this processor has no precision below float32")
    assert any("float32" in note for note in notes)
    assert json.loads(verdict.read_text())["precision"] == "f32"
    vector = encoder.encode_questions(QUESTION)
    other = np.frombuffer(expected, dtype=np.float32)
    assert vector.tobytes() != expected
    assert float(vector[0] @ other) > 0.999


def test_a_folder_that_cannot_be_made_gives_way_to_a_temporary_one(
    cache: Path, expected: bytes, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    notes: list[str] = []
    encoder = load_encoder(cache_dir=blocked / "cache", notify=notes.append)
    assert encoder.encode_questions(QUESTION).tobytes() == expected
    assert any("temporary" in note for note in notes)


def test_a_failed_conversion_is_told_and_torch_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(recipe: compiled.Recipe, _: Path) -> None:
        raise EncoderError(f"The model {recipe.name} cannot be converted: no.")

    monkeypatch.setattr(compiled, "_run_conversion", fail)
    with pytest.raises(EncoderError, match="cannot be converted"):
        load_encoder(runtime="openvino", cache_dir=tmp_path)
    notes: list[str] = []
    encoder = load_encoder(cache_dir=tmp_path, notify=notes.append)
    assert any("torch" in note for note in notes)
    assert encoder.encode_questions(QUESTION).shape == (1, 384)
    assert list(tmp_path.glob("openvino/.new-*")) == []


def test_a_conversion_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/sh\necho first >&2\necho no such layer >&2\nexit 1\n")
    stand_in.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(stand_in))
    (tmp_path / "config.json").write_text("{}")
    recipe = recipe_of(ModelFolder("odd", tmp_path, "0" * 64), 256)
    with pytest.raises(EncoderError, match="odd cannot be converted: no such layer"):
        compiled._run_conversion(recipe, tmp_path)


def test_a_hash_is_recalled_until_the_file_changes(tmp_path: Path) -> None:
    path, cache = tmp_path / "file", tmp_path / "cache"
    path.write_text("one")
    first = file_sha256(path, cache)
    (memory,) = cache.glob("hashes/*.json")
    known = read_json(memory)
    assert known is not None
    memory.write_text(json.dumps({**known, "sha256": "recalled"}))
    assert file_sha256(path, cache) == "recalled"
    path.write_text("three")
    assert file_sha256(path, cache) not in {"recalled", first}


def tiny_model(folder: Path, pooling: str, *, dense: bool = False) -> Path:
    """Save a model of random weights with prompts, two layers and the given pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import AutoTokenizer, BertConfig, BertModel

    package = __import__(DEFAULT_PACKAGE)
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    base = folder / "base"
    BertModel(config).save_pretrained(base)
    AutoTokenizer.from_pretrained(package.get_model_path()).save_pretrained(base)
    transformer = modules.Transformer(str(base), max_seq_length=64)
    parts = [transformer, modules.Pooling(32, pooling)]
    if dense:
        parts.append(modules.Dense(32, 16))
    prompts = {"query": "ask: ", "document": "read this: "}
    SentenceTransformer(modules=parts, prompts=prompts, device="cpu").save_pretrained(
        str(folder / "model"), create_model_card=False
    )
    return folder / "model"


@pytest.mark.parametrize(
    ("pooling", "dense"),
    [("cls", False), ("max", False), ("mean", True), ("weightedmean", True)],
)
def test_any_models_own_vectors_and_prompts_are_kept(
    tmp_path: Path, pooling: str, dense: bool
) -> None:
    from sentence_transformers import SentenceTransformer

    folder = tiny_model(tmp_path, pooling, dense=dense)
    encoder = load_encoder(str(folder), "torch", cache_dir=tmp_path / "cache")
    reference = SentenceTransformer(str(folder), device="cpu")
    text = "A short text. And a second sentence."
    (vectors,) = encoder.encode_passages([Passage(text, ((0, 13), (14, 36)))])
    own = reference.encode_document(text, normalize_embeddings=True)
    np.testing.assert_allclose(vectors.chunk, own, atol=1e-5, rtol=0)
    question = encoder.encode_questions(["who?"])[0]
    own = reference.encode_query("who?", normalize_embeddings=True)
    np.testing.assert_allclose(question, own, atol=1e-5, rtol=0)
    assert vectors.sentences.shape == (2, 16 if dense else 32)
    np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)


def test_a_model_of_word_vectors_encodes_each_sentence_by_itself(
    tmp_path: Path,
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    package = __import__(DEFAULT_PACKAGE)
    tokenizer = Tokenizer.from_file(str(package.get_model_path() / "tokenizer.json"))
    static = StaticEmbedding(tokenizer, embedding_dim=24)
    model = SentenceTransformer(modules=[static], device="cpu")
    model.save_pretrained(str(tmp_path / "model"), create_model_card=False)
    notes: list[str] = []
    encoder = load_encoder(
        str(tmp_path / "model"), cache_dir=tmp_path / "cache", notify=notes.append
    )
    assert any("torch" in note for note in notes)
    text = "One sentence. Another of them."
    (vectors,) = encoder.encode_passages([Passage(text, ((0, 13), (14, 30), (5, 5)))])
    own = model.encode(["Another of them."], normalize_embeddings=True)[0]
    np.testing.assert_allclose(vectors.sentences[1], own, atol=1e-5, rtol=0)
    assert np.isfinite(vectors.sentences).all()
    assert encoder.identity.dimension == 24


def test_a_compiled_model_keeps_first_piece_pooling_and_prompts(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path, "cls")
    encoders: list[Encoder] = [
        load_encoder(str(folder), "openvino", cache_dir=tmp_path / "cache"),
        load_encoder(str(folder), "torch", cache_dir=tmp_path / "cache"),
    ]
    passage = Passage(
        "Some words. " * 40, tuple((n * 12, n * 12 + 11) for n in (0, 39))
    )
    one, other = (encoder.encode_passages([passage])[0] for encoder in encoders)
    assert float(one.chunk @ other.chunk) >= 0.999
    assert (one.sentences * other.sentences).sum(axis=1).min() >= 0.999
    one_q, other_q = (encoder.encode_questions(["why?"]) for encoder in encoders)
    assert float(one_q[0] @ other_q[0]) >= 0.999
    assert encoders[0].identity == encoders[1].identity
