"""`quoth history` and what the chat keeps, as they are called."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli.chat import find_earlier
from assistant.cli.chat_services import HistoryKeeper
from assistant.cli.chat_session import SessionOpener
from assistant.cli.group import quoth
from assistant.cli.options import Invocation
from assistant.history import History
from assistant.history_export import conversation_form
from assistant.locations import find_locations
from assistant.records import Abstention, Answer
from assistant.tui.asker import Asker, Notify
from index.encoder import Encoder
from index.errors import ConversationMissing, SourceChanged, UsageError
from tests.fakes import WordEncoder
from tests.history_support import (
    make_abstention,
    make_answer,
    make_quote,
    minutes,
    write_notes,
)

EVIL = "Cats \x1b[2J\x1b]0;owned\x07 sleep \u202eall day\u202c <b>long</b>."


def invocation() -> Invocation:
    return Invocation(load_encoder=lambda _: WordEncoder())


def run_quoth(*arguments: str | Path, typed: str | None = None) -> Result:
    """Run a command in this process, with the encoder of words."""
    return CliRunner().invoke(
        quoth,
        [str(argument) for argument in arguments],
        input=typed,
        obj=invocation(),
        env={"NO_COLOR": "1"},
    )


def parsed(result: Result) -> Any:  # noqa: ANN401 - JSON
    return json.loads(result.stdout)


@pytest.fixture
def past() -> History:
    clock = minutes()
    return History(find_locations().history, now=lambda: next(clock))


@pytest.fixture
def two(past: History, tmp_path: Path) -> History:
    """Conversation 1 of two turns about cats, 2 of one with another library."""
    document = write_notes(tmp_path)
    sleep = make_quote(document, "Cats sleep sixteen hours a day.")
    hunt = make_quote(document, "They hunt\nat night.")
    past.begin(make_answer("How long do cats sleep?", sleep, hunt))
    past.add_turn(1, make_abstention("What do they eat?", hunt))
    past.begin(make_answer("Do birds hunt?", hunt, library="birds"))
    return past


def test_the_list_has_a_line_a_conversation(two: History) -> None:
    for arguments in ((), ("list",)):
        result = run_quoth("history", *arguments)
        assert result.exit_code == 0
        rows = result.stdout.splitlines()
        assert len(rows) == 2
        pattern = r"{}  \d{{4}}-\d\d-\d\d \d\d:\d\d  {}  {}  {}"
        assert re.fullmatch(
            pattern.format(2, "birds", "1 question ", r"Do birds hunt\?"), rows[0]
        )
        assert re.fullmatch(
            pattern.format(1, "notes", "2 questions", r"How long do cats sleep\?"),
            rows[1],
        )
        assert result.stderr == ""


def test_the_list_as_json(two: History) -> None:
    found = parsed(run_quoth("history", "list", "--json"))["conversations"]
    assert found == [conversation_form(one) for one in two.conversations()]
    assert list(found[0]) == [
        *("id", "title", "library", "created", "updated", "questions"),
    ]
    assert found[1]["created"] == "2026-03-01T12:00:00.000Z"


def test_the_list_can_be_searched_and_cut(two: History) -> None:
    assert "cats" in run_quoth("history", "list", "--search", "SIXTEEN").stdout
    nothing = run_quoth("history", "list", "--search", "zebra")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "No conversation was found" in nothing.stderr
    cut = run_quoth("history", "list", "--limit", "1")
    assert len(cut.stdout.splitlines()) == 1
    assert "more than 1" in cut.stderr
    of_one = run_quoth("--library", "notes", "history", "list")
    assert len(of_one.stdout.splitlines()) == 1


def test_an_empty_history() -> None:
    result = run_quoth("history")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The history is empty" in result.stderr
    empty = run_quoth("history", "list", "--json")
    assert (empty.exit_code, parsed(empty)) == (1, {"conversations": []})
    assert not find_locations().history.exists()


def test_a_conversation_is_shown(two: History) -> None:
    text = run_quoth("history", "show", "1").stdout
    assert "> How long do cats sleep?" in text
    assert "[1] Cats sleep sixteen hours a day." in text
    assert "cats.md:3:1" in text
    assert "Not in these documents." in text
    shown = parsed(run_quoth("history", "show", "1", "--json"))
    exported = parsed(run_quoth("history", "export", "1", "--format", "json"))
    assert shown == exported
    assert shown["questions"] == len(shown["turns"]) == 2
    reply = shown["turns"][0]["reply"]
    assert reply["quotes"][0]["text"] == "Cats sleep sixteen hours a day."
    assert reply["library"]["fingerprint"] == "f" * 64


def test_text_of_documents_does_nothing_on_the_terminal(
    past: History, tmp_path: Path
) -> None:
    document = write_notes(tmp_path, f"{EVIL}\n{'Plain text. ' * 60}\n", "e\x1bvil.txt")
    past.begin(make_answer(EVIL, make_quote(document, EVIL), library="x\x1b[2J"))
    for arguments in (("list",), ("show", "1"), ("export", "1")):
        out = run_quoth("history", *arguments).stdout
        assert not set(out) & set("\x1b\x07\u202e\u202c\x9b")
        assert "␛[2J" in out or "␛\\[2J" in out
    for more in (("show", "1", "--json"), ("export", "1", "--format", "json")):
        result = run_quoth("history", *more)
        assert not set(result.stdout) & set("\x1b\x07\u202e\u202c\x9b")
        assert parsed(result)["turns"][0]["reply"]["quotes"][0]["text"] == EVIL


SOURCE = re.compile(
    r"Source \d+: `(?P<path>[^`]+)`, line (?P<line>\d+), column \d+,"
    r" characters (?P<start>\d+)–(?P<end>\d+), sha256 `(?P<sha256>[0-9a-f]{64})`"
)


def test_places_in_markdown_lead_to_the_quotes(two: History) -> None:
    import hashlib

    text = run_quoth("history", "export", "1", "--format", "md").stdout
    quotes = [
        "\n".join(row.removeprefix("> ") for row in block.splitlines())
        for block in text.split("\n\n")
        if block.startswith("> ")
    ]
    places = list(SOURCE.finditer(text))
    assert len(places) == len(quotes) == 3
    for place, quote in zip(places, quotes, strict=True):
        data = Path(place["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == place["sha256"]
        source = data.decode("utf-8")
        cited = source[int(place["start"]) : int(place["end"])]
        assert cited == quote
        assert source[: int(place["start"])].count("\n") + 1 == int(place["line"])


def test_an_export_can_be_written_to_a_new_file(two: History, tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    result = run_quoth("history", "export", "1", "--output", target)
    assert (result.exit_code, result.stdout) == (0, "")
    written = target.read_text(encoding="utf-8")
    assert written == run_quoth("history", "export", "1").stdout
    again = run_quoth("history", "export", "2", "--output", target)
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert target.read_text(encoding="utf-8") == written
    nowhere = run_quoth("history", "export", "1", "--output", tmp_path / "no" / "x")
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr


def test_a_conversation_is_renamed(two: History) -> None:
    assert run_quoth("history", "rename", "1", "About cats").exit_code == 0
    assert two.conversation(1).title == "About cats"
    assert run_quoth("history", "rename", "1", " ").exit_code == 2


def test_deleting_asks_first(two: History) -> None:
    refused = run_quoth("history", "delete", "1", typed="n\n")
    assert refused.exit_code == 1
    assert "“How long do cats sleep?”" in refused.stderr
    assert "Nothing was deleted" in refused.stderr
    assert len(two.conversations()) == 2
    assert run_quoth("history", "delete", "1", typed="").exit_code == 130
    assert len(two.conversations()) == 2
    assert run_quoth("history", "delete", "1", "1", typed="y\n").exit_code == 0
    assert [one.conversation_id for one in two.conversations()] == [2]


def test_all_can_be_deleted(two: History) -> None:
    of_one = run_quoth("history", "delete", "--all", "--yes", "--library", "birds")
    assert of_one.exit_code == 0
    assert [one.conversation_id for one in two.conversations()] == [1]
    assert run_quoth("history", "delete", "--all", "--yes").exit_code == 0
    assert two.conversations() == []
    again = run_quoth("history", "delete", "--all", "--yes")
    assert again.exit_code == 1
    assert "nothing to delete" in again.stderr


def test_one_unknown_number_keeps_all(two: History) -> None:
    result = run_quoth("history", "delete", "1", "99", "--yes")
    assert result.exit_code == 2
    assert "no conversation 99" in result.stderr
    assert len(two.conversations()) == 2


@pytest.mark.parametrize(
    "arguments", [("delete",), ("delete", "--all", "1"), ("show",), ("show", "x")]
)
def test_unclear_requests_are_errors_of_use(
    two: History, arguments: tuple[str, ...]
) -> None:
    assert run_quoth("history", *arguments).exit_code == 2
    assert len(two.conversations()) == 2


@pytest.mark.parametrize(
    "arguments",
    [("show", "9"), ("export", "9"), ("rename", "9", "x"), ("delete", "9", "--yes")],
)
def test_an_unknown_number_is_an_error(arguments: tuple[str, ...]) -> None:
    result = run_quoth("history", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "error: No such conversation" in result.stderr
    assert "remedy:" in result.stderr


def test_a_damaged_history_is_an_error_with_a_remedy(two: History) -> None:
    two.path.write_bytes(b"no database" * 100)
    result = run_quoth("history")
    assert result.exit_code == 2
    assert "The history cannot be used" in result.stderr
    assert "Move that file away" in result.stderr


def test_the_setting_and_the_place_are_shown() -> None:
    assert "history.enabled = true" in run_quoth("config").stdout
    place = parsed(run_quoth("config", "path", "--json"))["history"]
    assert place == str(find_locations().history)


# What the chat keeps


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "animals"
    folder.mkdir()
    (folder / "cats.md").write_text("Cats sleep sixteen hours a day.\n", "utf-8")
    assert run_quoth("add", folder).exit_code == 0
    yield folder


def nothing_said(_: str) -> None:
    return


def answered(asker: Asker, question: str) -> Answer | Abstention:
    reply = list(asker.ask(question))[-1]
    assert isinstance(reply, Answer | Abstention)
    return reply


def test_scripts_leave_no_trace(filled: Path) -> None:
    run_quoth("ask", "How long do cats sleep?")
    run_quoth("ask", "-", typed="How long do cats sleep?\n")
    run_quoth(typed="How long do cats sleep?\n")
    assert not find_locations().history.exists()


def test_nothing_is_kept_when_the_setting_says_so(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_HISTORY__ENABLED", "false")
    here = invocation()
    reply = answered(SessionOpener(here)(nothing_said), "How long do cats sleep?")
    HistoryKeeper(here, None).keep(reply)
    assert not find_locations().history.exists()


def test_a_conversation_is_kept_and_gone_on_with(filled: Path, past: History) -> None:
    here = invocation()
    asker = SessionOpener(here)(nothing_said)
    keep = HistoryKeeper(here, None).keep
    first = answered(asker, "How long do cats sleep?")
    keep(first)
    keep(answered(asker, "Do fish sleep?"))
    assert [one.turn_count for one in past.conversations()] == [2]
    later = invocation()
    for which in ("1", "last"):
        earlier = find_earlier(later, which)
        assert earlier.conversation == 1
        asked = [reply.question for reply in earlier.replies]
        assert asked == [first.question, "Do fish sleep?"]
    assert later.library == "default"
    HistoryKeeper(later, earlier.conversation).keep(first)
    assert past.conversation(1).turn_count == 3


def test_sources_of_a_kept_reply_are_found_or_said_to_be_otherwise(
    filled: Path,
) -> None:
    here = invocation()
    reply = answered(SessionOpener(here)(nothing_said), "How long do cats sleep?")
    HistoryKeeper(here, None).keep(reply)
    (kept,) = find_earlier(invocation(), "last").replies
    quote = (*kept.quotes, *kept.near_misses)[0]
    cited = quote.citation

    def source() -> str:
        asker = SessionOpener(invocation())(nothing_said)
        return asker.document(cited.document).text

    assert source()[cited.start : cited.end] == quote.text
    (filled / "cats.md").rename(filled / "moved.md")
    run_quoth("sync")
    assert source()[cited.start : cited.end] == quote.text
    (filled / "moved.md").rename(filled / "cats.md")
    (filled / "cats.md").write_text("Cats sleep all day.\n", "utf-8")
    run_quoth("sync")
    with pytest.raises(SourceChanged, match=r"cats\.md has changed"):
        source()
    (filled / "cats.md").unlink()
    (filled / "dogs.md").write_text("Dogs bark.\n", "utf-8")
    run_quoth("sync")
    with pytest.raises(SourceChanged, match="does not hold"):
        source()


@pytest.mark.parametrize(
    ("which", "error"),
    [
        *(("7", ConversationMissing), ("last", UsageError), ("x", UsageError)),
        *(("", UsageError), ("-1", UsageError), ("²", UsageError)),
    ],
)
def test_what_cannot_be_resumed_is_said(which: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        find_earlier(invocation(), which)


def test_a_named_library_is_not_changed_by_resuming(two: History) -> None:
    here = invocation()
    here.library = "notes"
    assert find_earlier(here, "last").conversation == 1
    assert find_earlier(here, "2").conversation == 2
    assert here.library == "notes"


def test_resuming_needs_a_terminal_and_no_command(two: History) -> None:
    result = run_quoth("--resume", "last", typed="")
    assert result.exit_code == 2
    assert "on a terminal only" in result.stderr
    assert run_quoth("--resume", "1", "status").exit_code == 2


def test_a_damaged_history_does_not_reach_the_answer(filled: Path) -> None:
    find_locations().history.write_bytes(b"no database" * 100)
    result = run_quoth("ask", "How long do cats sleep?")
    assert result.exit_code in {0, 1}, result.stderr


def test_the_encoder_is_loaded_once_for_all_openings(filled: Path) -> None:
    here = invocation()
    loads: list[Notify] = []
    assert here.load_encoder is not None
    load = here.load_encoder

    def counted(notify: Notify) -> Encoder:
        loads.append(notify)
        return load(notify)

    here.load_encoder = counted
    open_session = SessionOpener(here)
    first = open_session(nothing_said).overview()
    (filled / "dogs.md").write_text("Dogs bark at the moon.\n", "utf-8")
    run_quoth("sync")
    second = open_session(nothing_said).overview()
    assert second.library.documents == first.library.documents + 1
    assert len(loads) == 1
