"""Pictures of what was measured, as SVG files whose text stays text.

    python -m benchmarks.plots RESULT [--system NAME] [--learning FILE] [--out FOLDER]

RESULT is a result file of `benchmarks.answers`. Drawn are risk against coverage, and
accuracy against confidence; with --learning also how the reader learnt. FILE is a JSON
list of `{"questions", "hit_1": {set: share}, "auroc": {set: share}}`, one a training
run, `questions` being how many it was trained on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation.curves import WRONG_ALLOWED
from assistant.settings import THRESHOLD
from benchmarks.answers import PRODUCT
from benchmarks.options import described_parser

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
_STYLE: dict[Any, Any] = {
    # Text is text: small, searchable, and in the reader's own font.
    "svg.fonttype": "none",
    # The same numbers give the same file.
    "svg.hashsalt": "quoth",
    "font.family": ["sans-serif"],
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#767676",
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.facecolor": "white",
}
# Okabe and Ito's colours, told apart by people who see fewer; and marks, told apart
# without any.
_COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    *("#5a5a5a", "#8c510a"),
)
_TRAINED = (0, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def draw_risk(
    systems: Mapping[str, Mapping[str, Any]], threshold: float, path: Path
) -> None:
    """Draw what share of the first quotes is wrong against what share is answered.

    Args:
        systems: By the name of the set, the scores of one system.
        threshold: At which the default answers: marked on each curve.
        path: Of the SVG file.
    """
    with _figure(
        path, "Questions answered, the surest first", "Wrong first quotes"
    ) as (axes):
        for number, (name, scores) in enumerate(systems.items()):
            curve = scores["risk_curve"]
            colour = _COLOURS[number % len(_COLOURS)]
            axes.plot(
                [coverage for _, coverage, _ in curve],
                [risk for _, _, risk in curve],
                color=colour,
                label=name,
            )
            given = [point for point in curve if point[0] >= threshold][-1:]
            axes.plot(
                [coverage for _, coverage, _ in given],
                [risk for _, _, risk in given],
                color=colour,
                marker=_MARKS[number % len(_MARKS)],
                linestyle="",
            )
        axes.axhline(WRONG_ALLOWED, color="#767676", linestyle=":", linewidth=1)
        axes.text(0.0, WRONG_ALLOWED, f"{WRONG_ALLOWED:.0%}", va="bottom", color="#555")
        axes.set_title(f"The mark is the default, {threshold:.2f}", fontsize=11)
        _percentages(axes)
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)


def draw_reliability(systems: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Draw how many answers were right against how sure they were.

    Args:
        systems: By the name of the set, the scores of one system.
        path: Of the SVG file.
    """
    with _figure(path, "Confidence shown", "First quotes that were right") as axes:
        axes.plot([0, 1], [0, 1], color="#767676", linestyle=":", label="as it says")
        for number, (name, scores) in enumerate(systems.items()):
            bins = scores["reliability"]
            axes.plot(
                [confidence for _, confidence, _ in bins],
                [accuracy for _, _, accuracy in bins],
                color=_COLOURS[number % len(_COLOURS)],
                marker=_MARKS[number % len(_MARKS)],
                markersize=5,
                label=f"{name} ({sum(count for count, _, _ in bins):,})",
            )
        _percentages(axes)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)


def draw_learning(
    runs: Sequence[Mapping[str, Any]], measure: str, label: str, path: Path
) -> None:
    """Draw what the reader reached against how many questions it was trained on.

    Args:
        runs: Each with `questions` and, by set, the measure.
        measure: `hit_1` or `auroc`.
        label: What the measure is, in plain words.
        path: Of the SVG file.
    """
    ordered = sorted(runs, key=lambda run: int(run["questions"]))
    most = max(int(run["questions"]) for run in runs)
    names = dict.fromkeys(name for run in ordered for name in run[measure])
    with _figure(path, "Questions trained on", label) as axes:
        for number, name in enumerate(names):
            known = [run for run in ordered if run[measure].get(name) is not None]
            axes.plot(
                [run["questions"] for run in known],
                [run[measure][name] for run in known],
                color=_COLOURS[number % len(_COLOURS)],
                marker=_MARKS[number % len(_MARKS)],
                label=name,
            )
        # Nothing learnt is a run too, and a logarithm has no zero.
        axes.set_xscale("symlog", linthresh=1000)
        axes.set_xticks([tick for tick in _TRAINED if tick <= 2 * most], minor=False)
        axes.set_xlim(-100, 1.2 * most)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the pictures of a result file."""
    options = _read_options(arguments)
    sets = json.loads(options.result.read_text(encoding="utf-8"))["data_sets"]
    systems = {
        name: found["systems"].get(options.system, {}) for name, found in sets.items()
    }
    wanted = {"risk_curve", "reliability"}
    judged = {name: one for name, one in systems.items() if wanted <= one.keys()}
    if not judged:
        raise SystemExit(f"{options.result.name} has no curve of {options.system!r}.")
    options.out.mkdir(parents=True, exist_ok=True)
    draw_risk(judged, options.threshold, options.out / "risk-coverage.svg")
    draw_reliability(judged, options.out / "reliability.svg")
    if options.learning is not None:
        runs = json.loads(options.learning.read_text(encoding="utf-8"))
        draw_learning(
            runs,
            "hit_1",
            "First sentences that answer",
            options.out / "reader-learning.svg",
        )
        draw_learning(
            runs,
            "auroc",
            "Answerable or not, told apart (AUROC)",
            options.out / "reader-learning-silence.svg",
        )


@contextmanager
def _figure(path: Path, across: str, up: str) -> Iterator[Axes]:
    """Give axes to draw on, and write them with a legend beside them."""
    import matplotlib

    # Draws to files alone, whatever screen there is.
    matplotlib.use("svg")
    from matplotlib import pyplot

    with pyplot.rc_context(_STYLE):
        figure, axes = pyplot.subplots(figsize=(7.2, 4.2), layout="constrained")
        try:
            axes.set_xlabel(across)
            axes.set_ylabel(up)
            yield axes
            axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
            # Without the date, so that the same numbers give the same file.
            figure.savefig(path, format="svg", metadata={"Date": None})
        finally:
            pyplot.close(figure)


def _percentages(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = described_parser("benchmarks.plots", __doc__)
    parser.add_argument("result", type=Path, metavar="RESULT")
    parser.add_argument(
        "--system", default=PRODUCT, help="which to draw (default: %(default)s)"
    )
    parser.add_argument("--learning", type=Path, metavar="FILE")
    parser.add_argument(
        "--threshold",
        type=float,
        default=THRESHOLD,
        help="marked on the curves (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=PICTURES, metavar="FOLDER")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
