"""The reader: whether a sentence, in its context, answers a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.encoders import temporary_cache
from index.encoders.weights import find_model, go_offline
from index.encoders.wordpieces import WordPieces
from index.errors import EncoderError, EncoderMissing, ReaderError, ReaderMissing

if TYPE_CHECKING:
    from assistant.reader.reader import Reader
    from assistant.reader.weights import ReaderFiles
    from index.encoders import Runtime
    from index.encoders.weights import ModelFolder

DEFAULT: Final = "default"
OFF: Final = "off"


def load_reader(
    name: str = DEFAULT,
    runtime: Runtime = "auto",
    *,
    cache_dir: Path,
    notify: Callable[[str], None] | None = None,
) -> Reader:
    """Load a reader; touches no network.

    Args:
        name: `default`, the folder of a cross-encoder, or the name of one in Hugging
            Face's local cache.
        runtime: Of the default reader, as for an encoder.
        cache_dir: Folder for the compiled reader.
        notify: Called with one line before something that takes seconds, and with each
            thing done otherwise than asked.

    Raises:
        ReaderMissing: There is no such model on this machine.
        ReaderDamaged: The default reader's files are not the published ones.
        ReaderError: The model cannot be run as asked.
    """
    go_offline()
    if name == DEFAULT:
        return _load_default(runtime, cache_dir, notify or (lambda _: None))
    return _load_cross_encoder(name, cache_dir)


def _load_default(
    runtime: Runtime, cache_dir: Path, tell: Callable[[str], None]
) -> Reader:
    from assistant.reader.torch_readers import TorchReader
    from assistant.reader.weights import default_files

    files = default_files(cache_dir)
    encoder = find_model("default", cache_dir)
    pieces = WordPieces.read(encoder.path / "tokenizer.json")
    if runtime == "torch":
        return TorchReader(files.weights, encoder, pieces)
    try:
        return _load_compiled(files, encoder, pieces, cache_dir, tell)
    except (ImportError, OSError, RuntimeError, EncoderError) as error:
        if runtime == "openvino":
            raise ReaderError(
                f"OpenVINO cannot run the reader: {error}",
                "Use the runtime `auto` or `torch`.",
            ) from error
        tell(f"OpenVINO cannot run the reader: {error} Using torch instead.")
        return TorchReader(files.weights, encoder, pieces)


def _load_compiled(
    files: ReaderFiles,
    encoder: ModelFolder,
    pieces: WordPieces,
    cache_dir: Path,
    tell: Callable[[str], None],
) -> Reader:
    """Load the compiled reader, from a cache for this process if need be."""
    from assistant.reader.compiled import CompiledReader

    try:
        return CompiledReader(files, encoder, pieces, cache_dir, tell)
    except OSError as error:
        tell(f"The cache {cache_dir} cannot be written ({error}): using another.")
        return CompiledReader(files, encoder, pieces, temporary_cache(), tell)


def _load_cross_encoder(name: str, cache_dir: Path) -> Reader:
    """Load any cross-encoder with torch.

    Raises:
        ReaderMissing: There is no such model on this machine.
        ReaderError: It is no cross-encoder with one output.
    """
    from assistant.reader.torch_readers import CrossEncoderReader

    try:
        folder = find_model(name, cache_dir).path
    except EncoderMissing as error:
        raise ReaderMissing(
            f"There is no reader {name!r}: it is neither a folder with weights nor in "
            "the local Hugging Face cache, and Quoth downloads nothing.",
            "Give the folder of a cross-encoder, `default`, or `off`.",
        ) from error
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(str(folder), local_files_only=True, device="cpu")
    except Exception as error:  # the library raises nothing narrower
        raise ReaderError(
            f"The reader {name} cannot be loaded: {error}",
            "Give the folder of a cross-encoder, `default`, or `off`.",
        ) from error
    if model.num_labels != 1:
        raise ReaderError(
            f"The reader {name} has {model.num_labels} outputs; one is needed.",
            "Give a cross-encoder trained to rank.",
        )
    return CrossEncoderReader(name, model)
