"""The chat on a real pseudo-terminal: from the command to the restored screen."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import pytest

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")

ROOT = Path(__file__).parents[1]
LEFT = b"\x1b[?1049l"  # back from the alternate screen
QUESTION = b"Who is the US envoy for Syria?\r"
CHAT = """
import sys
from assistant.tui import run_chat
from assistant.tui.asker import Services
from tests.tui_support import seeds
sys.exit(run_chat(Services(lambda notify: seeds())))
"""
BROKEN = """
import sys
from assistant.tui import app, run_chat
from assistant.tui.asker import Services
from tests.tui_support import seeds
def fail(self, message):
    raise ZeroDivisionError("broken on purpose")
app.ChatApp.on_opened = fail
sys.exit(run_chat(Services(lambda notify: seeds())))
"""


class Terminal:
    """A process on a terminal of its own, and what it has written there."""

    def __init__(self, code: str) -> None:
        self._master, slave = pty.openpty()
        environment = {
            **os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "30",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT, env=environment, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        self.written = b""

    def read_until(self, text: bytes) -> None:
        """Wait until the text has been written, a minute at most."""
        deadline = time.monotonic() + 60
        while text not in self.written and time.monotonic() < deadline:
            if not self._read():
                break
        assert text in self.written

    def read_to_end(self) -> int:
        while self._read():
            pass
        os.close(self._master)
        return self.process.wait(30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind, whatever the test found."""
        self.process.kill()
        self.process.wait(30)

    def write(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], 0.1)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.written += data
        return bool(data)


def test_start_ask_follow_and_quit() -> None:
    with Terminal(CHAT) as terminal:
        terminal.read_until(b"ready")
        terminal.write(QUESTION)
        terminal.read_until(b"sure")
        terminal.write(b"\x0e")
        terminal.read_until(b" of ")
        assert LEFT not in terminal.written
        terminal.write(b"\x11")
        assert terminal.read_to_end() == 0
        assert LEFT in terminal.written
        assert terminal.written.rindex(b"\x1b[?25h") > 0  # the cursor is back


def test_a_chat_that_breaks_restores_the_terminal_and_says_so() -> None:
    with Terminal(BROKEN) as terminal:
        assert terminal.read_to_end() == 2
        left = terminal.written.index(LEFT)
        assert b"broken on purpose" in terminal.written[left:]
