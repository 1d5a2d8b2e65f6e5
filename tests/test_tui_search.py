"""The view Search: what is typed, what is found, and what the reader does with it."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.finding import SearchOutcome, SearchRequest
from assistant.records import DocumentRef
from assistant.tui.app import ChatApp
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.asker import Overview
from assistant.tui.search.box import FilterBox, ModeTab, Names, QueryBox
from assistant.tui.search.messages import Searched
from assistant.tui.search.preview import SearchPreview
from assistant.tui.search.results import ResultList, excerpt_rows
from assistant.tui.search.view import SearchView
from assistant.tui.source.text import SourceText
from index.errors import LibraryDamaged, MissingPath
from index.records import Document
from index.spelling import Correction
from tests.tui_support import (
    MemoryAsker,
    chat_over,
    newest,
    ready,
    seeds,
    shown,
    until,
)

WIDE = (140, 40)
NARROW = (80, 24)

BIRDS = {
    "owls/barn.txt": (
        "# The barn owl\nThe barn owl hunts mice at night.\nIt has a pale face."
    ),
    "owls/snowy.txt": "The snowy owl hunts lemmings by day.\nIt lives far north.",
    "gulls.txt": "Gulls follow ships.\nNo owl does that.",
}


def birds() -> MemoryAsker:
    return MemoryAsker(BIRDS)


async def go(pilot: Pilot[int]) -> SearchView:
    """Go to the view once the library is open."""
    await ready(pilot)
    await pilot.press("f6")
    view = pilot.app.screen
    assert isinstance(view, SearchView)
    await until(pilot, lambda: isinstance(view.focused, QueryBox))
    return view


async def look_for(pilot: Pilot[int], text: str) -> ResultList:
    """Type a query over what is in the box, and wait for what it finds."""
    box = pilot.app.screen.query_one(QueryBox)
    said = pilot.app.screen.query_one("#search-said", Static)
    said.update("")
    box.value = text
    await until(pilot, lambda: said.visual and "ms" in shown(said))
    return pilot.app.screen.query_one(ResultList)


def names(results: ResultList) -> list[str]:
    return [hit.citation.document.name for hit in results.hits]


def text_of(app: ChatApp, selector: str) -> str:
    return shown(app.screen.query_one(selector))


async def test_without_a_query_the_view_explains_itself() -> None:
    app = chat_over(birds())
    async with app.run_test(size=NARROW) as pilot:
        await go(pilot)
        guide = text_of(app, "#search-guide")
        assert "Passages come while you type" in guide
        for word in ("Both", "Words", "Meaning", "Alt+M", "Alt+I", "Alt+A", "Enter"):
            assert word in guide
        assert not app.screen.query_one(SearchPreview).display


async def test_passages_come_while_one_types() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        await pilot.press(*"owl", "space", *"hunts")
        results = view.query_one(ResultList)
        await until(pilot, lambda: len(results.hits) == 4)
        assert isinstance(view.focused, QueryBox)
        assert names(results)[:2] == ["owls/barn.txt", "owls/snowy.txt"]
        assert asker.searched[-1] == SearchRequest("owl hunts", "hybrid", 30, None)
        assert len(asker.searched) < len("owl hunts")
        screen = text_of(app, "#search-results")
        assert "1 owls/barn.txt:2" in screen
        assert "The barn owl hunts mice at night." in screen
        assert "1st by words, far by meaning 0.50 · hunts 50 %, owl 50 %" in screen
        assert "4 passages · 3 documents · 12 ms" in text_of(app, "#search-said")


async def test_a_query_that_is_no_longer_wanted_is_not_run() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        asker.gate.clear()
        box = view.query_one(QueryBox)
        for text in ("gulls", "owl", "mice", "lemmings"):
            box.value = text
            await until(pilot, lambda: view._asked and view._asked.text == box.value)
        assert [one.text for one in asker.searched] == ["gulls"]
        asker.gate.set()
        results = view.query_one(ResultList)
        await until(pilot, lambda: results.hits)
        assert names(results) == ["owls/snowy.txt"]
        assert [one.text for one in asker.searched] == ["gulls", "lemmings"]


async def test_a_late_result_is_dropped() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "lemmings")
        late = asker.search(SearchRequest("gulls"))
        view.post_message(Searched(view._number - 1, late))
        await pilot.pause()
        assert names(results) == ["owls/snowy.txt"]


async def test_an_emptied_box_drops_what_is_under_way() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        asker.gate.clear()
        view.query_one(QueryBox).value = "owl"
        await until(pilot, lambda: asker.searched)
        await pilot.press("escape")
        await until(pilot, lambda: view._asked is None)
        asker.gate.set()
        done = threading.Event()
        app.session.run(
            lambda _: done.set() or Searched(-1, None),  # type: ignore[arg-type,func-returns-value]
            lambda _: Searched(-1, None),  # type: ignore[arg-type]
            view.post_message,
        )
        await until(pilot, done.is_set)
        assert view.query_one(QueryBox).value == ""
        assert not view.query_one(ResultList).hits
        assert "Passages come while you type" in text_of(app, "#search-guide")


async def test_typing_goes_on_while_a_search_runs_which_is_said() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        asker.gate.clear()
        await pilot.press(*"owl")
        await until(pilot, lambda: "searching" in text_of(app, "#search-said"))
        await pilot.press(*"s")
        assert view.query_one(QueryBox).value == "owls"
        asker.gate.set()
        await until(pilot, lambda: "ms" in text_of(app, "#search-said"))


async def test_the_arrows_go_through_the_results_from_the_box() -> None:
    app = chat_over(birds())
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        await pilot.press("down", "down")
        assert results.position == 2
        await pilot.press("up", "pagedown", "pagedown")
        assert results.position == 3
        await pilot.press("down")
        assert results.position == 3
        assert isinstance(view.focused, QueryBox)
        await until(pilot, lambda: "4 of 4" in text_of(app, "#source-place"))
        assert "gulls.txt:2" in text_of(app, "#source-place")


async def test_beside_the_results_the_passage_is_lit_in_its_document() -> None:
    app = chat_over(birds())
    async with app.run_test(size=WIDE) as pilot:
        await go(pilot)
        await look_for(pilot, "owl mice")
        source = app.screen.query_one(SourceText)
        await until(pilot, lambda: source.lighting is not None)
        text = BIRDS["owls/barn.txt"]
        lighting = source.lighting
        assert lighting is not None
        assert text[slice(*lighting.cited)] == "The barn owl hunts mice at night."
        assert [text[a:b] for a, b in lighting.words] == ["owl", "mice"]
        assert not lighting.others
        assert "It has a pale face." in shown(source)
        words = source.get_component_rich_style("source-text--word")
        lit = [
            segment.text
            for y in range(source.size.height)
            for segment in source.render_line(y)
            if segment.style and segment.style.bgcolor == words.bgcolor
        ]
        assert "".join(lit) == "owlmice"
        reasons = text_of(app, "#search-reasons")
        assert "Words    1st · BM25 2.00 from mice 50 %, owl 50 %" in reasons
        assert "Meaning  not among the best · cosine 0.500" in reasons


async def test_enter_and_escape_go_from_box_to_document_and_back() -> None:
    app = chat_over(birds())
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        await look_for(pilot, "owl")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(view.focused, SourceText))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(view.focused, ResultList))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(view.focused, QueryBox))
        assert view.query_one(QueryBox).value == "owl"
        await pilot.press("tab")
        assert isinstance(view.focused, ResultList)
        await pilot.press("slash")
        assert isinstance(view.focused, QueryBox)
        await pilot.press("escape")
        assert view.query_one(QueryBox).value == ""


async def test_on_a_narrow_screen_the_document_covers_the_results() -> None:
    app = chat_over(birds())
    async with app.run_test(size=NARROW) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        preview = view.query_one(SearchPreview)
        assert not preview.display
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(view.focused, SourceText))
        assert preview.display
        assert not view.query_one("#search-list").display
        await pilot.press("n")
        assert results.position == 1
        await until(pilot, lambda: "2 of 4" in text_of(app, "#source-place"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(view.focused, ResultList))
        assert not preview.display


async def test_on_a_tall_narrow_screen_the_document_is_below() -> None:
    app = chat_over(birds())
    async with app.run_test(size=(80, 40)) as pilot:
        view = await go(pilot)
        await look_for(pilot, "owl")
        await pilot.press("f2")
        preview = view.query_one(SearchPreview)
        await until(pilot, lambda: preview.display and preview.region.height > 5)
        assert preview.region.y >= view.query_one("#search-list").region.bottom
        await pilot.press("f2")
        await until(pilot, lambda: not preview.display)


@pytest.mark.parametrize("key", ["alt+m", "m"])
async def test_a_key_changes_what_counts(key: str) -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        await look_for(pilot, "owl")
        if key == "m":
            await pilot.press("tab")
        await pilot.press(key)
        await until(pilot, lambda: asker.searched[-1].mode == "lexical")
        assert view.query_one(QueryBox).value == "owl"
        active = [tab.mode for tab in view.query(ModeTab) if tab.has_class("-active")]
        assert active == ["lexical"]
        await pilot.press(key, key)
        await until(pilot, lambda: asker.searched[-1].mode == "hybrid")


async def test_a_click_changes_what_counts_and_it_stays_so() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        await pilot.click(view.query(ModeTab)[2])
        await look_for(pilot, "owl")
        assert asker.searched[-1].mode == "semantic"
        await pilot.press("f5", "f6")
        await look_for(pilot, "mice")
        assert asker.searched[-1].mode == "semantic"


async def test_the_settings_say_what_counts_first() -> None:
    class ByWords(MemoryAsker):
        def overview(self) -> Overview:
            return replace(super().overview(), search_mode="lexical")

    asker = ByWords(BIRDS)
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await go(pilot)
        await look_for(pilot, "owl")
        assert {one.mode for one in asker.searched} == {"lexical"}


async def test_letters_with_alt_are_never_typed() -> None:
    app = chat_over(birds())
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        # As terminals without the Kitty protocol send them: with their letter.
        app.post_message(events.Key("alt+m", "m"))
        tabs = view.query(ModeTab)
        await until(pilot, lambda: tabs[1].has_class("-active"))
        assert view.query_one(QueryBox).value == ""


async def test_the_filter_says_where_to_search() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        await pilot.press("alt+i")
        box = view.query_one(FilterBox)
        assert view.focused is box
        await until(pilot, lambda: box.names.complete("o") == "owls/")
        await pilot.press("o", "tab")
        assert box.value == "owls/"
        await pilot.press("asterisk")
        await until(pilot, lambda: len(results.hits) == 3)
        assert asker.searched[-1].within == "owls/*"
        assert set(names(results)) == {"owls/barn.txt", "owls/snowy.txt"}
        await pilot.press("enter")
        assert isinstance(view.focused, QueryBox)


def test_names_are_completed_a_folder_at_a_time() -> None:
    known = Names()
    known.set(["a/b/one.txt", "A/b/two.txt", "notes.md", "Straße/x.txt"])
    assert known.complete("") is None
    assert known.complete("a") == "a/"
    assert known.complete("a/b/t") == "A/b/two.txt"
    assert known.complete("NO") == "notes.md"
    assert known.complete("x") is None
    assert known.complete("stra") is None


async def test_a_filter_without_documents_is_no_error() -> None:
    asker = birds()
    asker.failure = MissingPath("Nothing in the library matches *zz*.", "List them.")
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        view = await go(pilot)
        view.query_one(QueryBox).value = "owl"
        await until(pilot, lambda: "No document" in text_of(app, "#search-guide"))
        guide = text_of(app, "#search-guide")
        assert "✗" not in guide
        assert "Nothing in the library matches *zz*." in guide
        assert "Alt+I" in guide


async def test_an_error_is_shown_as_one_and_enter_tries_again() -> None:
    asker = birds()
    asker.failure = LibraryDamaged("The catalog is damaged.", "Run quoth doctor.")
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        view = await go(pilot)
        view.query_one(QueryBox).value = "owl"
        await until(pilot, lambda: "✗" in text_of(app, "#search-guide"))
        guide = text_of(app, "#search-guide")
        assert "The library is damaged" in guide
        assert "Run quoth doctor." in guide
        asker.failure = None
        await pilot.press("enter")
        await until(pilot, lambda: view.query_one(ResultList).hits)
        assert not view.query_one("#search-guide").display


async def test_nothing_found_says_what_to_try() -> None:
    app = chat_over(birds())
    async with app.run_test(size=NARROW) as pilot:
        await go(pilot)
        await pilot.press("alt+m")
        await look_for(pilot, "penguin")
        guide = text_of(app, "#search-guide")
        assert "Nothing was found for penguin" in guide
        assert "Alt+M searches by meaning too" in guide
        assert "nothing found" in text_of(app, "#search-said")


class Telling(MemoryAsker):
    """Says of each search what it was told to."""

    def __init__(self) -> None:
        super().__init__(BIRDS)
        self.encoded_chunks = 3
        self.corrections: Sequence[Correction] = ()
        self.within: str | None = None

    def search(self, request: SearchRequest) -> SearchOutcome:
        return replace(
            super().search(request),
            corrections=tuple(self.corrections),
            encoded_chunks=self.encoded_chunks,
            within=self.within,
        )


async def test_how_the_query_was_read_is_said() -> None:
    asker = Telling()
    asker.corrections = [Correction("owll", 0, 4, "owl")]
    asker.within = "*barn*"
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await go(pilot)
        await look_for(pilot, "owl")
        assert text_of(app, "#search-note").strip() == "read owll as owl · in *barn*"


@pytest.mark.parametrize(("encoded", "said"), [(0, "all passages"), (2, "1 of 3 pass")])
async def test_a_library_without_all_its_vectors_says_so(
    encoded: int, said: str
) -> None:
    asker = Telling()
    asker.encoded_chunks = encoded
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        await go(pilot)
        await look_for(pilot, "owl")
        note = text_of(app, "#search-note")
        assert said in note
        assert "words only" in note
        await pilot.press("alt+m")
        await until(pilot, lambda: asker.searched[-1].mode == "lexical")
        await until(pilot, lambda: not app.screen.query_one("#search-note").display)


async def test_a_click_chooses_a_passage_and_another_opens_it() -> None:
    app = chat_over(birds())
    async with app.run_test(size=NARROW) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        await pilot.click(results, offset=(10, 7))
        assert results.position == 1
        assert not view.query_one(SearchPreview).display
        await pilot.click(results, offset=(10, 7))
        await until(pilot, lambda: isinstance(view.focused, SourceText))
        await pilot.press("escape")
        await look_for(pilot, "lemmings")
        await pilot.click(results, offset=(10, 12))
        assert not view.query_one(SearchPreview).display


async def test_what_was_searched_for_can_be_asked() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=WIDE) as pilot:
        await go(pilot)
        await look_for(pilot, "Who is the US envoy for Syria?")
        await pilot.press("alt+a")
        await until(pilot, lambda: app.current_mode == "ask")
        turn = newest(pilot)
        await until(pilot, lambda: not turn.has_class("-running"))
        assert turn.question == "Who is the US envoy for Syria?"
        box = app.screen.query_one(QuestionBox)
        assert app.focused is box
        assert box.text == ""


async def test_the_citation_at_hand_is_the_chosen_passage() -> None:
    app = chat_over(birds())
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        assert view.citation_at_hand() is None
        results = await look_for(pilot, "owl")
        await pilot.press("down")
        assert view.citation_at_hand() is results.hits[1]
        await pilot.press("alt+y")
        copied = app.clipboard
        assert results.hits[1].text in copied
        assert results.hits[1].citation.document.name in copied


async def test_an_opened_library_is_searched_again() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await go(pilot)
        results = await look_for(pilot, "penguin")
        assert not results.hits
        asker.documents += MemoryAsker({"new.txt": "A penguin swims."}).documents
        app.open_library(anew=True)
        await until(pilot, lambda: names(results) == ["new.txt"])


async def test_documents_are_never_read_as_markup() -> None:
    hostile = "[red]owl[/] [@click=app.quit]x[/] \x1b[2J\x07 \u202eowl [bold"
    app = chat_over(MemoryAsker({"[bold]n[/].txt": hostile}))
    async with app.run_test(size=WIDE) as pilot:
        await go(pilot)
        await look_for(pilot, "owl")
        results = text_of(app, "#search-results")
        assert "[red]owl[/] [@click=app.quit]x[/] ␛[2J␇" in results
        assert "[bold]n[/].txt:1" in results
        assert "\u202e" not in results
        assert "[bold]n[/].txt:1" in text_of(app, "#source-place")


async def test_only_the_results_on_the_screen_are_drawn() -> None:
    lines = "\n".join(f"Owl number {n} sits on a branch." for n in range(40))
    app = chat_over(MemoryAsker({"owls.txt": lines}))
    async with app.run_test(size=NARROW) as pilot:
        await go(pilot)
        results = await look_for(pilot, "owl")
        assert len(results.hits) == 30
        assert len(results._drawn) <= results.size.height // 5 + 1
        await pilot.press("tab", "end")
        assert results.position == 29
        await until(pilot, lambda: "30 owls.txt:30" in shown(results))
        await pilot.press("home")
        await until(pilot, lambda: " 1 owls.txt:1" in shown(results))


@pytest.mark.parametrize("size", [(30, 10), (20, 6), (200, 60)])
async def test_any_size_will_do(size: tuple[int, int]) -> None:
    app = chat_over(
        MemoryAsker({"鳥/梟.txt": "梟は夜に鳴く。 owl 梟は夜に鳴く。" * 20})
    )
    async with app.run_test(size=size) as pilot:
        await go(pilot)
        results = await look_for_quietly(pilot, "owl")
        await pilot.press("enter")
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await until(pilot, lambda: results.display and results.size.width > 60)
        assert all(row.cell_length <= 50 for row in excerpt_rows(results.hits[0], 50))
        assert "owl" in "".join(row.plain for row in excerpt_rows(results.hits[0], 50))


async def look_for_quietly(pilot: Pilot[int], text: str) -> ResultList:
    """Type a query where there may be no room to say what it found."""
    results = pilot.app.screen.query_one(ResultList)
    pilot.app.screen.query_one(QueryBox).value = text
    await until(pilot, lambda: results.hits)
    return results


async def test_what_is_typed_before_the_library_is_open_is_found_then() -> None:
    opened = threading.Event()

    def wait(_: object) -> None:
        opened.wait(10)

    app = chat_over(birds(), opening=wait)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.focused, QueryBox))
        app.screen.query_one(QueryBox).value = "lemmings"
        waits = "waits for the library"
        await until(pilot, lambda: waits in text_of(app, "#search-said"))
        opened.set()
        results = app.screen.query_one(ResultList)
        await until(pilot, lambda: names(results) == ["owls/snowy.txt"])


async def test_a_library_that_cannot_be_opened_is_said() -> None:
    def fail(_: object) -> None:
        raise LibraryDamaged("The catalog is damaged.", "Run quoth doctor.")

    app = chat_over(birds(), opening=fail)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.focused, QueryBox))
        app.screen.query_one(QueryBox).value = "owl"
        await until(pilot, lambda: "✗" in text_of(app, "#search-guide"))
        assert "The catalog is damaged." in text_of(app, "#search-guide")


async def test_a_passage_that_went_while_a_key_was_pressed_is_not_shown() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        for query, left in (("lemmings", 1), ("penguin", 0)):
            others = asker.search(SearchRequest(query))
            # What is chosen is told to the list first, what is found to the view.
            results.choose(results.position + 2, opened=True)
            view.post_message(Searched(view._number, others))
            await pilot.pause()
            assert len(results.hits) == left
            assert results.position == 0
            assert isinstance(view.focused, QueryBox)
            assert results.hits == () or "1 of 1" in text_of(app, "#source-place")


async def test_a_library_opened_anew_leaves_the_reader_at_the_passage() -> None:
    asker = birds()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        await pilot.press("down", "down")
        assert names(results)[2] == "owls/snowy.txt"
        # What is found before it now makes it the fourth.
        asker.documents[:0] = MemoryAsker({"eagle.txt": "An eagle owl."}).documents
        app.open_library(anew=True)
        await until(pilot, lambda: len(results.hits) == 5)
        assert names(results)[results.position] == "owls/snowy.txt"
        assert results.position == 3
        await until(pilot, lambda: "4 of 5" in text_of(app, "#source-place"))
        assert "owls/snowy.txt" in text_of(app, "#source-place")
        assert "The snowy owl hunts lemmings" in shown(view.query_one(SourceText))
        # Another query begins at its best passage, and so does one that lost this.
        await look_for(pilot, "owl hunts")
        assert results.position == 0
        await pilot.press("down")
        del asker.documents[2]
        app.open_library(anew=True)
        await until(pilot, lambda: len(results.hits) == 4)
        assert results.position == 0


async def test_a_library_opened_anew_does_not_scroll_what_is_read() -> None:
    lines = "\n".join(f"Owl number {n} sits on a branch." for n in range(90))
    asker = MemoryAsker({"owls.txt": lines})
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        results = await look_for(pilot, "owl")
        await pilot.press("tab", "end")
        source = view.query_one(SourceText)
        await until(pilot, lambda: "30 of 30" in text_of(app, "#source-place"))
        source.scroll_to(y=50, animate=False)
        results.scroll_relative(y=-1, animate=False)
        await until(pilot, lambda: source.scroll_offset.y == 50)
        before = results.scroll_offset.y
        found = view._found
        app.open_library(anew=True)
        await until(pilot, lambda: view._found is not found)
        assert source.scroll_offset.y == 50
        assert results.position == 29
        assert results.scroll_offset.y - before in (0, 1)
        # What the reader goes to is scrolled to.
        await pilot.press("up", "down")
        await until(pilot, lambda: source.scroll_offset.y != 50)


class SlowReader(MemoryAsker):
    """Reads documents only when it is let to."""

    def __init__(self) -> None:
        super().__init__(BIRDS)
        self.reading = threading.Event()
        self.read: list[str] = []

    def document(self, cited: DocumentRef) -> Document:
        self.read.append(cited.name)
        self.reading.wait(10)
        return super().document(cited)


async def test_no_document_is_shown_under_the_name_of_another() -> None:
    asker = SlowReader()
    asker.reading.set()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        await look_for(pilot, "owl")
        preview = view.query_one(SearchPreview)
        barn, snowy = "The barn owl hunts mice", "The snowy owl hunts lemmings"
        await until(pilot, lambda: barn in shown(preview))
        asker.reading.clear()
        await pilot.press("down", "down")
        await until(pilot, lambda: "owls/snowy.txt:1" in shown(preview))
        assert barn not in shown(preview)
        await until(pilot, lambda: "Reading" in shown(preview))
        asker.reading.set()
        await until(pilot, lambda: snowy in shown(preview))
        assert "Reading" not in shown(preview)


async def test_documents_that_are_passed_on_the_way_are_not_read() -> None:
    asker = SlowReader()
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        await look_for(pilot, "owl")
        await pilot.press("down", "down", "down")
        asker.reading.set()
        await until(pilot, lambda: "No owl does that" in shown(view.preview))
        assert asker.read == ["owls/barn.txt", "gulls.txt"]


async def test_the_actions_are_in_the_command_palette() -> None:
    app = chat_over(birds())
    async with app.run_test(size=WIDE) as pilot:
        view = await go(pilot)
        titles = {command.title for command in view.commands()}
        assert {"Search by words", "Search by meaning", "Search in"} <= titles
        assert "Next passage" not in titles
        await look_for(pilot, "owl")
        titles = {command.title for command in view.commands()}
        assert {"Next passage", "Ask this", "Copy"} <= titles
        ids = [binding.id for binding in view._bindings.key_to_bindings["alt+m"]]
        assert ids == ["search.mode"]
