"""Many small segments into one, without encoding again.

Segments are in tiers by the powers of eight of their living rows. Eight of one tier
become one of the next, so that a chunk is copied once a tier, and a library of a
million chunks has at most a few dozen segments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from index.catalog import Catalog, SegmentRow
from index.encoding import passages
from index.errors import REPAIR_REMEDY, LibraryDamaged
from index.lexical import merge_postings
from index.progress import Progress, Report
from index.segment import (
    SEGMENTS_FOLDER,
    VECTORS,
    map_words,
    new_segment_folder,
    open_postings,
    open_vectors,
    parse_words,
    part_problems,
    seal_part,
    write_lexical,
)
from index.storage import new_folder, remove_tree
from index.terms import count_words
from index.vector_files import merge_vector_files

TIER_FACTOR: Final = 8
"""Segments that become one, and the ratio of sizes of neighbouring tiers."""

MAX_DEAD_SHARE: Final = 0.5
"""A segment with more dead rows than this is written anew: it costs a search more to
pass over them than to copy the others once."""


def merge_segments(
    catalog: Catalog, library: Path, dimension: int, report: Report
) -> int:
    """Merge until no tier holds eight segments and none is mostly dead.

    Segments without vectors wait until they have them.

    Args:
        catalog: Open for writing, outside of a transaction.
        library: Its folder.
        dimension: Of the vectors.
        report: Told of each merge.

    Returns:
        The merges that were made.
    """
    merges = 0
    while group := choose_merge(catalog.segments()):
        total = sum(row.living_count for row in group)
        report(Progress("merging", 0, total, "chunks"))
        _merge(catalog, library, dimension, group)
        report(Progress("merging", total, total, "chunks"))
        merges += 1
    return merges


def choose_merge(rows: Sequence[SegmentRow]) -> list[SegmentRow]:
    """Return the segments to merge next, oldest first; empty when all is well."""
    ready = [row for row in rows if row.vectors is not None]
    for row in ready:
        if row.living_count < (1 - MAX_DEAD_SHARE) * row.row_count:
            return [row]
    tiers = [_tier(row) for row in ready]
    crowded = [tier for tier, count in Counter(tiers).items() if count >= TIER_FACTOR]
    if not crowded:
        return []
    lowest = min(crowded)
    members = [row for row, tier in zip(ready, tiers, strict=True) if tier == lowest]
    return members[:TIER_FACTOR]


def _tier(row: SegmentRow) -> int:
    tier, limit = 0, TIER_FACTOR
    while row.living_count >= limit:
        tier, limit = tier + 1, limit * TIER_FACTOR
    return tier


def _merge(
    catalog: Catalog, library: Path, dimension: int, rows: Sequence[SegmentRow]
) -> None:
    """Write one segment for several, swap them in a transaction, remove the old.

    Raises:
        LibraryDamaged: One of them was altered: the new one would vouch for that.
    """
    for row in rows:
        for _, problem in part_problems(library, row):
            raise LibraryDamaged(problem, REPAIR_REMEDY)
    olds = [library / SEGMENTS_FOLDER / row.folder for row in rows]
    folder = new_segment_folder(library)
    kept = [~row.dead for row in rows]
    postings = merge_postings(
        [
            (open_postings(old, row.row_count, row.lexical_digest), keep)
            for old, row, keep in zip(olds, rows, kept, strict=True)
        ]
    )
    words: Counter[str] = Counter()
    for old, row in zip(olds, rows, strict=True):
        words.update(_living_words(catalog, old, row))
    lexical_digest = write_lexical(folder, postings, words)
    vectors_digest = _merge_vectors(folder, dimension, olds, rows)
    merged = SegmentRow(
        *(0, folder.name, postings.row_count, np.zeros(postings.row_count, np.bool_)),
        *(lexical_digest, VECTORS, vectors_digest),
    )
    with catalog.transaction():
        new_id = catalog.add_segment(merged)
        first = 0
        for row, keep in zip(rows, kept, strict=True):
            living = np.flatnonzero(keep).tolist()
            places = {old: first + place for place, old in enumerate(living)}
            catalog.move_chunks(row.segment_id, new_id, places)
            catalog.remove_segment(row.segment_id)
            first += len(living)
    # Readers that have them open keep reading: their memory maps hold the files.
    for old in olds:
        remove_tree(old)


def _merge_vectors(
    folder: Path, dimension: int, olds: Sequence[Path], rows: Sequence[SegmentRow]
) -> str:
    stores = [
        (store, ~row.dead)
        for old, row in zip(olds, rows, strict=True)
        if (store := open_vectors(old, row)) is not None
    ]
    merge_vector_files(new_folder(folder / VECTORS), stores, dimension)
    return seal_part(folder, VECTORS, sum(int(keep.sum()) for _, keep in stores))


def _living_words(catalog: Catalog, segment: Path, row: SegmentRow) -> dict[str, int]:
    """Return a segment's words, counted anew when some of its rows are dead."""
    if not row.dead.any():
        return parse_words(map_words(segment))
    chunks = catalog.segment_chunks(row.segment_id)
    return count_words(
        passage.text[passage.sentence_spans[0][0] :]
        for passage in passages(catalog, chunks)
    )
