"""The names of keys, as keyboards have them."""

from __future__ import annotations

from typing import Final

from textual.keys import REPLACED_KEYS, key_to_character

_SHOWN: Final = {
    "escape": "Esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "minus": "-",
    "space": "Space",
}


def character_of(key: str) -> str | None:
    """Give the character that a key types; None for `enter` or for no key.

    Args:
        key: As Textual names it: `slash`, `n`, `f1`.
    """
    return key_to_character(REPLACED_KEYS.get(key, key))


def key_name(key: str) -> str:
    """Name a key as keyboards have it: `Ctrl+N`, `Esc`, `?`, `n`."""
    *modifiers, base = key.split("+")
    character = character_of(base) or ""
    printed = character if character.isprintable() else ""
    name = _SHOWN.get(base) or printed or base.capitalize()
    if modifiers and len(name) == 1:
        name = name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
