"""Text of documents as Markdown that shows it and does nothing with it.

Escaped is what CommonMark and GitHub's dialect read as more than text: HTML, links,
bare addresses, tables, footnotes, formulas.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.render.sanitize import one_line, sanitize

# Wherever they stand. `@` keeps addresses of mail from becoming links.
_ALWAYS: Final = re.compile(r"[\\`*_{}\[\]<>&#|~$@^]")

# Of a bare address, which GitHub's dialect makes a link with a scheme or `www`, and
# others also without.
_ADDRESS: Final = re.compile(
    r":(?=//)|(?<=www)\.|(?<=\w)\.(?=[^\W\d_])|(?<=mailto):|(?<=xmpp):",
    re.IGNORECASE,
)

# What begins a list, a rule, the line under a heading or a definition.
_LINE_START: Final = re.compile(r"(?P<before>\d*)(?P<mark>(?<=\d)[.)]|(?<!\d)[-+=:])")

_LINE_ENDS: Final = re.compile(r"\r\n|[\r\n\v\f]")
_BACKTICKS: Final = re.compile(r"`+")


def escape_line(text: str) -> str:
    """Give text as one line of Markdown that reads as the text.

    White space is shown as single spaces.
    """
    return _escape(one_line(text))


def block_quote(text: str) -> str:
    """Give text as a block quote, line by line.

    White space at the ends of lines is left out: four spaces would begin code, and two
    at the end break the line.
    """
    rows = [_escape(sanitize(row).strip()) for row in _LINE_ENDS.split(text)]
    return "\n".join(f"> {row}".rstrip() for row in rows)


def code_span(text: str) -> str:
    """Give text as code, in which nothing is interpreted."""
    shown = sanitize(text).replace("\n", " ")
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    # One space at each end is not part of the code; it keeps backticks apart.
    pad = " " if shown[:1] in ("`", " ") or shown[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _escape(line: str) -> str:
    """Escape one line that has no white space at its ends."""
    escaped = _ADDRESS.sub(r"\\\g<0>", _ALWAYS.sub(r"\\\g<0>", line))
    if start := _LINE_START.match(escaped):
        escaped = f"{start['before']}\\{escaped[start.start('mark') :]}"
    return escaped
