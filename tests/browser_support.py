"""A headless Chromium, driven by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

REQUIRED = "QUOTH_TEST_BROWSER"
"""Environment variable: set, a missing browser fails a test instead of skipping it."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--remote-debugging-port=0"),
)
SECONDS = 90

# textual-serve's script keeps its terminal to itself: the one assignment of it to a
# property gives it away, before any code of the page runs.
FIND_TERMINAL = """
Object.defineProperty(Object.prototype, "terminal", {
  configurable: true,
  set(value) {
    Object.defineProperty(this, "terminal", {value, writable: true});
    window.foundTerminal = value;
  },
});
window.screenText = () => {
  if (!window.foundTerminal) return "";
  const buffer = window.foundTerminal.buffer.active;
  const rows = [];
  for (let row = 0; row < window.foundTerminal.rows; row++)
    rows.push(buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? "");
  return rows.join("\\n");
};
"""
ALT, CONTROL = 1, 2
KEYS = {"Enter": 13, "Escape": 27, "F2": 113, "F3": 114}


def find_browser() -> str:
    """Give the path of one; without one, skip the test, or fail it if required."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, and none of {', '.join(NAMES)} is installed")
    pytest.skip("needs Chromium")


@dataclass
class Page:
    """A page of the browser."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol."""
        number = len(self.answers) + 1
        self.answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        await self.socket.send_json(message)
        async with asyncio.timeout(SECONDS):
            return await self.answers[number]

    async def listen(self) -> None:
        """Take in answers and events until the browser is gone."""
        async for message in self.socket:
            said = json.loads(message.data)
            if "id" in said:
                answer = self.answers[said["id"]]
                if "error" in said:
                    answer.set_exception(RuntimeError(said["error"]["message"]))
                else:
                    answer.set_result(said["result"])
            else:
                self.events.append((said["method"], said["params"]))
                self.news.set()

    async def open(self, address: str) -> None:
        """Go to an address."""
        async with self.loading():
            await self.call("Page.navigate", url=address)

    @asynccontextmanager
    async def loading(self) -> AsyncIterator[None]:
        """Wait until what happens inside has loaded a page."""
        before = self._loaded()
        yield
        async with asyncio.timeout(SECONDS):
            while self._loaded() == before:
                self.news.clear()
                await self.news.wait()

    def _loaded(self) -> int:
        return sum(method == "Page.loadEventFired" for method, _ in self.events)

    async def evaluate(self, code: str) -> Any:  # noqa: ANN401
        """Run JavaScript, and wait for what it promises."""
        done = await self.call(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    async def wait_until(self, condition: str) -> None:
        """Wait until a condition in JavaScript holds."""
        look = (
            "new Promise(done => { const look = () =>"
            f" ({condition}) ? done() : requestAnimationFrame(look); look(); }})"
        )
        try:
            await self.evaluate(look)
        except TimeoutError:
            shown = await self.evaluate("window.screenText()")
            pytest.fail(f"Never came: {condition}\n{shown}")

    async def wait_for(self, text: str) -> str:
        """Wait until a text is on the terminal; give the whole screen."""
        await self.wait_until(f"window.screenText().includes({json.dumps(text)})")
        screen = await self.evaluate("window.screenText()")
        assert isinstance(screen, str)
        return screen

    async def click(self, x: int, y: int) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    async def type(self, text: str) -> None:
        for letter in text:
            await self.call("Input.dispatchKeyEvent", type="char", text=letter)

    async def press(self, key: str, *, held: int = 0) -> None:
        """Press a key, with ALT or CONTROL held."""
        code = KEYS.get(key) or ord(key.upper())
        for kind in ("rawKeyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=code,
                modifiers=held,
            )

    async def allow_clipboard(self, address: str) -> None:
        """Let scripts of a page read the clipboard, as its reader could."""
        origin = "/".join(address.split("/")[:3])
        await self.call(
            "Browser.grantPermissions",
            permissions=["clipboardReadWrite"],
            origin=origin,
        )

    async def save_picture(self, path: Path) -> None:
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    def requested(self) -> list[str]:
        """Addresses of everything that was asked for, WebSockets too."""
        found = []
        for method, about in self.events:
            if method == "Network.requestWillBeSent":
                found.append(about["request"]["url"])
            elif method == "Network.webSocketCreated":
                found.append(about["url"])
        return found

    def errors(self) -> list[object]:
        """What the console shows as an error or a warning."""
        found: list[object] = []
        for method, about in self.events:
            if method == "Runtime.exceptionThrown":
                found.append(about["exceptionDetails"])
            elif method == "Log.entryAdded" and about["entry"]["level"] == "error":
                found.append(about["entry"])
            elif method == "Runtime.consoleAPICalled" and about["type"] == "error":
                found.append(about["args"])
        return found


@asynccontextmanager
async def open_page(profile: Path, width: int, height: int) -> AsyncIterator[Page]:
    """Start a browser with an empty page of a size in pixels; end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        find_browser(),
        *FLAGS,
        f"--user-data-dir={profile}",
        f"--window-size={width},{height}",
        "about:blank",
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        address = await _find_address(process)
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(address, max_msg_size=0) as socket,
        ):
            page = Page(socket)
            listening = asyncio.create_task(page.listen())
            try:
                await _prepare(page, width, height)
                yield page
                await page.call("Browser.close")
            finally:
                await socket.close()
                await listening
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _find_address(process: asyncio.subprocess.Process) -> str:
    """Where the browser says that it listens."""
    assert process.stderr is not None
    said = b""
    async with asyncio.timeout(SECONDS):
        async for line in process.stderr:
            said += line
            if line.startswith(b"DevTools listening on "):
                return line.split()[-1].decode()
    raise AssertionError(f"The browser did not start: {said.decode()}")


async def _prepare(page: Page, width: int, height: int) -> None:
    made = await page.call("Target.createTarget", url="about:blank")
    joined = await page.call(
        "Target.attachToTarget", targetId=made["targetId"], flatten=True
    )
    page.session = joined["sessionId"]
    for domain in ("Page", "Network", "Runtime", "Log"):
        await page.call(f"{domain}.enable")
    await page.call("Page.addScriptToEvaluateOnNewDocument", source=FIND_TERMINAL)
    await page.call(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=height, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
