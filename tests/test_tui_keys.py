"""Keys: ids, keys of one's own, clashes, and what the line at the bottom says."""

import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.events import Key
from textual.screen import ModalScreen, Screen
from textual.widgets._footer import FooterKey

from assistant.cli.group import quoth
from assistant.cli.options import Invocation
from assistant.look import Look, read_keys
from assistant.tui.ask.cards import QuoteCard
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.ask.reading_area import ReadingArea
from assistant.tui.key_line import Hint, KeyLine, fitting
from assistant.tui.look.areas import AREAS, PLACES
from assistant.tui.look.key_names import key_name
from assistant.tui.look.keymap import (
    Clash,
    all_actions,
    bindings_of,
    can_meet,
    check_keys,
    find_clashes,
)
from assistant.tui.source.text import SourceText
from assistant.tui.view import View
from index.errors import ConfigError
from tests.tui_support import ask, chat_over, put, ready, seeds, shown, until

# Escape leads out, a step at a time: each of these ends only what there is to end, and
# `check_action` of the view lets the first of them have it. Tab leads to the quotes or,
# where the source covers them, into that.
STEPPED = {"escape", "tab"}


@pytest.mark.parametrize(
    "key",
    sorted(
        {
            key
            for action in all_actions()
            for binding in bindings_of(action.owner)
            for key in binding.key.split(",")
            if key.startswith("alt+") and len(key) == len("alt+x")
        }
    ),
)
def test_terminals_without_a_protocol_of_their_own_can_send_it(key: str) -> None:
    """Alt+F and Alt+B are not such: there they move by a word."""
    parser = XTermParser()
    sent = [*parser.feed(f"\x1b{key.removeprefix('alt+')}"), *parser.feed("")]
    assert [event.key for event in sent if isinstance(event, Key)] == [key]


def own_classes() -> list[type[DOMNode]]:
    return list(dict.fromkeys(action.owner for action in all_actions()))


def test_every_binding_of_ours_has_an_id_of_a_known_area() -> None:
    def subclasses(owner: type[DOMNode]) -> set[type[DOMNode]]:
        below = set(owner.__subclasses__())
        return below.union(*(subclasses(one) for one in below))

    assert len(all_actions()) > 50
    for owner in subclasses(DOMNode):
        if owner.__module__.startswith("assistant.tui"):
            declared = vars(owner).get("BINDINGS", ())
            for binding in declared:
                assert isinstance(binding, Binding), (owner, binding)
                assert binding.id, (owner, binding)
                assert binding.id.partition(".")[0] in AREAS, binding.id


def test_an_id_means_one_action_and_stands_once_in_a_class() -> None:
    meanings = defaultdict(set)
    for owner in own_classes():
        ids = [binding.id for binding in bindings_of(owner)]
        assert len(ids) == len(set(ids)), owner
        for binding in bindings_of(owner):
            meanings[binding.id].add((binding.key, binding.action))
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_every_action_says_what_it_does() -> None:
    assert [one.action_id for one in all_actions() if not one.description] == []


def test_no_two_actions_that_can_meet_share_a_key() -> None:
    shared = {
        (key, one.action_id, other.action_id)
        for one, other in combinations(all_actions(), 2)
        if can_meet(one, other)
        for key in set(one.keys) & set(other.keys) - STEPPED
    }
    assert shared == set()


def test_the_filter_of_the_library_clashes_with_the_view_around_it() -> None:
    keys = check_keys({"list.filter": "f12", "library.sync": "f12"}, "config.toml")
    (clash,) = find_clashes(keys)
    assert clash.key == "f12"
    assert set(clash.action_ids) == {"library.sync", "list.filter"}
    apart = check_keys({"list.filter": "f12", "search.mode": "f12"}, "config.toml")
    assert list(find_clashes(apart)) == []


def test_every_part_of_a_view_that_the_help_names_has_keys() -> None:
    assert set(PLACES) <= {owner.__name__ for owner in own_classes()}


def test_no_two_parts_of_a_view_stand_under_one_heading_of_the_help() -> None:
    parts = defaultdict(set)
    for action in all_actions():
        if not issubclass(action.owner, App | Screen):
            place = PLACES.get(action.owner.__name__, AREAS[action.area].title)
            parts[action.mode, place].add(action.owner)
        elif not issubclass(action.owner, ModalScreen):
            parts[action.mode, AREAS[action.area].title].add(View)
    assert {one: found for one, found in parts.items() if len(found) > 1} == {}


def test_without_keys_of_ones_own_nothing_clashes() -> None:
    assert list(find_clashes({})) == []
    assert check_keys({}, "config.toml") == {}


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"citation.nxt": "n"}, ["citation.nxt", "config.toml", "citation.next"]),
        ({"zzz": "n"}, ["zzz", "quoth config keys"]),
        ({"citation.next": "ctl+n"}, ["ctl+n", "citation.next", "ctrl"]),
        ({"citation.next": "n,escpe"}, ["escpe", "escape"]),
        ({"citation.next": "f99"}, ["f99"]),
        ({"citation.next": ""}, ["''", "citation.next"]),
        ({"citation.next": "n,"}, ["''"]),
        ({"citation.next": "shift+n"}, ["shift+n", "'N'"]),
    ],
)
def test_what_is_no_action_or_no_key_is_named(
    keys: dict[str, str], named: list[str]
) -> None:
    with pytest.raises(ConfigError) as raised:
        check_keys(keys, "config.toml")
    said = f"{raised.value.message} {raised.value.remedy}"
    assert all(part in said for part in named), said


def test_keys_are_taken_as_keyboards_name_them() -> None:
    checked = check_keys({"citation.next": "Ctrl+N, ?,F12 ,Alt+Enter,N,+"}, "c")
    assert checked["citation.next"] == "ctrl+n,question_mark,f12,alt+enter,N,plus"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ctrl+n", "Ctrl+N"), ("escape", "Esc"), ("question_mark", "?"), ("n", "n"),
        ("G", "G"), ("f1", "F1"), ("tab", "Tab"), ("shift+f3", "Shift+F3"),
        ("pagedown", "PgDn"), ("alt+enter", "Alt+Enter"), ("slash", "/"),
    ],
)  # fmt: skip
def test_keys_are_named_as_keyboards_have_them(key: str, name: str) -> None:
    assert key_name(key) == name


def test_a_table_may_have_its_ids_in_quotes_or_not() -> None:
    assert read_keys({"citation": {"next": "n"}, "a.b": "x"}, "c") == {
        "citation.next": "n",
        "a.b": "x",
    }
    with pytest.raises(ConfigError, match=r"citation\.next"):
        read_keys({"citation": {"next": 3}}, "c")
    with pytest.raises(ConfigError, match="section"):
        read_keys("n", "c")


def test_clashes_are_found_where_both_actions_can_be_meant() -> None:
    def clashes(**keys: str) -> set[tuple[str, tuple[str, str]]]:
        own = {name.replace("__", "."): key for name, key in keys.items()}
        found = find_clashes(check_keys(own, "c"))
        return {(clash.key, tuple(sorted(clash.action_ids))) for clash in found}  # type: ignore[misc]

    assert clashes(citation__next="f9") == {("f9", ("chat.new", "citation.next"))}
    assert ("f5", ("citation.next", "view.ask")) in clashes(citation__next="f5")
    assert clashes(citation__next="x") == set()
    # Taken over from another that gave it up.
    assert clashes(citation__next="f9", chat__new="x") == set()
    # A box and a list are never in focus together.
    assert clashes(question__ask="u,enter") == {("u", ("chat.alone", "question.ask"))}
    assert clashes(quotes__up="w") == {("w", ("quote.why", "quotes.up"))}
    assert clashes(history__rename="f4") == set()
    # What the question box does with a key comes first.
    taken = ("ctrl+x", ("citation.next", "the editing of text"))
    assert clashes(citation__next="ctrl+x") == {taken}


def test_a_clash_is_said_in_a_sentence() -> None:
    clash = Clash("ctrl+n", ("citation.next", "chat.new"))
    assert str(clash) == "Ctrl+N is claimed by citation.next and by chat.new."


def own_keys(**keys: str) -> Look:
    named = {name.replace("__", "."): key for name, key in keys.items()}
    return Look(keys=named, keys_set_in="config.toml")


async def test_an_action_has_the_readers_keys_and_not_its_own() -> None:
    app = chat_over(seeds(), look=own_keys(citation__next="x,ctrl+t"))
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        area = app.screen.query_one(ReadingArea)
        await pilot.press("ctrl+n")
        assert not area.source_is_open
        await pilot.press("ctrl+t")
        await until(pilot, lambda: area.source_is_open)
        first = area.followed
        await pilot.press("tab", "x")
        await until(pilot, lambda: area.followed is not first)


async def test_giving_one_step_of_escape_another_key_leaves_it_the_others() -> None:
    asker = seeds()
    app = chat_over(asker, look=own_keys(chat__cancel="ctrl+t"))
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        area = app.screen.query_one(ReadingArea)
        await pilot.press("f2")
        await until(pilot, lambda: area.source_is_open)
        await pilot.press("escape")
        await until(pilot, lambda: not area.source_is_open)
        await pilot.press("tab")
        assert isinstance(app.focused, QuoteCard)
        await pilot.press("escape")
        assert isinstance(app.focused, QuestionBox)
        asker.gate.clear()
        await put(pilot, "How many people have been killed in the conflict?")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: not app.screen.query(".-running"))
        asker.gate.set()


async def test_enter_may_begin_a_line_and_another_key_ask() -> None:
    asker = seeds()
    look = own_keys(question__ask="ctrl+s", question__line="enter")
    app = chat_over(asker, look=look)
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("a", "enter", "b")
        assert app.screen.query_one(QuestionBox).text == "a\nb"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asker.asked == ["a\nb"])


async def test_clashes_are_said_when_the_chat_starts() -> None:
    app = chat_over(seeds(), look=own_keys(citation__next="f9"))
    async with app.run_test(notifications=True) as pilot:
        await ready(pilot)
        (said,) = app._notifications
        assert said.severity == "warning"
        assert "F9 is claimed by" in said.message


def test_an_unknown_action_keeps_the_chat_from_starting() -> None:
    with pytest.raises(ConfigError, match=r"citation\.nxt"):
        chat_over(seeds(), look=own_keys(citation__nxt="x"))


# The command line


def run(*arguments: str) -> Result:
    return CliRunner().invoke(quoth, arguments, obj=Invocation())


def settings(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("QUOTH_CONFIG_DIR", str(tmp_path))


def test_config_keys_lists_what_can_have_other_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings('[keys]\ncitation.next = "f9"\n', monkeypatch, tmp_path)
    found = json.loads(run("config", "keys", "--json").stdout)
    assert found["keys"]["citation.next"]["keys"] == ["f9"]
    assert found["keys"]["citation.next"]["own"]
    assert found["keys"]["chat.quit"]["keys"] == ["ctrl+q"]
    assert found["clashes"] == ["F9 is claimed by citation.next and by chat.new."]
    assert '"citation.next" = "f9" (yours)' in run("config", "keys").stdout


@pytest.mark.parametrize("command", [["config", "keys"], ["config", "show"]])
def test_config_refuses_an_unknown_action(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings('[keys]\n"citation.nxt" = "x"\n', monkeypatch, tmp_path)
    result = run(*command)
    assert result.exit_code == 2
    assert "Did you mean citation.next" in result.stderr


def test_doctor_says_which_keys_clash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from assistant.cli.doctor import _keys

    settings('[keys]\ncitation.next = "f9"\n', monkeypatch, tmp_path)
    levels = {check.level: check.message for check in _keys(Invocation())}
    assert "F9 is claimed by" in levels["warning"]
    settings('[keys]\n"citation.nxt" = "x"\n', monkeypatch, tmp_path)
    (check,) = _keys(Invocation())
    assert check.level == "error"
    settings("[answer]\nquotes = 99\n", monkeypatch, tmp_path)
    assert list(_keys(Invocation())) == []


# The line at the bottom


def hint(name: str, description: str, rank: int = 0) -> Hint:
    return Hint(Binding(name, description, description), name, True, "", rank)


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    here = [hint("a", f"action{n}") for n in range(6)]
    general = [hint("F1", "Help", 1), hint("^P", "Commands", 2), hint("^Q", "Quit", 3)]
    names = [one.binding.description for one in fitting([*here, *general], 60)]
    assert names == ["action0", "action1", "action2", "Help", "Commands"]
    assert fitting([*here, *general], 500) == [*here, *general]
    assert fitting([*here, *general], 0) == []


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_the_keys_at_the_bottom_fit(width: int) -> None:
    asker = seeds()
    app = chat_over(asker)

    def keys() -> list[str]:
        found = app.screen.query_one(KeyLine).query(FooterKey)
        return [f"{key.key_display} {key.description}" for key in found]

    def check() -> None:
        line = app.screen.query_one(KeyLine)
        assert keys()[0].endswith(first), keys()
        assert line.virtual_size.width <= width
        assert all(key.region.right <= width for key in line.query(FooterKey))
        assert any(name.endswith("Help") for name in keys())

    async with app.run_test(size=(width, 24)) as pilot:
        await ready(pilot)
        first = "Enter Ask"
        check()
        await ask(pilot, "Who is the US envoy for Syria?")
        check()
        await pilot.press("tab")
        first = "Enter Show source"
        await until(pilot, lambda: keys()[:1] == [first])
        check()
        await pilot.press("escape")
        asker.gate.clear()
        await put(pilot, "How many people have been killed in the conflict?")
        first = "Enter Ask"
        await until(pilot, lambda: "Esc Cancel" in keys())
        check()
        assert "Esc Cancel" in shown(app.screen.query_one(KeyLine)).replace("  ", " ")
        asker.gate.set()


async def test_tab_says_where_it_leads() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        view = await ask(pilot, "Who is the US envoy for Syria?")
        line = app.screen.query_one(KeyLine)
        await until(pilot, lambda: "Quotes" in shown(line))
        await pilot.press("f2")
        app.screen.query_one(QuestionBox).focus()
        await until(pilot, lambda: "To source" in shown(line))
        assert "Quotes" not in shown(line)
        await pilot.press("tab")
        assert app.screen.query_one(SourceText).has_focus
        app.screen.query_one(QuestionBox).focus()
        await pilot.resize_terminal(160, 50)
        await until(pilot, lambda: "Quotes" in shown(line))
        await pilot.press("tab")
        assert view.cards[0].has_focus
