"""The installed command as a user runs it: real processes, real encoder, real pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QUOTH = [sys.executable, "-c", "from assistant.cli import main; main()"]


@pytest.fixture(autouse=True)
def real_cache(encoder_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(encoder_cache))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def run(
    *arguments: str, typed: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*QUOTH, *arguments],
        input=typed,
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_two_processes_answer_with_the_same_bytes(tmp_path: Path) -> None:
    answers = []
    for _ in range(2):
        done = run("ask", "--json", "Who is the US envoy for Syria?", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        answer.pop("timings_ms")
        answers.append(json.dumps(answer))
    assert answers[0] == answers[1]
    assert "envoy" in answers[0]


def test_questions_of_a_pipe_are_answered_in_their_order() -> None:
    questions = ["How many people have been killed?", "What is the capital of Peru?"]
    done = run("ask", "-", "--json", typed="\n".join(questions))
    replies = [json.loads(row) for row in done.stdout.splitlines()]
    assert [reply["question"] for reply in replies] == questions
    assert replies[1]["answered"] is False
    loop = run(typed="What is the capital of Peru?\n")
    assert loop.returncode == 1
    assert "Not in this document." in loop.stdout


def test_a_pipe_that_closes_early_is_silent() -> None:
    run("status")
    with subprocess.Popen(
        [*QUOTH, "show", "syria-ceasefire.txt"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        code = process.wait()
    assert said == ""
    assert code in {0, 141}


def test_any_bytes_on_stdin_are_a_question() -> None:
    done = subprocess.run(
        [*QUOTH, "ask", "-", "--json"],
        input=b"Who is \xff\xfe the envoy?\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    assert json.loads(done.stdout)["question"].startswith("Who is ")


def test_a_stream_without_unicode_still_gets_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    question = "How many people have been killed in the conflict?"
    done = run("ask", "--json", question)
    assert done.returncode in {0, 1}, done.stderr
    assert "over 400,000" in json.dumps(json.loads(done.stdout))


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
def test_a_terminal_gets_colour_and_none_with_no_color(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    run("status")
    assert "\x1b[36m" in shown_on_terminal("ask", "Who is the US envoy for Syria?")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in shown_on_terminal("ask", "Who is the US envoy for Syria?")


def shown_on_terminal(*arguments: str) -> str:
    """What a command writes to a terminal of its own."""
    import pty

    leader, follower = pty.openpty()
    with subprocess.Popen(
        [*QUOTH, *arguments], stdin=follower, stdout=follower, stderr=follower
    ) as process:
        os.close(follower)
        written = bytearray()
        while True:
            try:
                some = os.read(leader, 65536)
            except OSError:
                # Linux's way to say that the other side has closed.
                break
            if not some:
                break
            written += some
        process.wait()
    os.close(leader)
    return written.decode("utf-8", "replace")
