"""The server of the chat in a browser: textual-serve behind our own door and page."""

from __future__ import annotations

import asyncio
import errno
import html
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

from assistant.web.chats import run_chat
from assistant.web.guard import DOWNLOADS, Guard, make_guard
from index.errors import UsageError

_PAGE: Final = Path(__file__).with_name("page")
_TITLE: Final = "Quoth"
_POLICY: Final = "Content-Security-Policy"
_FONT_PIXELS: Final = 16
_END_SECONDS: Final = 2.0
"""How long chats may take to end with the server."""
_LEAVE_SECONDS: Final = 0.5
"""How long a browser that is asked for nothing any more may take to hang up."""

_EVERYWHERE: Final = ("0.0.0.0", "::")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen."""

    host: str
    """A name or an address."""
    port: int
    """0 takes a free one."""
    allow_others: bool = False
    """Whether other computers may be let in."""


def run_server(
    command: str, listening: Listening, announce: Callable[[str], None]
) -> None:
    """Serve the chat until Ctrl+C or SIGTERM.

    Args:
        command: Runs the chat, as a shell reads it.
        listening: Where.
        announce: Is given the address once the server listens.

    Raises:
        UsageError: Nothing can listen there: the port is taken, say.
    """
    # Where the loop takes no signals, Ctrl+C arrives like this.
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(command, listening, announce))


async def _serve(
    command: str, listening: Listening, announce: Callable[[str], None]
) -> None:
    guard = make_guard(listening.host, allow_others=listening.allow_others)
    server = ChatServer(command, guard)
    runner = web.AppRunner(
        server.make_app(), access_log=None, shutdown_timeout=_LEAVE_SECONDS
    )
    await runner.setup()
    stop = asyncio.Event()
    try:
        await _listen(runner, listening)
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            loop.add_signal_handler(signal.SIGINT, stop.set)
            loop.add_signal_handler(signal.SIGTERM, stop.set)
        announce(_address(listening.host, runner.addresses[0][1], guard.key))
        await stop.wait()
    finally:
        # Before the runner ends: it takes nothing more, not even a browser's goodbye.
        await server.end_chats()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, listening: Listening) -> None:
    host, port = listening.host, listening.port
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} of {host} is taken."
            remedy = "Name another with --port; --port 0 takes a free one."
        else:
            message = f"Nothing can listen at port {port} of {host}: {error.strerror}."
            remedy = "Name another --host or --port."
        raise UsageError(message, remedy) from error


def _address(host: str, port: int, key: str) -> str:
    if host in _EVERYWHERE:
        host = socket.gethostname()
    elif ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{port}/{key}/"


class ChatServer:
    """The routes: a page, the WebSocket behind it, files, and what the page needs."""

    def __init__(self, command: str, guard: Guard) -> None:
        """Start nothing yet.

        Args:
            command: Runs the chat, as a shell reads it.
            guard: Decides on every request.
        """
        # Imports rich, and is of no use before there is something to serve.
        from textual_serve.server import Server

        self._guard = guard
        self._command = command
        self._files = Server(command)
        self._template = Template((_PAGE / "index.html").read_text(encoding="utf-8"))
        self._open: set[asyncio.Task[object]] = set()

    def make_app(self) -> web.Application:
        """Make what aiohttp serves."""
        app = web.Application(middlewares=[self._check])
        below = f"/{self._guard.key}"
        app.add_routes(
            [
                web.get(f"{below}/", self._show_page),
                web.get(f"{below}/ws", self._run_chat),
                # textual-serve's script asks for files at the root.
                web.get(f"/{DOWNLOADS}/{{key}}", self._files.handle_download),
                web.static(f"{below}/static", self._files.statics_path),
                web.static(f"{below}/page", _PAGE),
            ]
        )
        app.on_response_prepare.append(self._add_headers)
        return app

    async def end_chats(self) -> None:
        """Let every chat end as if its page had been closed."""
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=_END_SECONDS)

    @web.middleware
    async def _check(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Refuse what the guard refuses."""
        why = self._guard.refusal(
            request.path,
            request.headers.get("Host"),
            request.headers.get("Origin"),
            websocket="upgrade" in request.headers.get("Connection", "").lower(),
        )
        if why is not None:
            raise web.HTTPForbidden(text=f"Quoth: {why}\n")
        return await handler(request)

    async def _show_page(self, request: web.Request) -> web.Response:
        """Give the page; every address in it is on the host that was asked."""
        page = self._template.substitute(
            title=_TITLE,
            websocket=html.escape(f"ws://{request.host}/{self._guard.key}/ws"),
            font_pixels=_FONT_PIXELS,
        )
        policy = {_POLICY: _page_policy(request.host)}
        return web.Response(text=page, content_type="text/html", headers=policy)

    async def _run_chat(self, request: web.Request) -> web.StreamResponse:
        """Run a chat until its page or the server ends."""
        task = asyncio.current_task()
        assert task is not None  # a handler runs in one
        self._open.add(task)
        try:
            return await run_chat(request, self._command, self._files.download_manager)
        finally:
            self._open.discard(task)

    async def _add_headers(self, _: web.Request, response: web.StreamResponse) -> None:
        """Keep what is served to our own page: no frame, script or cache of another."""
        response.headers.setdefault(_POLICY, "default-src 'none'")
        response.headers.update(
            {
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cache-Control": "no-store",
            }
        )


def _page_policy(host: str) -> str:
    """What the page may load: its own files, and the WebSocket beside them."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            # The terminal in the page sets its sizes and colours by style elements.
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            "img-src 'self' data:",
            f"connect-src ws://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
