"""The passages that a search found: a list that draws only what is on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from assistant.render.excerpt import excerpt
from assistant.render.found import why_found
from assistant.tui import wording

if TYPE_CHECKING:
    from textual.events import Click, Resize

    from assistant.finding import FoundHit

# Bar, number and a space stand before the text of a passage.
_MARGIN: Final = 5
# A colon and the number of a line have this much after the name of a document.
_LINE_NUMBER: Final = 8
_EXCERPT_ROWS: Final = 2
_LIT: Final = "bold $text-accent"
# Source line, excerpt, why it was found, and an empty row.
_ROWS: Final = _EXCERPT_ROWS + 3


class ResultList(ScrollView, can_focus=True):
    """Passages, the best first, one of them chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"result-list--chosen"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="results.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="results.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="results.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="results.page"),
        Binding("home,g", "first", "First", show=False, id="results.first"),
        Binding("end,G", "last", "Last", show=False, id="results.last"),
        Binding("enter", "screen.open", "Open", id="results.open"),
    ]

    class Chosen(Message):
        """The reader has come to a passage."""

        def __init__(self, found: FoundHit, *, opened: bool) -> None:
            """Tell which.

            Args:
                found: It may have gone when this is heard of.
                opened: It was clicked a second time.
            """
            super().__init__()
            self.found = found
            self.opened = opened

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id)
        self._hits: Sequence[FoundHit] = ()
        self._position = 0
        self._drawn: dict[tuple[int, bool], list[Strip]] = {}
        """By position, and whether it is chosen: passages that were on the screen."""

    @property
    def hits(self) -> Sequence[FoundHit]:
        """The passages, the best first."""
        return self._hits

    @property
    def position(self) -> int:
        """Which is chosen, from 0; 0 also when there is none."""
        return self._position

    @property
    def chosen(self) -> FoundHit | None:
        """The passage that is chosen; None if there is none."""
        return self._hits[self._position] if self._hits else None

    def show(self, hits: Sequence[FoundHit], position: int = 0) -> None:
        """Show other passages.

        Args:
            hits: The best first.
            position: Of the one that is chosen, from 0.
        """
        self._hits, self._position = hits, position
        self._lay_out()
        if position:
            self._scroll_to_chosen()
        else:
            self.scroll_home(animate=False, force=True)

    def choose(self, position: int, *, opened: bool = False) -> None:
        """Come to a passage, or to the first or last if there is none there."""
        if self._hits:
            self._position = min(max(position, 0), len(self._hits) - 1)
            self._scroll_to_chosen()
            self.refresh()
            found = self._hits[self._position]
            self.post_message(self.Chosen(found, opened=opened))

    def action_move(self, step: int) -> None:
        """Go to a passage before or after."""
        self.choose(self._position + step)

    def action_page(self, step: int) -> None:
        """Go as many passages up or down as are on the screen."""
        self.choose(self._position + step * max(1, self.size.height // _ROWS))

    def action_first(self) -> None:
        """Go to the best passage."""
        self.choose(0)

    def action_last(self) -> None:
        """Go to the last passage."""
        self.choose(len(self._hits) - 1)

    def on_click(self, event: Click) -> None:
        """Come to the passage under the mouse; a second click opens it."""
        position = (event.y + self.scroll_offset.y) // _ROWS
        if position < len(self._hits):
            self.choose(position, opened=position == self._position)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        width = self.scrollable_content_region.width
        position, row = divmod(y + self.scroll_offset.y, _ROWS)
        if position >= len(self._hits) or row == _ROWS - 1:
            return Strip.blank(width, self.rich_style)
        key = (position, position == self._position)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key, width)
        return self._drawn[key][row]

    def _draw(self, position: int, chosen: bool, width: int) -> list[Strip]:
        """Draw a passage: where it stands, an excerpt, and why it was found."""
        found = self._hits[position]
        text_width = max(1, width - _MARGIN - 1)
        rows = [
            wording.source_line(
                found.citation, name_limit=text_width - _LINE_NUMBER
            ).stylize("$text-primary"),
            *excerpt_rows(found, text_width),
            Content.styled(wording.flat(why_found(found)), wording.MUTED),
        ]
        number = Content.styled(f"{found.rank:>{_MARGIN - 2}} ", "$text-accent")
        blank = Content(" " * (_MARGIN - 1))
        bar = Content.styled("▌", "$text-accent") if chosen else Content(" ")
        style = self.get_visual_style(*(["result-list--chosen"] if chosen else []))
        strips = []
        for row, text in enumerate(rows):
            shown = text.truncate(text_width, ellipsis=True)
            line = Content.assemble(bar, blank if row else number, shown)
            strips += Visual.to_strips(
                self, line, width, 1, style, apply_selection=False, pad=True
            )
        return strips

    def _on_resize(self, event: Resize) -> None:
        del event
        self._lay_out()
        self._scroll_to_chosen()

    def notify_style_update(self) -> None:
        """Draw anew in other colours."""
        super().notify_style_update()
        self._drawn.clear()

    def _lay_out(self) -> None:
        self._drawn.clear()
        self.virtual_size = Size(
            self.scrollable_content_region.width, len(self._hits) * _ROWS
        )
        self.refresh()

    def _scroll_to_chosen(self) -> None:
        region = Region(0, self._position * _ROWS, 1, _ROWS)
        self.scroll_to_region(region, animate=False, force=True)


def excerpt_rows(found: FoundHit, width: int) -> list[Content]:
    """Give the part of a passage that shows best why it was found, in two rows.

    Args:
        found: The passage.
        width: Cells of a row.
    """
    text = wording.running_text(found.text.strip(), _lit_in_stripped(found), _LIT)
    lit = sorted((span.start, span.end) for span in text.spans)
    cells = max(1.0, text.cell_length / max(1, len(text)))
    # Words that are moved to the next row leave a gap at the end of a row.
    room = int(_EXCERPT_ROWS * width / cells) - width // 12
    start, end = excerpt(text.plain, lit, room)
    shown = text[start:end]
    if start:
        shown = Content.assemble("…", shown)
    if end < len(text):
        gap = " " if shown.plain.endswith((".", "!", "?")) else ""
        shown = Content.assemble(shown, f"{gap}…")
    rows = shown.wrap(width)
    if len(rows) > _EXCERPT_ROWS:
        last = rows[_EXCERPT_ROWS - 1].rstrip(" …")
        if last.cell_length >= width:
            last = last.truncate(width - 1)
        rows = [*rows[: _EXCERPT_ROWS - 1], Content.assemble(last, "…")]
    return [*rows, *[Content("")] * (_EXCERPT_ROWS - len(rows))]


def _lit_in_stripped(found: FoundHit) -> list[tuple[int, int]]:
    """Give what is lit of a passage without the white space around it."""
    before = len(found.text) - len(found.text.lstrip())
    return [(start - before, end - before) for start, end in found.lit]
