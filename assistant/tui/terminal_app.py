"""What holds for the program as a whole: colours, keys, help, and how it ends."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.widgets import Input, TextArea

from assistant.look import Look
from assistant.tui.look import themes
from assistant.tui.look.key_names import key_name
from assistant.tui.view import View

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.screen import Screen

# As `run_chat` tells the shell: 128 and the number of the signal.
SIGNALLED: Final = 128

# For this long after a Ctrl+C without a selection, another one ends the chat.
_TWICE_SECONDS: Final = 3.0


def _commands() -> type[Provider]:
    """Load the commands when the palette is opened."""
    from assistant.tui.commands import Commands

    return Commands


class TerminalApp(App[int]):
    """Colours and keys as the reader wants them, and a terminal left as it was."""

    COMMANDS: ClassVar = {_commands}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "Help", id="chat.help"),
        Binding("ctrl+p", "command_palette", "Commands", id="chat.commands"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="chat.quit"),
        Binding(
            "ctrl+c",
            "interrupt",
            "Copy what is selected; twice without a selection, quit",
            show=False,
            priority=True,
            id="chat.interrupt",
        ),
    ]

    def __init__(self, look: Look) -> None:
        """Choose the colours and the keys.

        Args:
            look: What the reader asks for.

        Raises:
            ConfigError: It names a theme, an action or a key that there is not.
        """
        no_color = themes.without_color()
        super().__init__(ansi_color=True if no_color else None)
        self.look = look
        self.keys: dict[str, str] = {}
        """By the id of an action, the keys it has instead of its own."""
        self._interrupted = float("-inf")
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.first_theme(look, self.available_themes)
        self._style_variables = self.get_css_variables()
        self.stylesheet.set_variables(self._style_variables)
        if look.keys:
            from assistant.tui.look.keymap import check_keys

            self.keys = check_keys(look.keys, look.keys_set_in)
            self.set_keymap(self.keys)

    def on_mount(self) -> None:
        """End in order when the system says so; say which keys clash."""
        self.handle_signals()
        if self.look.keys:
            from assistant.tui.look.keymap import find_clashes

            for clash in find_clashes(self.keys):
                self.notify(str(clash), title="Keys", severity="warning", markup=False)

    async def on_event(self, event: Event) -> None:
        """Keep boxes of text from typing the letter of a chord with Alt.

        Most terminals send Escape and the letter for it, and Textual makes a key with
        that letter as its text of the two.
        """
        if isinstance(event, Key) and event.key.startswith("alt+"):
            event.character = None
        await super().on_event(event)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the colours that only the chat has."""
        return themes.chat_variables(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheets again, if what they are read with has changed.

        Textual asks for it twice before the first frame, which comes a fifth sooner
        without.
        """
        variables = self.get_css_variables()
        if variables == self._style_variables:
            self.stylesheet.update(self, animate=animate)
            return
        self._style_variables = variables
        super().refresh_css(animate)

    def get_key_display(self, binding: Binding) -> str:
        """Name a key as keyboards have it."""
        return binding.key_display or key_name(binding.key)

    # Colours

    def action_change_theme(self) -> None:
        """Let the reader choose among the themes."""
        from assistant.tui.look.theme_screen import ThemeScreen

        self.push_screen(ThemeScreen(), self._keep_theme)

    def search_themes(self) -> None:
        """Let the reader choose among the themes."""
        self.action_change_theme()

    def _keep_theme(self, theme: str | None) -> None:
        """Keep a chosen theme for the next time; say so where that has no effect."""
        if theme is None:
            return
        try:
            self.look.keep_theme(theme)
        except OSError as error:
            text = f"The theme holds until you quit: {error.strerror}."
            self.notify(text, severity="warning", markup=False)
            return
        if self.look.theme_set_in:
            text = f"{self.look.theme_set_in} sets the theme that the chat begins with."
            self.notify(text, title="Until you quit", markup=False)

    # Help

    def action_help(self) -> None:
        """Show what the view is for and which keys act in it."""
        from assistant.tui.look.help_screen import HelpScreen

        if isinstance(self.screen, View):
            self.push_screen(HelpScreen(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give what can be done everywhere, for the command palette."""
        yield SystemCommand("Help", "What this view is for; its keys", self.action_help)
        yield SystemCommand(
            "Theme", "Choose the colours; see each at once", self.action_change_theme
        )
        yield SystemCommand(
            "Save a picture",
            "Write the screen into an SVG file",
            lambda: self.set_timer(0.1, self.deliver_screenshot),
        )
        yield SystemCommand("Quit", "Leave Quoth", self.action_quit)

    # How it ends

    def action_interrupt(self) -> None:
        """Copy what is selected; without that, the second time, quit."""
        selected = self._selected_text()
        if selected:
            self.copy_to_clipboard(selected)
        elif monotonic() - self._interrupted < _TWICE_SECONDS:
            self.exit()
        else:
            self._interrupted = monotonic()
            text = "Once more to quit. Esc cancels a question."
            self.notify(text, timeout=_TWICE_SECONDS)

    def _selected_text(self) -> str:
        focused = self.focused
        if isinstance(focused, TextArea | Input) and focused.selected_text:
            return focused.selected_text
        return self.screen.get_selected_text() or ""

    def handle_signals(self) -> None:
        """Leave the terminal as it was when a signal ends the chat.

        Where signals cannot be handled, as in a thread or on Windows, they are not.
        """
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            try:
                end = partial(self.exit, return_code=SIGNALLED + number)
                loop.add_signal_handler(number, end)
            except (NotImplementedError, RuntimeError, ValueError):
                return
