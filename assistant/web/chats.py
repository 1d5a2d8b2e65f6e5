"""One chat of one page: a process, and the WebSocket that shows its screen."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService

if TYPE_CHECKING:
    from textual_serve.download_manager import DownloadManager

_HEARTBEAT_SECONDS: Final = 15
"""How often a page is asked whether it is still there."""
_GONE_SECONDS: Final = 5.0
"""How long a process that was killed may take; its pipes may be held by others."""
_PIPE_BYTES: Final = 65536
_MAX_CELLS: Final = 1000
"""Rows or columns, at most: a screen is drawn whole."""


class Chat(AppService):
    """A process that runs the chat."""

    async def run(self) -> None:
        """Run until the chat ends, and close its page, however it ended.

        Textual's own service closes it only when the chat says goodbye, and leaves the
        page of one that was killed, or could not start, as it is. It also stops reading
        when the page is gone, and what nobody reads holds the chat up.
        """
        # It cancels itself when the process ends before it has begun to read.
        with suppress(asyncio.CancelledError):
            await super().run()
        await self.remote_close()
        if self._process is not None and self._process.stdout is not None:
            while await self._process.stdout.read(_PIPE_BYTES):
                pass

    async def end(self) -> None:
        """End the process, if it has not ended by itself, and see it gone."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        if process.stdin is not None:
            process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GONE_SECONDS)


async def run_chat(
    request: web.Request, command: str, downloads: DownloadManager
) -> web.WebSocketResponse:
    """Run a chat until it or its page ends.

    Args:
        request: Opens the WebSocket, and says in its query how large the terminal is.
        command: Runs the chat, as a shell reads it.
        downloads: Passes files on.
    """
    websocket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS)
    await websocket.prepare(request)

    async def close() -> None:
        await websocket.close()

    chat = Chat(
        command,
        write_bytes=websocket.send_bytes,
        write_str=websocket.send_str,
        close=close,
        download_manager=downloads,
    )
    width, height = (
        _cells(request.query.get(side), usual)
        for side, usual in (("width", 80), ("height", 24))
    )
    await chat.start(width, height)
    try:
        async for message in websocket:
            if message.type is WSMsgType.TEXT:
                await _pass_on(message.data, chat, websocket)
    finally:
        try:
            await chat.stop()
        finally:
            await chat.end()
    return websocket


async def _pass_on(text: str, chat: Chat, websocket: web.WebSocketResponse) -> None:
    """Give the chat what happened in its page, as textual-serve's script puts it."""
    match json.loads(text):
        case ["stdin", str(keys)]:
            await chat.send_bytes(keys.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            await chat.set_terminal_size(_cells(width, 80), _cells(height, 24))
        case ["focus"]:
            await chat.focus()
        case ["blur"]:
            await chat.blur()
        case ["ping", str(sent)]:
            await websocket.send_json(["pong", sent])


def _cells(said: object, usual: int) -> int:
    """Give a number of rows or columns that can be drawn."""
    with suppress(TypeError, ValueError):
        return min(max(int(str(said)), 1), _MAX_CELLS)
    return usual
