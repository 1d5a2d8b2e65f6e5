"""Commands that open a cited file: one word an argument, no shell, no program run."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from assistant import editors
from assistant.editors import EditorCommand, editor_command
from assistant.opening import original_command, run, start
from index.errors import UsageError


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, body: str = "") -> Path:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def command(
    bin_folder: Path, chosen: str, path: str = "/n/a b.md", line: int | None = 57
) -> EditorCommand:
    return editor_command(
        path, line, 4, environment={"EDITOR": chosen, "PATH": str(bin_folder)}
    )


@pytest.mark.parametrize(
    ("name", "arguments", "in_terminal"),
    [
        *((name, ["+57", "/n/a b.md"], True) for name in
          ("vi", "vim", "nvim", "nano", "emacs", "micro", "kak", "joe")),
        ("vim.tiny", ["+57", "/n/a b.md"], True),
        ("emacs-29.4", ["+57", "/n/a b.md"], True),
        ("hx", ["/n/a b.md:57:4"], True),
        *((name, ["-g", "/n/a b.md:57:4"], False) for name in
          ("code", "codium", "cursor", "code-insiders")),
        *((name, ["/n/a b.md:57:4"], False) for name in ("subl", "zed")),
        *((name, ["--line", "57", "/n/a b.md"], False) for name in
          ("idea", "pycharm", "pycharm.sh", "webstorm64.exe")),
        ("gvim", ["+57", "/n/a b.md"], False),
        ("kate", ["-l", "57", "/n/a b.md"], False),
        ("notepad++", ["-n57", "/n/a b.md"], False),
        ("gnome-text-editor", ["/n/a b.md"], False),
        ("ed", ["/n/a b.md"], True),
        ("my-own", ["/n/a b.md"], True),
    ],
)  # fmt: skip
def test_each_editor_is_told_the_line_its_own_way(
    bin_folder: Path, name: str, arguments: list[str], in_terminal: bool
) -> None:
    path = program(bin_folder, name)
    made = command(bin_folder, name)
    assert made == EditorCommand(name, (str(path), *arguments), in_terminal)


def test_without_a_line_it_is_the_file_alone(bin_folder: Path) -> None:
    for name in ("vim", "code", "idea", "hx"):
        path = program(bin_folder, name)
        made = command(bin_folder, name, line=None)
        assert made.arguments == (str(path), "/n/a b.md")


def test_the_choice_may_have_arguments_and_quotation_marks(bin_folder: Path) -> None:
    folder = bin_folder / "my tools"
    folder.mkdir()
    path = program(folder, "code")
    made = command(bin_folder, f"'{path}' --wait --user-data-dir 'x y'")
    assert made.arguments == (
        *(str(path), "--wait", "--user-data-dir", "x y"),
        *("-g", "/n/a b.md:57:4"),
    )
    assert (made.name, made.in_terminal) == ("code", False)


@pytest.mark.parametrize("name", ["-rf.md", "+q.md", "$(touch x).md", "a;b.md", "a:12"])
def test_no_name_of_a_file_is_more_than_a_name(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for editor, ending in (("vim", name), ("hx", f"{name}:57:4"), ("ed", name)):
        program(bin_folder, editor)
        *_, last = command(bin_folder, editor, name).arguments
        assert last == f"{tmp_path}{os.sep}{ending}"


def test_visual_goes_before_editor_and_empty_counts_for_nothing(
    bin_folder: Path,
) -> None:
    program(bin_folder, "vim")
    program(bin_folder, "nano")
    environment = {"VISUAL": "vim", "EDITOR": "nano", "PATH": str(bin_folder)}
    assert editor_command("/a", environment=environment).name == "vim"
    environment["VISUAL"] = "  "
    assert editor_command("/a", environment=environment).name == "nano"


def test_a_link_is_known_by_what_it_leads_to(bin_folder: Path, tmp_path: Path) -> None:
    real = program(tmp_path, "vim.basic")
    (bin_folder / "editor").symlink_to(real)
    made = command(bin_folder, "editor")
    assert made.arguments == (str(bin_folder / "editor"), "+57", "/n/a b.md")


def test_without_a_choice_a_usual_editor_is_taken(bin_folder: Path) -> None:
    environment = {"PATH": str(bin_folder)}
    with pytest.raises(UsageError) as none:
        editor_command("/a", environment=environment)
    assert "EDITOR" in none.value.remedy
    program(bin_folder, "vi")
    assert editor_command("/a", environment=environment).name == "vi"
    program(bin_folder, "nano")
    assert editor_command("/a", environment=environment).name == "nano"


def test_an_editor_that_is_not_there_is_named_with_a_remedy(bin_folder: Path) -> None:
    with pytest.raises(UsageError) as missing:
        command(bin_folder, "no-such-editor -w")
    assert "no-such-editor" in missing.value.message
    assert "EDITOR" in missing.value.remedy
    with pytest.raises(UsageError) as open_quote:
        command(bin_folder, "vim 'x")
    assert "quotation mark" in open_quote.value.message


def test_a_batch_file_is_not_given_what_it_would_obey(bin_folder: Path) -> None:
    program(bin_folder, "code.cmd")
    made = command(bin_folder, "code.cmd")
    assert made.arguments[1:] == ("-g", "/n/a b.md:57:4")
    with pytest.raises(UsageError):
        command(bin_folder, "code.cmd", "/n/a&calc.md")


# The original


def on_linux(path: str, bin_folder: Path, **variables: str) -> tuple[str, ...]:
    environment = {"PATH": str(bin_folder), **variables}
    return original_command(path, environment=environment, platform="linux")


def test_the_systems_program_opens_the_original(bin_folder: Path) -> None:
    opener = program(bin_folder, "xdg-open")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        made = on_linux("/n/a b.md", bin_folder, **{variable: ":0"})
        assert made == (str(opener), "/n/a b.md")
    made = original_command("/n/a.md", environment={}, platform="darwin")
    assert made == ("open", "/n/a.md")


def test_windows_is_asked_from_within_its_linux(bin_folder: Path) -> None:
    opener = program(bin_folder, "wslview")
    made = on_linux("/n/a.md", bin_folder, WSL_DISTRO_NAME="Debian")
    assert made == (str(opener), "/n/a.md")


def test_without_a_screen_it_says_so(bin_folder: Path) -> None:
    program(bin_folder, "xdg-open")
    with pytest.raises(UsageError) as no_screen:
        on_linux("/n/a.md", bin_folder)
    assert "no screen" in no_screen.value.message
    assert "editor" in no_screen.value.remedy
    with pytest.raises(UsageError):
        original_command(
            "/n/a.md", environment={"SSH_CONNECTION": "1"}, platform="darwin"
        )


def test_without_an_opener_it_says_so(bin_folder: Path) -> None:
    with pytest.raises(UsageError) as missing:
        on_linux("/n/a.md", bin_folder, DISPLAY=":0")
    assert "xdg-open" in missing.value.message


@pytest.mark.parametrize("name", ["a.sh", "a.PY", "a.desktop", "a.hta", "a.command"])
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_program_is_never_opened(bin_folder: Path, name: str, platform: str) -> None:
    program(bin_folder, "xdg-open")
    environment = {"PATH": str(bin_folder), "DISPLAY": ":0"}
    with pytest.raises(UsageError) as refused:
        original_command(f"/n/{name}", environment=environment, platform=platform)
    assert "program" in refused.value.message


def test_a_file_that_may_be_run_counts_as_a_program(
    bin_folder: Path, tmp_path: Path
) -> None:
    opener = program(bin_folder, "xdg-open")
    notes = program(tmp_path, "notes")
    with pytest.raises(UsageError):
        on_linux(str(notes), bin_folder, DISPLAY=":0")
    notes.chmod(0o644)
    assert on_linux(str(notes), bin_folder, DISPLAY=":0") == (str(opener), str(notes))


# Running


def test_it_runs_with_its_arguments_as_they_are(
    bin_folder: Path, tmp_path: Path
) -> None:
    body = f"import sys; open({str(tmp_path / 'out')!r}, 'w').write(repr(sys.argv[1:]))"
    recorder = program(bin_folder, "recorder", f"{body}; sys.exit(3)")
    hostile = ["$(id)", "a b", ";x", "*"]
    assert run([str(recorder), *hostile]) == 3
    assert (tmp_path / "out").read_text(encoding="utf-8") == repr(hostile)


def test_a_window_is_started_and_not_waited_for(bin_folder: Path) -> None:
    codes: list[int] = []
    ended = threading.Event()

    def failed(code: int) -> None:
        codes.append(code)
        ended.set()

    start([str(program(bin_folder, "fails", "import sys; sys.exit(4)"))], failed)
    assert ended.wait(20)
    assert codes == [4]
    slow = program(bin_folder, "slow", "import sys, time; time.sleep(1); sys.exit(5)")
    ended.clear()
    start([str(slow)], failed)
    assert codes == [4]
    assert ended.wait(20)


def test_what_cannot_be_started_is_an_error_of_ours(bin_folder: Path) -> None:
    broken = bin_folder / "broken"
    broken.write_bytes(b"\0not a program")
    broken.chmod(0o755)
    for begin in (lambda: run([str(broken)]), lambda: start([str(broken)], print)):
        with pytest.raises(UsageError) as refused:
            begin()
        assert "broken cannot be started" in refused.value.message


def test_every_editor_stands_in_one_table() -> None:
    tables = (
        editors._TERMINAL_EDITORS,
        editors._WINDOW_EDITORS,
        editors._PLAIN_WINDOW_EDITORS,
    )
    names = [name for table in tables for name in table]
    assert len(names) == len(set(names))
