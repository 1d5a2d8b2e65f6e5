"""SHA-256 of large files, remembered as long as size and time stay the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old one or the new one."""
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def file_sha256(path: Path, cache_dir: Path) -> str:
    """Hash a file, or recall the hash of a file that has not changed since.

    Hashing the default weights (90 MB) takes 0.05 to 0.3 s, too much for each start.

    Args:
        path: The file; it must exist.
        cache_dir: Folder of the remembered hashes; where it cannot be written, nothing
            is remembered.

    Returns:
        64 hexadecimal digits.
    """
    absolute = str(path.resolve())
    status = path.stat()
    state = [absolute, status.st_size, status.st_mtime_ns]
    name = hashlib.sha256(absolute.encode(errors="surrogateescape")).hexdigest()[:16]
    memory = cache_dir / "hashes" / f"{name}.json"
    known = read_json(memory)
    if known is not None and known.get("file") == state:
        return str(known.get("sha256"))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with contextlib.suppress(OSError):
        write_atomically(memory, json.dumps({"file": state, "sha256": digest}))
    return digest


def read_json(path: Path) -> dict[str, object] | None:
    """Read a JSON object; None if the file is absent, cut or something else."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
