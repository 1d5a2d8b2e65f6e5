"""What the benchmarks share on their command lines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.locations import find_locations
from index.encoders import load_encoder

if TYPE_CHECKING:
    from assistant.reader.reader import Reader
    from index.encoder import Encoder


def described_parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """Make a parser whose help is a module's docstring, as it is written.

    Args:
        module: That is run, such as `benchmarks.answers`.
        description: Its docstring.
    """
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def data_set_parser(
    module: str, description: str | None, *, out_required: bool = False
) -> argparse.ArgumentParser:
    """Make a parser that takes data sets, where results go, where libraries are kept.

    Args:
        module: That is run, such as `benchmarks.answers`.
        description: Of the help, as it is written.
        out_required: `--out` must be given: there is no result file by default.
    """
    parser = described_parser(module, description)
    parser.add_argument("data_sets", nargs="+", type=Path, metavar="DATA_SET")
    parser.add_argument(
        "--out",
        type=Path,
        required=out_required,
        help="file to write"
        if out_required
        else "result file instead of results/<commit>-<name>.json",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=find_locations().cache_dir / "benchmarks",
        help="folder of the kept libraries (default: %(default)s)",
    )
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="keep libraries that other sources made; the result file says so",
    )
    return parser


def load_default_encoder() -> Encoder:
    """Load the default encoder from the user's cache of compiled models."""
    return load_encoder(cache_dir=find_locations().cache_dir)


def load_named_reader(name: str) -> Reader | None:
    """Load a reader as the setting `reader.name` names it; None for `off`.

    A file `*.safetensors` is one that `benchmarks.reader.train` wrote, with
    `ranges.safetensors` beside it.
    """
    from assistant.reader import OFF, load_reader

    if name == OFF:
        return None
    cache_dir = find_locations().cache_dir
    if name.endswith(".safetensors"):
        return _load_trained(Path(name), cache_dir)
    return load_reader(name, cache_dir=cache_dir)


def _load_trained(weights: Path, cache_dir: Path) -> Reader:
    from assistant.reader.compiled import CompiledReader
    from assistant.reader.weights import ReaderFiles
    from index.encoders.weights import find_model
    from index.encoders.wordpieces import WordPieces

    encoder = find_model("default", cache_dir)
    pieces = WordPieces.read(encoder.path / "tokenizer.json")
    files = ReaderFiles(weights, weights.with_name("ranges.safetensors"))
    return CompiledReader(files, encoder, pieces, cache_dir, print)
