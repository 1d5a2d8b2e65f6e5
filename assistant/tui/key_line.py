"""The line at the bottom: the keys that matter now, no more than there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import Footer, Static
from textual.widgets._footer import FooterKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import Binding
    from textual.events import Resize

# Keys of what has the focus and of the view that come before the commands.
_FIRST = 3

# Cells around a key and its description: one before, between, and after.
_MARGIN = 3

# Between the keys of the view and those of the program.
_GAP = 1

_GENERAL = {"help": 1, "command_palette": 2, "quit": 3}


class Hint(NamedTuple):
    """A key and what it does."""

    binding: Binding
    name: str
    """Of the key, as shown."""
    enabled: bool
    tooltip: str
    rank: int
    """0 for what can be done here; the order of what the program always has."""

    @property
    def width(self) -> int:
        """Cells it takes."""
        return cell_len(self.name) + cell_len(self.binding.description) + _MARGIN


def fitting(hints: Sequence[Hint], room: int) -> list[Hint]:
    """Choose what fits: first what can be done here and how to leave it.

    Args:
        hints: In the order in which they are shown.
        room: Cells there are.
    """
    here = [hint for hint in hints if not hint.rank]
    general = [hint for hint in hints if hint.rank]
    first = here[:1]
    out = [hint for hint in here[1:] if hint.binding.key == "escape"]
    second, rest = here[1:_FIRST], here[_FIRST:]
    ranked = [*first, *general[:1], *out, *second, *general[1:2], *rest, *general[2:]]
    kept: list[Hint] = []
    for hint in dict.fromkeys(ranked):
        if hint.width <= room:
            kept.append(hint)
            room -= hint.width
    return [hint for hint in hints if hint in kept]


class KeyLine(Footer):
    """Keys of the view, then of the program; each can be clicked."""

    def compose(self) -> ComposeResult:
        """Show the keys that act now."""
        if not self._bindings_ready:
            return
        hints = sorted(self._hints(), key=lambda hint: hint.rank)
        shown = fitting(hints, self.app.size.width - _GAP)
        yield from (_key(hint) for hint in shown if not hint.rank)
        yield Static("", id="keys-gap")
        yield from (_key(hint) for hint in shown if hint.rank)

    def on_resize(self, event: Resize) -> None:
        """Choose anew for another width."""
        del event
        self.call_after_refresh(self.recompose)

    def _hints(self) -> Iterable[Hint]:
        """Give each action once, with the first of its keys that acts here."""
        seen: set[str] = set()
        for node, binding, enabled, tooltip in self.screen.active_bindings.values():
            if binding.show and binding.action not in seen:
                seen.add(binding.action)
                name = self.app.get_key_display(binding)
                rank = _GENERAL.get(binding.action, 1) if isinstance(node, App) else 0
                yield Hint(binding, name, enabled, tooltip, rank)


def _key(hint: Hint) -> FooterKey:
    return FooterKey(
        hint.binding.key,
        hint.name,
        hint.binding.description,
        hint.binding.action,
        disabled=not hint.enabled,
        tooltip=hint.tooltip,
    )
