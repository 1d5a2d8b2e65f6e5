"""The chat on a real pseudo-terminal: from the command to the restored screen."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Self

import pytest

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")

ROOT = Path(__file__).parents[1]
LEFT = b"\x1b[?1049l"  # back from the alternate screen
QUESTION = b"Who is the US envoy for Syria?\r"
FOLLOW = b"\x0e"
QUIT = b"\x11"
INTERRUPT = b"\x03"

# What the chat turns on, and what turns each off again.
MODES = {
    "alternate screen": (b"\x1b[?1049h", LEFT),
    "hidden cursor": (b"\x1b[?25l", b"\x1b[?25h"),
    "mouse clicks": (b"\x1b[?1000h", b"\x1b[?1000l"),
    "mouse moves": (b"\x1b[?1003h", b"\x1b[?1003l"),
    "bracketed paste": (b"\x1b[?2004h", b"\x1b[?2004l"),
    "focus reports": (b"\x1b[?1004h", b"\x1b[?1004l"),
    "no line wrap": (b"\x1b[?7l", b"\x1b[?7h"),
    "kitty keys": (b"\x1b[>25u", b"\x1b[<u"),
}

CHAT = """
import sys
from assistant.tui import run_chat
from assistant.tui.asker import Services
from tests.tui_support import seeds
asker = seeds()
{change}
sys.exit(run_chat(Services(lambda notify: asker)))
"""
BROKEN_HANDLER = """
from assistant.tui import app
def fail(self, message):
    raise ZeroDivisionError("broken on purpose")
app.ChatApp.on_opened = fail
"""
BROKEN_WORKER = """
from assistant.tui import app
async def fail():
    raise ZeroDivisionError("broken on purpose")
app.ChatApp.on_opened = lambda self, message: self.run_worker(fail())
"""
# Each event waits a little: long enough for the screen to change its size between two.
SLOW = """
import time
ask = asker.ask
def slowly(question, **options):
    for event in ask(question, **options):
        time.sleep(0.2)
        yield event
asker.ask = slowly
"""


class Terminal:
    """A process on a terminal of its own, and what it has written there."""

    def __init__(self, change: str = "", size: tuple[int, int] = (120, 30)) -> None:
        self._master, self._slave = pty.openpty()
        self.resize(*size)
        self._before = termios.tcgetattr(self._slave)
        environment = {**os.environ, "TERM": "xterm-256color"}
        for variable in ("COLUMNS", "LINES"):
            environment.pop(variable, None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHAT.format(change=change)],
            cwd=ROOT, env=environment, start_new_session=True,
            stdin=self._slave, stdout=self._slave, stderr=self._slave,
        )  # fmt: skip
        self.written = b""

    def resize(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, size)

    def read_until(self, text: bytes, *, after: int = 0) -> None:
        """Wait until the text has been written, a minute at most."""
        deadline = time.monotonic() + 60
        while text not in self.written[after:] and time.monotonic() < deadline:
            if not self._read():
                break
        assert text in self.written[after:], self.written[-2_000:]

    def read_to_end(self) -> int:
        deadline = time.monotonic() + 60
        while self._read() and time.monotonic() < deadline:
            pass
        return self.process.wait(30)

    def assert_restored(self) -> None:
        """Fail unless the terminal is as it was before the chat."""
        assert termios.tcgetattr(self._slave) == self._before
        for name, (on, off) in MODES.items():
            assert on in self.written, name
            assert self.written.rindex(off) > self.written.rindex(on), name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind, whatever the test found."""
        self.process.kill()
        self.process.wait(30)
        os.close(self._master)
        os.close(self._slave)

    def write(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def _read(self) -> bool:
        """Read what there is; False once the process has ended and nothing is left."""
        if not select.select([self._master], [], [], 0.1)[0]:
            return self.process.poll() is None
        self.written += os.read(self._master, 65_536)
        return True


def test_start_ask_follow_and_quit() -> None:
    with Terminal() as terminal:
        terminal.read_until(b"ready")
        terminal.write(QUESTION)
        terminal.read_until(b"sure")
        terminal.write(FOLLOW)
        terminal.read_until(b" of ")
        assert LEFT not in terminal.written
        terminal.write(QUIT)
        assert terminal.read_to_end() == 0
        terminal.assert_restored()


@pytest.mark.parametrize("change", [BROKEN_HANDLER, BROKEN_WORKER])
def test_a_chat_that_breaks_restores_the_terminal_and_says_so(change: str) -> None:
    with Terminal(change) as terminal:
        assert terminal.read_to_end() == 2
        terminal.assert_restored()
        left = terminal.written.rindex(LEFT)
        assert b"broken on purpose" in terminal.written[left:]


def test_ctrl_c_asks_first_and_quits_the_second_time() -> None:
    with Terminal() as terminal:
        terminal.read_until(b"ready")
        terminal.write(INTERRUPT)
        terminal.read_until(b"Once more to quit")
        assert terminal.process.poll() is None
        terminal.write(INTERRUPT)
        assert terminal.read_to_end() == 0
        terminal.assert_restored()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_chat_in_order(number: signal.Signals) -> None:
    with Terminal(SLOW) as terminal:
        terminal.read_until(b"ready")
        terminal.write(QUESTION)
        terminal.read_until(b"Cancel")
        terminal.process.send_signal(number)
        assert terminal.read_to_end() == 128 + number
        terminal.assert_restored()
        assert b"Traceback" not in terminal.written


def test_the_screen_may_change_its_size_while_an_answer_comes() -> None:
    with Terminal(SLOW, size=(80, 24)) as terminal:
        terminal.read_until(b"ready")
        terminal.write(QUESTION)
        for size in ((120, 40), (40, 12), (200, 60), (100, 30)):
            before = len(terminal.written)
            terminal.resize(*size)
            terminal.process.send_signal(signal.SIGWINCH)
            terminal.read_until(b"Help", after=before)
        terminal.read_until(b"sure")
        terminal.write(QUIT)
        assert terminal.read_to_end() == 0
        terminal.assert_restored()


def test_without_colour_none_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal() as terminal:
        terminal.read_until(b"ready")
        terminal.write(QUESTION)
        terminal.read_until(b"sure")
        terminal.write(FOLLOW)
        terminal.read_until(b" of ")
        terminal.write(QUIT)
        assert terminal.read_to_end() == 0
        written = terminal.written
    found = re.findall(rb"\x1b\[([\d;]*)m", written)
    codes = {code for sequence in found for code in sequence.split(b";")}
    # Attributes, and the terminal's own two colours: none that it was not in already.
    attributes = {b"", b"0", b"1", b"2", b"3", b"4", b"5", b"7", b"9"}
    assert codes <= attributes | {b"39", b"49"}
    assert b"7" in codes  # what is marked is reversed
    with_colour = rb"\x1b\[[\d;]*38;"
    monkeypatch.delenv("NO_COLOR")
    with Terminal() as terminal:
        terminal.read_until(b"ready")
        terminal.write(QUIT)
        terminal.read_to_end()
        assert re.search(with_colour, terminal.written)
