"""Opening the file of a citation: with an editor's command, or as the system does.

No shell is ever used, and a path is always made absolute, so that no name of a file is
taken for an option. Nothing is opened that the system would run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

from index.errors import UsageError

# Opening one of these would run it, on one system or another.
_PROGRAMS: Final = frozenset(
    {
        *(".app", ".appimage", ".apk", ".applescript", ".appref-ms"),
        *(".bash", ".bat", ".cmd", ".com", ".command", ".cpl", ".csh"),
        *(".desktop", ".exe", ".fish", ".gadget", ".hta", ".inf", ".jar"),
        *(".js", ".jse", ".ksh", ".lnk", ".mjs", ".msc", ".msi", ".php"),
        *(".pif", ".pl", ".ps1", ".psm1", ".py", ".pyw", ".pyz", ".rb"),
        *(".reg", ".run", ".scf", ".scpt", ".scr", ".sh", ".tool", ".url"),
        *(".vb", ".vbe", ".vbs", ".webloc", ".workflow", ".ws", ".wsf"),
        *(".wsh", ".zsh"),
    }
)


def original_command(
    path: str,
    *,
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> tuple[str, ...]:
    """Make the command that opens a file with the program the system has for it.

    Args:
        path: The file; made absolute.
        environment: Tells whether there is a screen.
        platform: As `sys.platform`.

    Returns:
        Program and arguments; on Windows nothing but the file, as the system itself
        opens it.

    Raises:
        UsageError: There is no screen or no program to open it with, or the file is a
            program itself.
    """
    file = os.path.abspath(path)
    name = PurePath(file).name
    _check_no_program(Path(file))
    in_editor = "Open it in an editor instead."
    if platform in ("win32", "darwin"):
        if "SSH_CONNECTION" in environment:
            raise UsageError(f"{name} would open on another computer.", in_editor)
        return (file,) if platform == "win32" else ("open", file)
    openers = ["wslview"] if "WSL_DISTRO_NAME" in environment else []
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        openers.append("xdg-open")
    if not openers:
        raise UsageError(f"There is no screen here to open {name} on.", in_editor)
    for opener in openers:
        program = shutil.which(opener, path=environment.get("PATH"))
        if program is not None:
            return program, file
    raise UsageError(
        f"{' or '.join(openers)}, which opens files, was not found.",
        "Install xdg-utils, or open the file in an editor.",
    )


def start(arguments: Sequence[str], failed: Callable[[int], object]) -> None:
    """Start a program with a window of its own, and do not wait for it.

    It writes nothing on the terminal and goes on when the chat ends.

    Args:
        arguments: Of `editor_command` or `original_command`.
        failed: Called with its exit code, from a thread, if that is not 0.

    Raises:
        UsageError: It cannot be started.
    """
    if sys.platform == "win32" and len(arguments) == 1:
        try:
            os.startfile(arguments[0])
        except OSError as error:
            raise _cannot_start(arguments, error) from error
        return
    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _cannot_start(arguments, error) from error

    def wait() -> None:
        if code := process.wait():
            failed(code)

    threading.Thread(target=wait, name="quoth-opened", daemon=True).start()


def run(arguments: Sequence[str]) -> int:
    """Run a program on this terminal until it ends; give its exit code.

    Raises:
        UsageError: It cannot be started.
    """
    try:
        return subprocess.Popen(arguments).wait()
    except OSError as error:
        raise _cannot_start(arguments, error) from error


def _check_no_program(file: Path) -> None:
    """Keep a document from being run.

    Raises:
        UsageError: To open it would run it.
    """
    runs = file.suffix.lower() in _PROGRAMS
    if runs or (not file.suffix and os.access(file, os.X_OK)):
        raise UsageError(
            f"{file.name} is a program: to open it could run it.",
            "Open it in an editor instead.",
        )


def _cannot_start(arguments: Sequence[str], error: OSError) -> UsageError:
    name = PurePath(arguments[0]).name
    return UsageError(
        f"{name} cannot be started: {error.strerror or error}.",
        "Set the variable EDITOR to the command of another editor.",
    )
