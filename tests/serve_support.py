"""`quoth serve` as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
QUOTH = (sys.executable, "-m", "assistant.cli")
SECONDS = 90


@dataclass
class Served:
    """A server that listens."""

    address: str
    """As printed, with the key."""
    process: asyncio.subprocess.Process

    @property
    def host(self) -> str:
        """Name and port."""
        return urlsplit(self.address).netloc

    @property
    def websocket(self) -> str:
        return f"ws{self.address.removeprefix('http')}ws?width=100&height=30"


@asynccontextmanager
async def serving(cache: Path, **more: str) -> AsyncIterator[Served]:
    """Serve on a free port, over the folders of the test; end it afterwards.

    Args:
        cache: Folder with the compiled encoder.
        more: Further environment variables.
    """
    process = await start("--port", "0", QUOTH_CACHE_DIR=str(cache), **more)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            address = (await process.stdout.readline()).decode().strip()
        assert address, (await process.communicate())[1].decode()
        yield Served(address, process)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


async def start(*arguments: str, **more: str) -> asyncio.subprocess.Process:
    """Start `quoth serve`."""
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return await asyncio.create_subprocess_exec(
        *QUOTH,
        "serve",
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl+C of whoever runs the tests is not for it.
        start_new_session=True,
    )
