"""What is lit in the text of a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lighting:
    """Which spans of a document are lit, and how."""

    cited: tuple[int, int]
    """The quote that is followed."""
    context: tuple[int, int] | None = None
    """The sentence it leans on."""
    others: tuple[tuple[int, int], ...] = ()
    """Further quotes of the same answer in the same document."""
    words: tuple[tuple[int, int], ...] = ()
    """Words that were looked for."""

    def spans(self) -> Iterator[tuple[int, int, str]]:
        """Give spans with the name of their style, the strongest first."""
        for word in self.words:
            yield *word, "source-text--word"
        yield *self.cited, "source-text--cited"
        for other in self.others:
            yield *other, "source-text--other"
        if self.context is not None:
            yield *self.context, "source-text--context"
