"""Who may use the chat's server: whoever has its key, from its own page only.

A server on loopback is not private. Every user of the computer reaches it, and so does
every page that is open in a browser: by a form or a script's request, by a WebSocket,
which no same-origin policy stops, and by a name that is made to resolve to 127.0.0.1
(DNS rebinding), as if it were the page's own. Hence three locks, each enough for one:

- a key, drawn anew by each run, that every address begins with;
- `Host` must be a name of this server, so that a rebound name is refused;
- `Origin`, where there is one, must be the server itself, and a WebSocket has one.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

DOWNLOADS: Final = "download"
"""First part of a path that needs no key: what follows it is a key, for one use."""

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_KEY_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides on requests."""

    key: str
    """First part of every path."""
    names: frozenset[str]
    """Names of the server that a `Host` may have, in lower case, without a port."""
    any_address: bool = False
    """Whether a `Host` may be any address in digits: no name can be rebound to it."""

    def refusal(
        self,
        path: str,
        host: str | None,
        origin: str | None,
        *,
        websocket: bool = False,
    ) -> str | None:
        """Say why a request is refused; None when it is not.

        Args:
            path: Of the request, beginning with a slash.
            host: Its header `Host`, None when it has none.
            origin: Its header `Origin`, likewise.
            websocket: Whether it opens a WebSocket.
        """
        name = host_name(host or "")
        if not self._knows(name):
            return "This is not a name of this server."
        if origin is None and websocket:
            return "The request does not say which page it comes from."
        if origin is not None and not _is_same(origin, host or ""):
            return "Another site has asked for this."
        first = path.split("/", 2)[1]
        if first != DOWNLOADS and not secrets.compare_digest(
            first.encode(), self.key.encode()
        ):
            return (
                "The key in this address is not that of this run. Open the address"
                " that `quoth serve` has printed."
            )
        return None

    def _knows(self, name: str) -> bool:
        return name in self.names or (self.any_address and _is_address(name))


def make_guard(host: str, *, allow_others: bool = False) -> Guard:
    """Make a guard with a new key.

    Args:
        host: What the server listens at.
        allow_others: Whether other computers may be let in: by this computer's name,
            and by any of its addresses.
    """
    names = _LOOPBACK_NAMES | {host.lower()}
    if allow_others:
        own = socket.gethostname().lower()
        names |= {own, f"{own}.local"}
    return Guard(secrets.token_urlsafe(_KEY_BYTES), names, allow_others)


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches what listens there.

    A name other than `localhost` is not looked up: it may be anything.
    """
    if host.lower() == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def host_name(host: str) -> str:
    """Give the name of a header `Host`, in lower case, without port and brackets.

    Empty when the header is not well formed.
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_same(origin: str, host: str) -> bool:
    """Whether a page comes from the server that a header `Host` names."""
    scheme, _, rest = origin.partition("://")
    return scheme in {"http", "https"} and rest.lower() == host.lower()
