"""Replies in words: what cards, panes and the status line say. No widget, no state.

Text of documents, of questions and of errors reaches the screen through here only, as
Content with styles of ours: never as markup, and never with control characters.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from textual.content import Content, Span

from assistant.render.explaining import percent, words_where
from assistant.render.headings import headings_beyond
from assistant.render.outcomes import outcome_title
from assistant.render.plural import counted
from assistant.render.sanitize import sanitize
from assistant.tui.bidi.visual_order import with_direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.followup import Reading
    from assistant.records import Abstention, Citation, Quote, Reply, Retrieved
    from assistant.tui.asker import Overview
    from index.errors import QuothError

_WHITE = re.compile(r"\s")
_SPACES = re.compile("  +")
_BAR_CELLS = 8

# A sentence of ordinary prose has at most some 600; tables and listings have more, and
# are read in the source.
_QUOTE_CHARACTERS = 2_000
QUESTION_CHARACTERS = 1_000
_START_CHARACTERS = 125

# A name as long as this fits beside its line number on a screen of 80 columns.
_NAME_CHARACTERS = 56
_LEAST_NAME_CHARACTERS = 12

MUTED = "$muted-style"
"""The style of what is said by the way; `$text-muted` has no meaning in a span."""


def flat(text: str) -> str:
    """Make text harmless and put it in one line; the length stays the same."""
    return sanitize(_WHITE.sub(" ", text))


def shortened(text: str, limit: int) -> str:
    """Cut what would fill many screens; what is left is verbatim."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def short_name(name: str, limit: int = _NAME_CHARACTERS) -> str:
    """Leave out the middle of a long name: its folder and its end tell it apart."""
    limit = min(max(limit, _LEAST_NAME_CHARACTERS), _NAME_CHARACTERS)
    if len(name) <= limit:
        return name
    tail = limit // 3
    return f"{name[: limit - tail - 1]}…{name[-tail:]}"


def marker(number: int, *, near: bool, followed: bool) -> str:
    """Give the number of a quote, with a sign of what it is that needs no colour.

    Args:
        number: From 1.
        near: It is no answer, only near one.
        followed: Its source is on the screen.
    """
    sign = "▸" if followed else "≈" if near else " "
    return f"{sign}{number} "


def plain(text: str, style: str = "") -> Content:
    """Text of any origin as Content in one line."""
    return with_direction(Content.styled(flat(text), style))


def quote_content(quote: Quote, *, lit_style: str = "$text-accent") -> Content:
    """The quote, the question's words lit, after the dimmed sentence it leans on."""
    content = running_text(quote.text, quote.lit, lit_style)
    if quote.context_before is None:
        return content
    before = running_text(quote.context_before, (), "").plain
    return with_direction(Content.assemble((before, f"not bold {MUTED}"), " ", content))


def running_text(text: str, lit: Sequence[tuple[int, int]], lit_style: str) -> Content:
    """Show text without its line breaks and indents: each run of them as one space."""
    shown = flat(shortened(text, _QUOTE_CHARACTERS))
    gaps = [(m.start() + 1, len(m[0]) - 1) for m in _SPACES.finditer(shown)]

    def moved(offset: int) -> int:
        return offset - sum(
            min(length, offset - start) for start, length in gaps if start < offset
        )

    spans = [
        Span(moved(start), moved(end), lit_style)
        for start, end in lit
        if end <= len(shown)
    ]
    return with_direction(Content(_SPACES.sub(" ", shown), spans))


def quote_start(text: str) -> str:
    """Give the beginning of a quote, for where it is only to be recognised."""
    start = flat(" ".join(text[: 2 * _START_CHARACTERS].split()))
    if len(start) <= _START_CHARACTERS:
        return start
    cut = start[: _START_CHARACTERS + 1]
    return f"{cut.rpartition(' ')[0] or cut} …"


def source_line(
    citation: Citation,
    *,
    whole_path: bool = False,
    name_limit: int = _NAME_CHARACTERS,
) -> Content:
    """Say where a quote stands: `name:line · p. 3 · heading`.

    A heading that repeats the name is left out.

    Args:
        citation: Of the quote.
        whole_path: Name all headings above it, not only the nearest; the title, which
            stands above them, is left out too.
        name_limit: Characters that there are for the document's name.
    """
    name = short_name(citation.document.name, name_limit)
    parts = [f"{flat(name)}:{citation.line}"]
    if citation.page is not None:
        parts.append(f"p. {citation.page}")
    said = (citation.document.title,) if whole_path else ()
    headings = headings_beyond(citation.headings, citation.document.name, *said)
    if headings:
        path = headings if whole_path else headings[-1:]
        parts.append(" / ".join(flat(heading) for heading in path))
    return Content(" · ".join(parts))


def fitted_source_line(
    citation: Citation, width: int, *, whole_path: bool = False
) -> Content:
    """Say where a quote stands, with line and page within so many cells."""
    page = "" if citation.page is None else f" · p. {citation.page}"
    limit = width - len(f":{citation.line}{page}")
    return source_line(citation, whole_path=whole_path, name_limit=limit)


def confidence_bar(probability: float) -> Content:
    """A quiet bar with a calibrated probability: `━━━━━━──  74 % sure`."""
    filled = max(0, min(_BAR_CELLS, round(probability * _BAR_CELLS)))
    return Content.assemble(
        ("━" * filled, "$text-success"),
        ("─" * (_BAR_CELLS - filled), MUTED),
        (f"  {percent(probability)} sure", MUTED),
    )


def waiting_line(for_what: str, *, newest: bool) -> Content:
    """Say what a question waits for.

    Args:
        for_what: In a few words.
        newest: No question was asked after it: Escape takes it back.
    """
    back = " · Esc takes it back" if newest else ""
    return Content.styled(f"⋯ waits for {for_what}{back}", MUTED)


def stages_line(done: Sequence[str], doing: str, left: Sequence[str]) -> Content:
    """Show how far a question is: `✓ 12 passages  ● weighing  ○ choosing`."""
    steps = [
        *(Content.assemble(("✓ ", "$text-success"), (step, MUTED)) for step in done),
        Content.assemble(("● ", "$text-primary"), doing),
        *(Content.styled(f"○ {step}", MUTED) for step in left),
    ]
    return Content("   ").join(steps)


def answered_line(reply: Reply, found: Retrieved | None) -> Content:
    """Say what an answer took: `answered in 48 ms from 12 passages of 3 documents`.

    Args:
        reply: An answer, or that there is none.
        found: What was looked through; None if that is not known any more.
    """
    total = reply.timings_ms.get("total")
    took = "" if total is None else f"{total:,.0f} ms"
    where = ""
    if found is not None:
        passages = counted(found.chunk_count, "passage")
        where = f"{passages} of {counted(found.document_count, 'document')}"
    if reply.quotes:
        said = f"answered{took and f' in {took}'}{where and f' from {where}'}"
    elif where:
        said = f"looked through {where}{took and f' in {took}'}"
    else:
        said = f"looked for {took}"
    return Content.styled(said if took or where else "", MUTED)


def lacking_line(quote: Quote) -> Content:
    """Say which words of the question the passage of a quote lacks; empty for none."""
    words = words_where(quote.grounds, "nowhere") if quote.grounds else ()
    lacked = [plain(found.word, "bold") for found in words if found.typed]
    return Content.assemble(*_joined(lacked, before="lacks "))


def correction_line(reply: Reply) -> Content:
    """Say which words were read as others; empty when none were."""
    return Content.assemble(
        *_joined(
            [
                Content.assemble(
                    (flat(correction.typed), f"strike {MUTED}"),
                    " ",
                    "→ ",
                    (flat(correction.read_as), "bold"),
                )
                for correction in reply.corrections
            ],
            before="Read as: ",
        )
    )


def reading_line(reading: Reading) -> Content:
    """Say what a question took over from those before it; empty for nothing."""
    words = [plain(taken.text, "bold") for taken in reading.added]
    return Content.assemble(*_joined(words, before="Read with: "))


def uncovered_line(reply: Reply) -> Content:
    """Say which words of the question no shown sentence covers; empty when all are."""
    words = [plain(word, "bold") for word in reply.uncovered_terms]
    return Content.assemble(*_joined(words, before="Not found: "))


def abstention_title(abstention: Abstention) -> Content:
    """Say that nothing answers, or that nothing clearly does."""
    sign = "◐" if abstention.closest else "○"
    return Content.styled(f"{sign} {outcome_title(abstention)}", "bold")


def failure_content(error: QuothError) -> Content:
    """An error: what went wrong, with what, and what to do now."""
    lines = [Content.styled(f"✗ {error.title}", "bold $text-error")]
    if error.message:
        lines.append(plain(error.message))
    if error.remedy:
        lines.append(plain(error.remedy, MUTED))
    return Content("\n").join(lines)


def library_line(overview: Overview) -> str:
    """Say which library is open: `seeds · 1 document`."""
    library = overview.library
    return f"{flat(library.name)} · {counted(library.documents, 'document')}"


def encoder_line(overview: Overview) -> str:
    """Say whether every passage has its vector, or how many are without."""
    library = overview.library
    missing = library.chunks - library.encoded_chunks
    return f"{missing:,} by words only" if missing > 0 else "ready"


def loaded_line(overview: Overview, width: int = _NAME_CHARACTERS) -> Content:
    """Name the first documents of the library, in some two lines of so many cells."""
    short = [short_name(name, width - 1) for name in overview.document_names]
    lengths = accumulate(len(name) for name in short)
    shown = max(1, sum(length <= 2 * width for length in lengths))
    names = [plain(name, "bold") for name in short[:shown]]
    more = overview.library.documents - len(names)
    tail = f" and {more:,} more" if names and more > 0 else ""
    return Content.assemble(*_joined(names, before=""), tail)


def _joined(parts: Sequence[Content], *, before: str) -> Iterable[Content | str]:
    """Put commas between parts, and `before` in front if there are any."""
    for number, part in enumerate(parts):
        yield ", " if number else before
        yield part
