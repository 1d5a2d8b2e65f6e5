"""What a system did with each question of a set, and the scores of it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from assistant.evaluation import metrics
from assistant.evaluation.records import Query, Question


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """The documents found for one query of a retrieval set."""

    query: Query
    ranking: tuple[str, ...]
    """Ids of documents, best first, each once."""
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Means over the queries that have a relevant document."""

    query_count: int
    """Queries with a relevant document: those without have no score."""
    ndcg_10: float | None
    recall_10: float | None
    recall_100: float | None
    mrr_10: float | None
    median_ms: float | None
    """Milliseconds of one query, over all queries."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence put forward as the answer."""

    document_id: str
    """Of the set, not of the library."""
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """The sentences put forward for one question of an answer set."""

    question: Question
    sentences: tuple[RankedSentence, ...]
    """Best first: the quotes, or the near misses of an abstention."""
    confidence: float
    """That the documents answer and the first sentence does."""
    answered: bool
    """False for an abstention."""
    elapsed_ms: float

    @property
    def flags(self) -> list[float]:
        """1 for each sentence that is right, in rank order, else 0."""
        return [
            float(
                self.question.is_answered_by(found.document_id, found.start, found.end)
            )
            for found in self.sentences
        ]

    @property
    def is_right(self) -> bool | None:
        """Whether the first sentence is right; None where the set does not tell.

        Whatever is put forward for an unanswerable question is wrong.
        """
        if self.question.answerable and not self.question.gold:
            return None
        return self.flags[:1] == [1.0]

    @property
    def gold_shown(self) -> list[bool]:
        """For each place that answers, whether a sentence put forward shows it."""
        return [
            any(
                place.is_shown_by(found.document_id, found.start, found.end)
                for found in self.sentences
            )
            for place in self.question.gold
        ]

    @property
    def parts_shown(self) -> float | None:
        """Share of the answer's parts that are shown; None where none is known."""
        shown = self.gold_shown
        return metrics.mean(
            float(any(shown[number] for number in part)) for part in self.question.parts
        )


@dataclass(frozen=True, slots=True)
class ConfidenceScores:
    """How far the confidence can be trusted; None where the set has no case for it."""

    auroc: float | None
    """P(confidence of an answerable question > of an unanswerable one)."""
    coverage: float
    """Share of all questions that were answered."""
    risk: float | None
    """Share of the answers that are wrong; any to an unanswerable question is."""
    answerable_answered: float | None
    unanswerable_abstained: float | None
    aurc: float | None
    """Area under the risk-coverage curve; lower is better."""
    accuracy_at_half: float | None
    """Share of right answers among the surer half of all questions."""
    calibration_error_mass: float | None
    """Of the confidence, over 15 bins of equal mass."""
    calibration_error_width: float | None
    """Of the confidence, over 15 bins of equal width."""


@dataclass(frozen=True, slots=True)
class AnswerScores(ConfidenceScores):
    """Scores of an answer set; None where the set has no case for one."""

    question_count: int
    gold_count: int
    """Answerable questions whose answer spans are known: the base of the hits."""
    unanswerable_count: int
    hit_1: float | None
    """Share of `gold_count` whose first sentence is right, abstentions included."""
    hit_3: float | None
    mrr: float | None
    document_hit_1: float | None
    """Share of answerable questions whose first sentence is in a right document."""
    quote_precision: float | None
    """Share of an answer's quotes that are right, over the answered with gold."""
    quote_recall: float | None
    """Share of the places that answer which its quotes show, over the same."""
    parts_given: float | None
    """Share of the parts of the answer which its quotes give, over the same."""
    mean_quote_characters: float | None
    """Of the first sentence: a system that quotes whole pages is always right."""
    median_ms: float | None


def ranking_scores(
    outcome: QueryOutcome, gains: Mapping[str, float]
) -> dict[str, float | None]:
    """Score one query; every value is None without a relevant document."""
    ranked = metrics.ranked_gains(outcome.ranking, gains)
    relevant = sum(gain > 0 for gain in gains.values())
    return {
        "ndcg_10": metrics.ndcg(ranked, gains.values(), 10),
        "recall_10": metrics.recall(ranked, relevant, 10),
        "recall_100": metrics.recall(ranked, relevant, 100),
        "mrr_10": metrics.reciprocal_rank(ranked, relevant, 10),
    }


def score_rankings(
    outcomes: Sequence[QueryOutcome], gains: Mapping[str, Mapping[str, float]]
) -> RetrievalScores:
    """Score the rankings of a retrieval set; `gains` by query, then by document."""
    each = [ranking_scores(found, gains.get(found.query.id, {})) for found in outcomes]
    return RetrievalScores(
        query_count=sum(scores["ndcg_10"] is not None for scores in each),
        ndcg_10=metrics.mean(scores["ndcg_10"] for scores in each),
        recall_10=metrics.mean(scores["recall_10"] for scores in each),
        recall_100=metrics.mean(scores["recall_100"] for scores in each),
        mrr_10=metrics.mean(scores["mrr_10"] for scores in each),
        median_ms=_median([found.elapsed_ms for found in outcomes]),
    )


def score_answers(
    outcomes: Sequence[AnswerOutcome], *, calibrated: bool = True
) -> AnswerScores:
    """Score the answers to an answer set.

    Args:
        outcomes: Of every question.
        calibrated: False where the confidence is some score and no probability; it then
            has no calibration error.
    """
    gold = [found for found in outcomes if found.question.gold]
    given = [found for found in gold if found.answered]
    answerable = [found for found in outcomes if found.question.answerable]
    return AnswerScores(
        **asdict(_score_confidence(outcomes, calibrated)),
        question_count=len(outcomes),
        gold_count=len(gold),
        unanswerable_count=len(outcomes) - len(answerable),
        hit_1=metrics.mean(metrics.hit(found.flags, 1, 1) for found in gold),
        hit_3=metrics.mean(metrics.hit(found.flags, 1, 3) for found in gold),
        mrr=metrics.mean(metrics.reciprocal_rank(found.flags, 1) for found in gold),
        document_hit_1=metrics.mean(_document_hit(found) for found in answerable),
        quote_precision=metrics.mean(metrics.mean(found.flags) for found in given),
        quote_recall=metrics.mean(
            metrics.mean(float(shown) for shown in found.gold_shown) for found in given
        ),
        parts_given=metrics.mean(found.parts_shown for found in given),
        mean_quote_characters=metrics.mean(
            float(found.sentences[0].end - found.sentences[0].start)
            for found in outcomes
            if found.sentences
        ),
        median_ms=_median([found.elapsed_ms for found in outcomes]),
    )


def judged_cases(
    outcomes: Iterable[AnswerOutcome],
) -> tuple[list[float], list[bool]]:
    """Return confidence and rightness of each outcome of which the set tells."""
    judged = [
        (found.confidence, right)
        for found in outcomes
        if (right := found.is_right) is not None
    ]
    return [sure for sure, _ in judged], [right for _, right in judged]


def _score_confidence(
    outcomes: Sequence[AnswerOutcome], calibrated: bool
) -> ConfidenceScores:
    answerable = [found.question.answerable for found in outcomes]
    answered = [found.answered for found in outcomes]
    sure, correct = judged_cases(outcomes)
    curve = metrics.risk_coverage(sure, correct)
    errors = [
        metrics.calibration_error(sure, correct, equal_mass=mass)
        if calibrated
        else None
        for mass in (True, False)
    ]
    pairs = list(zip(answerable, answered, strict=True))
    return ConfidenceScores(
        auroc=metrics.auroc([found.confidence for found in outcomes], answerable),
        coverage=sum(answered) / max(1, len(answered)),
        risk=metrics.mean(
            float(not right)
            for found in outcomes
            if found.answered and (right := found.is_right) is not None
        ),
        answerable_answered=metrics.mean(
            float(given) for there, given in pairs if there
        ),
        unanswerable_abstained=metrics.mean(
            float(not given) for there, given in pairs if not there
        ),
        aurc=None if curve is None else curve.area,
        accuracy_at_half=None if curve is None else curve.accuracy_at(0.5),
        calibration_error_mass=errors[0],
        calibration_error_width=errors[1],
    )


def _document_hit(outcome: AnswerOutcome) -> float | None:
    """1 when the first sentence is in a right document; None when none is known."""
    known = outcome.question.document_ids
    if not known:
        return None
    first = [found.document_id for found in outcome.sentences[:1]]
    return float(any(name in known for name in first))


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
