"""Why this answer: the evidence for each quote of a reply, in words and bars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.records import Abstention
from assistant.render.explaining import (
    DOUBLING,
    NOT_KEPT,
    START,
    Piece,
    Role,
    found_in_words,
    percent,
    pieces,
    standing,
    sureness,
    words_where,
)
from assistant.tui import wording

if TYPE_CHECKING:
    from textual.widget import Widget

    from assistant.followup import Reading
    from assistant.records import Grounds, Quote, Reply, Where

_SURE_CELLS: Final = 40
_PIECE_CELLS: Final = 16
_TITLE_CELLS: Final = 25

# What would be shown as +0.0.
_NOTHING: Final = 0.05

_TITLES: Final[dict[Role, str]] = {
    "best": "Why this answer",
    "further": "Why this quote",
    "closest": "Why this is perhaps an answer",
    "near": "Why this is no answer",
}
_WORDS: Final[tuple[tuple[Where, str, str], ...]] = (
    ("quote", "✓", "in the quote: "),
    ("around", "○", "around it: "),
    ("nowhere", "✗", "not there: "),
)


class WhyPanel(ModalScreen[int]):
    """Explains one quote of a reply at a time; gives back the one it was left at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,w,alt+w", "close", "Close", id="why.close"),
        Binding("n,ctrl+n,f3", "walk(1)", "Next quote", id="why.next"),
        Binding("p,shift+f3", "walk(-1)", "Previous", id="why.previous"),
        Binding("j", "scroll(1)", "Down", show=False, id="why.down"),
        Binding("k", "scroll(-1)", "Up", show=False, id="why.up"),
    ]

    def __init__(
        self,
        reply: Reply,
        position: int,
        *,
        reading: Reading | None,
        threshold: float,
    ) -> None:
        """Open at a quote of a reply.

        Args:
            reply: With at least one quote or near miss.
            position: Of the quote among them, from 0.
            reading: How the question was read; None if that is not known any more.
            threshold: Least probability of an answer; 0 says nothing of it.
        """
        super().__init__()
        self._reply = reply
        self._reading = reading
        self._threshold = threshold
        self._quotes = reply.quotes or reply.near_misses
        self._position = position

    def compose(self) -> ComposeResult:
        """Lay out a box with a part that scrolls."""
        with Vertical(id="why"):
            yield VerticalScroll(*self._said(), id="why-body")

    def on_mount(self) -> None:
        """Name what is explained, and the keys."""
        walking = "n next · p previous · " if len(self._quotes) > 1 else ""
        self.query_one("#why").border_subtitle = f"{walking}Esc closes"
        self._show_title()

    async def action_walk(self, step: int) -> None:
        """Explain the quote after or before; after the last comes the first."""
        self._position = (self._position + step) % len(self._quotes)
        body = self.query_one("#why-body", VerticalScroll)
        with self.app.batch_update():
            await body.remove_children()
            await body.mount_all(self._said())
            body.scroll_home(animate=False)
        self._show_title()

    def action_scroll(self, rows: int) -> None:
        """Scroll by some rows."""
        body = self.query_one("#why-body", VerticalScroll)
        body.scroll_relative(y=rows, animate=False)

    def action_close(self) -> None:
        """Go back to the conversation."""
        self.dismiss(self._position)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Walk only where there is another quote."""
        return len(self._quotes) > 1 if action == "walk" else True

    @property
    def _role(self) -> Role:
        if isinstance(self._reply, Abstention):
            return "closest" if self._reply.closest else "near"
        return "further" if self._position else "best"

    def _show_title(self) -> None:
        """Say in the border what is explained."""
        place = f"{self._position + 1} of {len(self._quotes)}"
        self.query_one("#why").border_title = f"{_TITLES[self._role]} · {place}"

    def _said(self) -> list[Widget]:
        """Make what is said of the quote."""
        quote = self._quotes[self._position]
        widgets: list[Widget] = [
            _row("Question", _question_lines(self._reply, self._reading)),
            _row("Quote", _quote_lines(quote)),
            _row("Sure", self._sure_lines(quote)),
        ]
        if quote.grounds is None:
            return [*widgets, _row("Evidence", Content(NOT_KEPT))]
        found = Content("\n".join(found_in_words(quote.grounds)))
        return [
            *widgets,
            _row("Words", _words_lines(quote.grounds)),
            _row("Passage", found),
            _row("Evidence", Content(DOUBLING)),
            *(Static(line, classes="why-piece") for line in _evidence_lines(quote)),
        ]

    def _sure_lines(self, quote: Quote) -> Content:
        """Show the probability against the threshold, and say what it is worth."""
        probability = quote.probability
        bar = Content.assemble(
            _sure_bar(probability, self._threshold),
            (f"  {percent(probability)} sure", "bold"),
        )
        text = sureness(probability)
        if self._threshold > 0 or self._role == "further":
            text += f" {standing(probability, self._threshold, self._role)}"
        return Content("\n").join([bar, Content(text)])


def _row(label: str, content: Content) -> Widget:
    """Put a label beside what is said."""
    return HorizontalGroup(
        Static(label, classes="why-label", markup=False),
        Static(content, classes="why-said"),
        classes="why-row",
    )


def _question_lines(reply: Reply, reading: Reading | None) -> Content:
    """Give the question, and how it was read where that is not as typed."""
    asked = wording.shortened(reply.question, wording.QUESTION_CHARACTERS)
    lines = [wording.plain(asked, "bold"), wording.correction_line(reply)]
    if reading is not None:
        lines.append(wording.reading_line(reading))
    return Content("\n").join(line for line in lines if line)


def _quote_lines(quote: Quote) -> Content:
    """Give the beginning of the quote, and where it stands."""
    text = wording.quote_start(quote.text)
    source = wording.source_line(quote.citation)
    return Content("\n").join([Content(text), source.stylize(wording.MUTED)])


def _sure_bar(probability: float, threshold: float) -> Content:
    """Show a probability as a bar, with a sign where silence ends."""
    filled = round(probability * _SURE_CELLS)
    cells = ["━"] * filled + ["─"] * (_SURE_CELLS - filled)
    sign = min(round(threshold * _SURE_CELLS), _SURE_CELLS - 1)
    if threshold > 0:
        cells[sign] = "╋" if sign < filled else "┼"
    text = "".join(cells)
    return Content.assemble(
        (text[:filled], "$text-success"), (text[filled:], wording.MUTED)
    )


def _words_lines(grounds: Grounds) -> Content:
    """Say where each word of the question stands."""
    lines = []
    for where, sign, title in _WORDS:
        found = words_where(grounds, where)
        typed = [wording.plain(one.word, "bold") for one in found if one.typed]
        taken = [wording.flat(one.word) for one in found if not one.typed]
        parts = [Content(", ").join(typed)] if typed else []
        if taken:
            parts.append(Content(f"taken over: {', '.join(taken)}"))
        if parts:
            said = Content("; ").join(parts)
            lines.append(Content.assemble(f"{sign} ", (title, wording.MUTED), said))
    return Content("\n").join(lines)


def _evidence_lines(quote: Quote) -> Iterator[Content]:
    """Show each piece of evidence with a bar, and at the end what adds nothing."""
    evidence = pieces(quote)
    said = [piece for piece in evidence if abs(piece.doublings) >= _NOTHING]
    most = max((abs(p.doublings) for p in said if p.name != START), default=1.0)
    for piece in said:
        yield _piece_line(piece, most)
    if rest := [wording.flat(p.title) for p in evidence if p not in said]:
        yield Content.styled(f"Adds nothing: {', '.join(rest)}", wording.MUTED)
    total = sum(piece.doublings for piece in evidence)
    yield Content.assemble(
        ("Together".ljust(_TITLE_CELLS + _PIECE_CELLS), "bold"),
        (f"{total:+7.1f}", "bold"),
        (f"   odds of {_odds(total)}: {percent(quote.probability)}", wording.MUTED),
    )


def _piece_line(piece: Piece, most: float) -> Content:
    """Show one piece of evidence: its name, a bar, what it adds, its value."""
    gain = piece.doublings > 0
    cells = max(1, round(abs(piece.doublings) / most * _PIECE_CELLS))
    bar = "" if piece.name == START else ("━" if gain else "╍") * cells
    value = "" if piece.value is None else f"   {piece.value:.2f} of 1"
    return Content.assemble(
        wording.plain(piece.title.ljust(_TITLE_CELLS)),
        (bar.ljust(_PIECE_CELLS), "$text-success" if gain else "$text-error"),
        f"{piece.doublings:+7.1f}",
        (value, wording.MUTED),
        (f"\n  {piece.meaning}" if piece.meaning else "", wording.MUTED),
    )


def _odds(doublings: float) -> str:
    """Say odds as people bet: `5 to 1`, `1 to 30`."""
    odds = 2.0 ** abs(doublings)
    number = f"{odds:.1f}".removesuffix(".0") if odds < 10 else f"{odds:,.0f}"
    return f"{number} to 1" if doublings >= 0 else f"1 to {number}"
