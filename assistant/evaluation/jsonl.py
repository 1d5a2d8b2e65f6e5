"""Lines of JSON and of judgements, read with the file and line of every fault."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_REMEDY = "Correct that line; benchmarks/README.md describes the form."


@dataclass(frozen=True, slots=True)
class Line:
    """Where a record comes from."""

    path: Path
    number: int
    """From 1."""

    def error(self, fault: str) -> UsageError:
        """Make the error that names the file and the line."""
        return UsageError(f"{self.path}:{self.number}: {fault}.", _REMEDY)


@dataclass(frozen=True, slots=True)
class Row(Line):
    """One JSON object and the checked reading of its fields."""

    fields: dict[str, object]

    def text(self, name: str, default: str | None = None) -> str:
        """Read a string; without a default the field must be there."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise self.error(f"{name!r} is missing or not a string")
        if not value.isascii() and any("\ud800" <= mark <= "\udfff" for mark in value):
            raise self.error(f"{name!r} holds half of a surrogate pair")
        return value

    def optional_text(self, name: str) -> str | None:
        """Read a string, or None for null and for a field that is not there."""
        return None if self.fields.get(name) is None else self.text(name)

    def number_or_text(self, name: str) -> int | str | None:
        """Read a number or a string; None where there is neither."""
        value = self.fields.get(name)
        return value if type(value) is int else self.optional_text(name)

    def flag(self, name: str, default: bool) -> bool:
        """Read true or false."""
        value = self.fields.get(name, default)
        if not isinstance(value, bool):
            raise self.error(f"{name!r} is neither true nor false")
        return value

    def items(self, name: str) -> list[object]:
        """Read a list; empty for null and for a field that is not there."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(f"{name!r} is not a list")
        return value

    def texts(self, name: str) -> list[str]:
        """Read a list of strings."""
        values = [value for value in self.items(name) if isinstance(value, str)]
        if len(values) != len(self.items(name)):
            raise self.error(f"{name!r} holds something that is not a string")
        return values

    def numbers(self, value: object, name: str) -> list[int]:
        """Check a list of integers that are not negative."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.error(f"{name!r} holds something that is not a list")
        found = [item for item in value if type(item) is int and item >= 0]
        if len(found) != len(value):
            raise self.error(f"{name!r} holds something that is not a number from 0")
        return found

    def span(self, value: object, name: str, length: int) -> tuple[int, int]:
        """Check a pair [start, end] with 0 <= start <= end <= length."""
        match self.numbers(value, name):
            case [start, end] if start <= end <= length:
                return start, end
        raise self.error(f"{name!r} holds {value!r}, no span of the text")


@dataclass(frozen=True, slots=True)
class Judgement(Line):
    """One line of qrels.tsv."""

    query_id: str
    document_id: str
    gain: float


def read_rows(path: Path) -> Iterator[Row]:
    """Read the objects of a .jsonl file; blank lines are passed over.

    Raises:
        UsageError: The file cannot be read, or a line is not a JSON object.
    """
    for number, line in _lines(path):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as fault:
            raise Line(path, number).error(f"not JSON: {fault}") from fault
        if not isinstance(value, dict):
            raise Line(path, number).error("not a JSON object")
        yield Row(path, number, value)


def read_judgements(path: Path) -> Iterator[Judgement]:
    """Read tab-separated judgements: a header, then query, document, gain.

    Raises:
        UsageError: The file cannot be read, a line has not three fields, the gain is no
            number, or a pair is judged twice.
    """
    seen: set[tuple[str, str]] = set()
    for index, (number, line) in enumerate(_lines(path)):
        if index == 0:
            continue
        place = Line(path, number)
        match line.split("\t"):
            case [query_id, document_id, gain]:
                pass
            case _:
                raise place.error("not three fields between tabs")
        if (query_id, document_id) in seen:
            raise place.error(f"{query_id!r} and {document_id!r} are judged twice")
        seen.add((query_id, document_id))
        yield Judgement(path, number, query_id, document_id, _gain(place, gain))


def _gain(place: Line, field: str) -> float:
    try:
        value = float(field)
    except ValueError as fault:
        raise place.error(f"the gain {field!r} is not a number") from fault
    if not math.isfinite(value):
        raise place.error(f"the gain {field!r} is not finite")
    return value


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that are not blank; only a line feed ends a line."""
    try:
        with path.open("rb") as lines:
            for number, data in enumerate(lines, start=1):
                line = _decode(Line(path, number), data).rstrip("\r\n")
                if line.strip():
                    yield number, line
    except OSError as fault:
        raise UsageError(
            f"{path} cannot be read: {fault.strerror}.",
            "A data set needs every file of its form.",
        ) from fault


def _decode(place: Line, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig" if place.number == 1 else "utf-8")
    except UnicodeDecodeError as fault:
        raise place.error("not UTF-8") from fault
