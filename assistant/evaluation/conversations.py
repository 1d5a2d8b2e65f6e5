"""Questions of a set asked as the next of their conversation, where they have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.salience import PastTurn

if TYPE_CHECKING:
    from assistant.evaluation.records import Question
    from assistant.records import Event
    from assistant.session import Session


def past_turns(question: Question) -> tuple[PastTurn, ...]:
    """Return the turns before a question; what the agent said stands for quotes."""
    turns: list[PastTurn] = []
    for turn in question.history:
        if turn.speaker == "user":
            turns.append(PastTurn(turn.text, ()))
        elif turns:
            last = turns.pop()
            turns.append(PastTurn(last.question, (*last.quotes, turn.text)))
    return tuple(turns)


def ask(session: Session, question: Question) -> Event:
    """Ask a question after the turns before it, and nothing else; return the outcome.

    A question without a history is asked by itself, even if it leans on one.
    """
    turns = past_turns(question)
    session.recall(turns)
    *_, outcome = session.ask(question.text, follow=bool(turns))
    return outcome
