"""Names, codes and numbers found: each that one document alone has, asked for alone.

    python -m benchmarks.names DATA_SET... [--names N] [--out FILE] [--work DIR]

What an encoder never learnt, a person's name or a part number, is near to nothing, and
one amount is as near as another: only words can find them. No judgements are needed: a
passage is right when it has the name. Prints a table and writes
results/<commit>-names.json.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from assistant.evaluation.datasets import load_data_set
from assistant.evaluation.records import BoundarySet
from assistant.evaluation.report import number, table
from benchmarks.options import data_set_parser, load_default_encoder
from benchmarks.reporting import write_result
from benchmarks.retrieval import VARIANTS, Variant
from benchmarks.workspace import open_library
from index.library import Library
from index.ranking import SearchSettings
from index.searching import search

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.view import View

# Two or three words with capitals, a word with a capital and a digit, or a number; not
# where a sentence begins, since any word has a capital there.
_WORD: Final = r"[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)?"
_KINDS: Final = {
    "name": re.compile(rf"(?<=[a-z,] ){_WORD}(?: {_WORD}){{1,2}}\b"),
    "code": re.compile(
        r"(?<=[a-z,] )(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9][A-Za-z0-9-]{2,}\b"
    ),
    "number": re.compile(r"(?<=[a-z,] )[$€£]?\d[\d,.]*\d(?= [a-z])"),
}
_FORMS: Final = {
    "name": ("{}", "Who is {}?"),
    "code": ("{}", "What is {}?"),
    "number": ("{}", "What is {}?"),
}
_FEWEST: Final = 15
"""With fewer of a kind a share says little."""
_SHOWN: Final = 10

# The meaning of every question counts as known, that of a number, too.
_ALL_KNOWN: Final = SearchSettings(known_cosine=1e-6, number_weight=1.0)
SYSTEMS: Final = (
    *VARIANTS,
    Variant("  meaning always whole", settings=_ALL_KNOWN),
)


@dataclass(frozen=True, slots=True)
class NameScores:
    """How one system finds what is of one kind in one data set."""

    questions: int
    first: float
    """The share whose first passage has the name."""
    in_ten: float
    """The share with the name among the first ten passages."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every data set that was given."""
    parser = data_set_parser("benchmarks.names", __doc__)
    parser.add_argument(
        "--names", type=int, default=100, help="of a kind and set (default: 100)"
    )
    options = parser.parse_args(arguments)
    encoder = load_default_encoder()
    rows = [["data set", "kind", "system", "questions", "first", "in ten"]]
    results: dict[str, object] = {}
    for folder in options.data_sets:
        data = load_data_set(folder)
        if isinstance(data, BoundarySet):
            raise SystemExit(f"{folder}: a set of questions or queries is needed")
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        texts = [document.text for document in data.documents]
        found: dict[str, dict[str, object]] = {}
        with Library(made.library.library).open_view() as view:
            for kind in _KINDS:
                names = rare(texts, kind, options.names)
                if len(names) < _FEWEST:
                    continue
                scores = measure(view, encoder, kind, names)
                found[kind] = {one.strip(): asdict(scores[one]) for one in scores}
                rows += _rows(data.name, kind, scores)
        results[data.name] = {"library_stale": made.stale, "kinds": found}
    print("\n".join(table(rows)))
    print(f"written to {write_result('names', {'data_sets': results}, options.out)}")


def rare(texts: Sequence[str], kind: str, count: int) -> list[str]:
    """Draw names, codes or numbers that one text alone holds, always the same ones.

    Args:
        texts: Of all documents.
        kind: `name`, `code` or `number`.
        count: How many at most.
    """
    held = Counter(name for text in texts for name in set(_KINDS[kind].findall(text)))
    once = sorted(name for name, number in held.items() if number == 1)
    random.Random(0).shuffle(once)
    folded = [text.casefold() for text in texts]

    alone = (n for n in once if sum(n.casefold() in text for text in folded) == 1)
    return list(islice(alone, count))


def measure(
    view: View, encoder: Encoder, kind: str, names: Sequence[str]
) -> dict[str, NameScores]:
    """Ask for every name in every form; by system."""
    scores = {}
    for system in SYSTEMS:
        ranks = [
            _rank(view, encoder, form.format(name), name, system)
            for name in names
            for form in _FORMS[kind]
        ]
        scores[system.name] = NameScores(
            len(ranks),
            sum(rank == 1 for rank in ranks) / len(ranks),
            sum(rank is not None for rank in ranks) / len(ranks),
        )
    return scores


def _rank(
    view: View, encoder: Encoder, text: str, name: str, system: Variant
) -> int | None:
    """Return where the first passage with the name stands, from 1."""
    asked = replace(system.form, text=text, count=_SHOWN)
    hits = search(view, asked, encoder, system.settings).hits
    for rank, hit in enumerate(hits, start=1):
        document = view.document(hit.document_id)
        if name.casefold() in document.text[hit.start : hit.end].casefold():
            return rank
    return None


def _rows(
    name: str, kind: str, scores: Mapping[str, NameScores]
) -> Iterator[list[str]]:
    for system, one in scores.items():
        shares = number(one.first), number(one.in_ten)
        yield [name, kind, system, str(one.questions), *shares]


if __name__ == "__main__":
    main()
