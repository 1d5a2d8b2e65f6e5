"""`quoth ask`: one question, or one a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from assistant.cli.exits import ERROR, FOUND, NOTHING
from assistant.cli.options import (
    Invocation,
    common_options,
    explain_option,
    json_option,
    pass_invocation,
    within_option,
)
from assistant.cli.output import naming_library, note, show, show_json
from index.errors import QuothError, UsageError

if TYPE_CHECKING:
    from assistant.records import Reply
    from assistant.session import Session
    from assistant.source_state import SourceState


@click.command()
@click.argument("question", nargs=-1, required=True)
@json_option
@click.option("--top", type=click.IntRange(1, 10), help="Quotes in an answer, at most.")
@within_option
@explain_option
@common_options
@pass_invocation
def ask(
    invocation: Invocation,
    question: tuple[str, ...],
    as_json: bool,
    top: int | None,
    within: str | None,
    explain: bool,
) -> int:
    """Answer QUESTION in the documents' own words.

    With `-`, one question a line is read from stdin and each is answered in turn;
    blank lines are passed over. The exit code is 0 if any was answered.
    """
    invocation.flags["answer.quotes"] = top
    text = " ".join(question)
    if text == "-":
        return answer_lines(
            invocation, sys.stdin, as_json=as_json, within=within, explain=explain
        )
    session = open_session(invocation)
    reply = find_reply(session, text, within)
    show_reply(reply, as_json=as_json, explain=explain)
    note_changes(invocation, session, reply)
    return exit_code(reply)


def answer_lines(
    invocation: Invocation,
    lines: Iterable[str],
    *,
    as_json: bool = False,
    within: str | None = None,
    explain: bool = False,
    follow: bool = False,
) -> int:
    """Answer one question a line; the library and the encoder are loaded once.

    A question that cannot be asked has its error reported and does not stop the rest.

    Args:
        invocation: Whose library is asked.
        lines: The questions; one is answered before the next is read.
        as_json: One object a line, also for a question that cannot be asked.
        within: A glob of documents.
        explain: With the evidence.
        follow: Read each as the next of one conversation; else each by itself.

    Returns:
        2 if a question could not be asked, else 0 if any was answered, else 1.

    Raises:
        QuothError: No question can be asked, the library being what it is.
    """
    session: Session | None = None
    codes: set[int] = set()
    for text in _questions(lines):
        session = session or open_session(invocation)
        if not as_json:
            _show_question(text, first=not codes)
        try:
            reply = find_reply(session, text, within, follow=follow)
        except UsageError as error:
            codes.add(_report(invocation, text, error, as_json=as_json))
        else:
            show_reply(reply, as_json=as_json, explain=explain)
            note_changes(invocation, session, reply)
            codes.add(exit_code(reply))
    if ERROR in codes:
        return ERROR
    return FOUND if FOUND in codes else NOTHING


def open_session(invocation: Invocation) -> Session:
    """Open the session of a command, with progress on stderr where that takes long."""
    from assistant.cli.progress import showing_progress

    with showing_progress() as progress:
        return invocation.workspace.open_session(progress)


def find_reply(
    session: Session, question: str, within: str | None, *, follow: bool = False
) -> Reply:
    """Ask one question to its end.

    Args:
        session: Over the library.
        question: As typed.
        within: A glob of documents.
        follow: Read it with the session's conversation.

    Raises:
        QuothError: It could not be answered.
    """
    from assistant.records import Abstention, Answer, Failure

    # To the very end: only then does the session count it among its conversation.
    *_, last = session.ask(question, within=within, follow=follow)
    if isinstance(last, Failure):
        raise last.error
    if not isinstance(last, Answer | Abstention):
        raise QuothError("The session ended without a word.", "Report this.")
    return last


def show_reply(reply: Reply, *, as_json: bool, explain: bool) -> None:
    """Print one reply to stdout."""
    if as_json:
        from assistant.render.json_form import reply_form

        show_json(reply_form(reply, explain=explain))
        return
    from assistant.render.plain import render_reply

    show(render_reply(reply, explain=explain))
    sys.stdout.flush()


def note_changes(invocation: Invocation, session: Session, reply: Reply) -> None:
    """Say on stderr which cited files are not as they were indexed, a line each.

    It is no part of the reply, in JSON neither: the same question to the same library
    gives the same reply, whatever has become of the files.
    """
    from assistant.render.file_state import file_note

    shown = (*reply.quotes, *reply.near_misses)
    states: dict[str, dict[str, SourceState]] = {}
    names: dict[str, str] = {}
    for quote, state in zip(shown, session.source_states(shown), strict=True):
        cited = quote.citation.document
        names[cited.path] = cited.name
        called = f"quote {quote.citation.marker}"
        states.setdefault(cited.path, {})[called] = state
    for path, found in states.items():
        note(naming_library(file_note(names[path], found), invocation.library))


def exit_code(reply: Reply) -> int:
    """0 for an answer, 1 for an abstention."""
    return FOUND if reply.quotes else NOTHING


def _questions(lines: Iterable[str]) -> Iterator[str]:
    for one in lines:
        if one.strip():
            yield one.strip()


def _show_question(text: str, *, first: bool) -> None:
    """Repeat the question above its answer, a blank line after the one before."""
    from assistant.render.lines import Line, line
    from assistant.render.sanitize import one_line

    show([*([] if first else [Line()]), line(f"> {one_line(text)}", "note")])


def _report(
    invocation: Invocation, question: str, error: QuothError, *, as_json: bool
) -> int:
    """Report the error of one question among others; return its exit code."""
    from assistant.cli.group import report

    if as_json:
        told = {
            "title": error.title,
            "message": error.message,
            "remedy": error.remedy,
        }
        show_json({"question": question, "answered": False, "error": told})
    return report(error, debug=invocation.debug, library=invocation.library)
