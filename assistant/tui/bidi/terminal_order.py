"""Whether the terminal or Quoth puts right-to-left text into visual order.

Most terminals leave every character in the cell it was written to, and there Quoth must
put them in order. Some reorder each line by themselves, and what is in order would be
turned round again. Those that follow the recommendation of the Terminal working group
(VTE with all its terminals, mintty) leave that off when told so by BDSM, `CSI 8 l`. The
others cannot be told; where they say who they are, text is left as it is read.
https://terminal-wg.pages.freedesktop.org/bidi/
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_EXPLICIT, _IMPLICIT = "\x1b[8l", "\x1b[8h"

# Set by terminals that reorder or reverse words and cannot be told not to: Konsole,
# mlterm, kitty (words only).
_VARIABLES = ("KONSOLE_VERSION", "MLTERM", "KITTY_WINDOW_ID")
_PROGRAMS = frozenset({"Apple_Terminal"})
# The first VTE that reorders. It does so under tmux and screen too: they keep `CSI 8 l`
# to themselves.
_VTE_REORDERS = 5_800


def is_ordered_here(setting: str, environment: Mapping[str, str]) -> bool:
    """Whether Quoth is to put text in visual order.

    Args:
        setting: `quoth` or `terminal`; all else goes by what the terminal says it is.
        environment: Variables of the process.
    """
    if setting in ("quoth", "terminal"):
        return setting == "quoth"
    if environment.get("TEXTUAL_DRIVER"):
        return True  # In a browser: its page leaves every character in its cell.
    if any(environment.get(name) for name in _VARIABLES):
        return False
    version = environment.get("VTE_VERSION", "")
    hidden = "TMUX" in environment or "STY" in environment
    if hidden and version.isdecimal() and int(version) >= _VTE_REORDERS:
        return False
    return environment.get("TERM_PROGRAM") not in _PROGRAMS


@contextmanager
def written_order_kept() -> Iterator[None]:
    """Have the terminal show text in the order in which it is written, for a while.

    To what is no terminal nothing is said.
    """
    stream = sys.__stdout__
    if stream is None or not stream.isatty():
        yield
        return
    stream.write(_EXPLICIT)
    stream.flush()
    try:
        yield
    finally:
        stream.write(_IMPLICIT)
        stream.flush()
