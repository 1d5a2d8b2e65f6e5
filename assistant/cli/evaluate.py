"""`quoth eval`: how well a folder of questions is answered."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.exits import FOUND
from assistant.cli.options import (
    Invocation,
    common_options,
    json_option,
    pass_invocation,
)
from assistant.cli.output import show_json


@click.command("eval", short_help="Measure answers to questions with known ones.")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
@common_options
@pass_invocation
def evaluate(invocation: Invocation, folder: Path, as_json: bool) -> int:
    """Measure retrieval or answers on FOLDER, a set of questions with their gold.

    A library is made of the folder's own documents, in a temporary place. Of answers
    it is said what is right, what is silent, what other thresholds would do, and where
    the sentences that answer were lost; with --json of every question that failed.
    """
    from assistant.cli.progress import showing_progress
    from assistant.evaluation.run import run_eval
    from assistant.session import Session

    workspace = invocation.workspace
    with showing_progress() as progress:
        report = run_eval(
            folder,
            workspace.encoder(),
            workspace.answer_settings(),
            open_session=lambda library, settings: Session(
                library, workspace.encoder, settings, reader=workspace.reader
            ),
            progress=progress,
        )
    if as_json:
        show_json(report.to_json())
    else:
        click.echo(report.to_text())
    return FOUND
