"""The default encoder for real: its vectors, its two runtimes, its manners."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoder import Encoder
from index.encoders import load_encoder
from index.encoders.weights import (
    DEFAULT_NAME,
    DEFAULT_PACKAGE,
    DEFAULT_SHA256,
    check_default,
)
from index.errors import EncoderDamaged, EncoderMissing
from index.records import Passage

ROOT = Path(__file__).resolve().parents[1]
SENTENCES = (
    "Michael Ratney is the US special envoy for Syria.",
    "He welcomed the truce.",
    "---",
    "Bananas are rich in potassium and grow in the tropics.",
)


def passage_of(*sentences: str, prefix: str = "") -> Passage:
    text, spans = prefix, []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence + " "
    return Passage(text, tuple(spans))


@pytest.fixture(scope="module")
def encoder(encoder_cache: Path) -> Encoder:
    return load_encoder(runtime="openvino", cache_dir=encoder_cache)


@pytest.fixture(scope="module")
def torch_encoder(encoder_cache: Path) -> Encoder:
    return load_encoder(runtime="torch", cache_dir=encoder_cache)


def test_the_identity_names_the_published_weights(encoder: Encoder) -> None:
    identity = encoder.identity
    assert (identity.name, identity.weights_sha256) == (DEFAULT_NAME, DEFAULT_SHA256)
    assert (identity.dimension, identity.max_pieces) == (384, 256)


def test_a_question_is_nearest_to_its_answer(encoder: Encoder) -> None:
    (question,) = encoder.encode_questions(["Who is the envoy of the United States?"])
    (vectors,) = encoder.encode_passages([passage_of(*SENTENCES)])
    assert int(np.argmax(vectors.sentences @ question)) == 0


@pytest.mark.parametrize(
    "passage",
    [
        Passage("", ()),
        Passage("", ((0, 0),)),
        Passage("   \n", ((1, 2),)),
        Passage("\ud83d lone \udcff", ((0, 1), (2, 6), (7, 8))),
        passage_of("---", "***"),
        passage_of("👩‍👩‍👧 🎉", "e\u0301"),
        passage_of("x" * 5000, "y"),
    ],
)
def test_odd_passages_have_finite_unit_vectors(
    encoder: Encoder, passage: Passage
) -> None:
    (vectors,) = encoder.encode_passages([passage])
    rows = np.vstack([vectors.chunk, vectors.sentences])
    assert rows.dtype == np.float32
    assert rows.shape == (1 + len(passage.sentence_spans), 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nothing_to_encode_gives_nothing(encoder: Encoder) -> None:
    assert encoder.encode_passages([]) == []
    assert encoder.encode_questions([]).shape == (0, 384)
    assert encoder.count_pieces([]) == []


def test_a_sentence_without_pieces_takes_the_chunks_vector(encoder: Encoder) -> None:
    passage = Passage("Word \u200b word.", ((0, 4), (5, 6), (7, 12)))
    (vectors,) = encoder.encode_passages([passage])
    np.testing.assert_array_equal(vectors.sentences[1], vectors.chunk)


def test_pieces_are_counted_without_special_ones(encoder: Encoder) -> None:
    assert encoder.count_pieces(["", "one", "unaffable", "\udc80"]) == [0, 1, 3, 0]


def test_the_last_of_a_thousand_words_still_counts(encoder: Encoder) -> None:
    words = " ".join(f"item{number % 7}" for number in range(1000))
    one, other = encoder.encode_passages(
        [passage_of(f"{words} banana"), passage_of(f"{words} parliament")]
    )
    assert float(one.chunk @ other.chunk) < 0.99999
    assert float(one.sentences[0] @ other.sentences[0]) < 0.99999


def test_a_vector_does_not_depend_on_the_batch(encoder: Encoder) -> None:
    passages = [passage_of(*SENTENCES), *(passage_of("word " * n) for n in range(40))]
    (alone,) = encoder.encode_passages(passages[:1])
    together = encoder.encode_passages(passages)[0]
    assert float(alone.chunk @ together.chunk) > 0.9999


def test_a_questions_bits_do_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    questions = ["Who is it?", "Where was the truce agreed, and by whom?", ""]
    together = encoder.encode_questions(questions)
    for question, vector in zip(questions, together, strict=True):
        alone = encoder.encode_questions([question])[0]
        assert alone.tobytes() == vector.tobytes()


def test_both_runtimes_give_the_same_vectors(
    encoder: Encoder, torch_encoder: Encoder
) -> None:
    passages = [
        passage_of(*SENTENCES),
        passage_of(*SENTENCES, prefix="News. Syria. "),
        passage_of(*(f"Sentence {number} of a long text." for number in range(120))),
    ]
    assert encoder.identity == torch_encoder.identity
    pairs = zip(
        encoder.encode_passages(passages),
        torch_encoder.encode_passages(passages),
        strict=True,
    )
    for one, other in pairs:
        assert float(one.chunk @ other.chunk) >= 0.999
        assert (one.sentences * other.sentences).sum(axis=1).min() >= 0.999
    questions = ["Who is it?", "word " * 600]
    cosines = encoder.encode_questions(questions) * torch_encoder.encode_questions(
        questions
    )
    assert cosines.sum(axis=1).min() >= 0.999


def test_late_pooling_is_the_mean_over_a_sentences_tokens(
    torch_encoder: Encoder,
) -> None:
    from sentence_transformers import SentenceTransformer

    passage = passage_of(*SENTENCES, prefix="Title. ")
    (vectors,) = torch_encoder.encode_passages([passage])
    package = __import__(DEFAULT_PACKAGE)
    model = SentenceTransformer(str(package.get_model_path()), device="cpu")
    tokens: Any = model.encode(passage.text, output_value="token_embeddings")
    offsets = model.tokenizer(passage.text, return_offsets_mapping=True)[
        "offset_mapping"
    ]
    np.testing.assert_allclose(
        vectors.chunk, model.encode(passage.text), atol=1e-5, rtol=0
    )
    for (start, end), vector in zip(
        passage.sentence_spans, vectors.sentences, strict=True
    ):
        rows = [n for n, (a, b) in enumerate(offsets) if a < end and b > start]
        mean = tokens[rows].mean(dim=0).numpy()
        expected = mean / np.linalg.norm(mean)
        np.testing.assert_allclose(vector, expected, atol=1e-5, rtol=0)


ASK = """
import hashlib, json, sys
from pathlib import Path

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.")):
        raise RuntimeError(f"network: {event}")

sys.addaudithook(refuse)
from index.encoders import load_encoder
encoder = load_encoder(cache_dir=Path(sys.argv[1]), notify=print)
vectors = encoder.encode_questions(["Who is the US envoy for Syria?"])
print(json.dumps([hashlib.sha256(vectors.tobytes()).hexdigest(), sorted(sys.modules)]))
"""


def ask_in_a_new_process(cache: Path, home: Path) -> tuple[str, set[str]]:
    finished = subprocess.run(
        [sys.executable, "-c", ASK, str(cache)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    digest, modules = json.loads(finished.stdout)
    return digest, set(modules)


@pytest.mark.usefixtures("encoder")
def test_processes_agree_touch_no_network_and_import_no_torch(
    encoder_cache: Path, tmp_path: Path
) -> None:
    """One JSON line on stdout also says that a warm start has nothing to tell."""
    first, modules = ask_in_a_new_process(encoder_cache, tmp_path)
    second, _ = ask_in_a_new_process(encoder_cache, tmp_path)
    assert first == second
    heavy = {"torch", "transformers", "sentence_transformers", "openvino_telemetry"}
    assert not modules & heavy
    assert list(tmp_path.iterdir()) == []


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    package = __import__(DEFAULT_PACKAGE)
    folder = tmp_path / "model"
    shutil.copytree(package.get_model_path(), folder)
    weights = folder / "model.safetensors"
    cache = tmp_path / "cache"
    assert check_default(folder, cache).weights_sha256 == DEFAULT_SHA256
    with weights.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        last = stream.read(1)
        stream.seek(-1, os.SEEK_END)
        stream.write(bytes([last[0] ^ 1]))
    with pytest.raises(EncoderDamaged, match=r"model\.safetensors") as caught:
        check_default(folder, cache)
    assert "Reinstall" in caught.value.remedy
    weights.unlink()
    with pytest.raises(EncoderMissing):
        check_default(folder, cache)


def test_an_absent_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encoders.weights.DEFAULT_PACKAGE", "no_such_package")
    with pytest.raises(EncoderMissing, match="no_such_package"):
        load_encoder(cache_dir=tmp_path)


@pytest.mark.parametrize("name", ["no-such-model", "some/no-such-model", "a/b/c d", ""])
def test_an_unknown_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderMissing) as caught:
        load_encoder(name, cache_dir=tmp_path)
    assert caught.value.remedy


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="holds no weights"):
        load_encoder(str(tmp_path), cache_dir=tmp_path / "cache")
