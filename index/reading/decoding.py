"""Bytes to text: the encoding is found, the characters are left as they are."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from index.errors import NoText, UnreadableFile, UnsupportedFormat
from index.reading.titles import printable

# The marks of UTF-32 come first: that of UTF-32 little-endian begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters that text files do hold: backspace, tab, line feed, vertical tab,
# form feed, carriage return, end of file (DOS) and escape (terminal logs).
_CONTROL = re.compile(r"[\x00-\x07\x0e-\x19\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.01
_PROBE_BYTES = 65_536
_SAMPLE_BYTES = 32_768
_SAMPLE_MARGIN = 200
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_ASCII = bytes(range(128))
_MIN_FIT = 4
"""Bytes beyond ASCII that fit UTF-8, for each that does not, from which on a text is
taken for UTF-8 that was damaged. In texts of other encodings (27 of them, 38 languages)
some fit by accident: under 0.01 in cp1252, 0.4 in cp866, 0.6 in EUC-JP; 4 in at most 3
of 1,000 pieces of 20 bytes, and in no piece of 200."""
# The letters and signs beyond ASCII of Western European text, as far as those of other
# languages are not written with the same bytes in another code page.
_WESTERN = frozenset(
    "àâäáãåçéèêëíìîïñóòôöõúùûüÿßæœøÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜŸÆŒØ"
    "\u2018\u2019“”„\u2013—…•«»\u2039\u203a€£¥¢©®™°§¶±²µ·¿¡ªº¼½¾\u00d7÷†‡\u00a0\u00ad"
)
_MAX_WESTERN_SHARE = 0.3


def decode(data: bytes, path: Path) -> str:
    """Decode a text file: byte order mark, then UTF-8, then what the bytes look like.

    No line end is translated and nothing is stripped; only a byte order mark is no
    part of the text. So offsets are those of `open(path, newline="").read()`. Where
    nearly all bytes beyond ASCII fit UTF-8, each place that does not (one byte of
    another encoding, a last character cut short) is one U+FFFD in the text, as with
    `errors="replace"`.

    Raises:
        NoText: If there is nothing but white space.
        UnsupportedFormat: If the content is binary.
        UnreadableFile: If the bytes do not fit their byte order mark, or are in no
            encoding that is known.
    """
    text = _decode_marked(data, path)
    if text is None:
        text = _decode_unmarked(data, path)
    probe = text[:_PROBE_BYTES]
    if "\0" in text or len(_CONTROL.findall(probe)) > _MAX_CONTROL_SHARE * len(probe):
        raise UnsupportedFormat(
            f"{printable(path.name)} holds binary data, not text.",
            "Save it as text, or leave it out.",
        )
    if not text or text.isspace():
        raise NoText(f"{printable(path.name)} is empty or holds only white space.")
    return text


def _decode_marked(data: bytes, path: Path) -> str | None:
    """Decode data that begins with a byte order mark, without it; else None."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                mended = _mended(data[len(mark) :]) if encoding == "utf-8" else None
                if mended is not None:
                    return mended
                raise UnreadableFile(
                    f"{printable(path.name)} is marked as {encoding} but byte "
                    f"{error.start + len(mark)} does not fit.",
                    "The file may be cut short; save it again as UTF-8.",
                ) from error
    return None


def _decode_unmarked(data: bytes, path: Path) -> str:
    """Decode data without a byte order mark."""
    wide = _wide_encoding(data[:_PROBE_BYTES])
    for encoding in (wide, "utf-8") if wide else ("utf-8",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if b"\0" in data:
        raise UnsupportedFormat(
            f"{printable(path.name)} holds binary data, not text.",
            "Save it as text, or leave it out.",
        )
    mended = _mended(data)
    if mended is not None:
        return mended
    for encoding in _likely_encodings(data):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise UnreadableFile(
        f"{printable(path.name)} is in no encoding that could be recognised.",
        "Save it as UTF-8.",
    )


def _mended(data: bytes) -> str | None:
    """Decode damaged UTF-8 with U+FFFD for what does not fit; None if it is none."""
    # A last character that is cut short is not consumed: it speaks for UTF-8 as well.
    fitting, consumed = codecs.utf_8_decode(data, "ignore", False)
    fit = fitting.encode()
    misfit_count = consumed - len(fit)
    fit_count = len(fit.translate(None, _ASCII))
    if fit_count == 0 or fit_count < _MIN_FIT * misfit_count:
        return None
    return data.decode("utf-8", errors="replace")


def _wide_encoding(data: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 without a mark by where their zero bytes stand."""
    if b"\0" not in data or len(data) < 4:
        return None
    zeros = [data[i::4].count(0) / len(data[i::4]) for i in range(4)]
    empty = [share > 0.4 for share in zeros]
    full = [share < 0.05 for share in zeros]
    if all(empty[1:]) and full[0]:
        return "utf-32-le"
    if all(empty[:3]) and full[3]:
        return "utf-32-be"
    if empty[1] and empty[3] and full[0] and full[2]:
        return "utf-16-le"
    if empty[0] and empty[2] and full[1] and full[3]:
        return "utf-16-be"
    return None


def _likely_encodings(data: bytes) -> list[str]:
    """Name the encodings the bytes may be in, the likeliest first."""
    from charset_normalizer import from_bytes

    sample = _telling_part(data)
    found = [match.encoding for match in from_bytes(sample)]
    # Of code pages under which a short text makes equal sense, the detector names the
    # one that comes first in the alphabet.
    return ["cp1252", *found] if _is_western(sample) else [*found, "cp1252"]


def _telling_part(data: bytes) -> bytes:
    """Collect what stands around the bytes beyond ASCII: the rest tells nothing."""
    parts: list[bytes] = []
    size = at = 0
    while size < _SAMPLE_BYTES and (found := _NON_ASCII.search(data, at)):
        start = max(at, found.start() - _SAMPLE_MARGIN)
        at = found.end() + _SAMPLE_MARGIN
        parts.append(data[start:at])
        size += len(parts[-1])
    return b"".join(parts)


def _is_western(sample: bytes) -> bool:
    """Whether the bytes read as cp1252 make words of a Western European language."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = [c for c in text if c > "\x7f"]
    letters = sum(c.isalpha() for c in text)
    accented = sum(c.isalpha() for c in beyond)
    return accented <= _MAX_WESTERN_SHARE * letters and _WESTERN.issuperset(beyond)
