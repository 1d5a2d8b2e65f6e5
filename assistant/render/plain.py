"""Replies and search results as lines for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.records import Abstention
from assistant.render.disagreeing import disagreement_line
from assistant.render.explaining import (
    DOUBLING,
    NOT_KEPT,
    found_in_words,
    percent,
    pieces,
    sureness,
    words_where,
)
from assistant.render.found import reasons
from assistant.render.headings import headings_beyond
from assistant.render.lines import Line, Span, Style, line
from assistant.render.outcomes import (
    confidence_said,
    near_heading,
    outcome_title,
    unfinished,
)
from assistant.render.sanitize import one_line

if TYPE_CHECKING:
    from assistant.finding import FoundHit
    from assistant.followup import Reading
    from assistant.records import Citation, Grounds, Quote, Reply, Where
    from index.spelling import Correction

# Where a calibrated probability stops being worth betting on.
_HIGH = 0.8
_FAIR = 0.5

_INDENT = 4


def render_reply(reply: Reply, *, explain: bool = False) -> list[Line]:
    """Show an answer, the closest passages, or an abstention with what came nearest.

    Args:
        reply: To show.
        explain: With the evidence for each sentence.
    """
    lines: list[Line] = []
    if isinstance(reply, Abstention):
        lines += _abstention_lines(reply, explain)
    else:
        for quote in reply.quotes:
            lines += [*_quote_lines(quote, explain), Line()]
        lines.append(line(f"Confidence: {confidence_in_words(reply.confidence)}"))
        lines += [line(disagreement_line(one), "title") for one in reply.disagreements]
    lines += _correction_lines(reply.corrections)
    lines += _reading_lines(reply.reading)
    if reply.uncovered_terms:
        words = ", ".join(one_line(term) for term in reply.uncovered_terms)
        lines.append(line(f"Nothing shown covers: {words}", "note"))
    lines += _unfinished_lines(reply)
    return lines


def render_hits(hits: Sequence[FoundHit], *, explain: bool = False) -> list[Line]:
    """Show the passages of a search, the best first.

    Args:
        hits: To show.
        explain: With why each was found.
    """
    lines: list[Line] = []
    for found in hits:
        label = Span(f"{found.rank}.", "marker")
        lines.append(Line((Span(one_line(found.text)),), _INDENT, label))
        lines.append(line(source_text(found.citation), "source", _INDENT))
        if explain:
            lines += _hit_reasons(found)
        lines.append(Line())
    return lines[:-1]


def source_text(citation: Citation) -> str:
    """Say where a quote stands: `name:line:column`, then page and headings.

    A first heading that repeats the name is left out.
    """
    parts = [
        f"{one_line(citation.document.name)}:{citation.line}:{citation.column}",
    ]
    if citation.page is not None:
        parts.append(f"page {citation.page}")
    headings = headings_beyond(citation.headings, citation.document.name)
    if headings:
        parts.append(" › ".join(one_line(heading) for heading in headings))
    return " · ".join(parts)


def confidence_in_words(probability: float) -> str:
    """Say a probability in a word and as a percentage.

    Args:
        probability: 0 to 1.
    """
    word = "low"
    if probability >= _HIGH:
        word = "high"
    elif probability >= _FAIR:
        word = "fair"
    return f"{word} ({percent(probability)})"


def _abstention_lines(reply: Abstention, explain: bool) -> Iterator[Line]:
    """Say that nothing clearly answers, and show what is near: paler if it is not."""
    yield line(outcome_title(reply), "title")
    sure = confidence_in_words(reply.confidence)
    yield line(f"{confidence_said(reply)}: {sure}")
    if heading := near_heading(reply):
        yield from (Line(), line(heading))
    style: Style = "text" if reply.closest else "context"
    for quote in reply.near_misses:
        yield from (Line(), *_quote_lines(quote, explain, style))
    if reply.near_misses:
        yield Line()


def _quote_lines(quote: Quote, explain: bool, style: Style = "text") -> Iterator[Line]:
    if quote.context_before is not None:
        yield line(f"… {one_line(quote.context_before)}", "context", _INDENT)
    marker = Span(f"[{quote.citation.marker}]", "marker")
    yield Line(tuple(_lit_spans(quote, style)), _INDENT, marker)
    yield line(source_text(quote.citation), "source", _INDENT)
    if explain:
        yield from _why_lines(quote)


def _lit_spans(quote: Quote, style: Style) -> Iterator[Span]:
    """The quote with the words it shares with the question; white space as one.

    Lit spans may overlap, as the pairs of Chinese characters do: nothing is said twice.
    """
    last = 0
    pieces: list[Span] = []
    for start, end in sorted(quote.lit):
        pieces.append(Span(_folded(quote.text[last:start]), style))
        pieces.append(Span(_folded(quote.text[max(start, last) : end]), "lit"))
        last = max(last, end)
    pieces.append(Span(_folded(quote.text[last:]), style))
    return (piece for piece in pieces if piece.text)


def _folded(text: str) -> str:
    """White space runs as one space, also at the ends, then sanitised."""
    core = one_line(text)
    if not core:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{core}{' ' * text[-1].isspace()}"


def _why_lines(quote: Quote) -> Iterator[Line]:
    """Say what the probability is made of, and where the question's words stand."""
    if quote.grounds is None:
        yield line(NOT_KEPT, "note", _INDENT)
        return
    sure = f"{percent(quote.probability)} sure. {sureness(quote.probability)}"
    yield line(sure, "note", _INDENT)
    yield line(DOUBLING, "note", _INDENT)
    evidence = pieces(quote)
    width = max(len(piece.title) for piece in evidence)
    for piece in evidence:
        value = "" if piece.value is None else f"{piece.value:.2f}"
        yield line(
            f"{piece.doublings:+5.1f}  {value:4}  {piece.title:<{width}}"
            f"  {piece.meaning}",
            "note",
            _INDENT,
        )
    yield from _words_lines(quote.grounds)
    said = " ".join(found_in_words(quote.grounds))
    yield line(f"Its passage: {said}", "note", _INDENT)


def _words_lines(grounds: Grounds) -> Iterator[Line]:
    said: tuple[tuple[Where, str], ...] = (
        ("quote", "In it"),
        ("around", "Around it"),
        ("nowhere", "Not there"),
    )
    for where, title in said:
        if words := words_where(grounds, where):
            listed = ", ".join(one_line(found.word) for found in words)
            yield line(f"{title}: {listed}", "note", _INDENT)


def _correction_lines(corrections: Sequence[Correction]) -> Iterator[Line]:
    for correction in corrections:
        typed, read_as = one_line(correction.typed), one_line(correction.read_as)
        yield line(f"Read “{typed}” as “{read_as}”.", "note")


def _reading_lines(reading: Reading | None) -> Iterator[Line]:
    """Say what the question took over from those before it, if anything."""
    if reading is not None and reading.added:
        words = ", ".join(one_line(taken.text) for taken in reading.added)
        yield line(f"Read with: {words}", "note")


def _unfinished_lines(reply: Reply) -> Iterator[Line]:
    if said := unfinished(reply.library):
        yield line(f"{said}: `quoth sync` finishes the rest.", "note")


def _hit_reasons(found: FoundHit) -> Iterator[Line]:
    yield line(f"Score: {found.hit.score:.3f} within this search", "note", _INDENT)
    for reason in reasons(found):
        yield line(f"{reason.title}: {reason.text}", "note", _INDENT)
