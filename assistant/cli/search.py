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
    from assistant.finding import SearchOutcome, SearchRequest
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
    """Find the passages that are nearest to QUERY.

    Those that have a phrase in "quotation marks" word for word come first.
    """
    from assistant.finding import SearchRequest
    from assistant.render.json_form import search_form
    from assistant.render.plain import render_hits

    text = " ".join(query)
    settings = invocation.configuration.settings.search
    chosen = cast("SearchMode", mode or settings.mode)
    request = SearchRequest(text, chosen, top, within)
    outcome = find_in_library(invocation, request)
    hits = outcome.hits
    for correction in outcome.corrections:
        note(f"Read “{correction.typed}” as “{correction.read_as}”.")
    if as_json:
        show_json(search_form(text, chosen, hits, explain=explain))
    elif hits:
        show(render_hits(hits, explain=explain))
    else:
        note("Nothing was found.")
    return FOUND if hits else NOTHING


def find_in_library(invocation: Invocation, request: SearchRequest) -> SearchOutcome:
    """Search the library of a command.

    Raises:
        QuothError: The library or the encoder cannot be used, or there is no query.
    """
    from assistant.cli.progress import showing_progress
    from assistant.finding import find

    workspace = invocation.workspace
    with showing_progress() as progress:
        library = workspace.open_library(progress)
    settings = workspace.settings.search
    return find(library, request, workspace.encoder, settings)
