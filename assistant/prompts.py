"""Prompts: Markdown files with named variables, strict about both.

`{name}` is a variable, `{{` and `}}` are braces. What is put in for a variable is data:
no brace in it is ever read as a variable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import PromptError

_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as read from its file."""

    path: Path
    template: str

    @property
    def variables(self) -> frozenset[str]:
        """Names of the variables that the prompt needs."""
        matches = _PIECE.finditer(self.template)
        return frozenset(match[1] for match in matches if match[1])

    def render(self, **values: str) -> str:
        """Put the values in place of the variables, in one pass.

        Raises:
            PromptError: A variable has no value, or a value no variable.
        """
        variables = self.variables
        missing = sorted(variables - values.keys())
        unknown = sorted(values.keys() - variables)
        if missing:
            raise PromptError(
                f"The prompt {self.path} uses {_braced(missing)}, which Quoth does not"
                " give it.",
                f"Use {_braced(sorted(values))} and write other braces twice.",
            )
        if unknown:
            raise PromptError(
                f"The prompt {self.path} does not use {_braced(unknown)}.",
                f"Put {_braced(unknown)} into it, or delete it to use Quoth's own.",
            )

        def piece(match: re.Match[str]) -> str:
            return values[match[1]] if match[1] else match[0][0]

        return _PIECE.sub(piece, self.template)


def load_prompt(name: str, folders: Sequence[Path]) -> Prompt:
    """Read a prompt from the first folder that has it.

    Args:
        name: Of the prompt: the file name without `.md`.
        folders: The user's own first, Quoth's last.

    Raises:
        PromptError: No folder has it, or it cannot be read, or a brace stands alone.
    """
    for folder in folders:
        path = folder / f"{name}.md"
        if path.is_file():
            return _read(path)
    places = ", ".join(str(folder) for folder in folders) or "no folder"
    raise PromptError(
        f"There is no prompt {name}.md in {places}.",
        "Install Quoth again, or correct `prompts_dir` in the settings.",
    )


def _read(path: Path) -> Prompt:
    """Read one prompt and check its braces.

    Raises:
        PromptError: It cannot be read, or a brace stands alone.
    """
    try:
        template = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(
            f"The prompt {path} cannot be read: {error}.",
            "Make it a readable UTF-8 file, or delete it to use Quoth's own.",
        ) from error
    for match in _PIECE.finditer(template):
        if match[0] in "{}":
            line = template.count("\n", 0, match.start()) + 1
            raise PromptError(
                f"The prompt {path} has a single {match[0]} in line {line}.",
                "Write it twice, or as a variable: {name}.",
            )
    return Prompt(path, template)


def _braced(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
