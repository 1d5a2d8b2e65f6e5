"""Speed of indexing: Quoth's encoder and whole index against sentence-transformers.

    python -m benchmarks.indexing [--data FOLDER] [--files N] [--chunks N] [--rounds N]

1. The encoder alone: chunks a second of `encode_passages` (chunk and sentence vectors)
   and of sentence-transformers' `encode` as it comes, float32 (chunk vectors), on the
   same texts, in alternating rounds; medians.
2. The whole index: N files are written to a temporary folder and added to a new library
   (reading, sentences, terms, postings, vectors, catalog), with a round of
   sentence-transformers before and after it.

Without a data folder the texts are sentences of the seeds in random order.
Prints a table and writes results/<commit>-indexing.json.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from assistant.evaluation.datasets import load_documents
from assistant.evaluation.report import table
from assistant.locations import find_locations
from benchmarks.reporting import write_result
from index.encoder import Encoder
from index.encoders import load_encoder
from index.encoders.weights import find_model
from index.preparing import prepare
from index.reading import read_file
from index.records import Passage
from index.sentences import split_text
from index.updating import Updater

_SENTENCES_A_FILE = (5, 25)
"""Of a made-up file: one to four chunks, as a page of notes has."""


@dataclass(frozen=True, slots=True)
class EncoderSpeed:
    """Chunks a second; medians over the rounds."""

    chunks: int
    pieces_a_chunk: float
    """Word pieces of a chunk, the mean."""
    sentence_transformers: float
    quoth: float
    ratio: float
    """The median of each round's ratio."""


@dataclass(frozen=True, slots=True)
class LibrarySpeed:
    """One whole run over files."""

    files: int
    chunks: int
    seconds: float
    chunks_a_second: float
    sentence_transformers: float
    """Chunks a second of `encode` alone, the mean of a round before and one after."""
    ratio: float


def main() -> None:
    """Measure, print and write the result."""
    options = _options()
    cache_dir = find_locations().cache_dir
    encoder = load_encoder(cache_dir=cache_dir, notify=print)
    baseline = _sentence_transformers(cache_dir)
    content: dict[str, object] = {"data": options.data.name if options.data else None}
    with tempfile.TemporaryDirectory(prefix="quoth-bench-") as work:
        folder = Path(work) / "files"
        paths = write_files(folder, options.data, options.files)
        passages = make_passages(paths, encoder, options.chunks)
        speed = compare(encoder, baseline, passages, options.rounds)
        content["encoder"] = asdict(speed)
        rows = [
            [
                "sentence-transformers float32, encode",
                f"{speed.sentence_transformers:.1f}",
            ],
            ["Quoth, encode_passages", f"{speed.quoth:.1f} ({speed.ratio:.2f} x)"],
        ]
        if not options.encoder_only:
            whole = index_files(folder, paths, encoder, baseline, passages)
            content["library"] = asdict(whole)
            label = f"Quoth, the whole index of {whole.files} files"
            rows.append([label, f"{whole.chunks_a_second:.1f} ({whole.ratio:.2f} x)"])
    print("\n".join(table([["", "chunks a second"], *rows])))
    print(write_result("indexing", content, options.out))


def write_files(folder: Path, data: Path | None, count: int) -> list[Path]:
    """Write `count` text files, fewer where the data has fewer documents."""
    texts = _made_up(count) if data is None else _documents(data)[:count]
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"{number // 100:03d}" / f"{number:05d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        paths.append(path)
    return paths


def make_passages(paths: Sequence[Path], encoder: Encoder, count: int) -> list[Passage]:
    """Make the first `count` chunks of the files, as the index does."""
    passages: list[Passage] = []
    for path in paths:
        prepared = prepare(read_file(path), encoder.count_pieces)
        passages += [prepared.passage(chunk) for chunk in prepared.chunks]
        if len(passages) >= count:
            break
    return passages[:count]


def compare(
    encoder: Encoder,
    baseline: Callable[[list[str]], object],
    passages: Sequence[Passage],
    rounds: int,
) -> EncoderSpeed:
    """Time both encoders in alternating rounds on the same texts."""
    texts = [passage.text for passage in passages]
    baseline(texts[:32])
    encoder.encode_passages(passages[:32])
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(_rate(lambda: baseline(texts), len(texts)))
        ours.append(_rate(lambda: encoder.encode_passages(passages), len(texts)))
    pieces = sum(encoder.count_pieces(texts)) / len(texts)
    ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
    return EncoderSpeed(len(texts), pieces, median(theirs), median(ours), ratio)


def index_files(
    folder: Path,
    paths: Sequence[Path],
    encoder: Encoder,
    baseline: Callable[[list[str]], object],
    passages: Sequence[Passage],
) -> LibrarySpeed:
    """Add all files to a new library, between two rounds of the baseline."""
    texts = [passage.text for passage in passages]
    before = _rate(lambda: baseline(texts), len(texts))
    report = Updater(folder.parent / "library", encoder).add([folder])
    after = _rate(lambda: baseline(texts), len(texts))
    speed = report.encoded_count / report.seconds
    theirs = (before + after) / 2
    return LibrarySpeed(
        len(paths),
        report.encoded_count,
        report.seconds,
        speed,
        theirs,
        speed / theirs,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with docs or corpus.jsonl")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--chunks", type=int, default=128, help="of a timed round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--encoder-only", action="store_true")
    parser.add_argument("--out", type=Path, help="instead of results/<commit>-...")
    return parser.parse_args()


def _sentence_transformers(cache_dir: Path) -> Callable[[list[str]], object]:
    """Load the same weights with sentence-transformers, everything as it comes."""
    from sentence_transformers import SentenceTransformer

    folder = find_model("default", cache_dir).path
    model: Any = SentenceTransformer(str(folder), device="cpu")
    return lambda texts: model.encode(texts, show_progress_bar=False)


def _documents(data: Path) -> list[str]:
    """Read the texts of a data set, each under its title; no empty ones."""
    path = data / "corpus.jsonl"
    documents = load_documents(path if path.exists() else data / "docs.jsonl")
    texts = [(each.title, each.text) for each in documents if each.text.strip()]
    return [f"{title}\n\n{text}" if title else text for title, text in texts]


def _made_up(count: int) -> list[str]:
    """Make texts of the seeds' sentences, the same ones every time."""
    seeds = sorted(find_locations().seeds.glob("*.txt"))
    sentences = [
        text[sentence.start : sentence.end]
        for text in (path.read_text(encoding="utf-8") for path in seeds)
        for sentence in split_text(text)
    ]
    choice = random.Random(0)
    return [
        " ".join(choice.choices(sentences, k=choice.randint(*_SENTENCES_A_FILE)))
        for _ in range(count)
    ]


def _rate(work: Callable[[], object], count: int) -> float:
    """Run once and return how many were done a second."""
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
