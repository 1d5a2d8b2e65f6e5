"""Claims: a statement whose evidence is looked for, put as a question for the reader.

The reader was trained on questions. Given "5% of perinatal mortality is due to low
birth weight." it ranks worse than the features alone; asked what the evidence for it
is, better (docs/quality.md).
"""

from __future__ import annotations

import re
from typing import Final

REQUEST: Final = (
    r"(?:please\s+)?(?:(?:can|could|will|would)\s+you\s+(?:please\s+)?)?"
    "(?:compare|define|describe|discuss|enumerate|explain|find|give|let|list|name|"
    r"outline|show|summari[sz]e|tell)(?:\s+(?:me|us))?"
)
"""How a request begins: a pattern of words in any case."""

_ASKING: Final = re.compile(
    r"\?"
    # A question word among the first three words, as in "Kiel has how many". After a
    # noun "who" and "which" do not ask: "people who pay late".
    r"|^\W*(?:\w+\W+){0,2}?(?:what|when|where|why|how)\b"
    r"|^\W*(?:(?:in|at|by|to|for|from|with|of|on|about|under|and|but|or|so|then)\W+)*"
    r"(?:who|whom|whose|which)\b"
    r"|^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)\b"
    # Asked for in another way, or said of the asker.
    rf"|^\W*(?:please|i|{REQUEST})\b",
    re.IGNORECASE,
)
# "Rules about pets and smoking in the flat": a verb would stand beside a noun.
_TOPIC: Final = re.compile(
    r"\W*(?:the\s+|an?\s+)?[\w’'-]+(?:,?\s+(?:about|after|at|before|by|during|for|from|in|"
    r"of|on|regarding|to|under|with|without|and|or)(?:\s+(?:the|an?|my|our|your))?\s+"
    r"[\w’'-]+)+\W*",
    re.IGNORECASE,
)
_ABBREVIATED: Final = re.compile(r"(?:\b\w\.){2,}\s*$|\b(?:etc|Inc|Ltd|Co|Jr|Sr)\.\s*$")
_FEWEST_WORDS: Final = 4


def is_claim(text: str) -> bool:
    """Whether a text is a statement: it ends with a full stop and asks nothing.

    Rules for English. Words without a full stop are search words as often, and so are
    those that end with an abbreviation.

    Args:
        text: As typed.
    """
    return (
        text.rstrip().endswith(".")
        and len(text.split()) >= _FEWEST_WORDS
        and not _ASKING.search(text)
        and not _TOPIC.fullmatch(text)
        and not _ABBREVIATED.search(text)
    )


def as_question(text: str) -> str:
    """Put a claim as the question what its evidence is; leave all else as it is.

    Args:
        text: As typed.
    """
    if not is_claim(text):
        return text
    return f"What is the evidence that {text.rstrip().rstrip('.')}?"
