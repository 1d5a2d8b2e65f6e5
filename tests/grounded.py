"""A library in memory whose quotes say what their probability is made of."""

import math
from dataclasses import replace

from assistant.records import (
    Abstention,
    Answer,
    Feature,
    Grounds,
    Quote,
    WordFound,
)
from assistant.tui.asker import Overview
from index.spelling import Correction
from tests.tui_support import MemoryAsker


class Grounded(MemoryAsker):
    """Gives its quotes grounds, and words that were read otherwise."""

    threshold = 0.3

    def overview(self) -> Overview:
        return replace(super().overview(), threshold=self.threshold)

    def _reply(
        self, question: str, words: set[str], quotes: list[Quote]
    ) -> Answer | Abstention:
        grounded = [with_grounds(quote, sorted(words)) for quote in quotes]
        reply = super()._reply(question, words, grounded)
        return replace(reply, corrections=(Correction("envoi", 0, 5, "envoy"),))


def with_grounds(quote: Quote, words: list[str]) -> Quote:
    log_odds = math.log(quote.probability / (1 - quote.probability))
    odds = (
        ("start", -4.0),
        ("sentence_cosine", 3.0),
        ("coverage", log_odds + 1.5),
        ("answer_kind", 0.0),
        ("lead", -0.5),
    )
    text = quote.text.casefold()
    found = tuple(
        WordFound(word, "quote" if word in text else "nowhere", True) for word in words
    )
    taken = WordFound("Damascus", "around", False)
    features = (Feature("sentence_cosine", 0.5, 6.0), Feature("coverage", 0.75, 2.0))
    grounds = Grounds(odds, (*found, taken), 1, 12)
    return replace(quote, features=features, grounds=grounds)
