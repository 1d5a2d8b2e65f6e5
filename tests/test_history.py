"""The history: what is kept comes back as it was, and no fault of it spreads."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.doctor import Check, examine
from assistant.followup import Reading
from assistant.history import Conversation, History
from assistant.history_export import (
    export_file,
    export_json,
    export_markdown,
    export_name,
    history_form,
)
from assistant.history_form import NO_DOCUMENT, dump_reply, load_reply
from assistant.locations import find_locations
from assistant.recording import Recorder
from assistant.records import Abstention, Answer, Disagreement, Disputed, Reply
from assistant.render.json_form import reply_form
from assistant.render.markdown import block_quote, code_span, escape_line
from assistant.render.sanitize import one_line, sanitize
from assistant.salience import Taken
from assistant.workspace import Workspace
from index.errors import ConversationMissing, HistoryError, UsageError
from tests.history_support import (
    BEGIN,
    make_abstention,
    make_answer,
    make_quote,
    minutes,
    write_notes,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.fixture
def past(tmp_path: Path) -> History:
    clock = minutes()
    return History(tmp_path / "data" / "history.sqlite3", now=lambda: next(clock))


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    document = write_notes(tmp_path)
    sleep = make_quote(document, "Cats sleep sixteen hours a day.")
    hunt = replace(
        make_quote(document, "They hunt\nat night."),
        context_before="Cats sleep sixteen hours a day.",
        context_start=sleep.citation.start,
    )
    return make_answer("How long do cats sleep?", sleep, hunt)


def without_number(reply: Reply) -> Reply:
    """The reply with its documents as they are stored."""

    def stored(quotes: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(
            replace(
                quote,
                citation=replace(
                    quote.citation,
                    document=replace(quote.citation.document, document_id=NO_DOCUMENT),
                ),
            )
            for quote in quotes
        )

    return replace(
        reply, quotes=stored(reply.quotes), near_misses=stored(reply.near_misses)
    )


def test_a_reply_comes_back_as_it_was(past: History, answer: Answer) -> None:
    number = past.begin(answer)
    silence = make_abstention("What do fish eat?", *answer.quotes)
    past.add_turn(number, silence)
    turns = past.turns(number)
    assert [turn.kind for turn in turns] == ["answer", "abstention"]
    assert [turn.reply for turn in turns] == [
        without_number(answer),
        without_number(silence),
    ]
    assert [type(turn.reply) for turn in turns] == [Answer, Abstention]
    assert turns[0].reply.timings_ms == answer.timings_ms
    assert [turn.created for turn in turns] == [BEGIN, BEGIN + timedelta(minutes=1)]


def test_the_closest_passages_come_back(past: History, answer: Answer) -> None:
    silence = make_abstention("What do fish eat?", *answer.quotes)
    number = past.begin(replace(silence, closest=True))
    (turn,) = past.turns(number)
    assert turn.kind == "abstention"
    assert turn.reply == without_number(replace(silence, closest=True))


def test_what_was_kept_before_there_were_closest_passages(
    past: History, answer: Answer
) -> None:
    number = past.begin(make_abstention("What do fish eat?", *answer.quotes))
    with closing(sqlite3.connect(past.path)) as connection, connection:
        (text,) = connection.execute("SELECT reply FROM turns").fetchone()
        form = json.loads(text)
        del form["closest"]
        connection.execute("UPDATE turns SET reply = ?", (json.dumps(form),))
    (turn,) = past.turns(number)
    assert isinstance(turn.reply, Abstention)
    assert not turn.reply.closest


def test_how_a_question_was_read_comes_back(past: History, answer: Answer) -> None:
    taken = (Taken("Cats", "question"), Taken("Peru", "quote"))
    reading = Reading(answer.question, True, taken)
    number = past.begin(replace(answer, reading=reading))
    past.add_turn(number, answer)
    assert [turn.reply.reading for turn in past.turns(number)] == [reading, None]


def test_rows_of_an_older_quoth_are_read(past: History, answer: Answer) -> None:
    """Before readings and grounds were kept, the details did not name them."""
    number = past.begin(answer)
    with closing(sqlite3.connect(past.path)) as connection, connection:
        (text,) = connection.execute("SELECT details FROM turns").fetchone()
        details = json.loads(text)
        del details["reading"]
        for quote in details["quotes"]:
            del quote["grounds"]
        connection.execute("UPDATE turns SET details = ?", (json.dumps(details),))
    (turn,) = past.turns(number)
    assert turn.reply.reading is None
    assert [q.text for q in turn.reply.quotes] == [q.text for q in answer.quotes]
    assert past.check() == (1, 1)


def test_the_file_holds_the_form_of_the_contract(past: History, answer: Answer) -> None:
    past.begin(answer)
    with closing(sqlite3.connect(past.path)) as connection:
        row = connection.execute(
            "SELECT question, kind, fingerprint, reply FROM turns"
        ).fetchone()
    assert row[:3] == (answer.question, "answer", "f" * 64)
    assert json.loads(row[3]) == reply_form(answer)


@given(question=ANY_TEXT, text=ANY_TEXT, path=ANY_TEXT, before=st.none() | ANY_TEXT)
@settings(deadline=None, max_examples=30)
def test_any_text_survives_storage(
    tmp_path_factory: pytest.TempPathFactory,
    question: str,
    text: str,
    path: str,
    before: str | None,
) -> None:
    document = write_notes(tmp_path_factory.mktemp("any"))
    quote = make_quote(document, "Cats sleep")
    cited = replace(quote.citation.document, path=path, name=path, title=text)
    citation = replace(quote.citation, document=cited, prefix=text, headings=(text,))
    reply = make_answer(
        question,
        replace(quote, text=text, citation=citation, context_before=before),
    )
    form, details = dump_reply(reply)
    assert load_reply(form, details) == without_number(reply)
    past = History(tmp_path_factory.mktemp("any") / "history.sqlite3")
    assert past.turns(past.begin(reply))[0].reply == without_number(reply)
    export_markdown(past.conversation(1), past.turns(1)).encode("utf-8")
    exported = json.loads(export_json(past.conversation(1), past.turns(1)))
    assert exported["turns"][0]["reply"] == reply_form(reply)


def test_conversations_are_listed_the_newest_first(
    past: History, answer: Answer
) -> None:
    first = past.begin(answer)
    second = past.begin(make_abstention("Where  do\nparrots live?", library="birds"))
    past.add_turn(first, answer)
    assert past.conversations() == [
        Conversation(
            first, "How long do cats sleep?", "notes", BEGIN,
            BEGIN + timedelta(minutes=2), 2,
        ),
        Conversation(
            second, "Where do parrots live?", "birds", BEGIN + timedelta(minutes=1),
            BEGIN + timedelta(minutes=1), 1,
        ),
    ]  # fmt: skip
    assert past.conversation(second) == past.conversations()[1]
    assert [c.conversation_id for c in past.conversations(limit=1)] == [first]
    found = past.conversations(library="birds")
    assert [c.conversation_id for c in found] == [second]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("SLEEP", {1}),
        ("sixteen hours", {1}),
        ("hours sixteen", {1}),
        ("  hunt at   night ", {1}),
        ("naïve", set()),
        ("Parrots", {2}),
        ("\uff30\uff21\uff32\uff32\uff2f\uff34", {2}),
        ("sleep parrots", set()),
        ("%", set()),
        ("_", set()),
        ("'; DROP TABLE turns; --", set()),
        ("", {1, 2}),
        ("zoo", {2}),
    ],
)
def test_questions_quotes_and_titles_are_searched(
    past: History, answer: Answer, search: str, found: set[int]
) -> None:
    past.begin(answer)
    past.rename(past.begin(make_abstention("Where do parrots live?")), "The ZOO")
    assert {c.conversation_id for c in past.conversations(search)} == found


def test_a_title_can_be_changed(past: History, answer: Answer) -> None:
    number = past.begin(answer)
    past.rename(number, "  About\n cats \ud800")
    assert past.conversation(number).title == "About cats ?"


def test_what_is_deleted_is_gone_and_its_number_is_not_used_again(
    past: History, answer: Answer
) -> None:
    first, second = past.begin(answer), past.begin(answer)
    past.delete([second])
    assert [c.conversation_id for c in past.conversations()] == [first]
    assert past.begin(answer) == second + 1
    with closing(sqlite3.connect(past.path)) as connection:
        counts = connection.execute("SELECT count(*) FROM turns").fetchone()
    assert counts == (2,)
    past.delete([first, second + 1])
    assert past.conversations() == []
    left = b"".join(p.read_bytes() for p in past.path.parent.iterdir())
    assert b"sixteen" not in left


def test_all_are_deleted_or_none(past: History, answer: Answer) -> None:
    number = past.begin(answer)
    with pytest.raises(ConversationMissing, match="no conversation 9"):
        past.delete([number, 9])
    assert past.conversation(number).turn_count == 1


def test_reading_makes_no_file(past: History) -> None:
    assert past.conversations() == []
    for act in (
        lambda: past.turns(1),
        lambda: past.conversation(1),
        lambda: past.rename(1, "x"),
        lambda: past.delete([1]),
    ):
        with pytest.raises(ConversationMissing):
            act()
    assert not past.path.parent.exists()


@pytest.mark.parametrize("number", [0, -1, 2, 10**30])
def test_an_unknown_number_is_said(past: History, answer: Answer, number: int) -> None:
    past.begin(answer)

    def renamed(n: int) -> None:
        past.rename(n, "x")

    for act in (past.turns, past.conversation, lambda n: past.delete([n]), renamed):
        with pytest.raises(ConversationMissing) as raised:
            act(number)
        assert str(number) in raised.value.message
        assert "quoth history" in raised.value.remedy


def test_an_empty_file_is_an_empty_history(past: History, answer: Answer) -> None:
    past.path.parent.mkdir()
    past.path.touch()
    assert past.conversations() == []
    assert past.begin(answer) == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_the_file_is_the_owners_alone(past: History, answer: Answer) -> None:
    past.begin(answer)
    assert stat.S_IMODE(past.path.stat().st_mode) == 0o600


def spoil_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def spoil_head(path: Path) -> None:
    path.write_bytes(b"x" * 5000)


def spoil_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")


def spoil_tail(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def spoil_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_version, "newer Quoth"),
        (spoil_head, "damaged"),
        (spoil_tables, "no history of Quoth"),
        (spoil_tail, "damaged"),
        (spoil_place, "cannot be used"),
    ],
)
def test_a_history_that_cannot_be_used_is_named_with_a_remedy(
    past: History, answer: Answer, spoil: object, said: str
) -> None:
    past.begin(answer)
    assert callable(spoil)
    spoil(past.path)
    for act in (past.conversations, lambda: past.begin(answer)):
        with pytest.raises(HistoryError) as raised:
            act()
        assert said in raised.value.message
        assert str(past.path) in raised.value.message
        assert raised.value.remedy


def test_a_damaged_turn_is_named_and_can_be_deleted(
    past: History, answer: Answer
) -> None:
    number = past.begin(answer)
    for broken in ("{", "{}", "[]", "null", '{"library": 3}'):
        with closing(sqlite3.connect(past.path)) as connection, connection:
            connection.execute("UPDATE turns SET reply = ?", (broken,))
        with pytest.raises(HistoryError, match=r"Conversation 1 .*damaged") as raised:
            past.turns(number)
        assert f"quoth history delete {number}" in raised.value.remedy
    past.delete([number])


def test_a_conversation_with_a_damaged_time_is_named(
    past: History, answer: Answer
) -> None:
    past.begin(answer)
    with closing(sqlite3.connect(past.path)) as connection, connection:
        connection.execute("UPDATE conversations SET updated = 'once'")
    with pytest.raises(HistoryError, match=r"Conversation 1 .*damaged") as raised:
        past.conversations()
    assert "quoth history delete 1" in raised.value.remedy
    past.delete([1])


def checked_history() -> Check:
    """What the doctor says of the history."""
    locations = find_locations()

    def no_workspace() -> Workspace:
        raise UsageError("There is none here.")

    checks = examine(locations, no_workspace, {})
    (found,) = (check for check in checks if check.area == "history")
    return found


def test_the_doctor_counts_a_sound_history(answer: Answer) -> None:
    past = History(find_locations().history)
    assert checked_history().level == "ok"
    assert not past.path.exists()
    number = past.begin(answer)
    past.add_turn(number, answer)
    past.begin(answer)
    found = checked_history()
    assert found.level == "ok"
    assert "2 conversations, 3 questions" in found.message


def spoil_turn(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE turns SET details = '{}'")


def spoil_reference(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE turns SET conversation_id = 99")


def spoil_index(path: Path) -> None:
    """Let the index lack a row: only a search through it would miss something."""
    with closing(sqlite3.connect(path)) as connection, connection:
        (index,) = connection.execute(
            "SELECT sql FROM sqlite_schema WHERE name = 'turns_by_conversation'"
        ).fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        drop = "DELETE FROM sqlite_schema WHERE name = 'turns_by_conversation'"
        connection.execute(drop)
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute(f"{index} WHERE turn_id > 1")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = ? WHERE name = 'turns_by_conversation'",
            (index,),
        )


@pytest.mark.parametrize(
    "spoil",
    [spoil_version, spoil_head, spoil_turn, spoil_reference, spoil_index],
)
def test_the_doctor_finds_what_is_wrong_with_the_history(
    answer: Answer, spoil: object
) -> None:
    past = History(find_locations().history)
    past.begin(answer)
    assert callable(spoil)
    spoil(past.path)
    found = checked_history()
    assert found.level == "error"
    assert "The history cannot be used" in found.message
    assert found.remedy


def test_another_writer_is_waited_for_and_then_named(
    past: History, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.begin(answer)
    monkeypatch.setattr("assistant.history_file._WAIT_SECONDS", 0.01)
    with closing(sqlite3.connect(past.path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="Another program"):
            past.begin(answer)
        assert len(past.conversations()) == 1, "readers do not wait"
    assert past.begin(answer) == 2


@pytest.mark.parametrize("attempt", range(10))
def test_several_writers_lose_nothing(
    past: History, answer: Answer, attempt: int
) -> None:
    del attempt
    failures: list[BaseException] = []
    together = threading.Barrier(4)

    def write() -> None:
        try:
            recorder = Recorder(History(past.path))
            together.wait()
            for _ in range(5):
                recorder.keep(answer)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [c.turn_count for c in past.conversations()] == [5, 5, 5, 5]


def test_what_a_killed_writer_left_is_taken_back(past: History, answer: Answer) -> None:
    past.begin(answer)
    kept = past.turns(1)
    killed = f"""
import os, sqlite3
connection = sqlite3.connect({str(past.path)!r}, isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE turns SET reply = 'half', searched = hex(zeroblob(500000))")
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", killed], check=False)
    assert done.returncode == 9
    assert past.path.stat().st_size > 500_000, "some of it has reached the file"
    assert past.turns(1) == kept
    past.add_turn(1, answer)
    assert len(past.turns(1)) == 2


@pytest.mark.skipif(
    sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="root may write anywhere",
)
def test_a_folder_without_permission(past: History, answer: Answer) -> None:
    past.begin(answer)
    past.path.parent.chmod(0o500)
    try:
        past.path.chmod(0o400)
        assert len(past.conversations()) == 1
        with pytest.raises(HistoryError):
            past.begin(answer)
    finally:
        past.path.parent.chmod(0o700)


def test_a_recorder_keeps_one_conversation(past: History, answer: Answer) -> None:
    recorder = Recorder(past)
    assert past.conversations() == []
    recorder.keep(answer)
    recorder.keep(answer)
    assert [c.turn_count for c in past.conversations()] == [2]
    Recorder(past, 1).keep(answer)
    assert [c.turn_count for c in past.conversations()] == [3]


def test_a_conversation_deleted_while_it_runs_begins_anew(
    past: History, answer: Answer
) -> None:
    recorder = Recorder(past)
    recorder.keep(answer)
    past.delete([1])
    recorder.keep(answer)
    recorder.keep(answer)
    found = past.conversations()
    assert [(c.conversation_id, c.turn_count) for c in found] == [(2, 2)]


def test_exported_quotes_resolve(past: History, answer: Answer) -> None:
    number = past.begin(answer)
    past.add_turn(number, make_abstention("And fish?", *answer.quotes))
    form = history_form(past.conversation(number), past.turns(number))
    text = export_json(past.conversation(number), past.turns(number))
    assert json.loads(text) == form
    replies = [turn["reply"] for turn in json.loads(text)["turns"]]
    quotes = [q for r in replies for q in (*r["quotes"], *r["near_misses"])]
    assert len(quotes) == 4
    for quote in quotes:
        source = Path(quote["document"]["path"]).read_text(encoding="utf-8")
        assert source[quote["start"] : quote["end"]] == quote["text"]


MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": True, "typographer": False})
HOSTILE = (
    "<script>alert(1)</script> <b>bold</b> [link](http://evil.example) ![i](x)\n"
    "# heading\n- list\n1. one\n2) two\n> quoted\n---\n===\n```\ncode\n```\n"
    "    four\n~~~\n| a | b |\n|---|---|\nhttp://evil.example www.evil.example "
    "mail@evil.example &lt; &#60; *star* _under_ ~~gone~~ `tick` \\ back\n"
    "[ref]: http://evil.example\n<!-- hidden -->\n:-- x\n+ plus\n* star\n[^1] $x$\n"
    "\x1b[31mred\x07 end  \nlast"
)


def test_an_export_has_a_name_that_is_free(past: History, tmp_path: Path) -> None:
    note = make_quote(write_notes(tmp_path), "Cats sleep")

    def name_of(question: str) -> str:
        number = past.begin(make_answer(question, note))
        return export_name(past.conversation(number), tmp_path)

    assert name_of("How long do cats/dogs sleep?") == "how-long-do-cats-dogs-sleep.md"
    (tmp_path / "how-long-do-cats-dogs-sleep.md").touch()
    assert name_of("How long do cats/dogs sleep?") == "how-long-do-cats-dogs-sleep-2.md"
    assert name_of("../../etc/passwd") == "etc-passwd.md"
    assert name_of("猫は! \x1b[31m") == "猫は-31m.md"
    assert name_of("???") == "conversation-5.md"
    assert len(name_of("猫" * 500).encode()) <= 255


def test_an_export_takes_the_place_of_a_file_only_if_told_to(
    past: History, answer: Answer, tmp_path: Path
) -> None:
    number = past.begin(answer)
    conversation, turns = past.conversation(number), past.turns(number)
    path = tmp_path / "there.JSON"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        export_file(conversation, turns, path)
    assert path.read_text(encoding="utf-8") == "mine"
    export_file(conversation, turns, path, replace=True)
    assert path.read_text(encoding="utf-8") == export_json(conversation, turns)
    markdown = tmp_path / "new.md"
    export_file(conversation, turns, markdown)
    assert markdown.read_text(encoding="utf-8") == export_markdown(conversation, turns)
    assert not list(tmp_path.glob(".quoth-*"))


@pytest.mark.parametrize("replaces", [False, True])
def test_a_file_that_cannot_be_written_is_said_with_a_remedy(
    past: History, answer: Answer, tmp_path: Path, replaces: bool
) -> None:
    number = past.begin(answer)
    conversation, turns = past.conversation(number), past.turns(number)
    for path in (tmp_path, tmp_path / "no" / "folder.md", tmp_path / "nul\0.md"):
        with pytest.raises(UsageError) as raised:
            export_file(conversation, turns, path, replace=replaces)
        assert raised.value.remedy
    assert not list(tmp_path.glob(".quoth-*"))


def interpreted(markdown: str) -> set[str]:
    """Kinds of token that are more than text in a block quote."""
    tokens = MARKDOWN.parse(markdown)
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens for child in token.children or ()}
    plain = {
        *("blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close"),
        *("inline", "text", "softbreak"),
    }
    return kinds - plain


def read_back(markdown: str) -> str:
    """The text that a reader of the Markdown sees, white space as one."""
    shown = [
        " " if child.type == "softbreak" else child.content
        for token in MARKDOWN.parse(markdown)
        for child in token.children or ()
    ]
    return "".join(shown)


@pytest.mark.parametrize("text", [HOSTILE, *HOSTILE.split("\n")])
def test_hostile_text_is_only_text(text: str) -> None:
    assert interpreted(block_quote(text)) == set()
    assert interpreted(escape_line(text)) == set()
    assert "\x1b" not in block_quote(text)


LINE = st.text(st.sampled_from("ab1 .#-+*_=~`<>[](){}|\\&;:/@!\"'$^wW\t"), max_size=40)


@given(LINE)
@settings(deadline=None, max_examples=300)
def test_no_line_is_read_as_more_than_it_is(text: str) -> None:
    quoted = block_quote(text)
    assert interpreted(quoted) == set()
    seen = " ".join(read_back(quoted).split())
    assert seen == " ".join(sanitize(text).split())
    heading = MARKDOWN.parse(f"## {escape_line(text)}")
    assert [t.type for t in heading] == ["heading_open", "inline", "heading_close"]
    assert "".join(c.content for c in heading[1].children or ()) == one_line(text)


@given(st.text(st.sampled_from("ab` /<*\\"), min_size=1, max_size=20))
@settings(deadline=None)
def test_code_is_read_back_exactly(path: str) -> None:
    assume(path.strip(" "))
    tokens = MARKDOWN.parse(f"Source: {code_span(path)}, line 1")[1].children or ()
    code = [token.content for token in tokens if token.type == "code_inline"]
    assert code == [path]


def test_markdown_of_a_conversation(past: History, tmp_path: Path) -> None:
    document = write_notes(tmp_path, HOSTILE + " cats *sleep*.\n", "bad.txt")
    quote = make_quote(document, HOSTILE)
    answer = make_answer("What *is* <b>this</b>?", quote)
    number = past.begin(answer)
    past.add_turn(number, make_abstention("And that?", quote))
    text = export_markdown(past.conversation(number), past.turns(number))
    kinds = interpreted(text)
    assert kinds == {"heading_open", "heading_close", "code_inline"}
    assert text.startswith("# What \\*is\\* \\<b\\>this\\</b\\>?\n")
    source = quote.citation
    assert (
        f"Source 1: `{document.path}`, line 1, column 1, characters"
        f" {source.start}–{source.end}, sha256 `{document.sha256}`" in text
    )
    assert text.count("Source 1:") == 2
    assert "Confidence: high (88 %)" in text
    assert "Not in these documents. Confidence that they answer: low (12 %)." in text
    assert "Nearest sentences, none of them an answer:" in text


def test_markdown_says_where_sources_disagree(past: History, tmp_path: Path) -> None:
    document = write_notes(tmp_path)
    answer = make_answer("How many?", make_quote(document, "They hunt"))
    said = Disagreement((Disputed(1, "22 *c*", 0, 6), Disputed(2, "25", 0, 2)))
    number = past.begin(replace(answer, disagreements=(said,)))
    text = export_markdown(past.conversation(number), past.turns(number))
    assert r"The documents disagree: \[1\] says 22 \*c\*, \[2\] says 25." in text


def test_markdown_says_what_a_question_was_read_with_and_what_had_no_vectors(
    past: History, tmp_path: Path
) -> None:
    document = write_notes(tmp_path)
    answer = make_answer("How many?", make_quote(document, "They hunt"))
    whole = replace(answer.library, encoded_chunks=answer.library.chunks)
    taken = Reading(answer.question, depends=True, added=(Taken("*cats*", "question"),))
    number = past.begin(replace(answer, reading=taken))
    past.add_turn(number, replace(answer, library=whole))
    text = export_markdown(past.conversation(number), past.turns(number))
    assert text.count(r"Read with: \*cats\*.") == 1
    said = "1 of 9 passages were looked through by their words alone."
    assert text.count(said) == 1


def test_a_history_that_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    # As one without permission to enter its folder.
    lost = History(tmp_path / ("x" * 300) / "history.sqlite")
    with pytest.raises(HistoryError, match="sqlite cannot be used: File name"):
        lost.rename(1, "Cats")


def test_markdown_of_the_closest_passages(past: History, tmp_path: Path) -> None:
    quote = make_quote(write_notes(tmp_path), "They hunt")
    silence = make_abstention("When do cats hunt?", quote, quote)
    number = past.begin(replace(silence, closest=True))
    text = export_markdown(past.conversation(number), past.turns(number))
    assert "Perhaps: the closest passages. None clearly answers." in text
    assert "Confidence that the first answers: low (12 %)." in text
    assert text.count("They hunt") == 2
    assert "Nearest" not in text
    assert "Not in" not in text
