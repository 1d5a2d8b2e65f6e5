"""`quoth serve`: what it listens to, whom it refuses, and how it ends."""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from click.testing import CliRunner, Result

import assistant.web
from assistant.cli.group import quoth
from assistant.cli.serve import chat_command
from assistant.web.guard import Guard
from assistant.web.server import ChatServer
from tests.serve_support import SECONDS, Served, serving

PAGE = Path(assistant.web.__file__).with_name("page")

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


def assert_refused(result: Result, *parts: str) -> None:
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: That cannot be done: ")
    for part in parts:
        assert part in result.stderr


def test_without_the_extra_the_remedy_is_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.cli.serve.find_spec", lambda _: None)
    result = CliRunner().invoke(quoth, ["serve"])
    assert_refused(result, "aiohttp, textual_serve", "pip install 'quoth[serve]'")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])
def test_an_address_that_others_reach_needs_a_word_more(host: str) -> None:
    result = CliRunner().invoke(quoth, ["serve", "--host", host])
    assert_refused(result, host, "ssh -L", "--allow-others")


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(quoth, ["serve", "--port", port])
    assert_refused(result, f"Port {port} of 127.0.0.1 is taken.", "--port 0")


def test_an_address_of_another_computer_is_an_error() -> None:
    # RFC 5737: an address of no computer.
    result = CliRunner().invoke(
        quoth, ["serve", "--host", "192.0.2.7", "--port", "0", "--allow-others"]
    )
    assert_refused(result, "Nothing can listen at port 0 of 192.0.2.7")


def test_a_setting_that_is_wrong_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_SEARCH__MODE", "guessing")
    result = CliRunner().invoke(quoth, ["serve", "--port", "0"])
    assert result.exit_code == 2
    assert "error: A setting is wrong: " in result.stderr


@posix
def test_the_command_is_read_by_the_shell_as_it_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python = tmp_path / "my $(touch x) 'python'"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    done = subprocess.run(
        ["/bin/sh", "-c", chat_command("a; b")],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    words = done.stdout.splitlines()
    assert words == ["-P", "-m", "assistant.cli", "--library", "a; b"]
    assert "--library" not in shlex.split(chat_command(None))
    assert [path.name for path in tmp_path.iterdir()] == [python.name]


def test_the_page_names_nothing_outside_itself() -> None:
    found = []
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8")
        found += re.findall(r'(?:src|href)="([^"]*)|url\("([^"]*)', text)
    named = {first or second for first, second in found}
    assert "static/js/textual.js" in named
    assert not [name for name in named if ":" in name or name.startswith("/")]


async def get(served: Served, path: str, **headers: str) -> tuple[int, str]:
    host = f"http://{served.host}"
    async with (
        aiohttp.ClientSession() as client,
        client.get(host + path, headers=headers) as response,
    ):
        # Each reply, a refusal too, stays out of other pages.
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        return response.status, await response.text()


async def test_only_its_own_page_with_the_key_gets_in(encoder_cache: Path) -> None:
    async with serving(encoder_cache) as served:
        own = f"http://{served.host}"
        path = served.address.removeprefix(own)
        assert len(path) > 32
        status, page = await get(served, path)
        assert status == 200
        assert f"ws://{served.host}{path}ws" in page
        # Through a tunnel, the page comes from where the tunnel begins.
        far = await get(served, path, Host="localhost:9000")
        assert f"ws://localhost:9000{path}ws" in far[1]
        for status, said in (
            await get(served, "/"),
            await get(served, "/static/js/textual.js"),
            await get(served, path, Host="evil.example"),
            await get(served, path, Origin="http://evil.example"),
            await get(served, path, Origin="null"),
        ):
            assert status == 403
            assert "Quoth" in said
        assert (await get(served, "/download/guessed"))[0] == 404
        for origin in (None, "http://evil.example", "http://127.0.0.1:1"):
            async with aiohttp.ClientSession() as client:
                with pytest.raises(aiohttp.WSServerHandshakeError) as failed:
                    await client.ws_connect(served.websocket, origin=origin)
            assert failed.value.status == 403


async def read_until(websocket: aiohttp.ClientWebSocketResponse, wanted: bytes) -> None:
    drawn = b""
    async with asyncio.timeout(SECONDS):
        while wanted not in drawn:
            drawn += await websocket.receive_bytes()


@posix
async def test_ctrl_c_ends_the_server_and_its_chats(encoder_cache: Path) -> None:
    async with serving(encoder_cache) as served, aiohttp.ClientSession() as client:
        async with client.ws_connect(
            served.websocket, origin=f"http://{served.host}"
        ) as websocket:
            await read_until(websocket, b"Quoth")
            served.process.send_signal(signal.SIGINT)
            async with asyncio.timeout(SECONDS):
                async for _ in websocket:
                    pass
        said = (await served.process.communicate())[1].decode()
        assert served.process.returncode == 0
        assert "keep it to yourself" in said
        assert "Traceback" not in said


@posix
async def test_a_page_is_told_that_its_chat_is_gone() -> None:
    server = ChatServer("exit 3", Guard("key", frozenset({"127.0.0.1"})))
    runner = web.AppRunner(server.make_app())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host = f"127.0.0.1:{runner.addresses[0][1]}"
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"ws://{host}/key/ws", origin=f"http://{host}") as page,
            asyncio.timeout(SECONDS),
        ):
            assert (await page.receive()).type is aiohttp.WSMsgType.CLOSE
    finally:
        await runner.cleanup()


@posix
async def test_a_chat_does_not_outlive_a_server_that_was_killed(
    encoder_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(encoder_cache))
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    chat = await asyncio.create_subprocess_shell(
        chat_command(None),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert chat.stdin is not None
    assert chat.stdout is not None
    assert chat.stderr is not None
    try:
        async with asyncio.timeout(SECONDS):
            assert await chat.stdout.readline() == b"__GANGLION__\n"
            # What the end of the server does to both pipes.
            chat.stdin.close()
            pipe = chat._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
            pipe.close()
            said = await chat.stderr.read()
            assert await chat.wait() == 0
        assert said == b""
    finally:
        if chat.returncode is None:
            chat.kill()
            await chat.wait()
