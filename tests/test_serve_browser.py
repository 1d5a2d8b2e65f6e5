"""The chat in a real browser: asked, answered, its citation followed, text copied."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser_support import ALT, CONTROL, Page, find_browser, open_page
from tests.serve_support import Served, serving

QUESTION = "Who is the US envoy for Syria?"
NAME = "Michael Ratney"


@pytest.fixture(autouse=True)
def browser() -> str:
    """Skip, or fail where a browser is required, before anything is started."""
    return find_browser()


async def ask(page: Page, served: Served) -> str:
    """Open the chat and ask; give the screen with the answer."""
    await page.open(served.address)
    await page.wait_for("document · ready")
    await page.click(300, 400)
    await page.type(QUESTION)
    await page.wait_for(QUESTION)
    await page.press("Enter")
    return await page.wait_for(NAME)


def right_half(screen: str) -> str:
    return "\n".join(row[len(row) // 2 :] for row in screen.splitlines())


async def test_a_question_is_answered_and_its_citation_followed(
    encoder_cache: Path, tmp_path: Path
) -> None:
    async with serving(encoder_cache) as served:
        async with open_page(tmp_path / "profile", 1280, 800) as page:
            answered = await ask(page, served)
            assert "seeds/syria-ceasefire.txt:2" in answered
            await page.wait_for("1 of ")
            await page.press("F3")
            followed = await page.wait_for("2 of ")
            # The source is beside the answer, at the sentence that is cited.
            assert NAME in right_half(followed)
            title = await page.evaluate("document.title")
            fonts = await page.evaluate("[...document.fonts].map(one => one.status)")
            assert title == "Quoth"
            assert set(fonts) == {"loaded"}
            requested = page.requested()
            assert page.errors() == []
        assert any(address.endswith("textual.js") for address in requested)
        assert any(address.startswith("ws://") for address in requested)
        assert {urlsplit(address).netloc for address in requested} == {served.host}


async def test_what_is_copied_is_on_the_clipboard_of_the_browser(
    encoder_cache: Path, tmp_path: Path
) -> None:
    async with (
        serving(encoder_cache) as served,
        open_page(tmp_path / "profile", 1280, 800) as page,
    ):
        await ask(page, served)
        await page.press("F3")
        await page.wait_for("2 of ")
        await page.press("y", held=ALT)
        await page.wait_for("Copied")
        await page.allow_clipboard(served.address)
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert NAME in copied
        assert "syria-ceasefire.txt" in copied


async def test_keys_go_to_the_chat_without_a_click(
    encoder_cache: Path, tmp_path: Path
) -> None:
    async with (
        serving(encoder_cache) as served,
        open_page(tmp_path / "profile", 900, 600) as page,
    ):
        await page.open(served.address)
        await page.wait_for("document · ready")
        await page.wait_until(
            "document.activeElement.className === 'xterm-helper-textarea'"
        )
        await page.type("Hello")
        await page.wait_for("Hello")


async def test_a_chat_that_is_left_can_be_opened_again(
    encoder_cache: Path, tmp_path: Path
) -> None:
    async with (
        serving(encoder_cache) as served,
        open_page(tmp_path / "profile", 900, 600) as page,
    ):
        await page.open(served.address)
        await page.wait_for("document · ready")
        await page.click(300, 300)
        await page.press("q", held=CONTROL)
        await page.wait_until("document.body.classList.contains('-closed')")
        shown = await page.evaluate("document.querySelector('#ended').innerText")
        assert shown.split("\n")[0] == "The chat has ended."
        async with page.loading():
            await page.evaluate("document.querySelector('#again').click()")
        await page.wait_for("document · ready")


async def test_a_page_of_another_site_cannot_reach_the_chat(
    encoder_cache: Path, tmp_path: Path
) -> None:
    async with (
        serving(encoder_cache) as served,
        open_page(tmp_path / "profile", 900, 600) as page,
    ):
        # Even with the key: a data address has an origin of its own, which is none.
        await page.open("data:text/html,<title>evil</title>")
        await page.wait_until("document.title === 'evil'")
        opened = await page.evaluate(
            "new Promise(done => {"
            f" const socket = new WebSocket('{served.websocket}');"
            " socket.onopen = () => done('open');"
            " socket.onerror = () => done('refused'); })"
        )
        read = await page.evaluate(
            f"fetch('{served.address}').then(() => 'read', () => 'refused')"
        )
        framed = await page.evaluate(
            "new Promise(done => { const frame = document.createElement('iframe');"
            f" frame.src = '{served.address}'; frame.onload = () => done();"
            " document.body.append(frame); })"
            ".then(() => document.querySelector('iframe').contentDocument === null)"
        )
        assert (opened, read, framed) == ("refused", "refused", True)
        assert not any(address.endswith("textual.js") for address in page.requested())
