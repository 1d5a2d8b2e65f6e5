from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from assistant.records import DocumentRef
from assistant.source_state import SourceState
from assistant.tui.app import ChatApp
from assistant.tui.ask.cards import QuoteCard
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.source.pane import SourcePane
from assistant.tui.source.text import SourceText
from index.errors import LibraryDamaged
from index.records import Document
from tests.tui_support import (
    SEED_NAME,
    SEED_TEXT,
    MemoryAsker,
    ask,
    chat_over,
    hold,
    lit_lines,
    make_document,
    ready,
    seeds,
    shown,
    until,
)

WIDE, NARROW, TALL = (140, 40), (80, 24), (90, 50)
ENVOY = "Who is the US envoy for Syria?"
HAMA = "Who fought in the Hama province?"
PERU = "What is the capital of Peru?"
FIRST = "The US Special Envoy for Syria has urged"
SECOND = "UN special envoy for Syria Staffan de Mistura"


def source_text(app: ChatApp) -> SourceText:
    return app.query_one(SourceText)


async def lit(pilot: Pilot[int], text: str) -> None:
    """Wait until `text` stands in the pane, lit as the citation."""
    source = pilot.app.query_one(SourceText)
    await until(pilot, lambda: text in " ".join(lit_lines(source)))


def long_text(lines: int) -> str:
    filler = [f"Line {number} says nothing of interest." for number in range(lines)]
    filler[lines // 2] = "The treasure is buried under the old oak."
    return "\n".join(filler)


@pytest.mark.parametrize("size", [WIDE, NARROW, TALL])
async def test_a_number_leads_to_the_lit_sentence(size: tuple[int, int]) -> None:
    app = chat_over(MemoryAsker({"long.txt": long_text(900)}))
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await ask(pilot, "Where is the treasure buried?")
        await pilot.press("tab", "1")
        await lit(pilot, "The treasure is buried under the old oak.")
        assert "long.txt:451" in shown(app.query_one("#source-place"))
        assert "451" in shown(source_text(app))


async def test_beside_on_a_wide_screen_it_opens_by_itself() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        assert not app.query_one(SourcePane).display
        view = await ask(pilot, ENVOY)
        await lit(pilot, FIRST)
        assert app.query_one("#conversation").display
        assert view.cards[0].has_class("-followed")
        assert app.focused is app.query_one(QuestionBox)


async def test_on_a_narrow_screen_it_waits_and_then_covers_the_conversation() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        assert not app.query_one(SourcePane).display
        await pilot.press("tab")
        assert app.focused is view.cards[0]
        await pilot.press("enter")
        await lit(pilot, FIRST)
        assert not app.query_one("#conversation").display
        await until(pilot, lambda: app.focused is source_text(app))
        await pilot.press("n")
        await lit(pilot, SECOND)
        await pilot.press("escape")
        assert not app.query_one(SourcePane).display
        await until(pilot, lambda: app.focused is view.cards[1])


async def test_where_it_covers_the_conversation_a_question_closes_it() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await pilot.press("f2")
        await lit(pilot, FIRST)
        view = await ask(pilot, HAMA)
        assert app.query_one("#conversation").display
        assert "Hama" in shown(view)
        await pilot.resize_terminal(*WIDE)
        view = await ask(pilot, ENVOY)
        await lit(pilot, FIRST)
        assert view.display


async def test_an_abstention_does_not_stand_beside_another_answer() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        near = await ask(pilot, PERU)
        assert not app.query_one(SourcePane).display
        await ask(pilot, HAMA)
        await lit(pilot, "Hama")
        near = await ask(pilot, PERU)
        await lit(pilot, near.cards[0].quote.text[:20])
        assert near.cards[0].has_class("-followed")


async def test_a_tall_narrow_screen_shows_both() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=TALL) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await pilot.press("f2")
        await lit(pilot, FIRST)
        conversation = app.query_one("#conversation")
        assert conversation.display
        assert app.query_one(SourcePane).region.y >= conversation.region.bottom


@pytest.mark.parametrize("theme", ["quoth-dark", "quoth-terminal"])
async def test_the_pane_shows_that_the_keys_go_to_it(theme: str) -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        app.theme = theme
        await ask(pilot, ENVOY)
        await lit(pilot, FIRST)
        title = app.query_one("#source-title")
        blurred = title.rich_style
        source_text(app).focus()
        await until(pilot, lambda: title.rich_style != blurred)


async def test_next_and_previous_walk_round() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await lit(pilot, FIRST)
        await pilot.press("tab", "n")
        await lit(pilot, SECOND)
        await pilot.press("n")
        await lit(pilot, FIRST)
        await pilot.press("p")
        await lit(pilot, SECOND)
        assert "2 of 2" in shown(app.query_one("#source-place"))


async def test_chords_walk_while_typing() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await pilot.press("ctrl+n")
        await lit(pilot, FIRST)
        await pilot.press("ctrl+n")
        await lit(pilot, SECOND)
        await pilot.press("shift+f3")
        await lit(pilot, FIRST)
        assert app.focused is app.query_one(QuestionBox)
        await pilot.press("ctrl+o")
        assert not app.query_one(SourcePane).display


async def test_a_click_on_a_marker_follows_it() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        await pilot.click(view.cards[1].query_one(".card-marker"))
        await lit(pilot, SECOND)


async def test_arrows_move_between_quotes_and_back_to_the_box() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        view = await ask(pilot, ENVOY)
        await pilot.press("tab", "down")
        assert app.focused is view.cards[1]
        await pilot.press("up", "up")
        assert app.focused is view.cards[0]
        await pilot.press("down", "down")
        await until(pilot, lambda: app.query_one(QuestionBox).has_focus)


async def test_a_note_about_the_file_does_not_hide_the_end_of_the_quote() -> None:
    asker = seeds()
    asker.states[SEED_NAME] = SourceState("changed")
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await pilot.press("tab", "2")
        note = app.query_one("#source-note")
        await until(pilot, lambda: note.display and "no longer" in shown(note))
        await lit(pilot, "population of about 23 million.")


async def test_near_misses_can_be_followed_too() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "What is the capital of Peru?")
        assert not app.query_one(SourcePane).display
        await pilot.press("tab", "1")
        await lit(pilot, FIRST)


async def test_a_pane_that_was_closed_stays_closed_until_it_is_opened() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        await lit(pilot, FIRST)
        await pilot.press("escape")
        assert not app.query_one(SourcePane).display
        await ask(pilot, ENVOY)
        await pilot.pause()
        assert not app.query_one(SourcePane).display
        await pilot.press("f2")
        assert app.query_one(SourcePane).display


async def test_another_conversation_leaves_it_to_the_reader_whether_it_opens() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        pane = app.query_one(SourcePane)
        for closes in (False, True):
            await ask(pilot, ENVOY)
            await until(pilot, lambda: pane.display)
            if closes:
                await pilot.press("escape")
            await pilot.press("f9")
            await until(pilot, lambda: not app.query(QuoteCard))
            assert not pane.display
        await ask(pilot, ENVOY)
        await pilot.pause()
        assert not pane.display


async def test_the_text_of_another_document_is_gone_before_its_name_is() -> None:
    barn, owls = "An owl lives in the barn.\n", "An owl lives in the snow.\n"
    asker = MemoryAsker({"barn.txt": barn, "owls/snowy.txt": owls})
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        view = await ask(pilot, "Which owl lives?")
        first, second = (card.quote.text for card in view.cards)
        await lit(pilot, first)
        held = hold(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "2 of 2  owls/snowy.txt:1" in shown(app.query_one("#source-place"))
        pane = app.query_one(SourcePane)
        assert "owl lives" not in shown(pane)
        assert lit_lines(source_text(app)) == []
        await until(pilot, lambda: "Reading …" in shown(pane))
        await pilot.press("ctrl+n")
        assert "1 of 2  barn.txt:1" in shown(app.query_one("#source-place"))
        await pilot.press("ctrl+n")
        held.set()
        await lit(pilot, second)
        assert "Reading …" not in shown(pane)


async def test_while_a_source_is_read_the_keys_stay_with_it() -> None:
    asker = MemoryAsker(
        {"a.txt": "An owl lives here.\n", "b.txt": "An owl lives there.\n"}
    )
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot, "Which owl lives?")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: app.focused is source_text(app))
        held = hold(app)
        await pilot.press("n")
        await until(pilot, lambda: "Reading …" in shown(app.query_one(SourcePane)))
        assert app.focused is source_text(app)
        held.set()
        await until(pilot, lambda: lit_lines(source_text(app)))
        assert app.focused is source_text(app)


async def test_the_context_sentence_is_shown_in_its_place() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "What could it pave the way for?")
        await lit(pilot, "It could pave the way for further government advances")
        lighting = source_text(app).lighting
        assert lighting is not None
        assert lighting.context is not None
        context = SEED_TEXT[slice(*lighting.context)]
        assert context.startswith("Backed by Lebanese Hezbollah fighters")


async def test_a_resize_keeps_the_citation_in_view() -> None:
    app = chat_over(MemoryAsker({"long.txt": long_text(900)}))
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "Where is the treasure buried?")
        await lit(pilot, "The treasure is buried under the old oak.")
        for size in (NARROW, (40, 15), TALL, WIDE):
            await pilot.resize_terminal(*size)
            await lit(pilot, "The treasure is buried")
        await pilot.resize_terminal(*NARROW)
        assert not app.query_one("#conversation").display
        await pilot.resize_terminal(*WIDE)
        assert app.query_one("#conversation").display


async def test_a_resize_keeps_the_place_of_a_reader_who_scrolled_away() -> None:
    app = chat_over(MemoryAsker({"long.txt": long_text(900)}))
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "Where is the treasure buried?")
        await lit(pilot, "The treasure is buried")
        source = source_text(app)
        source.scroll_to(y=100, animate=False, force=True)
        await pilot.pause()
        assert "Line 100 says" in shown(source).splitlines()[0]
        await pilot.resize_terminal(120, 30)
        await until(pilot, lambda: "Line 100 " in shown(source).splitlines()[0])
        source.focus()
        await pilot.press("c")
        await lit(pilot, "The treasure is buried")


class Large(MemoryAsker):
    """One document of ten megabytes, whose one sentence of interest is known."""

    sentence = "The treasure is buried under the old oak."

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.documents = [
            replace(make_document("long.txt", ""), text=long_text(250_000))
        ]

    def _weigh(self, words: set[str]) -> Iterator[tuple[float, int, int, int]]:
        start = self.documents[0].text.index(self.sentence)
        yield 0.9, 0, start, start + len(self.sentence)


async def test_ten_megabytes_are_drawn_by_the_row() -> None:
    asker = Large({})
    assert len(asker.documents[0].text) > 9_000_000
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "Where is the treasure buried?")
        await lit(pilot, "The treasure is buried under the old oak.")
        source = source_text(app)
        drawn = 0
        render_line = source.render_line

        def counted(y: int) -> Strip:
            nonlocal drawn
            drawn += 1
            return render_line(y)

        source.render_line = counted  # type: ignore[method-assign]
        source.focus()
        await pilot.press("end")
        await until(pilot, lambda: "Line 249999" in shown(source))
        await pilot.press("home")
        await until(pilot, lambda: "Line 0 " in shown(source))
        assert 0 < drawn < 50 * source.size.height


async def test_wide_characters_fill_rows_without_spilling() -> None:
    line = "東京は日本の首都であり、the capital of Japan、世界最大の都市圏です。" * 3
    app = chat_over(MemoryAsker({"tokyo.txt": f"{line}\nEnd."}))
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot, "capital of Japan")
        await pilot.press("ctrl+n")
        await lit(pilot, "東京は日本の首都")
        source = source_text(app)
        for y in range(source.size.height):
            strip = source.render_line(y)
            assert strip.cell_length == source.scrollable_content_region.width
        assert "".join(lit_lines(source)) == line


async def test_hostile_documents_are_shown_and_not_obeyed() -> None:
    text = "[@click=app.quit]The oak[/] is \x1b[2J\x1b]8;;http://x\x07old\x9b1m \u202e."
    app = chat_over(MemoryAsker({"bad.txt": text}))
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "Is the oak old?")
        await lit(pilot, "[@click=app.quit]The oak[/] is ␛[2J␛]8;;http://x␇old")
        for y in range(source_text(app).size.height):
            for segment in source_text(app).render_line(y):
                assert not set(segment.text) & set("\x1b\x07\x9b\u202e")
                assert segment.style is None or set(segment.style.meta) <= {"offset"}


class Forgetful(MemoryAsker):
    """Has lost its documents since it answered, until they are back."""

    lost = True

    def document(self, cited: DocumentRef) -> Document:
        if self.lost:
            raise LibraryDamaged(f"Document {cited.name} is gone.", "Run quoth sync.")
        return super().document(cited)


async def test_a_document_that_is_gone_is_said_and_tried_again() -> None:
    asker = Forgetful({SEED_NAME: SEED_TEXT})
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, ENVOY)
        failure = app.query_one("#source-failure")
        await until(pilot, lambda: failure.display)
        assert f"Document {SEED_NAME} is gone." in shown(failure)
        asker.lost = False
        await pilot.press("ctrl+n")
        await lit(pilot, SECOND)
        assert not failure.display


async def test_headings_and_pages_are_named() -> None:
    text = "# Trees\n\nAn elm.\n\f# Oaks\n\nThe oak is old.\n"
    app = chat_over(MemoryAsker({"trees.md": text}))
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "Is the oak old?")
        await lit(pilot, "The oak is old.")
        assert "trees.md:6 · p. 2" in shown(app.query_one("#source-place"))


async def test_a_long_name_leaves_room_for_line_and_page() -> None:
    name = f"folder/{'a-very-long-name-' * 6}end.md"
    app = chat_over(MemoryAsker({name: "An elm.\n\f\nThe oak is old.\n"}))
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot)
        view = await ask(pilot, "Is the oak old?")
        await lit(pilot, "The oak is old.")
        place, source = app.query_one("#source-place"), view.query_one(".card-source")
        for line in (place, source):
            assert shown(line).strip().endswith(":3 · p. 2")
            assert "folder/" in shown(line)
            assert line.size.height == 1
        short = len(shown(source))
        await pilot.resize_terminal(160, 50)
        await until(pilot, lambda: len(shown(source)) > short)


async def test_following_before_there_is_an_answer_does_nothing() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+n", "f2")
        await pilot.pause()
        assert not app.query_one(SourcePane).display
        assert not app.query(QuoteCard)
