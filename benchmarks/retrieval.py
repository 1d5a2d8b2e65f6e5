"""Documents found: Quoth's search against rank_bm25, vectors alone and plain fusion.

    python -m benchmarks.retrieval DATA_SET... [--out FILE] [--work DIR] [--reuse]

Prints a table for each data set and writes results/<commit>-retrieval.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.evaluation.datasets import load_retrieval
from assistant.evaluation.outcomes import (
    QueryOutcome,
    ranking_scores,
    score_rankings,
)
from assistant.evaluation.run import rank_documents
from assistant.evaluation.significance import bootstrap_interval, compare
from benchmarks.baselines import Baselines, read_chunks
from benchmarks.options import data_set_parser, load_default_encoder
from benchmarks.reporting import systems_table, write_result
from benchmarks.workspace import open_library
from index.library import Library
from index.ranking import SearchSettings
from index.searching import SearchQuery

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import RetrievalSet
    from index.encoder import Encoder
    from index.view import View

PRODUCT = "Quoth, hybrid"
_COLUMNS = {
    "ndcg_10": "nDCG@10",
    "recall_10": "recall@10",
    "recall_100": "recall@100",
    "mrr_10": "MRR@10",
    "median_ms": "ms",
}


_HYBRID = SearchQuery("", "hybrid")
_SETTINGS = SearchSettings()


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of Quoth's own search."""

    name: str
    form: SearchQuery = _HYBRID
    """Its mode and whether spelling is corrected."""
    settings: SearchSettings = _SETTINGS


VARIANTS = (
    Variant(PRODUCT),
    Variant("Quoth, words", SearchQuery("", "lexical")),
    Variant("Quoth, meaning", SearchQuery("", "semantic")),
)
ABLATIONS = (
    Variant("  no sentence vectors", settings=SearchSettings(sentence_share=0.0)),
    Variant("  sentence vectors alone", settings=SearchSettings(sentence_share=1.0)),
    Variant("  a third semantic", settings=SearchSettings(semantic_weight=1 / 3)),
    Variant("  two thirds semantic", settings=SearchSettings(semantic_weight=2 / 3)),
    Variant("  pool of 50", settings=SearchSettings(pool=50)),
    Variant("  pool of 500", settings=SearchSettings(pool=500)),
    Variant("  spelling as typed", SearchQuery("", correct_spelling=False)),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every data set that was given."""
    parser = data_set_parser("benchmarks.retrieval", __doc__)
    parser.add_argument(
        "--ablations", action="store_true", help="measure parts left out, too"
    )
    options = parser.parse_args(arguments)
    encoder = load_default_encoder()
    results: dict[str, dict[str, object]] = {}
    for folder in options.data_sets:
        data = load_retrieval(folder)
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        variants = (*VARIANTS, *ABLATIONS) if options.ablations else VARIANTS
        with Library(made.library.library).open_view() as view:
            outcomes = measure(data, made.library, view, encoder, variants)
            results[data.name] = {
                "documents": view.document_count,
                "chunks": view.chunk_count,
                "library_stale": made.stale,
                "systems": scores_of(data, outcomes),
                "differences": differences(data, outcomes),
            }
        print_table(data, results[data.name])
        # After each set, so that stopping in the middle loses one set at most.
        written = write_result("retrieval", {"data_sets": results}, options.out)
        print(f"written to {written}", flush=True)


def measure(
    data: RetrievalSet,
    library: SetLibrary,
    view: View,
    encoder: Encoder,
    variants: Sequence[Variant],
) -> dict[str, list[QueryOutcome]]:
    """Run every system over every query; by name."""
    outcomes: dict[str, list[QueryOutcome]] = {}
    baselines = Baselines(read_chunks(library, view), encoder)
    for query in data.queries:
        for name, found in baselines.rank(query.text).items():
            outcome = QueryOutcome(query, found.source_ids, found.elapsed_ms)
            outcomes.setdefault(name, []).append(outcome)
    for variant in variants:
        outcomes[variant.name] = rank_documents(
            *(library, view, data.queries, variant.form, encoder, variant.settings)
        )
    return outcomes


def scores_of(
    data: RetrievalSet, outcomes: Mapping[str, Sequence[QueryOutcome]]
) -> dict[str, dict[str, object]]:
    """Score every system, with the interval of its nDCG@10."""
    scores = {}
    for name, found in outcomes.items():
        interval = bootstrap_interval(_ndcg(data, found))
        scores[name.strip()] = asdict(score_rankings(found, data.gains)) | {
            "ndcg_10_interval": [interval.low, interval.high]
        }
    return scores


def differences(
    data: RetrievalSet, outcomes: Mapping[str, Sequence[QueryOutcome]]
) -> dict[str, dict[str, object]]:
    """Compare the product's nDCG@10 with every other system's, query by query."""
    product = _ndcg(data, outcomes[PRODUCT])
    return {
        name.strip(): asdict(compare(product, _ndcg(data, found)))
        for name, found in outcomes.items()
        if name != PRODUCT
    }


def print_table(data: RetrievalSet, result: Mapping[str, Any]) -> None:
    """Print the scores of one data set, a system a line."""
    judged = result["systems"][PRODUCT]["query_count"]
    print(
        f"\n{data.name}: {result['documents']} documents, {result['chunks']} chunks, "
        f"{len(data.queries)} queries, {judged} of them judged"
    )
    shown = systems_table(
        result["systems"], _COLUMNS, "ndcg_10_interval", result["differences"]
    )
    print(shown, flush=True)


def _ndcg(data: RetrievalSet, outcomes: Sequence[QueryOutcome]) -> list[float]:
    """Return nDCG@10 of each query that has gold, in the order of the queries."""
    scores = (
        ranking_scores(found, data.gains.get(found.query.id, {}))["ndcg_10"]
        for found in outcomes
    )
    return [score for score in scores if score is not None]


if __name__ == "__main__":
    main()
