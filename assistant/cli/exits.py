"""Exit codes: those of grep, then those of shells."""

from __future__ import annotations

from typing import Final

FOUND: Final = 0
"""Answered, found, or done."""
NOTHING: Final = 1
"""Nothing found, or abstained."""
ERROR: Final = 2
INTERRUPTED: Final = 130
"""128 + SIGINT."""
BROKEN_PIPE: Final = 141
"""128 + SIGPIPE: who read the answer has gone."""
