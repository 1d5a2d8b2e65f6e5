"""Sentences with exact offsets: the document's structure first, then `sentencex`.

`sentencex` finds boundaries by terminators, abbreviations and what follows them. It
never looks inside quotation marks, and one that stays open hides all that follows. So
it is given the paragraph with its quotation marks blanked out, and each boundary that
it finds is put back on the right side of the marks around it. All rules here are
measured by `benchmarks/sentences.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Document, Sentence

Span = tuple[int, int]

MAX_SENTENCE_CHARACTERS = 2_000
"""Longer spans are lists, tables or data whose line ends were lost; they are cut."""

_WINDOW = 10_000
"""Characters split at once: the time of `sentencex` grows with the square of the
quotation marks it is given."""

_LINE = re.compile(r"[^\r\n]+")
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![ \t\r\f\v]*(?:\n|$)))*")
_SAFE_CUTS = (re.compile(r"[\r\n]+"), re.compile(r"[;:|]\s+"), re.compile(r"\s+"))

_QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a'
_SINGLE = "'\u2018\u2019"
_BLANKS = {ord(c): " " for c in "\n\r\t" + _QUOTES}
_BRACKET_BLANKS = {ord(c): " " for c in "()[]"}
# Apostrophes inside words stay; so do all other characters of the paragraph.
_SINGLE_QUOTE = re.compile(rf"``|''|(?<!\w)[{_SINGLE}]|[{_SINGLE}](?!\w)")
_REFERENCE = re.compile(r"\[\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*\]")
_MARKS = re.compile(
    rf"(?P<reference>{_REFERENCE.pattern})|[{_QUOTES}{_SINGLE}`()\[\]]+"
)
_OPENING = re.compile(r"``|[\u201c\u201e\u00ab\u2039\u2018(\[]")
_TOGGLE = re.compile(r"``|''|\"")
# A title or an exclamation inside a sentence: its marks part nothing.
_SHORT_QUOTE = re.compile(
    r"(?<![^\s(\[])\"(?=\S)[^\"]{1,50}(?<=\S)\"|\u201c[^\u201c\u201d]{1,50}\u201d"
)
_CLOSED_BRACKET = re.compile(r"[.!?\u2026](?P<quotes>[\"'\u201d\u2019]*)[)\]]\s+")
_DASH_GOES_ON = re.compile(r"(?:--|[\u2013\u2014-])\s*[a-z]")
_MARKER = re.compile(r"\W{0,2}(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]+\Z")
# Abbreviations that `sentencex` does not know and that never end a sentence.
_NEVER_FINAL = re.compile(
    r"\b(?:approx|assoc|atty|cf|chap|cpt|eqs?|excl|figs?|incl|refs?|resp|secs?|viz"
    r"|vols?|vs)\.\Z",
    re.IGNORECASE,
)
_ANSWER_NO = re.compile(r"No\.\s+(?=[A-Z])")


def split_sentences(document: Document) -> list[Sentence]:
    """Split a document into sentences.

    A heading, a table row and a line of code is one each; a paragraph or a list item
    holds one or more. Every character of a block that is not white space lies in
    exactly one sentence.

    Returns:
        In order, not overlapping, without white space at their edges. None is longer
        than `MAX_SENTENCE_CHARACTERS`.
    """
    text = document.text
    spans: list[Span] = []
    for block in document.blocks:
        if block.kind in ("paragraph", "list_item"):
            spans.extend(_prose(text, block.start, block.end, document.language))
        elif block.kind == "code":
            for line in _LINE.finditer(text, block.start, block.end):
                spans.extend(_limited(text, *line.span()))
        else:
            spans.extend(_limited(text, block.start, block.end))
    return [Sentence(start, end) for start, end in spans]


def split_text(text: str, language: str = "en") -> list[Sentence]:
    """Split running text into sentences; blank lines are boundaries too."""
    return [
        Sentence(start, end)
        for paragraph in _PARAGRAPH.finditer(text)
        for start, end in _prose(text, *paragraph.span(), language)
    ]


def _prose(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Split one paragraph; its line ends only wrap it."""
    while start < end:
        stop = min(end, start + _WINDOW)
        cuts = _cuts(text[start:stop], language)
        if stop < end:
            # The last sentence may go on outside the window: it begins the next one.
            blank = text.rfind(" ", start + 1, stop)
            stop = start + cuts.pop() if cuts else blank if blank > 0 else stop
        first = 0
        for cut in [*cuts, stop - start]:
            # A list marker ("2.") belongs to what it marks.
            marker = _MARKER.match(text[start + first : start + cut].strip())
            if not marker or start + cut == stop:
                yield from _limited(text, start + first, start + cut)
                first = cut
        start = stop


def _cuts(paragraph: str, language: str) -> list[int]:
    """Find where sentences begin in a paragraph, ascending; not at its own start."""
    from sentencex import get_sentence_boundaries

    flat = _blanked(paragraph)
    cuts: set[int] = set()
    for boundary in get_sentence_boundaries(language, flat)[1:]:
        cut = _placed(paragraph, flat, boundary["start_index"], language)
        if cut:
            cuts.add(cut)
    cuts.update(_bracket_cuts(paragraph, language))
    if cuts and ('"' in paragraph or "\u201c" in paragraph):
        for quote in _SHORT_QUOTE.finditer(paragraph):
            cuts.difference_update(range(quote.start() + 1, quote.end()))
    found = sorted(cuts)
    if language == "en" and "No. " in paragraph:
        starts = [0, *found]
        more = (_ANSWER_NO.match(paragraph, _visible(paragraph, at)) for at in starts)
        found = sorted(cuts.union(match.end() for match in more if match))
    return found


def _blanked(paragraph: str) -> str:
    """Replace quotation marks and line ends by as many spaces.

    So are references ("[12]"), and brackets where one is never closed.
    """
    flat = paragraph.translate(_BLANKS)
    if "'" in flat or "\u2019" in flat or "\u2018" in flat or "``" in flat:
        flat = _SINGLE_QUOTE.sub(lambda found: " " * len(found.group()), flat)
    if "[" in flat:
        flat = _REFERENCE.sub(lambda found: " " * len(found.group()), flat)
    if flat.count("(") > flat.count(")") or flat.count("[") > flat.count("]"):
        flat = flat.translate(_BRACKET_BLANKS)
    return flat


def _placed(paragraph: str, flat: str, boundary: int, language: str) -> int | None:
    """Put a boundary of the blanked paragraph on the right side of the marks there.

    Returns:
        The offset at which the next sentence (or the white space before it) begins;
        None where the sentence goes on after all.
    """
    end, start = boundary, _visible(flat, boundary)
    while end > 0 and flat[end - 1].isspace():
        end -= 1
    if end == 0 or start == len(flat):
        return None
    gap = paragraph[end:start]
    goes_on = paragraph[start].islower()
    if language == "en" and _NEVER_FINAL.search(flat, max(0, end - 8), end):
        return None
    if paragraph[end - 1] in "!?" and _DASH_GOES_ON.match(paragraph, start):
        return None
    if not gap.strip():
        return None if goes_on and not gap else end
    # Marks stand between: "Stop!" he said. And those without a space part nothing.
    if goes_on or gap == "".join(gap.split()):
        return None
    cut = end
    for marks in _MARKS.finditer(paragraph, end, start):
        if not marks["reference"] and _opens(paragraph, *marks.span()):
            break
        cut = marks.end()
    return cut


def _visible(text: str, at: int) -> int:
    """Give the offset of the first character from `at` on that is no white space."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _opens(paragraph: str, start: int, end: int) -> bool:
    """Tell whether quotation marks open what follows them, or close what precedes.

    They cling to what they enclose. In text whose marks stand alone, as in tokenised
    corpora, the marks before them are counted.
    """
    space_before = start == 0 or paragraph[start - 1].isspace()
    space_after = end == len(paragraph) or paragraph[end].isspace()
    if space_before != space_after:
        return space_before
    marks = paragraph[start:end]
    if _TOGGLE.fullmatch(marks) and marks != "``":
        is_open = False
        for mark in _TOGGLE.finditer(paragraph, 0, start):
            is_open = mark.group() == "``" or not is_open
        return not is_open
    return _OPENING.match(marks) is not None


def _bracket_cuts(paragraph: str, language: str) -> Iterator[int]:
    """Find where a sentence ends inside a bracket, and the next one begins after it."""
    from sentencex import get_sentence_boundaries

    for closed in _CLOSED_BRACKET.finditer(paragraph):
        at = closed.end()
        opener = "(" if paragraph[closed.end("quotes")] == ")" else "["
        opened = paragraph.rfind(opener, 0, at)
        inside = paragraph[opened + 1 : closed.start() + 1] if opened >= 0 else ""
        following = paragraph[at : at + 2].lstrip(f"([{_QUOTES}{_SINGLE}")[:1]
        one_word = inside[:-1].isalpha() and inside[:1].isupper() and len(inside) > 5
        if (
            following.isupper()
            and (" " in inside or one_word)
            and len(get_sentence_boundaries(language, f"{inside} The")) > 1
        ):
            yield at


def _limited(text: str, start: int, end: int) -> Iterator[Span]:
    """Trim a span, and cut it where it is too long to be a sentence."""
    trimmed = _trimmed(text, start, end)
    while trimmed and trimmed[1] - trimmed[0] > MAX_SENTENCE_CHARACTERS:
        start, end = trimmed
        cut = _safe_cut(text, start)
        first = _trimmed(text, start, cut)
        if first:
            yield first
        trimmed = _trimmed(text, cut, end)
    if trimmed:
        yield trimmed


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Leave out the white space at the edges; None if nothing is left."""
    piece = text[start:end]
    visible = piece.strip()
    if not visible:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(visible)


def _safe_cut(text: str, start: int) -> int:
    """Find where to cut an over-long span: at a line end, a semicolon, a space."""
    window = text[start : start + MAX_SENTENCE_CHARACTERS]
    for pattern in _SAFE_CUTS:
        cuts = [found.end() for found in pattern.finditer(window)]
        if cuts and cuts[-1] > MAX_SENTENCE_CHARACTERS // 4:
            return start + cuts[-1]
    return start + MAX_SENTENCE_CHARACTERS
