"""From the features of a sentence to a score and a calibrated probability.

The score is a weighted sum; the weights were fitted with a softmax over the candidates
of a question, so that `exp(a - b)` is how many times likelier the one sentence is to be
the answering one than the other. The probability of the best sentence is a logistic
function of what tells whether there is an answer at all, which is less than what tells
one sentence from another: words shared with the question mislead as well. A further
sentence is the less likely the farther it is below the best. No evidence makes sure: a
share of the best proven sentences is none the less wrong, so that the logistic function
is scaled to end at `most`. All is in `evidence.toml`, which
`benchmarks/fit_evidence.py` writes.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from assistant.evidence import COSINE_FEATURES, FEATURES, READER
from assistant.records import Feature

LARGEST_LEAD: Final = 3.0
"""Twenty times as likely as the next: past that a lead is no further evidence."""

_SCORE: Final = "score"
_LEAD: Final = "lead"
_DOUBT: Final = "doubt"
_MOST: Final = "most"
_FURTHER: Final = ("further", "behind")
_NEEDED: Final = ("intercept", *_FURTHER)
_ODDS: Final = (*_NEEDED, _SCORE, _LEAD, _MOST)


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """Weights of the features, for ranking and for probability."""

    weights: Mapping[str, float]
    """Of the score, by feature; not negative."""
    odds: Mapping[str, float]
    """Of the log odds: `intercept`, features by name, `score` and `lead`, all that tell
    whether the best sentence answers; for any other sentence `further` beside them, and
    `behind` for each unit that its score is below the best. `most` is the probability
    that no evidence exceeds, 1 where it is not given."""

    def score(self, values: Sequence[float]) -> float:
        """Weigh the features of one sentence.

        Args:
            values: One for each of `FEATURES`.

        Returns:
            A sum to rank by, from 0; a difference is a log ratio of likelihoods.
        """
        return sum(
            self.weights.get(name, 0.0) * value
            for name, value in zip(FEATURES, values, strict=True)
        )

    def probability(self, values: Sequence[float], lead: float) -> float:
        """Return the probability that a sentence answers.

        Args:
            values: One for each of `FEATURES`.
            lead: Its score less the best score of any other candidate that is no copy
                of it; negative for all but the best. Beyond `LARGEST_LEAD` it says no
                more.
        """
        log_odds = sum(adds for _, adds in self.explain_odds(values, lead))
        return 1.0 / (1.0 + math.exp(-log_odds))

    def explain_odds(
        self, values: Sequence[float], lead: float
    ) -> tuple[tuple[str, float], ...]:
        """Say what each piece of evidence adds to the log odds of `probability`.

        Args:
            values: As for `probability`.
            lead: As for `probability`.

        Returns:
            `start`, then the features that count, then `lead` if it does, then `doubt`,
            what `most` takes away; their sum is the log odds.
        """
        parts = [("start", self.odds["intercept"])]
        of_score = self.odds.get(_SCORE, 0.0)
        for name, value in zip(FEATURES, values, strict=True):
            slope = of_score * self.weights.get(name, 0.0) + self.odds.get(name, 0.0)
            if slope:
                parts.append((name, slope * value))
        if lead < 0:
            behind = self.odds["behind"] * max(-LARGEST_LEAD, lead)
            parts.append((_LEAD, self.odds["further"] + behind))
        elif _LEAD in self.odds:
            parts.append((_LEAD, self.odds[_LEAD] * min(LARGEST_LEAD, lead)))
        if _MOST in self.odds:
            parts.append((_DOUBT, self._doubt(sum(adds for _, adds in parts))))
        return tuple(parts)

    def _doubt(self, log_odds: float) -> float:
        """Return what is to be added to log odds so that `most` is the highest."""
        most = self.odds[_MOST]
        # The logit of most / (1 + exp(-log_odds)), less log_odds.
        return math.log(most) - math.log1p((1.0 - most) * math.exp(log_odds))

    def explain(self, values: Sequence[float]) -> tuple[Feature, ...]:
        """Name each feature with its value and its weight in the score."""
        return tuple(
            Feature(name, value, self.weights.get(name, 0.0))
            for name, value in zip(FEATURES, values, strict=True)
        )


@cache
def load_model(*, with_vectors: bool, read: bool = False) -> EvidenceModel:
    """Read the weights that come with the package.

    Args:
        with_vectors: False for a search by words alone, where the cosines are missing
            and the other features were weighed without them.
        read: Whether the best candidates were read by the reader.
    """
    text = resources.files("assistant").joinpath("evidence.toml").read_text("utf-8")
    return parse_model(text, with_vectors=with_vectors, read=read)


def parse_model(text: str, *, with_vectors: bool, read: bool = False) -> EvidenceModel:
    """Read weights as `evidence.toml` has them.

    Args:
        text: Of the file.
        with_vectors: As for `load_model`.
        read: As for `load_model`.

    Raises:
        ValueError: A name is unknown or missing, or a weight by words alone is of a
            cosine, or one unread is of the reader.
    """
    name = ("hybrid" if with_vectors else "lexical") + ("_read" if read else "")
    part = tomllib.loads(text)[name]
    weights, odds = dict(part["weights"]), dict(part["odds"])
    unknown = (set(weights) - set(FEATURES)) | (set(odds) - {*FEATURES, *_ODDS})
    if not with_vectors:
        unknown |= COSINE_FEATURES & (set(weights) | set(odds))
    if not read:
        unknown |= {READER} & (set(weights) | set(odds))
    if unknown:
        raise ValueError(f"The evidence names {sorted(unknown)}.")
    missing = set(_NEEDED) - set(odds)
    if missing:
        raise ValueError(f"The evidence lacks {sorted(missing)}.")
    return EvidenceModel(weights, odds)
