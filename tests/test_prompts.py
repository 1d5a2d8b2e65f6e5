"""Prompts: variables in and out, strictly; values are data."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.locations import find_locations
from assistant.prompts import Prompt, load_prompt
from index.errors import PromptError


def prompt(template: str) -> Prompt:
    return Prompt(Path("test.md"), template)


def test_variables_are_found_and_doubled_braces_are_none() -> None:
    assert prompt("{a} and {b_2}, {{c}}, {a}").variables == {"a", "b_2"}


def test_render_puts_values_in_and_halves_braces() -> None:
    assert prompt("{{{a}}} {b}").render(a="1", b="2") == "{1} 2"


@given(st.text(), st.text())
def test_a_value_is_never_interpreted(a: str, b: str) -> None:
    assert prompt("<{a}|{b}>").render(a=a, b=b) == f"<{a}|{b}>"


def test_a_value_that_looks_like_a_variable_stays_as_it_is() -> None:
    assert prompt("{a}{b}").render(a="{b}", b="{{x}}") == "{b}{{x}}"


def test_missing_and_unknown_variables_are_named_with_the_file() -> None:
    with pytest.raises(PromptError, match=r"test\.md uses \{b\}"):
        prompt("{a}{b}").render(a="1")
    with pytest.raises(PromptError, match=r"test\.md does not use \{c\}"):
        prompt("{a}").render(a="1", c="2")


def test_the_first_folder_that_has_a_prompt_wins(tmp_path: Path) -> None:
    own, packaged = tmp_path / "own", tmp_path / "packaged"
    for folder in (own, packaged):
        folder.mkdir()
    (packaged / "answer.md").write_text("packaged", encoding="utf-8")
    assert load_prompt("answer", [own, packaged]).template == "packaged"
    (own / "answer.md").write_text("\ufeffown", encoding="utf-8")
    assert load_prompt("answer", [own, packaged]).template == "own"


def test_no_prompt_and_no_text_are_errors(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"no prompt answer\.md"):
        load_prompt("answer", [tmp_path])
    (tmp_path / "answer.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(PromptError, match="cannot be read"):
        load_prompt("answer", [tmp_path])


@pytest.mark.parametrize("template", ["a\n{", "a\n}", "a\n{ x }", "a\n{1}", "a\n{{{"])
def test_a_brace_alone_is_an_error_with_its_line(tmp_path: Path, template: str) -> None:
    (tmp_path / "answer.md").write_text(template, encoding="utf-8")
    with pytest.raises(PromptError, match="in line 2"):
        load_prompt("answer", [tmp_path])


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("answer", {"abstention", "question", "quotes"}),
        ("rewrite", {"conversation", "question"}),
    ],
)
def test_our_prompts_use_the_variables_they_are_given(
    name: str, variables: set[str]
) -> None:
    found = load_prompt(name, [find_locations().prompts])
    assert found.variables == variables
    rendered = found.render(**{variable: f"<{variable}>" for variable in variables})
    assert all(f"<{variable}>" in rendered for variable in variables)
