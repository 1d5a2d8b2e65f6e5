"""Colours: contrast, choosing with a preview, what is remembered, and none at all."""

import json
from pathlib import Path

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import OptionList

from assistant.look import Look, read_look
from assistant.tui.look import themes
from assistant.tui.look.help_screen import HelpScreen
from assistant.tui.look.theme_screen import ThemeScreen
from assistant.tui.source.text import SourceText
from assistant.tui.status import ViewTab
from index.errors import ConfigError
from tests.tui_support import ask, chat_over, ready, seeds, until

GROUNDS = ("background", "surface", "panel", "boost")
INKS = (
    "foreground", "foreground-muted", "text", "text-muted", "text-primary",
    "text-secondary", "text-warning", "text-error", "text-success", "text-accent",
)  # fmt: skip
TINTS = ("primary", "warning", "error", "success", "accent")
AA, AAA, EDGE = 4.5, 7.0, 3.0


def luminance(color: Color) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in color.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    lights = sorted(luminance(Color.parse(color)) for color in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def variables(name: str) -> dict[str, str]:
    theme = next(theme for theme in themes.THEMES if theme.name == name)
    own = themes.chat_variables(theme)
    return {**own, **theme.to_color_system().generate(), **theme.variables}


def test_the_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("name", "least"),
    [(themes.DARK, AA), (themes.LIGHT, AA), (themes.HIGH_CONTRAST, AAA)],
)
def test_text_can_be_read_on_every_ground_it_stands_on(name: str, least: float) -> None:
    colors = variables(name)
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [("text", f"{tint}-muted") for tint in TINTS]
    pairs += [(f"text-{tint}", f"{tint}-muted") for tint in TINTS]
    pairs += [
        ("cited-text", "cited"),
        ("foreground-muted", "primary-muted"),
        ("muted-style", "background"),
        ("muted-style", "surface"),
        ("footer-key-foreground", "panel"),
        ("footer-description-foreground", "panel"),
        ("block-cursor-foreground", "block-cursor-background"),
        ("screen-selection-foreground", "screen-selection-background"),
        ("input-selection-foreground", "input-selection-background"),
    ]
    poor = [
        (ink, ground, round(contrast(colors[ink], colors[ground]), 2))
        for ink, ground in pairs
        if contrast(colors[ink], colors[ground]) < least
    ]
    assert not poor
    for edge in ("border", "border-blurred"):
        assert contrast(colors[edge], colors["background"]) >= EDGE


def test_the_cited_sentence_stands_out_from_the_text_around_it() -> None:
    for name in (themes.DARK, themes.LIGHT, themes.HIGH_CONTRAST):
        colors = variables(name)
        assert contrast(colors["cited"], colors["background"]) > 1.2
        assert colors["cited"] != colors["panel"]


@pytest.mark.parametrize("name", sorted({*BUILTIN_THEMES, *themes.LABELS}))
async def test_the_chat_can_be_drawn_in_every_theme(name: str) -> None:
    app = chat_over(seeds(), look=Look(theme=name))
    async with app.run_test() as pilot:
        await ready(pilot)
        assert app.theme == (themes.DARK if name == "auto" else name)
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize(
    ("colors", "theme"),
    [
        ("15;0", themes.DARK), ("0;15", themes.LIGHT), ("0;default;15", themes.LIGHT),
        ("12;8", themes.DARK), ("0;7", themes.LIGHT), ("", themes.DARK),
        ("nonsense", themes.DARK),
    ],
)  # fmt: skip
def test_the_theme_follows_the_terminal(colors: str, theme: str) -> None:
    environment = {"COLORFGBG": colors}
    assert themes.first_theme(Look(), ["nord"], environment) == theme


def test_an_unknown_theme_in_the_settings_is_an_error_that_names_near_ones() -> None:
    look = Look(theme="quoth-lihgt", theme_set_in="config.toml")
    with pytest.raises(ConfigError) as raised:
        themes.first_theme(look, ["nord", "quoth-light"], {})
    assert "quoth-lihgt" in raised.value.message
    assert "config.toml" in raised.value.message
    assert "Did you mean quoth-light?" in raised.value.remedy
    assert "nord" in raised.value.remedy


def test_a_chosen_theme_that_is_gone_does_not_keep_the_chat_from_starting() -> None:
    assert themes.first_theme(Look(theme="gone"), ["nord"], {}) == themes.DARK


def test_the_environment_wins_over_the_file_and_that_over_a_choice(
    tmp_path: Path,
) -> None:
    config, state = tmp_path / "config.toml", tmp_path / "data" / "chat.json"
    assert read_look(config, state, {}).theme == "auto"
    Look(state_file=state).keep_theme("nord")
    assert read_look(config, state, {}) == Look(
        theme="nord", keys_set_in=str(config), state_file=state
    )
    config.write_text('[chat]\ntheme = "dracula"\n')
    look = read_look(config, state, {})
    assert (look.theme, look.theme_set_in) == ("dracula", str(config))
    look = read_look(config, state, {"QUOTH_CHAT__THEME": "gruvbox"})
    assert (look.theme, look.theme_set_in) == ("gruvbox", "QUOTH_CHAT__THEME")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"theme": 3}', "\xff"])
def test_a_damaged_state_file_is_as_none(tmp_path: Path, text: str) -> None:
    state = tmp_path / "chat.json"
    state.write_text(text, encoding="latin-1")
    assert read_look(tmp_path / "none.toml", state, {}).theme == "auto"


async def open_themes(pilot: Pilot[int]) -> None:
    await pilot.app.run_action("change_theme")
    await until(pilot, lambda: isinstance(pilot.app.focused, OptionList))
    assert isinstance(pilot.app.screen, ThemeScreen)


async def test_a_theme_is_seen_before_it_is_chosen_and_escape_brings_back(
    tmp_path: Path,
) -> None:
    state = tmp_path / "chat.json"
    app = chat_over(seeds(), look=Look(state_file=state))
    async with app.run_test() as pilot:
        await ready(pilot)
        await open_themes(pilot)
        await pilot.press("down")
        assert app.theme == themes.LIGHT
        await pilot.press("escape")
        assert app.theme == themes.DARK
        assert not state.exists()


async def test_a_chosen_theme_is_there_the_next_time(tmp_path: Path) -> None:
    state = tmp_path / "chat.json"
    app = chat_over(seeds(), look=Look(state_file=state))
    async with app.run_test() as pilot:
        await ready(pilot)
        await open_themes(pilot)
        await pilot.press("down", "enter")
        await until(pilot, state.exists)
    assert json.loads(state.read_text()) == {"theme": themes.LIGHT}
    look = read_look(tmp_path / "none.toml", state, {})
    again = chat_over(seeds(), look=look)
    async with again.run_test():
        assert again.theme == themes.LIGHT


async def test_a_choice_that_the_settings_override_is_said_to_last_until_the_end(
    tmp_path: Path,
) -> None:
    look = Look(theme="nord", theme_set_in="/c.toml", state_file=tmp_path / "chat.json")
    app = chat_over(seeds(), look=look)
    async with app.run_test(notifications=True) as pilot:
        await ready(pilot)
        await open_themes(pilot)
        await pilot.press("up", "enter")
        await until(pilot, lambda: list(app._notifications))
        (said,) = app._notifications
        assert "/c.toml" in said.message


async def test_a_choice_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    look = Look(state_file=tmp_path / "file" / "chat.json")
    app = chat_over(seeds(), look=look)
    async with app.run_test(notifications=True) as pilot:
        await ready(pilot)
        await open_themes(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: list(app._notifications))
        (said,) = app._notifications
        assert said.severity == "warning"


async def test_without_colour_states_are_told_apart_by_weight_and_reversal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = chat_over(seeds(), look=Look(theme="nord"))
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        view = await ask(pilot, "Who is the US envoy for Syria?")
        source = app.screen.query_one(SourceText)
        await until(pilot, lambda: source.lighting is not None)
        assert source.get_component_rich_style("source-text--cited").reverse
        assert source.get_component_rich_style("source-text--other").underline
        tabs = list(app.screen.query(ViewTab))
        assert [bool(tab.rich_style.reverse) for tab in tabs] == [True, *[False] * 3]
        assert view.cards[0].query_one(".card-marker").rich_style.reverse
        assert not view.cards[1].query_one(".card-marker").rich_style.reverse
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen.query(OptionList))
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count and options.is_on_screen)
        chosen = options.get_visual_style("option-list--option-highlighted")
        assert chosen.underline
        assert not options.get_visual_style("option-list--option").underline
        colors = {
            color.name
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style
            for color in (segment.style.color, segment.style.bgcolor)
            if color is not None
        }
        assert colors <= {"default"}
