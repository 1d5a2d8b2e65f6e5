"""Why this answer: opened, read, walked through and left."""

import re

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.records import (
    Answer,
)
from assistant.render.explaining import NOT_KEPT
from assistant.tui.ask.cards import QuoteCard, Sureness
from assistant.tui.ask.conversation import Conversation
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.ask.why_panel import WhyPanel
from tests.grounded import Grounded
from tests.tui_support import (
    SEED_NAME,
    SEED_TEXT,
    ask,
    chat_over,
    ready,
    seeds,
    shown,
    until,
)

ENVOY = "Who is the US envoy for Syria?"
PERU = "What is the capital of Peru?"
HOSTILE = "[red]x[/red] [@click=app.quit]go[/] \x1b[31mESC\x07 \u202egnp.exe lies here."


def grounded() -> Grounded:
    return Grounded({SEED_NAME: SEED_TEXT})


def panel(pilot: Pilot[int]) -> WhyPanel:
    screen = pilot.app.screen
    assert isinstance(screen, WhyPanel)
    return screen


def said(pilot: Pilot[int]) -> str:
    """All that the panel says, in one line, also what must be scrolled to."""
    texts = (str(static.render()) for static in panel(pilot).query(Static))
    return re.sub(r"\s+", " ", " ".join(texts))


def title(pilot: Pilot[int]) -> str:
    return str(panel(pilot).query_one("#why").border_title)


async def opened(pilot: Pilot[int], key: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, WhyPanel))


async def closed(pilot: Pilot[int], key: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: not isinstance(pilot.app.screen, WhyPanel))


async def test_from_the_question_box_the_best_quote_is_explained() -> None:
    app = chat_over(grounded())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        box = app.query_one(QuestionBox)
        assert app.focused is box
        await opened(pilot, "alt+w")
        assert title(pilot) == "Why this answer · 1 of 2"
        text = said(pilot)
        assert ENVOY in text
        assert "Read as: envoi → envoy" in text
        assert "The US Special Envoy for Syria has urged" in text
        assert "97 % sure" in text
        assert "more than 19 in 20 answered the test questions" in text
        assert "Quoth claims no answer below 30 %." in text
        assert "✓ in the quote: envoy, syria, us" in text
        assert "○ around it: taken over: Damascus" in text
        assert "1st by its words, 12th by its meaning" in text
        assert "Adds nothing: Kind of answer" in text
        await closed(pilot, "escape")
        assert app.focused is box
        assert box.text == ""


async def test_evidence_is_shown_with_its_sign_and_a_bar_of_its_weight() -> None:
    app = chat_over(grounded())
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await opened(pilot, "alt+w")
        rows = [str(one.render()) for one in panel(pilot).query(".why-piece")]
        heads = [row.split("\n")[0].split() for row in rows]
        assert heads[0] == ["Before", "any", "evidence", "-5.8"]
        assert heads[1][:3] == ["Words", "in", "the"]
        assert heads[1][-4:] == ["+7.2", "0.75", "of", "1"]
        assert heads[2][:3] == ["Meaning", "of", "the"]
        assert heads[2][-4:] == ["+4.3", "0.50", "of", "1"]
        assert heads[3] == ["Lead", "over", "the", "others", "╍" * 2, "-0.7"]
        assert (heads[1][4], heads[2][4]) == ("━" * 16, "━" * 10)
        assert heads[-1][:2] == ["Together", "+5.0"]
        assert heads[-1][-3:] == ["1:", "97", "%"]


async def test_a_focused_quote_is_explained_and_walking_goes_round() -> None:
    app = chat_over(grounded())
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        await pilot.press("tab", "down")
        assert app.focused is view.cards[1]
        await opened(pilot, "w")
        assert title(pilot) == "Why this quote · 2 of 2"
        assert "not far behind" in said(pilot)
        await pilot.press("n")
        await until(pilot, lambda: title(pilot) == "Why this answer · 1 of 2")
        assert "The US Special Envoy" in said(pilot)
        await pilot.press("p")
        await until(pilot, lambda: title(pilot) == "Why this quote · 2 of 2")
        await pilot.press("p")
        await until(pilot, lambda: title(pilot) == "Why this answer · 1 of 2")
        await closed(pilot, "w")
        await until(pilot, lambda: app.focused is view.cards[0])


async def test_the_source_follows_to_the_quote_walked_to() -> None:
    app = chat_over(grounded())
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        await until(pilot, lambda: view.cards[0].has_class("-followed"))
        await opened(pilot, "alt+w")
        await pilot.press("n")
        await closed(pilot, "escape")
        await until(pilot, lambda: view.cards[1].has_class("-followed"))


async def test_a_near_miss_says_why_it_is_not_enough() -> None:
    asker = grounded()
    asker.threshold = 0.6
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, PERU)
        await opened(pilot, "alt+w")
        assert title(pilot) == "Why this is no answer · 1 of 1"
        text = said(pilot)
        assert "Too little: Quoth claims no answer below 60 %." in text
        assert "✗ not there: peru" in text
        assert "n next" not in str(panel(pilot).query_one("#why").border_subtitle)


async def test_the_closest_passage_says_why_it_is_not_claimed() -> None:
    asker = grounded()
    asker.threshold, asker.closest_from = 0.6, 0.4
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, PERU)
        await opened(pilot, "alt+w")
        assert title(pilot) == "Why this is perhaps an answer · 1 of 1"
        assert "Too little: Quoth claims no answer below 60 %." in said(pilot)


async def test_after_an_abstention_that_is_explained_and_not_the_open_source() -> None:
    app = chat_over(grounded())
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        first = await ask(pilot, ENVOY)
        await until(pilot, lambda: first.cards[0].has_class("-followed"))
        await ask(pilot, PERU)
        await opened(pilot, "alt+w")
        assert title(pilot).startswith("Why this is no answer")


async def test_evidence_that_was_not_kept_is_said_to_be_missing() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await opened(pilot, "alt+w")
        text = said(pilot)
        assert NOT_KEPT in text
        assert "97 % sure" in text
        assert "silent" not in text


async def test_a_click_on_the_confidence_asks_why() -> None:
    app = chat_over(grounded())
    async with app.run_test() as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        await pilot.click(view.query_one(Sureness))
        await until(pilot, lambda: isinstance(app.screen, WhyPanel))
        assert not view.cards[0].has_class("-followed")


async def test_without_a_quote_there_is_nothing_to_ask() -> None:
    app = chat_over(grounded())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("alt+w", "w")
        assert not isinstance(app.screen, WhyPanel)
        assert app.query_one(QuestionBox).text == "w"
        await pilot.press("backspace")
        await ask(pilot, "Xylophone?")
        await pilot.press("alt+w")
        assert not isinstance(app.screen, WhyPanel)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_all_of_it_can_be_scrolled_to_on_a_small_screen(
    size: tuple[int, int],
) -> None:
    app = chat_over(grounded())
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await opened(pilot, "alt+w")
        box = panel(pilot).query_one("#why")
        assert panel(pilot).region.contains_region(box.region)
        assert "Together" not in shown(panel(pilot))
        await pilot.press("end")
        await until(pilot, lambda: "Together" in shown(panel(pilot)))
        await pilot.press(
            *"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
        )
        await until(pilot, lambda: "Question" in shown(panel(pilot)))


async def test_what_documents_and_questions_say_is_never_obeyed() -> None:
    app = chat_over(Grounded({"[b]bad[/b].txt": HOSTILE}))
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot)
        await ask(pilot, "[@click=app.quit]go[/] lies x exe here")
        await opened(pilot, "alt+w")
        text = said(pilot)
        assert "[@click=app.quit]go[/] lies x exe here" in text
        assert "[red]x[/red] [@click=app.quit]go[/] ␛[31mESC␇ \ufffdgnp.exe" in text
        assert "[b]bad[/b].txt:1" in text
        assert not set(app.export_screenshot()) & set("\x1b\x07\u202e")
        region = panel(pilot).query_one("#why-body").region
        for y in range(region.y, region.bottom):
            await pilot.click(offset=(region.x + 14, y))
        assert isinstance(app.screen, WhyPanel)


async def test_a_turn_of_before_is_explained_from_what_was_kept() -> None:
    *_, reply = grounded().ask(ENVOY)
    assert isinstance(reply, Answer)
    app = chat_over(grounded(), earlier=(reply,))
    async with app.run_test() as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.query(QuoteCard))
        assert app.screen.query_one(Conversation).turns[0].reply == reply
        await opened(pilot, "alt+w")
        assert "Words in the sentence" in said(pilot)
