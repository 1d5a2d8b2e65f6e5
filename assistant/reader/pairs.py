"""A question and a sentence in its context as one row of word pieces.

```
[CLS] question [SEP] title [SEP] sentence before [SEP] SENTENCE [SEP] sentence after
```

The asked sentence and the mark after it have token type 1, all else type 0. The reader
was trained on rows of exactly this form, so that the trainer and the program share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUESTION_PIECES: Final = 40
TITLE_PIECES: Final = 12
BEFORE_PIECES: Final = 24
SENTENCE_PIECES: Final = 80
AFTER_PIECES: Final = 12
"""The most word pieces of each part. Of the sentence before its last are taken, of a
sentence that is longer than its part windows are read (`windows`)."""

WINDOW_STEP: Final = SENTENCE_PIECES - 20
"""From the start of one window of a long sentence to the next."""

LONGEST_ROW: Final = (
    5 + QUESTION_PIECES + TITLE_PIECES + BEFORE_PIECES + SENTENCE_PIECES + AFTER_PIECES
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence to be read, with what stands around it; all but it may be empty."""

    title: str
    """Of the document."""
    before: str
    """The sentence before."""
    sentence: str
    after: str
    """The sentence after."""


@dataclass(frozen=True, slots=True)
class Context:
    """Word pieces of what stands around a sentence; any may be empty."""

    title: Sequence[int]
    before: Sequence[int]
    after: Sequence[int]


@dataclass(frozen=True, slots=True)
class Row:
    """One pass of the reader."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    """1 for the asked sentence and the mark after it, else 0; as long as `ids`."""


def make_row(
    question: Sequence[int],
    sentence: Sequence[int],
    context: Context,
    marks: tuple[int, int],
) -> Row:
    """Join the parts of a row; what is over a part's length is left out.

    Args:
        question: Word pieces, special ones left out, as all of these.
        sentence: The asked sentence, or a window of it.
        context: What stands around it.
        marks: The pieces `[CLS]` and `[SEP]`.
    """
    begin, separator = marks
    title = list(context.title[:TITLE_PIECES])
    front = [
        begin,
        *question[:QUESTION_PIECES],
        separator,
        *title,
        *([separator] if title else []),
        *context.before[-BEFORE_PIECES:],
        separator,
    ]
    asked = [*sentence[:SENTENCE_PIECES], separator]
    after = list(context.after[:AFTER_PIECES])
    return Row(
        (*front, *asked, *after),
        (*(0 for _ in front), *(1 for _ in asked), *(0 for _ in after)),
    )


def windows(sentence: Sequence[int]) -> list[Sequence[int]]:
    """Cut a sentence into overlapping windows; a short one is one window."""
    last = max(0, len(sentence) - (SENTENCE_PIECES - WINDOW_STEP))
    starts = range(0, max(1, last), WINDOW_STEP)
    return [sentence[start : start + SENTENCE_PIECES] for start in starts]


def pad(
    rows: Sequence[Row], multiple: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Stack rows of several lengths.

    Args:
        rows: One at least.
        multiple: Of which the width is one.

    Returns:
        Word pieces, token types and mask, each (rows, width), 0 where there is none;
        the width is that of the longest, rounded up.
    """
    width = -(-max(len(row.ids) for row in rows) // multiple) * multiple
    ids = np.zeros((len(rows), width), dtype=np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = row.ids
        types[place, : len(row.ids)] = row.types
        mask[place, : len(row.ids)] = 1
    return ids, types, mask
