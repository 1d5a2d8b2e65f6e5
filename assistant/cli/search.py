"""`quoth search`: the passages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from assistant.cli.exits import FOUND, NOTHING
from assistant.cli.options import (
    Invocation,
    common_options,
    explain_option,
    json_option,
    pass_invocation,
    within_option,
)
from assistant.cli.output import note, show, show_json

if TYPE_CHECKING:
    from assistant.finding import FoundHit
    from index.records import SearchMode


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "lexical", "semantic"]),
    help="What counts: words, meaning, or both.",
)
@click.option(
    "--top",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Passages, at most.",
)
@within_option
@json_option
@explain_option
@common_options
@pass_invocation
def search(
    invocation: Invocation,
    query: tuple[str, ...],
    mode: str | None,
    top: int,
    within: str | None,
    as_json: bool,
    explain: bool,
) -> int:
    """Find the passages that are nearest to QUERY."""
    from assistant.render.json_form import search_form
    from assistant.render.plain import render_hits

    text = " ".join(query)
    settings = invocation.configuration.settings.search
    chosen = cast("SearchMode", mode or settings.mode)
    hits = find_hits(invocation, text, chosen, top, within)
    if as_json:
        show_json(search_form(text, chosen, hits, explain=explain))
    elif hits:
        show(render_hits(hits, explain=explain))
    else:
        note("Nothing was found.")
    return FOUND if hits else NOTHING


def find_hits(
    invocation: Invocation, text: str, mode: SearchMode, top: int, within: str | None
) -> list[FoundHit]:
    """Search the library of a command.

    Raises:
        QuothError: The library or the encoder cannot be used, or there is no query.
    """
    from assistant.cli.progress import showing_progress
    from assistant.finding import cite_hits
    from index.searching import SearchQuery, SearchSettings
    from index.searching import search as search_view

    workspace = invocation.workspace
    settings = workspace.settings.search
    asked = SearchQuery(
        text,
        mode=mode,
        count=top,
        within=within,
        correct_spelling=settings.correct_spelling,
    )
    with showing_progress() as progress:
        library = workspace.open_library(progress)
    with library.open_view() as view:
        needs_encoder = mode != "lexical" and view.encoded_count > 0
        result = search_view(
            view,
            asked,
            workspace.encoder() if needs_encoder else None,
            SearchSettings(semantic_weight=settings.semantic_weight),
        )
        for correction in result.corrections:
            note(f"Read “{correction.typed}” as “{correction.read_as}”.")
        return cite_hits(view, result.hits)
