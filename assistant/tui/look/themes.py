"""The colours of the chat: themes of our own beside those of Textual.

Each of ours names every colour that text stands in or on, so that a test can compute
the contrast of each pair; what is left out here, Textual derives.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from assistant.look import FOLLOW_TERMINAL, Look
from index.errors import ConfigError

DARK: Final = "quoth-dark"
LIGHT: Final = "quoth-light"
HIGH_CONTRAST: Final = "quoth-high-contrast"
TERMINAL: Final = "quoth-terminal"

# Of the sixteen colours of a terminal, those that are light; the others are dark.
_LIGHT_BACKGROUNDS = {"7", "9", "10", "11", "12", "13", "14", "15"}


def _theme(
    name: str,
    *,
    dark: bool,
    grounds: tuple[str, str, str, str],
    inks: tuple[str, str, str, str],
    accents: Mapping[str, str],
    tints: Mapping[str, str],
    variables: Mapping[str, str],
) -> Theme:
    """Make a theme that leaves no colour of text to be derived.

    Args:
        name: Of the theme.
        dark: Light text on dark ground.
        grounds: Background, surface, panel, and what lies under the mouse.
        inks: Text, text said by the way, borders of what has no focus, scroll bars.
        accents: By role, a colour that reads well as text on each of the grounds.
        tints: By role, the ground of what is marked with that role.
        variables: Whatever differs beyond these.
    """
    background, surface, panel, _ = grounds
    return Theme(
        name,
        dark=dark,
        background=background,
        surface=surface,
        panel=panel,
        foreground=inks[0],
        primary=accents["primary"],
        secondary=accents["secondary"],
        warning=accents["warning"],
        error=accents["error"],
        success=accents["success"],
        accent=accents["accent"],
        variables={**_variables(grounds, inks, accents, tints), **variables},
    )


def _variables(
    grounds: tuple[str, str, str, str],
    inks: tuple[str, str, str, str],
    accents: Mapping[str, str],
    tints: Mapping[str, str],
) -> dict[str, str]:
    """Name the colours as Textual's style sheets and ours do; see `_theme`."""
    background, _, _, hover = grounds
    text, muted, edge, bar = inks
    return {
        "boost": hover,
        "text": text,
        "text-muted": muted,
        "text-disabled": muted,
        "foreground-muted": muted,
        "border": accents["primary"],
        "border-blurred": edge,
        **{f"text-{role}": color for role, color in accents.items()},
        **{f"{role}-muted": tint for role, tint in tints.items()},
        "block-cursor-background": tints["primary"],
        "block-cursor-foreground": text,
        "block-hover-background": hover,
        "footer-key-foreground": accents["primary"],
        "footer-description-foreground": muted,
        "link-color": accents["primary"],
        "scrollbar": bar,
        "scrollbar-hover": accents["primary"],
        "scrollbar-active": accents["primary"],
        "scrollbar-background": background,
        "screen-selection-background": tints["primary"],
        "screen-selection-foreground": text,
        "input-selection-background": tints["primary"],
        "input-selection-foreground": text,
    }


THEMES: Final = (
    _theme(
        DARK,
        dark=True,
        grounds=("#191816", "#211f1c", "#2b2925", "#37342f"),
        inks=("#e6dfd2", "#a79f92", "#6f685e", "#47423b"),
        accents={
            "primary": "#8fbcd4",
            "secondary": "#b9aad6",
            "warning": "#e3b55c",
            "error": "#ee8d7d",
            "success": "#a3c78f",
            "accent": "#ecbd76",
        },
        tints={
            "primary": "#213743",
            "secondary": "#3a344a",
            "warning": "#5a4413",
            "error": "#4d2821",
            "success": "#2e4028",
            "accent": "#54401c",
        },
        variables={},
    ),
    _theme(
        LIGHT,
        dark=False,
        grounds=("#fbf7ee", "#f3eddf", "#e9e1d0", "#e2d8c4"),
        inks=("#2a2621", "#61594d", "#91887a", "#cfc4b0"),
        accents={
            "primary": "#175a7d",
            "secondary": "#5d4892",
            "warning": "#7a4f00",
            "error": "#a12a1e",
            "success": "#2c6430",
            "accent": "#8a4304",
        },
        tints={
            "primary": "#c5deea",
            "secondary": "#ded5ef",
            "warning": "#ffe08c",
            "error": "#f7d3cc",
            "success": "#d3e6c9",
            "accent": "#f8dcb4",
        },
        variables={},
    ),
    _theme(
        HIGH_CONTRAST,
        dark=True,
        grounds=("#000000", "#000000", "#1f1f1f", "#333333"),
        inks=("#ffffff", "#d6d6d6", "#b0b0b0", "#b0b0b0"),
        accents={
            "primary": "#5cf2ff",
            "secondary": "#5cf2ff",
            "warning": "#ffe14d",
            "error": "#ffe14d",
            "success": "#5cf2ff",
            "accent": "#ffe14d",
        },
        tints={
            "primary": "#00424a",
            "secondary": "#00424a",
            "warning": "#4a3d00",
            "error": "#4a3d00",
            "success": "#00424a",
            "accent": "#4a3d00",
        },
        variables={"cited": "#ffe14d", "cited-text": "#000000"},
    ),
    # Whose colours these are is not known: magenta alone can be read on black as on
    # white in the usual palettes, and what is marked is marked by reversing.
    Theme(
        TERMINAL,
        ansi=True,
        primary="ansi_magenta",
        secondary="ansi_magenta",
        warning="ansi_magenta",
        error="ansi_red",
        success="ansi_magenta",
        accent="ansi_magenta",
        variables={
            "block-cursor-background": "ansi_default",
            "block-cursor-foreground": "ansi_magenta",
            "block-cursor-text-style": "bold underline",
            "border-blurred": "ansi_default",
            "scrollbar": "ansi_bright_black",
            "scrollbar-hover": "ansi_magenta",
            "scrollbar-active": "ansi_magenta",
            "scrollbar-background": "ansi_default",
            "scrollbar-background-hover": "ansi_default",
            "scrollbar-background-active": "ansi_default",
            **{
                f"{role}-muted": "ansi_default"
                for role in ("primary", "secondary", "warning", "error", "success")
            },
        },
    ),
)
"""Ours, in the order in which they are offered."""

LABELS: Final = {
    FOLLOW_TERMINAL: "Dark or light, as the terminal is",
    DARK: "Quoth dark",
    LIGHT: "Quoth light",
    HIGH_CONTRAST: "Quoth high contrast",
    TERMINAL: "The terminal's own colours",
}
"""What our themes are called in the list of themes."""


def chat_variables(theme: Theme) -> dict[str, str]:
    """Give the variables that only the chat has, for a theme that does not say.

    `muted-style` is for text that is no widget: what is said by the way is paler, or
    where colours are the terminal's and cannot be mixed, dim.
    """
    if theme.ansi:
        # Textual derives fewer variables here than style sheets may use.
        names = BUILTIN_THEMES["textual-dark"].to_color_system().generate()
        unmixed = dict.fromkeys((*names, "cited", "cited-text"), "ansi_default")
        return {**unmixed, "muted-style": "dim"}
    generated = theme.to_color_system().generate()
    return {
        "cited": theme.variables.get("warning-muted", generated["warning-muted"]),
        "cited-text": theme.variables.get("text", generated["text"]),
        "muted-style": theme.variables.get(
            "foreground-muted", generated["foreground-muted"]
        ),
    }


def first_theme(
    look: Look, names: Iterable[str], environment: Mapping[str, str] | None = None
) -> str:
    """Say in which theme the chat begins.

    Args:
        look: What is asked for.
        names: Of the themes there are.
        environment: Instead of the process's own.

    Raises:
        ConfigError: The settings name a theme that there is not.
    """
    values = os.environ if environment is None else environment
    if without_color(values):
        return TERMINAL
    known = sorted(names)
    if look.theme in known:
        return look.theme
    if look.theme != FOLLOW_TERMINAL and look.theme_set_in:
        choices = [*LABELS, *known]
        near = difflib.get_close_matches(look.theme, choices, 1, 0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise ConfigError(
            f"There is no theme {look.theme!r} ({look.theme_set_in}).",
            f"{hint}chat.theme is one of {', '.join(dict.fromkeys(choices))}.",
        )
    # What was chosen in the chat may be a theme that a later Textual has no more.
    return followed(values)


def followed(environment: Mapping[str, str] | None = None) -> str:
    """Give the theme of ours that goes with the terminal."""
    values = os.environ if environment is None else environment
    return LIGHT if terminal_is_light(values) else DARK


def without_color(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether no colour is to be written: NO_COLOR is there, whatever it says.

    Textual reads it so, too; the convention would have an empty one mean nothing.
    """
    return "NO_COLOR" in (os.environ if environment is None else environment)


def terminal_is_light(environment: Mapping[str, str]) -> bool:
    """Tell whether the terminal says that its background is light; most say nothing."""
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return background in _LIGHT_BACKGROUNDS
