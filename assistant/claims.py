"""Claims: a statement whose evidence is looked for, put as a question for the reader.

The reader was trained on questions. Given "5% of perinatal mortality is due to low
birth weight." it ranks worse than the features alone; asked what the evidence for it
is, better (docs/quality.md).
"""

from __future__ import annotations

import re
from typing import Final

_ASKING: Final = re.compile(
    r"\?"
    # A question word among the first three words, as in "in what year".
    r"|^\W*(?:\w+\W+){0,2}?(?:who|whom|whose|what|which|when|where|why|how)\b"
    r"|^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)\b"
    # Asked for in another way, or said of the asker.
    r"|^\W*(?:please|name|list|give|tell|show|find|describe|explain|define|compare|i)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS: Final = 4


def is_claim(text: str) -> bool:
    """Whether a text is a statement: it ends with a full stop and asks nothing.

    Rules for English. Words without a full stop are search words as often.

    Args:
        text: As typed.
    """
    return (
        text.rstrip().endswith(".")
        and len(text.split()) >= _FEWEST_WORDS
        and not _ASKING.search(text)
    )


def as_question(text: str) -> str:
    """Put a claim as the question what its evidence is; leave all else as it is.

    Args:
        text: As typed.
    """
    if not is_claim(text):
        return text
    return f"What is the evidence that {text.rstrip().rstrip('.')}?"
