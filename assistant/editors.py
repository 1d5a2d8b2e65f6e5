"""Which editor the user has chosen, and how it is told the line of a file.

No shell is ever used, and a path is always made absolute, so that no name of a file is
taken for an option.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal

from index.errors import UsageError

_Form = Literal["+line", "file:line", "-g file:line", "--line", "-l line", "-nline"]

# How an editor takes the line, by the name of its program.
_TERMINAL_EDITORS: Final[dict[str, _Form]] = {
    **dict.fromkeys(
        (
            *("vi", "vim", "nvim", "view", "vimx", "nano", "rnano", "pico", "emacs"),
            *("emacsclient", "micro", "kak", "joe", "jmacs", "jed", "mg", "ne", "vile"),
            *("elvis", "nvi", "zile", "jove", "tilde", "mcedit", "less"),
        ),
        "+line",
    ),
    "hx": "file:line",
    "helix": "file:line",
}
_WINDOW_EDITORS: Final[dict[str, _Form]] = {
    **dict.fromkeys(("gvim", "mvim", "gedit", "xed", "pluma", "bbedit"), "+line"),
    **dict.fromkeys(("subl", "sublime_text", "zed", "zeditor"), "file:line"),
    **dict.fromkeys(
        (
            *("code", "code-insiders", "code-oss", "codium", "vscodium", "cursor"),
            *("windsurf", "positron"),
        ),
        "-g file:line",
    ),
    **dict.fromkeys(
        (
            *("idea", "pycharm", "webstorm", "phpstorm", "goland", "clion", "rider"),
            *("rubymine", "rustrover", "datagrip", "dataspell", "studio", "charm"),
            "mousepad",
        ),
        "--line",
    ),
    **dict.fromkeys(("kate", "kwrite", "mate"), "-l line"),
    "notepad++": "-nline",
}
# They take a file only.
_PLAIN_WINDOW_EDITORS: Final = frozenset(
    {"gnome-text-editor", "notepad", "textedit", "xdg-open", "open", "start"}
)

# What most systems have, the one that explains itself first.
_USUAL_EDITORS: Final = ("nano", "vim", "vi")

# `vim.tiny`, `pycharm64.exe`, `emacs-29.4`: the program is what comes before.
_VARIANT: Final = re.compile(r"(?:64)?(?:\.(?:exe|cmd|bat|sh|app)|\.[a-z]+|-[\d.]+)$")

# What `cmd.exe`, which runs batch files, would act on.
_OF_BATCH_FILES: Final = frozenset('&|<>^%!"')


@dataclass(frozen=True, slots=True)
class EditorCommand:
    """How to start the user's editor on a file."""

    name: str
    """Of the program, as the user gave it."""
    arguments: tuple[str, ...]
    in_terminal: bool
    """It needs the terminal to itself until it ends; else it has its own window."""


def editor_command(
    path: str,
    line: int | None = None,
    column: int = 1,
    *,
    environment: Mapping[str, str] = os.environ,
) -> EditorCommand:
    """Make the command that opens a file in the editor that the user chose.

    The editor is `$VISUAL`, else `$EDITOR`, either with arguments; else one that most
    systems have. One that is not known is given the file only, and the terminal.

    Args:
        path: The file; made absolute.
        line: From 1; None to open it at its beginning.
        column: From 1, for editors that take one with the line.
        environment: Where the variables are.

    Raises:
        UsageError: There is no editor, or not the one that was chosen.
    """
    words = _chosen_editor(environment)
    program = shutil.which(words[0], path=environment.get("PATH"))
    if program is None:
        raise UsageError(
            f"The editor {words[0]} was not found.",
            "Set the variable EDITOR to the command of an editor that is installed.",
        )
    file = os.path.abspath(path)
    _check_batch_file(program, file)
    name = _family(words[0], program)
    form = _TERMINAL_EDITORS.get(name) or _WINDOW_EDITORS.get(name)
    place = _place(form, file, line, column)
    in_window = name in _WINDOW_EDITORS or name in _PLAIN_WINDOW_EDITORS
    return EditorCommand(
        PurePath(words[0]).name, (program, *words[1:], *place), not in_window
    )


def _chosen_editor(environment: Mapping[str, str]) -> list[str]:
    """Give the words of the editor's command, at least one.

    Raises:
        UsageError: None is chosen and none is there, or the choice cannot be read.
    """
    for variable in ("VISUAL", "EDITOR"):
        chosen = environment.get(variable, "").strip()
        if not chosen:
            continue
        try:
            words = _split(chosen)
        except ValueError:
            raise UsageError(
                f"The variable {variable} has a quotation mark without its other:"
                f" {chosen}",
                f"Set {variable} to the command of an editor, such as `nano`.",
            ) from None
        if words and words[0]:
            return words
    usual = ("notepad",) if sys.platform == "win32" else _USUAL_EDITORS
    for name in usual:
        if shutil.which(name, path=environment.get("PATH")):
            return [name]
    raise UsageError(
        "No editor is chosen, and none of the usual ones is installed.",
        "Set the variable EDITOR to the command of an editor.",
    )


def _split(command: str) -> list[str]:
    """Split a command into words as a shell does, without one."""
    if sys.platform == "win32":
        # There a backslash parts folders.
        return [word.strip('"') for word in shlex.split(command, posix=False)]
    return shlex.split(command)


def _family(chosen: str, program: str) -> str:
    """Name an editor as the tables do; `editor` is what it is a link to."""
    known = {*_TERMINAL_EDITORS, *_WINDOW_EDITORS, *_PLAIN_WINDOW_EDITORS}
    for path in (chosen, os.path.realpath(program)):
        name = PurePath(path).name.lower()
        for candidate in (name, _VARIANT.sub("", name)):
            if candidate in known:
                return candidate
    return ""


def _place(
    form: _Form | None, file: str, line: int | None, column: int
) -> tuple[str, ...]:
    """Give the arguments that mean a line of a file.

    With `file:line` the column is given too: else the end of a name such as `a:12`
    would be taken for a line.
    """
    match form if line is not None else None:
        case None:
            return (file,)
        case "+line":
            return f"+{line}", file
        case "file:line":
            return (f"{file}:{line}:{column}",)
        case "-g file:line":
            return "-g", f"{file}:{line}:{column}"
        case "--line":
            return "--line", f"{line}", file
        case "-l line":
            return "-l", f"{line}", file
        case "-nline":
            return f"-n{line}", file


def _check_batch_file(program: str, file: str) -> None:
    """Keep a file's name from being read as commands by Windows.

    Raises:
        UsageError: It would be.
    """
    is_batch = PurePath(program).suffix.lower() in (".bat", ".cmd")
    if is_batch and _OF_BATCH_FILES & set(file):
        raise UsageError(
            f"{PurePath(program).name} cannot be given the name {file} safely.",
            "Rename the file, or set EDITOR to another editor.",
        )
