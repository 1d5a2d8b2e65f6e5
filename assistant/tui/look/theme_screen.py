"""The list of themes: each is seen while it is pointed at, and kept with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.look import FOLLOW_TERMINAL
from assistant.tui.look import themes

if TYPE_CHECKING:
    from collections.abc import Iterator


class ThemeScreen(ModalScreen[str]):
    """Gives the name of the theme chosen, or None."""

    CSS_PATH = "theme.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "As before", id="theme.leave"),
    ]

    def __init__(self) -> None:
        """Remember the theme there is."""
        super().__init__()
        self._before = ""

    def compose(self) -> ComposeResult:
        """List our themes, then Textual's."""
        with Vertical():
            yield Static("Theme", id="theme-title", markup=False)
            yield OptionList(*self._options(), id="theme-list", markup=False)
            yield Static("Enter keeps it · Esc as before", id="theme-keys")

    def on_mount(self) -> None:
        """Begin at the theme there is."""
        self._before = self.app.theme
        options = self.query_one(OptionList)
        options.highlighted = options.get_option_index(self._before)
        options.focus()

    def on_option_list_option_highlighted(
        self, event: OptionList.OptionHighlighted
    ) -> None:
        """Show the theme that is pointed at."""
        if event.option_id is not None:
            self.app.theme = self._theme(event.option_id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the theme."""
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        """Go back to the theme there was."""
        self.app.theme = self._before
        self.dismiss(None)

    def _options(self) -> Iterator[Option | None]:
        for name, label in themes.LABELS.items():
            yield Option(label, id=name)
        yield None
        for name in sorted(set(self.app.available_themes) - set(themes.LABELS)):
            yield Option(name.replace("-", " ").capitalize(), id=name)

    def _theme(self, name: str) -> str:
        return themes.followed() if name == FOLLOW_TERMINAL else name
