"""The command line with an encoder of words: arguments, streams, exit codes."""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from assistant.cli.group import COMMANDS, quoth
from assistant.cli.options import Invocation
from assistant.cli.update import watch_library
from assistant.locations import find_locations
from index.locking import writer_lock
from tests.fakes import WordEncoder

CATS = "# Cats\n\nCats sleep sixteen hours a day. They hunt at night.\n"
BIRDS = "Parrots live for eighty years.\n\nOwls hunt at night as well.\n"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "animals"
    folder.mkdir()
    (folder / "cats.md").write_text(CATS, encoding="utf-8")
    (folder / "birds.txt").write_text(BIRDS, encoding="utf-8")
    return folder


def run_quoth(*arguments: str | Path, typed: str | None = None) -> Result:
    """Run a command in this process, with the encoder of words."""
    return CliRunner().invoke(
        quoth,
        [str(argument) for argument in arguments],
        input=typed,
        obj=Invocation(load_encoder=lambda _: WordEncoder()),
        env={"NO_COLOR": "1"},
    )


def parsed(result: Result) -> Any:  # noqa: ANN401 - JSON
    return json.loads(result.stdout)


@pytest.fixture
def filled(documents: Path) -> Iterator[Path]:
    result = run_quoth("add", documents)
    assert result.exit_code == 0, result.output
    yield documents


def test_help_lists_every_command_with_a_sentence() -> None:
    result = run_quoth("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        row = next(r for r in result.stdout.splitlines() if r.startswith(f"  {name} "))
        assert len(row.split()) > 3


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_and_the_common_options(name: str) -> None:
    result = run_quoth(name, "--help")
    assert result.exit_code == 0
    assert "--library" in result.stdout


def test_an_unknown_command_is_an_error_of_use() -> None:
    result = run_quoth("answer", "x")
    assert result.exit_code == 2
    assert "No such command" in result.stderr
    assert 'quoth ask "answer x"' in result.stderr
    assert result.stdout == ""
    assert "Did you mean 'status'?" in run_quoth("statuss").stderr


def test_version() -> None:
    assert run_quoth("--version").stdout.startswith("quoth ")


def test_the_seeds_answer_before_anything_was_added() -> None:
    result = run_quoth("ask", "How many people have been killed in the conflict?")
    assert result.exit_code in {0, 1}
    assert "over 400,000" in result.stdout
    assert "quoth add PATH" in result.stderr
    again = run_quoth("ask", "--json", "How many people have been killed?")
    assert again.stderr == ""
    assert parsed(again)["library"]["name"] == "seeds"


def test_a_default_library_takes_the_place_of_the_seeds(filled: Path) -> None:
    found = parsed(run_quoth("search", "--json", "hunt"))
    assert {Path(hit["document"]["path"]).parent for hit in found["hits"]} == {filled}


def test_removing_everything_brings_the_seeds_back(filled: Path) -> None:
    assert run_quoth("remove", filled).exit_code == 0
    assert parsed(run_quoth("status", "--json"))["name"] == "seeds"


def test_seeds_follow_their_folder(tmp_path: Path, documents: Path) -> None:
    shutil.copytree(find_locations().seeds, documents / "seeds")
    invocation = Invocation(load_encoder=lambda _: WordEncoder())
    plain = find_locations()
    moved = type(plain)(
        plain.data_dir, plain.cache_dir, plain.config_dir, documents, plain.prompts
    )
    run_quoth("status")
    invocation.__dict__["locations"] = moved
    assert invocation.workspace.open_library().status().document_count == 3
    (documents / "birds.txt").unlink()
    assert invocation.workspace.open_library().status().document_count == 2
    roots = invocation.workspace.open_library().status().roots
    assert [root.path for root in roots] == [documents.as_posix()]


def test_quotes_are_slices_of_their_documents(filled: Path) -> None:
    found = parsed(run_quoth("ask", "--json", "How long do parrots live?"))
    shown = found["quotes"] + found["near_misses"]
    assert shown
    for one in shown:
        text = Path(one["document"]["path"]).read_text(encoding="utf-8")
        assert text[one["start"] : one["end"]] == one["text"]
        row = text.splitlines()[one["line"] - 1]
        assert row[one["column"] - 1 :].startswith(one["text"].split("\n")[0])


def test_exit_codes_tell_an_answer_from_none(filled: Path) -> None:
    for question in ("How long do parrots live?", "What is the capital of Peru?"):
        result = run_quoth("ask", "--json", question)
        assert result.exit_code == (0 if parsed(result)["answered"] else 1)
    assert run_quoth("search", "parrots", "--mode", "lexical").exit_code == 0
    nothing = run_quoth("search", "zebra", "--mode", "lexical")
    assert nothing.exit_code == 1
    assert nothing.stdout == ""


def test_top_bounds_what_is_shown(filled: Path) -> None:
    found = parsed(run_quoth("search", "--json", "--top", "1", "hunt at night"))
    assert len(found["hits"]) == 1
    quotes = parsed(run_quoth("ask", "--json", "--top", "1", "Who hunts at night?"))
    assert len(quotes["quotes"]) <= 1
    assert run_quoth("ask", "--top", "0", "x").exit_code == 2
    assert run_quoth("search", "--top", "101", "x").exit_code == 2


def test_in_keeps_to_the_documents_that_match(filled: Path) -> None:
    found = parsed(run_quoth("search", "--json", "--in", "*.md", "hunt at night"))
    assert {hit["document"]["media_type"] for hit in found["hits"]} == {"text/markdown"}


def test_explain_adds_the_evidence(filled: Path) -> None:
    assert (
        "Words in the sentence"
        in run_quoth("ask", "--explain", "Who hunts at night?").stdout
    )
    assert "BM25" in run_quoth("search", "--explain", "hunt").stdout
    reply = parsed(run_quoth("ask", "--explain", "--json", "Who hunts at night?"))
    for quote in reply["quotes"] + reply["near_misses"]:
        log_odds = sum(part["log_odds"] for part in quote["grounds"]["odds"])
        assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(quote["score"])
        passage = quote["grounds"]["passage"]
        assert passage["rank"] >= 1
        assert passage["rank_before_feedback"] >= 1
        assert passage["sentence_cosine"] >= quote["features"][0]["value"] - 1e-6


def test_one_question_a_line(filled: Path) -> None:
    typed = "How long do parrots live?\n\n  Who hunts at night?  \nzebra?\n"
    result = run_quoth("ask", "-", "--json", typed=typed)
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    assert [row["question"] for row in rows] == [
        "How long do parrots live?",
        "Who hunts at night?",
        "zebra?",
    ]
    answered = any(row["answered"] for row in rows)
    assert result.exit_code == (0 if answered else 1)


def test_a_line_that_cannot_be_asked_does_not_stop_the_rest(filled: Path) -> None:
    typed = f"{'x' * 100_000}\n???\nHow long do parrots live?\n"
    result = run_quoth("ask", "-", "--json", typed=typed)
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    assert len(rows) == 3
    assert "too long" in rows[0]["error"]["title"]
    assert "empty" in rows[1]["error"]["title"]
    assert "quotes" in rows[2]
    assert result.exit_code == 2


def test_no_line_is_no_answer() -> None:
    assert run_quoth("ask", "-", typed="\n \n").exit_code == 1


def test_without_a_terminal_questions_come_from_stdin(filled: Path) -> None:
    result = run_quoth(typed="How long do parrots live?\nWho hunts at night?\n")
    assert result.stdout.count("> ") == 2
    assert "Parrots live for eighty years." in result.stdout
    assert run_quoth(typed="").exit_code == 0


def test_add_reports_and_is_repeatable(documents: Path) -> None:
    first = run_quoth("add", documents)
    assert first.stdout.startswith("2 added")
    assert "2 documents" in first.stdout
    assert run_quoth("add", documents).stdout.startswith("2 unchanged")


def test_sync_takes_up_what_changed(filled: Path) -> None:
    (filled / "cats.md").write_text(CATS + "\nCats purr.\n", encoding="utf-8")
    (filled / "birds.txt").unlink()
    result = run_quoth("sync")
    assert "1 updated" in result.stdout
    assert "1 removed" in result.stdout
    assert "0 added" not in result.stdout
    assert run_quoth("sync", "--rebuild").exit_code == 0


def test_watching_reports_what_changed_until_it_is_stopped(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invocation = Invocation(load_encoder=lambda _: WordEncoder())
    rounds = iter([None, CATS + "\nCats purr.\n", None])

    def wait(seconds: float) -> None:
        assert seconds > 0
        try:
            text = next(rounds)
        except StopIteration:
            raise KeyboardInterrupt from None
        if text:
            (filled / "cats.md").write_text(text, encoding="utf-8")

    watch_library(invocation, wait)
    assert capsys.readouterr().out.count("1 updated") == 1


def test_files_that_cannot_be_read_are_named(documents: Path) -> None:
    (documents / "empty.txt").touch()
    result = run_quoth("add", documents)
    assert "empty.txt" in result.stderr
    assert "1 left out" in result.stdout
    assert result.exit_code == 0
    listed = run_quoth("status", "--files").stdout
    assert "empty.txt" in listed
    found = parsed(run_quoth("status", "--files", "--json"))
    assert [Path(file["path"]).name for file in found["skipped_files"]] == ["empty.txt"]
    assert len(found["files"]) == found["documents"] == 2


def test_a_missing_path_is_an_error_with_a_remedy() -> None:
    result = run_quoth("add", "no-such-folder")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: No such file or folder: ")
    assert "no-such-folder" in result.stderr
    assert "\nremedy: " in result.stderr


def test_a_corpus_without_text_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run_quoth("add", empty)
    assert result.exit_code == 2
    assert "error: The library is empty" in result.stderr


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 100_000])
def test_questions_that_cannot_be_asked(filled: Path, question: str) -> None:
    for command in ("ask", "search"):
        result = run_quoth(command, "--", question)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "error: The question is " in result.stderr


def test_libraries_are_apart_and_the_option_stands_anywhere(filled: Path) -> None:
    other = filled.parent / "other.txt"
    other.write_text("Whales sing.", encoding="utf-8")
    assert run_quoth("--library", "sea", "add", other).exit_code == 0
    for arguments in (
        ["--library", "sea", "status", "--json"],
        ["status", "--json", "--library", "sea"],
        ["--library", "other", "status", "--json", "--library", "sea"],
    ):
        assert parsed(run_quoth(*arguments))["documents"] == 1
    assert parsed(run_quoth("status", "--json"))["documents"] == 2


def test_a_library_that_does_not_exist(filled: Path) -> None:
    result = run_quoth("--library", "sea", "ask", "x")
    assert result.exit_code == 2
    assert "There is no library sea; there are: default." in result.stderr
    bad = run_quoth("--library", "../sea", "ask", "x")
    assert bad.exit_code == 2
    assert "cannot be the name" in bad.stderr


def test_the_seeds_are_not_written_to(documents: Path) -> None:
    result = run_quoth("--library", "seeds", "add", documents)
    assert result.exit_code == 2
    assert "what comes with Quoth" in result.stderr


def test_a_variable_chooses_the_library(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_LIBRARY", "sea")
    assert run_quoth("status").exit_code == 2
    monkeypatch.setenv("QUOTH_LIBRARY", "default")
    assert run_quoth("status").exit_code == 0


def test_show_marks_the_sentence_at_the_place(filled: Path) -> None:
    cited = run_quoth("show", "cats.md:3:34")
    assert cited.exit_code == 0
    marked = [row for row in cited.stdout.splitlines() if row.startswith(">")]
    assert len(marked) == 1
    assert "They hunt at night." in marked[0]
    assert "# Cats" in cited.stdout
    whole = run_quoth("show", filled / "birds.txt").stdout
    assert BIRDS.splitlines()[-1] in whole
    assert "Owls" in run_quoth("show", "animals/birds.txt:3").stdout


def test_show_says_what_it_cannot_find(filled: Path) -> None:
    near = run_quoth("show", "animals/bird.txt")
    assert near.exit_code == 2
    assert "animals/birds.txt" in near.stderr
    beyond = run_quoth("show", "birds.txt:99")
    assert beyond.exit_code == 2
    assert "a line from 1 to" in beyond.stderr


def test_config_shows_values_with_their_origin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_ANSWER__QUOTES", "2")
    found = parsed(run_quoth("config", "show", "--json"))
    assert found["answer.quotes"]["value"] == 2
    assert found["answer.quotes"]["origin"] == "environment"
    assert found["search.mode"]["origin"] == "default"
    text = run_quoth("config").stdout
    assert "answer.quotes = 2" in text
    assert "QUOTH_ANSWER__QUOTES" in text
    places = parsed(run_quoth("config", "path", "--json"))
    assert Path(places["libraries"]) == find_locations().libraries
    assert "packaged seeds" in run_quoth("config", "path").stdout


def test_a_wrong_setting_stops_every_command_but_the_doctor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_ANSWER__QUOTES", "99")
    result = run_quoth("ask", "x")
    assert result.exit_code == 2
    assert "from 1 to 10" in result.stderr
    checked = run_quoth("doctor", "--json")
    assert checked.exit_code == 2
    assert any(
        c["area"] == "settings" for c in parsed(checked) if c["level"] == "error"
    )


def test_doctor_finds_a_damaged_library_and_repairs_it(filled: Path) -> None:
    sound = run_quoth("doctor")
    assert sound.exit_code == 0, sound.output
    library = find_locations().library("default")
    vectors = next(library.glob("segments/*/vectors/*.npy"))
    damaged = bytearray(vectors.read_bytes())
    damaged[-1] ^= 0xFF
    vectors.write_bytes(damaged)
    found = run_quoth("doctor", "--json")
    assert found.exit_code == 2
    faults = [check for check in parsed(found) if check["level"] == "error"]
    assert faults
    assert all(check["area"] == "library default" for check in faults)
    assert "quoth doctor --repair" in faults[0]["remedy"]
    repaired = run_quoth("doctor", "--repair")
    assert repaired.exit_code == 0, repaired.output
    assert "Repaired" in repaired.stdout
    assert run_quoth("search", "hunt").exit_code == 0


def test_doctor_names_what_it_could_not_mend(filled: Path) -> None:
    (path,) = find_locations().library("default").glob("catalog.sqlite3")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Owls hunt", b"Owls hum."))
    assert "not what was written" in run_quoth("ask", "Who hunts?").stderr
    shutil.move(filled, filled.with_name("away"))
    repaired = run_quoth("doctor", "--repair")
    assert "Lost: animals/birds.txt. Damaged" in repaired.stdout
    assert "The damaged catalog is kept as" in repaired.stdout
    assert run_quoth("search", "cats").exit_code == 0


def test_an_emptied_folder_is_taken_for_one_that_is_away(filled: Path) -> None:
    for path in filled.iterdir():
        path.unlink()
    result = run_quoth("sync")
    assert "is not there now, or nothing is in it" in result.stderr
    assert "`quoth remove` takes them out" in result.stderr
    assert parsed(run_quoth("status", "--json"))["documents"] == 2


def test_a_library_without_its_catalog_is_not_passed_over(filled: Path) -> None:
    library = find_locations().library("default")
    for file in library.glob("catalog.sqlite3*"):
        file.unlink()
    result = run_quoth("ask", "How long do parrots live?")
    assert result.exit_code == 2
    assert "seeds" not in result.stdout
    assert "remedy: " in result.stderr


def test_a_library_of_another_version_is_named_and_kept(filled: Path) -> None:
    catalog = find_locations().library("default") / "catalog.sqlite3"
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("PRAGMA user_version = 999")
    result = run_quoth("ask", "How long do parrots live?")
    assert result.exit_code == 2
    assert "999" in result.stderr
    assert "quoth sync --rebuild" in result.stderr
    assert run_quoth("sync", "--rebuild").exit_code == 0
    assert run_quoth("search", "cats").exit_code == 0


def test_a_library_that_is_being_written_can_be_read(filled: Path) -> None:
    with writer_lock(find_locations().library("default")):
        result = run_quoth("add", filled)
        assert result.exit_code == 2
        assert "error: The library is being written" in result.stderr
        assert run_quoth("search", "cats").exit_code == 0


def test_the_seeds_are_built_anew_for_another_encoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_quoth("status")
    workspace = Invocation().workspace
    monkeypatch.setattr(workspace, "_load_encoder", lambda _: WordEncoder(dimension=64))
    status = workspace.open_library().status()
    assert status.encoder.dimension == 64
    assert status.encoded_count == status.chunk_count


def test_doctor_warns_of_variables_that_mean_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_LIBARY", "x")
    result = run_quoth("doctor", "--json")
    remedies = {check["message"]: check["remedy"] for check in parsed(result)}
    said = remedies["QUOTH_LIBARY means nothing to Quoth."]
    assert said == "Did you mean QUOTH_LIBRARY?"
    assert result.exit_code == 0


def test_debug_shows_where_an_error_comes_from() -> None:
    quiet = run_quoth("add", "no-such-folder")
    loud = run_quoth("add", "no-such-folder", "--debug")
    assert "Traceback" not in quiet.stderr
    assert "Traceback" in loud.stderr
    assert loud.exit_code == 2


def test_an_interrupt_has_its_own_exit_code(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.workspace.Workspace.open_session", interrupted)
    result = run_quoth("ask", "x")
    assert result.exit_code == 130
    assert "Stopped" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_of_ours_is_no_traceback(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by \x1b[31m nothing")

    monkeypatch.setattr("assistant.workspace.Workspace.open_session", broken)
    result = run_quoth("ask", "x")
    assert result.exit_code == 2
    assert "error: A fault in Quoth: ZeroDivisionError" in result.stderr
    assert "\x1b" not in result.stderr


def test_a_reader_that_leaves_is_no_error(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("assistant.cli.status.show", gone)
    result = run_quoth("status")
    assert result.exit_code == 141
    assert result.stderr == ""


def test_a_document_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text(
        "Owls \x1b]0;owned\x1b\\ hunt \x1b[31m[bold]at[/bold]\u202e night.",
        encoding="utf-8",
    )
    run_quoth("add", hostile)
    for arguments in (
        ["ask", "Who hunts?"],
        ["search", "owls"],
        ["show", "hostile.txt"],
    ):
        result = run_quoth(*arguments)
        assert "[bold]at[/bold]" in result.stdout, arguments
        assert not {"\x1b", "\u202e"} & set(result.stdout)
    exact = parsed(run_quoth("search", "--json", "owls"))
    assert "\x1b]0;owned\x1b\\" in exact["hits"][0]["text"]


def test_the_same_question_gives_the_same_bytes(filled: Path) -> None:
    first, second = (
        parsed(run_quoth("ask", "--json", "Who hunts at night?")) for _ in range(2)
    )
    assert first.pop("timings_ms").keys() == second.pop("timings_ms").keys()
    assert json.dumps(first) == json.dumps(second)


def test_eval_needs_a_folder_of_questions(tmp_path: Path) -> None:
    result = run_quoth("eval", tmp_path / "none")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")


def test_no_command_is_left_without_its_module() -> None:
    context = click.Context(quoth)
    assert all(
        quoth.get_command(context, name) for name in quoth.list_commands(context)
    )


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_name_with_a_line_break_is_found_as_it_is_shown(documents: Path) -> None:
    (documents / "two\nlines.md").write_text("Herons wade.\n", encoding="utf-8")
    run_quoth("add", documents)
    for name in ("two lines.md", "two\nlines.md"):
        shown = run_quoth("show", f"{documents.name}/{name}:1")
        assert "Herons wade." in shown.stdout, shown.stderr
