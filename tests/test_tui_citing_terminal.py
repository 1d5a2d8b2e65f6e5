"""An editor on the chat's terminal: it has it to itself, and the chat comes back."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest

from tests.test_tui_terminal import LEFT, Terminal

ENTERED = b"\x1b[?1049h"
# Written once the terminal hands over each key: until then it echoes them, and Ctrl+Q
# is its own.
LISTENS = b"\x1b[>25u"
# On a terminal of its own, that sends signals to what runs on it.
CHAT = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from pathlib import Path
from assistant.tui import run_chat
from assistant.tui.asker import Services
from index.reading import read_file
from tests.tui_support import MemoryAsker
asker = MemoryAsker({{}})
asker.documents = [read_file(Path({file!r}))]
sys.exit(run_chat(Services(lambda notify: asker)))
"""
# Says how it finds the terminal, then waits for a line on it: in steps, since a signal
# that comes just before a read is handled after it.
EDITOR = """
import select, signal, sys, termios
lines = bool(termios.tcgetattr(0)[3] & termios.ICANON)
handler = signal.getsignal(signal.SIGINT)
def interrupted(*_):
    print("INTERRUPTED", flush=True)
signal.signal(signal.SIGINT, interrupted)
print("EDITING", sys.argv[1:], lines, handler is signal.default_int_handler, flush=True)
while not select.select([sys.stdin], [], [], 0.1)[0]:
    pass
print("TYPED", sys.stdin.readline().strip(), flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "trees.md"
    path.write_text("# Trees\n\nThe treasure is buried under the oak.\n", "utf-8")
    return path


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "vim"
    path.write_text(f"#!{sys.executable}\n{EDITOR}", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(path))
    return path


def until_in(terminal: Terminal, text: bytes, mark: int) -> int:
    """Wait for a text after a mark in what was written; give where it ends."""
    found: list[int] = []
    for _ in range(600):
        at = terminal.written.find(text, mark)
        if at >= 0:
            found.append(at + len(text))
            break
        if not terminal._read():
            break
    assert found, text
    return found[0]


def test_the_editor_has_the_terminal_and_the_chat_comes_back(
    file: Path, editor: Path
) -> None:
    with Terminal(CHAT.format(file=str(file))) as terminal:
        terminal.read_until(b"ready")
        terminal.write(b"Where is the treasure buried?\r")
        terminal.read_until(b"% sure")
        assert LEFT not in terminal.written
        terminal.write(b"\x1be")
        left = until_in(terminal, LEFT, 0)
        begun = until_in(terminal, b"EDITING", left)
        said = until_in(terminal, b"\n", begun)
        told = terminal.written[begun:said].decode()
        assert told.split() == ["['+3',", f"'{file}']", "True", "True"]
        # Ctrl+C reaches both; the editor goes on, and so does the chat.
        terminal.write(b"\x03")
        said = until_in(terminal, b"INTERRUPTED", said)
        terminal.write(b"a line\r")
        said = until_in(terminal, b"TYPED a line", said)
        back = until_in(terminal, LISTENS, until_in(terminal, ENTERED, said))
        terminal.write(b"Who sings?\r")
        terminal.read_until(b"Not in this document", after=back)
        assert terminal.process.poll() is None
        terminal.write(b"\x11")
        assert terminal.read_to_end() == 0
        assert re.findall(rb"\x1b\[\?1049[hl]", terminal.written) == [
            *(ENTERED, LEFT, ENTERED, LEFT),
        ]


def test_an_editor_that_dies_leaves_the_chat_alive(file: Path, editor: Path) -> None:
    editor.write_text(
        f"#!{sys.executable}\nimport os\nos.kill(os.getpid(), {signal.SIGKILL:d})\n",
        "utf-8",
    )
    with Terminal(CHAT.format(file=str(file))) as terminal:
        terminal.read_until(b"ready")
        terminal.write(b"Where is the treasure buried?\r")
        terminal.read_until(b"% sure")
        terminal.write(b"\x1be")
        back = until_in(terminal, ENTERED, until_in(terminal, LEFT, 0))
        until_in(terminal, b"ended with the error -9", back)
        terminal.write(b"\x11")
        assert terminal.read_to_end() == 0
