"""Paths as they are typed: what they mean, and how they can go on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from assistant.render.sanitize import sanitize

SHOWN: Final = 50
"""Completions given for one text; who has more types on."""

_QUOTES: Final = "'\""


@dataclass(frozen=True, slots=True)
class Completion:
    """One way for a typed path to go on."""

    text: str
    """The whole path, as it would have been typed; of a folder with a slash."""
    name: str
    """Its last part."""
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Completions:
    """How a typed path can go on."""

    typed: str
    found: tuple[Completion, ...] = ()
    """Folders first, each by name; at most `SHOWN`."""
    more: int = 0
    """How many there are beyond those."""


def complete(typed: str) -> Completions:
    """Find the files and folders that a path begins to name.

    Hidden ones come only when a dot is typed. Names that a terminal cannot show as they
    are, such as those with control characters, are left out: they are added with their
    folder.
    """
    if typed == "~":
        return Completions(typed, (Completion("~/", "~", True),))
    folder, slash, begun = typed.rpartition("/")
    folder += slash
    found = []
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in entries:
                if _is_offered(entry.name, begun):
                    is_folder = entry.is_dir()
                    text = f"{folder}{entry.name}{'/' if is_folder else ''}"
                    found.append(Completion(text, entry.name, is_folder))
    except (OSError, ValueError):
        return Completions(typed)
    found.sort(key=lambda one: (not one.is_folder, one.name.casefold(), one.name))
    return Completions(typed, tuple(found[:SHOWN]), max(0, len(found) - SHOWN))


def harmless(path: str) -> str:
    """Show what a terminal would act on as something else; the length stays."""
    return sanitize(path).replace("\n", " ").replace("\t", " ")


def _is_offered(name: str, begun: str) -> bool:
    if name.startswith(".") and not begun.startswith("."):
        return False
    return name.casefold().startswith(begun.casefold()) and harmless(name) == name


def common_start(completions: Sequence[Completion], typed: str) -> str:
    """Give the text that all completions share, at least what was typed.

    Letters that differ in case only are those of the first completion.
    """
    first, *others = (one.text for one in completions)
    shared = 0
    for shared, letters in enumerate(zip(first, *others, strict=False), start=1):
        if len({letter.casefold() for letter in letters}) > 1:
            shared -= 1
            break
    return first[:shared] if shared > len(typed) else typed


def meant_path(typed: str) -> str:
    """Give the path that a text means: as typed, or as file managers paste it.

    They put quotes around it, a backslash before each space, or make a `file://`
    address of it. What is there as typed is meant as typed.
    """
    text = typed.strip()
    for form in (typed, text, *_forms(text)):
        if form and os.path.lexists(os.path.expanduser(form)):
            return form
    return text


def _forms(text: str) -> list[str]:
    forms = []
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        forms.append(text[1:-1])
    if text.startswith("file://"):
        forms.append(unquote(urlsplit(text).path))
    if "\\" in text:
        forms.append(text.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\"))
    return forms
