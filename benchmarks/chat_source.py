"""How fast the chat shows and scrolls the text of a source, by its size and script.

    python -m benchmarks.chat_source [--megabytes N] [--pages N] [--out FILE]

The widget stands in an application without a terminal, 140 columns by 40 rows. For each
text: the time until the rows around the cited sentence, in the middle, are drawn; until
all rows of the text are found; per page down, all rows of the screen drawn anew (median
and 95th percentile); and the memory that finding all rows takes, in a run of its own.
The text and the map of its lines are there before, as the session makes them.
Prints a table and writes results/<commit>-chat_source.json.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
import tracemalloc
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from textual.app import App, ComposeResult
from textual.geometry import Region

from assistant.evaluation.report import table
from assistant.tui.bidi.visual_order import VisualOrder
from assistant.tui.source.lighting import Lighting
from assistant.tui.source.text import SourceText
from assistant.tui.source.wrapping import make_layout
from benchmarks.reporting import write_result
from index.positions import LineMap
from index.records import Document

_SIZE = (140, 40)
_CITED = 60
_SCRIPTS = {
    "ASCII": ("abcdefghijklmnopqrstuvwxyz", " ", 8),
    "Chinese": ("的一是不了人我在有他这为之大来以个中上们", "。", 16),
    "Hebrew": ("אבגדהוזחטיכלמנסעפצקרשת", " ", 6),
    "Arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", " ", 6),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one text took."""

    characters: int
    lines: int
    first_row_ms: float
    all_rows_ms: float
    page_down_ms: float
    page_down_p95_ms: float
    rows: int
    held_mb: float
    """Memory of the rows that were found."""
    peak_mb: float
    """Most memory while they are looked for."""


class _Reader(App[None]):
    """Nothing but the text of a source."""

    CSS = "SourceText { overflow: hidden scroll; }"

    def compose(self) -> ComposeResult:
        """Show one source."""
        yield SourceText()

    def get_line_filters(self) -> list[VisualOrder]:
        """Have right-to-left text put in order, as in the chat."""
        return [VisualOrder()]


def main() -> None:
    """Measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--out", type=Path, help="instead of results/<commit>-...")
    options = parser.parse_args()
    found = {}
    for name, text in _texts(round(options.megabytes * 1e6)):
        found[name] = asyncio.run(_measure(text, options.pages))
        print(f"{name} measured", flush=True)
    _show(found)
    result = {"shown": {name: asdict(one) for name, one in found.items()}}
    print(f"\n{write_result('chat_source', result, options.out)}")


def _texts(size: int) -> list[tuple[str, str]]:
    """Make the texts: small and large, in paragraphs and in one line."""
    texts = [("ASCII, small", _make_text("ASCII", 20_000, 600))]
    texts += [(name, _make_text(name, size, 600)) for name in _SCRIPTS]
    texts += [
        (f"{name}, one line", _make_text(name, size, size))
        for name in ("ASCII", "Chinese", "Hebrew")
    ]
    return texts


def _make_text(script: str, size: int, line: int) -> str:
    """Make words of a script at random, always the same, in lines of some length."""
    letters, space, longest = _SCRIPTS[script]
    chosen = random.Random(script)
    words = [
        "".join(chosen.choices(letters, k=chosen.randint(2, longest)))
        for _ in range(2_000)
    ]
    count = size // (2 + longest // 2)
    running = space.join(chosen.choices(words, k=count))
    running = (running * (size // len(running) + 1))[:size]
    return "\n".join(running[at : at + line] for at in range(0, size, line))


async def _measure(text: str, pages: int) -> Shown:
    """Show a text cited in its middle, and page through what follows."""
    document = Document("/text", "text", "Text", text, "text/plain", "0" * 64, (), ())
    lines = LineMap(text)
    middle = len(text) // 2
    lighting = Lighting((middle, middle + _CITED))
    app = _Reader()
    app.animation_level = "none"
    async with app.run_test(size=_SIZE) as pilot:
        source = app.query_one(SourceText)
        source.focus()
        await pilot.pause()
        begin = time.perf_counter()
        source.show(document, lines, lighting)
        _draw(source)
        first = time.perf_counter() - begin
        if not 0 <= source.row_span(middle)[0] < source.size.height:
            raise RuntimeError("the citation is not on the screen")
        while not source.has_all_rows:
            await asyncio.sleep(0.001)
        whole = time.perf_counter() - begin
        taken = []
        for _ in range(pages):
            if source.scroll_offset.y == source.max_scroll_y:
                source.scroll_home(animate=False, force=True)
            begin = time.perf_counter()
            source.scroll_page_down(animate=False, force=True)
            _draw(source)
            taken.append(time.perf_counter() - begin)
    tracemalloc.start()
    layout = make_layout(text, lines, _SIZE[0])
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ms = [1000 * seconds for seconds in taken]
    return Shown(
        len(text),
        lines.line_count,
        1000 * first,
        1000 * whole,
        median(ms),
        quantiles(ms, n=20)[-1],
        layout.row_count,
        held / 1e6,
        peak / 1e6,
    )


def _draw(source: SourceText) -> None:
    """Draw all rows on the screen."""
    source.render_lines(Region(0, 0, *source.size))


def _show(found: dict[str, Shown]) -> None:
    """Print what was found."""
    rows = [
        [
            name,
            f"{one.characters / 1e6:.2f}",
            f"{one.lines:,}",
            f"{one.first_row_ms:.1f}",
            f"{one.all_rows_ms:.0f}",
            f"{one.page_down_ms:.1f}",
            f"{one.page_down_p95_ms:.1f}",
            f"{one.held_mb:.1f}",
            f"{one.peak_mb:.1f}",
        ]
        for name, one in found.items()
    ]
    heads = ["text", "M char", "lines", "first row ms", "all rows ms"]
    heads += ["page ms", "95 %", "MB held", "peak MB"]
    print("\n".join(table([heads, *rows])))


if __name__ == "__main__":
    main()
