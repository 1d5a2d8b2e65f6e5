"""What each part of the search brings: the parts alone, and the whole without each.

    python -m benchmarks.ablation DATA_SET... [--work DIR] [--cache DIR] [--reuse]
        [--out FILE]

Prints markdown tables of nDCG@10 and recall@100 and writes
results/<commit>-ablation.json. Every system ranks chunks of the same libraries by the
same raw scores, so that nothing but the ranking differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from assistant.evaluation import metrics
from assistant.evaluation.datasets import load_retrieval
from assistant.evaluation.outcomes import QueryOutcome, ranking_scores
from assistant.evaluation.report import number
from assistant.evaluation.run import RANKED_CHUNKS, rank_documents
from assistant.evaluation.significance import bootstrap_interval, compare
from benchmarks.options import data_set_parser, load_default_encoder
from benchmarks.reporting import write_result
from benchmarks.workspace import open_library
from index.encoders import load_encoder
from index.fusion import convex, min_max, reciprocal_rank, theoretical_min_max
from index.library import Library
from index.ranking import SearchSettings
from index.searching import SearchQuery, search

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import RetrievalSet
    from index.encoder import Encoder
    from index.records import Hit
    from index.view import View

PRODUCT: Final = "Quoth"
MEASURES: Final = {"ndcg_10": "nDCG@10", "recall_100": "recall@100"}

Ranker: TypeAlias = Callable[[Sequence["Hit"]], Mapping[int, float]]
"""Gives chunks, by their ids, scores out of what the two sides found."""


def by_words(hits: Sequence[Hit]) -> dict[int, float]:
    """Score by BM25 alone."""
    return {
        hit.chunk_id: hit.bm25_score for hit in hits if hit.lexical_rank is not None
    }


def by_chunks(hits: Sequence[Hit]) -> dict[int, float]:
    """Score by the vector of the chunk alone."""
    return {
        hit.chunk_id: hit.cosine
        for hit in hits
        if hit.semantic_rank is not None and hit.cosine is not None
    }


def by_sentences(hits: Sequence[Hit]) -> dict[int, float]:
    """Score by the best sentence of each chunk that the vectors found."""
    return {
        hit.chunk_id: hit.sentence_cosine
        for hit in hits
        if hit.semantic_rank is not None and hit.sentence_cosine is not None
    }


def by_ranks(hits: Sequence[Hit]) -> dict[int, float]:
    """Fuse BM25 and the vectors of chunks by reciprocal rank, k = 60."""
    lexical = {h.chunk_id: h.lexical_rank for h in hits if h.lexical_rank is not None}
    semantic = {
        h.chunk_id: h.semantic_rank for h in hits if h.semantic_rank is not None
    }
    return reciprocal_rank([lexical, semantic])


def by_halves(hits: Sequence[Hit]) -> dict[int, float]:
    """Fuse BM25 and the vectors of chunks, scaled to 0 to 1, half and half."""
    lexical = {hit.chunk_id: hit.bm25_score for hit in hits}
    semantic = {hit.chunk_id: hit.cosine for hit in hits if hit.cosine is not None}
    return convex(theoretical_min_max(lexical, least_possible=0.0), min_max(semantic))


PLAIN: Final[Mapping[str, Ranker]] = {
    "BM25": by_words,
    "vectors of chunks": by_chunks,
    "vectors of sentences": by_sentences,
    "RRF": by_ranks,
    "convex, half and half": by_halves,
}
WEIGHTED: Final = "convex, weighted"
VARIANTS: Final[Mapping[str, SearchSettings]] = {
    WEIGHTED: SearchSettings(sentence_share=0.0, feedback_chunks=0),
    f"{WEIGHTED} + sentences": SearchSettings(feedback_chunks=0),
    f"{WEIGHTED} + feedback": SearchSettings(sentence_share=0.0),
    PRODUCT: SearchSettings(),
    f"{PRODUCT}, half and half": SearchSettings(semantic_weight=0.5),
    f"{PRODUCT}, sentences for chunks": SearchSettings(sentence_share=1.0),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every data set that was given."""
    parser = data_set_parser("benchmarks.ablation", __doc__)
    parser.add_argument(
        "--cache", type=Path, help="folder of compiled models instead of the user's"
    )
    options = parser.parse_args(arguments)
    encoder = (
        load_encoder(cache_dir=options.cache)
        if options.cache
        else load_default_encoder()
    )
    results: dict[str, dict[str, Any]] = {}
    for folder in options.data_sets:
        data = load_retrieval(folder)
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        with Library(made.library.library).open_view() as view:
            outcomes = measure(data, made.library, view, encoder)
            results[data.name] = {
                "documents": view.document_count,
                "chunks": view.chunk_count,
                "library_stale": made.stale,
                "systems": scores_of(data, outcomes),
            }
        # After each set, so that stopping in the middle loses one set at most.
        written = write_result("ablation", {"data_sets": results}, options.out)
    print(tables(results))
    print(f"\nwritten to {written}", flush=True)


def measure(
    data: RetrievalSet, library: SetLibrary, view: View, encoder: Encoder
) -> dict[str, list[QueryOutcome]]:
    """Rank documents for every judged query in every way, by name of the way."""
    queries = [
        query
        for query in data.queries
        if any(gain > 0 for gain in data.gains.get(query.id, {}).values())
    ]
    names: dict[int, str] = {}
    outcomes: dict[str, list[QueryOutcome]] = {name: [] for name in PLAIN}
    for query in queries:
        asked = SearchQuery(query.text, count=RANKED_CHUNKS)
        hits = sorted(
            search(view, asked, encoder, VARIANTS[WEIGHTED]).hits,
            key=lambda hit: hit.chunk_id,
        )
        documents = {}
        for hit in hits:
            if hit.document_id not in names:
                path = view.document(hit.document_id).path
                names[hit.document_id] = library.source_id(path)
            documents[hit.chunk_id] = names[hit.document_id]
        for name, ranker in PLAIN.items():
            scores = ranker(hits)
            best = sorted(scores, key=lambda chunk: -scores[chunk])
            ranking = tuple(dict.fromkeys(documents[chunk] for chunk in best))
            outcomes[name].append(QueryOutcome(query, ranking, 0.0))
    form = SearchQuery("")
    for name, settings in VARIANTS.items():
        outcomes[name] = rank_documents(library, view, queries, form, encoder, settings)
    return outcomes


def scores_of(
    data: RetrievalSet, outcomes: Mapping[str, Sequence[QueryOutcome]]
) -> dict[str, dict[str, Any]]:
    """Return the measures of each system, and how its nDCG@10 differs from Quoth's."""
    each = {
        name: [ranking_scores(one, data.gains[one.query.id]) for one in found]
        for name, found in outcomes.items()
    }
    judged = {
        name: [s["ndcg_10"] for s in found if s["ndcg_10"] is not None]
        for name, found in each.items()
    }
    systems: dict[str, dict[str, Any]] = {}
    for name, found in each.items():
        interval = bootstrap_interval(judged[name])
        systems[name] = {
            "query_count": len(judged[name]),
            **{key: metrics.mean(one[key] for one in found) for key in MEASURES},
            "ndcg_10_interval": [interval.low, interval.high],
        }
        if name != PRODUCT:
            difference = compare(judged[PRODUCT], judged[name])
            systems[name]["difference"] = asdict(difference)
    return systems


def tables(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Lay out each measure as a markdown table: systems by sets, and their mean."""
    lines = []
    for measure_name, heading in MEASURES.items():
        lines += ["", f"| {heading} | {' | '.join(results)} | mean |"]
        lines.append("|---|" + "---|" * (len(results) + 1))
        for name in (*PLAIN, *VARIANTS):
            scores = [
                result["systems"][name][measure_name] for result in results.values()
            ]
            cells = [number(score) for score in (*scores, metrics.mean(scores))]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
