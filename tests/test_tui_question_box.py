from assistant.tui.ask.question_box import History, QuestionBox
from tests.tui_support import ask, chat_over, ready, seeds


def test_history_goes_back_and_forth_and_keeps_the_draft() -> None:
    history = History()
    history.add("one")
    history.add("two")
    assert history.older("dra") == "two"
    assert history.older("two") == "one"
    assert history.older("one") is None
    assert history.newer() == "two"
    assert history.newer() == "dra"
    assert history.newer() is None


def test_history_keeps_a_repeated_question_once() -> None:
    history = History()
    history.add("one")
    history.add("one")
    assert history.older("") == "one"
    assert history.older("one") is None


def test_history_is_bounded() -> None:
    history = History(limit=2)
    for question in ("one", "two", "three"):
        history.add(question)
    assert history.older("") == "three"
    assert history.older("") == "two"
    assert history.older("") is None


async def test_up_and_down_browse_the_questions() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is Michael Ratney?")
        await ask(pilot, "Who fought in the Hama province?")
        box = app.query_one(QuestionBox)
        await pilot.press("d", "up")
        assert box.text == "Who fought in the Hama province?"
        await pilot.press("up")
        assert box.text == "Who is Michael Ratney?"
        await pilot.press("down", "down")
        assert box.text == "d"


async def test_up_moves_inside_a_question_of_several_lines() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is Michael Ratney?")
        box = app.query_one(QuestionBox)
        await pilot.press("a", "ctrl+j", "b")
        assert box.text == "a\nb"
        await pilot.press("up")
        assert box.text == "a\nb"
        await pilot.press("up")
        assert box.text == "Who is Michael Ratney?"


async def test_an_empty_question_is_not_asked() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("space", "enter")
        await pilot.pause()
        assert asker.asked == []


async def test_letters_and_digits_are_typed_while_typing() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        await pilot.press("n", "p", "1", "slash")
        assert app.query_one(QuestionBox).text == "np1/"
        assert not app.query_one("#source").display
