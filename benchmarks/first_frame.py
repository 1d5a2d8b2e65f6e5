"""How soon the chat is on the screen: on a pseudo-terminal, from the command on."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

_SECONDS_AT_MOST = 60
_FRAME = b"Quoth"
"""The line at the top begins with it; nothing before the first frame says it."""


def first_frame(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    """Run Python on a terminal of its own until the first frame is drawn.

    Args:
        arguments: Of Python, that start the chat.
        environment: Of the process.

    Returns:
        Seconds from the start of the process.

    Raises:
        RuntimeError: There was no frame.
    """
    import pty

    master, slave = pty.openpty()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**environment, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    written = b""
    try:
        while time.perf_counter() - begin < _SECONDS_AT_MOST:
            if select.select([master], [], [], 0.05)[0]:
                written += os.read(master, 65_536)
                if _FRAME in written:
                    return time.perf_counter() - begin
            elif process.poll() is not None:
                break
    finally:
        process.kill()
        process.wait()
        os.close(master)
    raise RuntimeError(f"no frame: {written[-2_000:].decode(errors='replace')}")
