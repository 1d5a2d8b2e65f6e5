"""Letters as part of a pattern: Python's `re` has no class of capitals."""

from __future__ import annotations

from typing import Final

# Past this only a few letters of Africa and America have a case.
_STOP: Final = 0x2000

CAPITAL: Final = "[" + "".join(c for c in map(chr, range(_STOP)) if c.isupper()) + "]"
"""A capital of any alphabet."""
