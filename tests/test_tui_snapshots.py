"""Pictures of the named states of the chat, in two sizes.

After a wanted change: `pytest tests/test_tui_snapshots.py --snapshot-update`, and look.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.tui.look import themes
from assistant.tui.status import VIEWS
from tests import scenes_ask as asking
from tests import scenes_history as history
from tests import scenes_library as library
from tests import scenes_search as search
from tests.scenes import Scene, Steps, keep_still

Compare = Callable[..., bool]

# What is there, and the way to what is to be seen.
STATES: dict[str, tuple[Callable[[], Scene], Steps]] = {
    "opening": (asking.opening, asking.is_opened),
    "first-screen": (asking.examples, asking.first_screen),
    "library-failed": (asking.damaged, asking.failed_to_open),
    "waiting-for-library": (asking.opening, asking.waiting_for_library),
    "running-weighing": (asking.weighing, asking.held_at_weighing),
    "answer": (asking.examples, asking.answer),
    "source": (asking.examples, asking.source),
    "source-moved": (asking.examples, asking.source_moved),
    "source-changed": (asking.examples, asking.source_changed),
    "follow-up": (asking.examples, asking.followup),
    "correction": (asking.misspelling, asking.correction),
    "abstention": (asking.grounded, asking.abstention),
    "closest": (asking.perhaps, asking.closest),
    "failure": (asking.examples, asking.failure),
    "right-to-left": (asking.hebrew, asking.right_to_left),
    "why-answer": (asking.grounded, asking.why),
    "why-near-miss": (asking.silent, asking.why_not),
    **{
        f"help-{mode}": (asking.papers, partial(asking.help_of, mode=mode))
        for mode in VIEWS
    },
    "themes": (asking.examples, asking.theme_chooser),
    **{
        f"answer-{theme}": (partial(asking.in_theme, theme), asking.source)
        for theme in (themes.LIGHT, themes.HIGH_CONTRAST, themes.TERMINAL)
    },
    "search-empty": (asking.papers, search.empty),
    "search-results": (asking.papers, search.results),
    "search-preview": (asking.papers, search.preview),
    "search-nothing-found": (asking.papers, search.nothing_found),
    "search-error": (asking.papers, search.error),
    "library-examples": (library.examples, library.listed),
    "library-list": (library.own, library.listed),
    "library-completing": (library.own, library.completing),
    "library-at-work": (library.encoding, library.at_work),
    "library-error": (library.missing, library.not_added),
    "library-left-out": (library.own, library.left_out),
    "library-removal": (library.own, library.removal),
    "history-empty": (history.past(kept=False), history.empty),
    "history-list": (history.past(), history.listed),
    "history-renaming": (history.past(), history.renaming),
    "history-export": (history.past(), history.exporting),
    "history-deletion": (history.past(), history.deletion),
}

# Less is said of these: one size will do.
DETAILS: dict[str, tuple[Callable[[], Scene], Steps]] = {
    "first-screen-own": (asking.papers, asking.first_screen),
    "waiting-in-line": (asking.papers, asking.waiting_in_line),
    "running-searching": (asking.papers, asking.searching),
    "answer-antecedent": (asking.examples, asking.antecedent),
    "source-page": (asking.papers, asking.page),
    "source-gone": (asking.examples, asking.source_gone),
    **{
        f"closest-{theme}": (partial(asking.perhaps, theme), asking.closest)
        for theme in (themes.LIGHT, themes.HIGH_CONTRAST, themes.TERMINAL)
    },
    "search-read-otherwise": (search.halfway, search.read_otherwise),
    "search-no-document": (asking.papers, search.no_document),
    "library-out-of-step": (library.out_of_step, library.listed),
    "library-added": (library.adding, library.is_added),
    "library-added-paths": (library.own, library.added_paths),
    "library-document": (library.own, library.document),
    "library-damaged": (library.broken, library.failed),
    "history-searching": (history.past(), history.searching),
    "history-nothing-found": (history.past(), history.nothing_found),
    "history-not-kept": (history.past(not_kept=history.NOT_KEPT), history.listed),
    "palette": (asking.examples, asking.palette),
}

SIZES = ((80, 24), (160, 50))
NARROW = (40, 12)

PICTURES = [
    *((name, size) for name in STATES for size in SIZES),
    *((name, SIZES[0]) for name in DETAILS),
    *((name, NARROW) for name in ("answer", "source", "search-results")),
]


@pytest.mark.parametrize(
    ("name", "size"),
    PICTURES,
    ids=[f"{name}-{width}x{height}" for name, (width, height) in PICTURES],
)
def test_state(
    name: str,
    size: tuple[int, int],
    snap_compare: Compare,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Paths are completed from here on, and exports are written here.
    monkeypatch.chdir(tmp_path)
    make, steps = (STATES | DETAILS)[name]
    scene = make()

    async def run_before(pilot: Pilot[int]) -> None:
        await steps(pilot, scene)
        await keep_still(pilot, scene)

    try:
        assert snap_compare(scene.app, terminal_size=size, run_before=run_before)
    finally:
        scene.release()
