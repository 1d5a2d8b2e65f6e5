"""The keys and the commands of the view of questions and answers."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from assistant.tui.view import Command

NOTES: Final = (
    "[$text-accent]Citations[/]  Each quote is a slice of its source, with line, page"
    " and heading; ▸ marks the one shown, and words of your question are lit.",
    "[$text-secondary]◐ Perhaps[/]  What comes close without clearly answering: read it"
    " and judge, Quoth does not claim it.",
    "[$text-warning]○ No answer[/]  When nothing answers, Quoth says so: ≈ marks the"
    " nearest sentences, which are none, and the words that nothing covers are named.",
)
"""How to read an answer, for the help screen."""


def _key(action_id: str, key: str, action: str, name: str, about: str = "") -> Binding:
    """Make a binding; without a description beside its name it is not shown below."""
    return Binding(key, action, name, show=bool(about), tooltip=about, id=action_id)


# Escape leads out, a step at a time: the first of its three that has something to end
# takes it.
BINDINGS: Final = (
    _key(
        "chat.cancel", "escape", "cancel_question", "Cancel", "Take the question back"
    ),
    _key("source.close", "escape", "close_source", "Close", "Close the source"),
    _key("chat.question", "escape", "focus_question", "Back", "To the question box"),
    _key("chat.type", "slash,i", "focus_question", "To the question box"),
    _key("citation.next", "n,ctrl+n,f3", "walk(1)", "Next", "Next quote in its source"),
    _key("citation.previous", "p,shift+f3", "walk(-1)", "Previous quote in its source"),
    _key("source.toggle", "f2,ctrl+o", "toggle_source", "Source", "Open or close it"),
    _key("quote.why", "w,alt+w", "why", "Why", "The evidence for a quote"),
    _key("chat.alone", "f4,u", "ask_alone", "Without context", "Ask again, by itself"),
    _key("chat.new", "f9", "new_conversation", "Begin another conversation"),
    *(
        _key(f"quote.{n}", f"{n}", f"follow_number({n})", f"Quote {n} in its source")
        for n in range(1, 10)
    ),
)

COMMANDS: Final = (
    Command("Next quote", "Show the next quote in its source", "walk(1)"),
    Command("Previous quote", "Show the quote before in its source", "walk(-1)"),
    Command(
        "Source", "Open the source beside the answer, or close it", "toggle_source"
    ),
    Command("Why this answer", "Show the evidence for the quote", "why"),
    Command("Without context", "Ask again, read by itself", "ask_alone"),
    Command("Cancel the question", "Take it back into the box", "cancel_question"),
    Command("New conversation", "Begin another; this one is kept", "new_conversation"),
    Command("Question box", "Go to the question box", "focus_question"),
    Command("Quotes", "Go to the quotes of the newest answer", "focus_quotes"),
    Command("To source", "Go into the source", "focus_source"),
)
