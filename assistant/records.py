"""The records that pass from a question to what is shown.

Offsets are characters, half-open, into the text of the cited document:
`document.text[citation.start:citation.end] == quote.text`, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from assistant.followup import Reading
    from index.errors import QuothError
    from index.spelling import Correction


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """Which document a citation points into."""

    document_id: int
    """Of the library that answered; another library numbers differently."""
    path: str
    name: str
    """As shown: relative to what was added."""
    title: str
    sha256: str
    """Of the file's bytes when it was indexed."""
    media_type: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands, exactly, and how to find it again."""

    marker: int
    """The number shown, from 1."""
    document: DocumentRef
    start: int
    end: int
    line: int
    """From 1, of the first character."""
    column: int
    """From 1, in characters."""
    page: int | None
    """From 1; None where the format has no pages."""
    headings: tuple[str, ...]
    """The heading path above the quote, outermost first."""
    prefix: str
    """Up to 32 characters before the quote (W3C text-quote selector)."""
    suffix: str


class Cited(Protocol):
    """A text with its citation: a quote, or a passage that was found."""

    @property
    def text(self) -> str:
        """Verbatim."""
        ...

    @property
    def citation(self) -> Citation:
        """Where it stands."""
        ...


@dataclass(frozen=True, slots=True)
class Feature:
    """One piece of evidence for a sentence: raw, named, weighed."""

    name: str
    value: float
    """0 to 1, raw; 0 means no evidence of this kind."""
    weight: float

    @property
    def contribution(self) -> float:
        """What the feature adds to the sentence's score."""
        return self.value * self.weight


Where = Literal["quote", "around", "nowhere"]


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word of the question, and how near to a quote it stands."""

    word: str
    """As read."""
    where: Where
    """In the quote itself; in its passage, title or headings; in none of them."""
    typed: bool
    """False for a word taken over from the conversation."""


@dataclass(frozen=True, slots=True)
class PassageFound:
    """How the search found the passage of a quote."""

    rank: int
    """Among the passages whose sentences were weighed, from 1."""
    rank_before_feedback: int | None
    """Before the question was drawn towards the best passages; None if it was not."""
    bm25_score: float
    """Of its words, from 0; comparable within one question only."""
    cosine: float | None
    """Of its vector and the question's, -1 to 1; None where there is none."""
    sentence_cosine: float | None
    """The greatest of the vectors of its sentences."""
    feedback_cosine: float | None
    """Of its vector and the question's after feedback; None without feedback."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a sentence was found, and what its probability is made of."""

    odds: tuple[tuple[str, float], ...]
    """What each piece of evidence adds to the log odds that the sentence answers, by
    name: `start`, what every sentence begins with; features; `lead`; `doubt`, which no
    evidence removes. Their sum is the log odds of the quote's probability."""
    words: tuple[WordFound, ...]
    """Each word of the question that carries weight, in its order."""
    lexical_rank: int | None
    """Of the passage in the ranking by words, from 1; None if it is not in it."""
    semantic_rank: int | None
    """The same by meaning."""
    passage: PassageFound | None = None
    """None in a conversation that was kept before this was."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim sentence with its citation."""

    text: str
    citation: Citation
    context_before: str | None
    """The sentence before, or two, verbatim, when the quote leans on it."""
    context_start: int | None
    """Offset of `context_before` in the document."""
    probability: float
    """That this sentence answers, 0 to 1, calibrated."""
    features: tuple[Feature, ...]
    lit: tuple[tuple[int, int], ...]
    """Spans in `text` of words that the question has too."""
    grounds: Grounds | None = None
    """None in a conversation that was kept before there were any."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A number or date in a quote that another quote gives otherwise."""

    marker: int
    """Of the quote."""
    text: str
    """Verbatim: `quote.text[start:end]`."""
    start: int
    """In characters of the quote, half-open."""
    end: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Quotes of different documents that cannot all be right."""

    values: tuple[Disputed, ...]
    """Two or more, in the order of the quotes."""


@dataclass(frozen=True, slots=True)
class LibraryRef:
    """What answered: with the same fingerprint, the same question answers alike."""

    name: str
    fingerprint: str
    documents: int
    chunks: int
    encoded_chunks: int
    """Chunks that have vectors; fewer than `chunks` while they are being built."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer and an abstention have in common."""

    question: str
    confidence: float
    """Calibrated probability that the documents answer and the first quote does."""
    quotes: tuple[Quote, ...]
    """Empty in an abstention."""
    near_misses: tuple[Quote, ...]
    """The nearest sentences, when nothing answers; empty in an answer."""
    uncovered_terms: tuple[str, ...]
    """Words of the question, as read, that no shown sentence's passage has."""
    corrections: tuple[Correction, ...]
    library: LibraryRef
    timings_ms: dict[str, float] = field(compare=False)
    """Milliseconds by stage, and `total`; not part of the answer."""
    reading: Reading | None = None
    """How the question was read; None if it was kept before that was kept too."""
    disagreements: tuple[Disagreement, ...] = ()
    """Among the quotes; empty if none was found, and in an abstention."""


@dataclass(frozen=True, slots=True)
class Answer(Reply):
    """One to a few quotes, the best first."""


@dataclass(frozen=True, slots=True)
class Abstention(Reply):
    """Nothing answers, or nothing clearly does, as far as the evidence goes."""

    closest: bool = False
    """The first near miss is likely enough to be worth reading, though not to be given
    as the answer: it may answer, or what it says lies close. False without any."""


@dataclass(frozen=True, slots=True)
class Understood:
    """Event: how the question was read."""

    question: str
    terms: tuple[str, ...]
    """The words that carry weight, as read."""
    corrections: tuple[Correction, ...]
    reading: Reading
    """What it takes over from the conversation."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Event: chunks were found."""

    chunk_count: int
    document_count: int
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """Event: candidate sentences were scored."""

    sentence_count: int
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Event: the question could not be answered for a reason of ours."""

    question: str
    error: QuothError


Event = Understood | Retrieved | Weighed | Answer | Abstention | Failure
"""`Session.ask` ends with exactly one of the last three."""
