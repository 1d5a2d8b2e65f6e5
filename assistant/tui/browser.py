"""The chat in a browser: Textual's web driver, which also ends with its server."""

from __future__ import annotations

from contextlib import suppress

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class BrowserDriver(WebDriver):
    """Ends the chat when the server is gone, even if it was killed.

    Textual's own driver stops reading then, and leaves a process behind that nobody
    sees.
    """

    def run_input_thread(self) -> None:
        """Read keys until the server or the chat ends."""
        super().run_input_thread()
        self._app.post_message(ExitApp())

    def write(self, data: str) -> None:
        """Draw, if there is still somebody to see it."""
        with suppress(BrokenPipeError):
            super().write(data)

    def stop_application_mode(self) -> None:
        """Tell the server of the end, if it is there."""
        with suppress(BrokenPipeError):
            super().stop_application_mode()
