"""Text of documents made harmless for a terminal.

A document may hold escape sequences that move the cursor, set the title or answer back,
and bidirectional overrides that make a line read otherwise than it is. Each such
character is shown as a visible one. In JSON it is escaped, and so stays exact.
"""

from __future__ import annotations

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_KEPT = "\t\n"


def _make_table() -> dict[int, str]:
    """Character by character, what is shown instead."""
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in _KEPT}
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    c1_controls = range(0x80, 0xA0)
    bidi_embeddings = range(0x202A, 0x202F)
    bidi_isolates = range(0x2066, 0x206A)
    # A lone surrogate cannot be written to any stream.
    surrogates = range(0xD800, 0xE000)
    for codes in (c1_controls, bidi_embeddings, bidi_isolates, surrogates):
        table.update(dict.fromkeys(codes, _REPLACEMENT))
    line_separators = (0x2028, 0x2029)
    table.update(dict.fromkeys(line_separators, " "))
    return table


_TABLE = _make_table()
_JSON_ESCAPES = {code: f"\\u{code:04x}" for code in _TABLE if code >= 0x7F}


def sanitize(text: str) -> str:
    """Replace what a terminal would act on; the length stays the same.

    Line feeds and tabs are kept. Offsets into the text stay valid.
    """
    return text.translate(_TABLE)


def one_line(text: str) -> str:
    """Sanitise, with every run of white space shown as one space."""
    return sanitize(" ".join(text.split()))


def escape_json(text: str) -> str:
    """Escape in JSON, as JSON, what a terminal or a reader of lines would act on.

    Args:
        text: Valid JSON, with control characters below U+0020 escaped already.
    """
    return text.translate(_JSON_ESCAPES)
