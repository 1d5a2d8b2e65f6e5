"""Who may use the server of the chat: its own page, with the key, and nobody else."""

from __future__ import annotations

import pytest

from assistant.web.guard import Guard, host_name, is_loopback, make_guard

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"


@pytest.fixture
def guard() -> Guard:
    return Guard("key", frozenset({"127.0.0.1", "localhost", "::1"}))


def test_the_page_itself_gets_in(guard: Guard) -> None:
    assert guard.refusal("/key/", HOST, None) is None
    assert guard.refusal("/key/static/x.js", HOST, ORIGIN) is None
    assert guard.refusal("/key/ws", HOST, ORIGIN, websocket=True) is None


def test_a_tunnel_from_another_port_gets_in(guard: Guard) -> None:
    far = "localhost:9000"
    assert guard.refusal("/key/ws", far, f"http://{far}", websocket=True) is None
    assert guard.refusal("/key/", "[::1]:9000", None) is None


@pytest.mark.parametrize(
    "host",
    [
        *(None, "", ":8000", "evil.example", "evil.example:8000", "192.0.2.7:8000"),
        *("127.0.0.1.evil.example", "localhost.evil.example", "[::1", "127.0.0.2"),
    ],
)
def test_a_name_that_is_not_ours_is_refused(guard: Guard, host: str | None) -> None:
    # A rebound name: the page and the request have the same, so the origin fits.
    assert guard.refusal("/key/", host, f"http://{host}") is not None


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "", "http://127.0.0.1", "file://"),
        *("http://127.0.0.1:9000", "http://localhost:8000", "ftp://127.0.0.1:8000"),
        *("http://127.0.0.1:8000.evil.example", "http://x@127.0.0.1:8000"),
    ],
)
def test_a_page_of_another_origin_is_refused(guard: Guard, origin: str) -> None:
    # Another port of the same host is another's server.
    assert guard.refusal("/key/", HOST, origin) is not None
    assert guard.refusal("/key/ws", HOST, origin, websocket=True) is not None


def test_a_websocket_says_where_it_comes_from(guard: Guard) -> None:
    assert guard.refusal("/key/ws", HOST, None, websocket=True) is not None


@pytest.mark.parametrize("path", ["/", "/ws", "/ke/", "/keys/ws", "//key/", "/é/ws"])
def test_without_the_key_nothing_is_told(guard: Guard, path: str) -> None:
    why = guard.refusal(path, HOST, ORIGIN)
    assert why is not None
    assert "`quoth serve`" in why


def test_a_download_has_a_key_of_its_own(guard: Guard) -> None:
    assert guard.refusal("/download/x", HOST, None) is None
    assert guard.refusal("/download/x", "evil.example", None) is not None


def test_every_run_has_another_key() -> None:
    keys = {make_guard("127.0.0.1").key for _ in range(5)}
    assert len(keys) == 5
    assert all(len(key) >= 32 for key in keys)


def test_others_come_by_address_or_by_the_name_of_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Desk")
    guard = make_guard("0.0.0.0", allow_others=True)
    path = f"/{guard.key}/"
    for host in ("192.0.2.7:8000", "[2001:db8::1]:8000", "desk:8000", "desk.local"):
        assert guard.refusal(path, host, None) is None
    assert guard.refusal(path, "evil.example:8000", None) is not None
    assert make_guard("127.0.0.1").refusal(path, "desk", None) is not None


def test_only_what_cannot_leave_this_computer_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "LOCALHOST", "::1")))
    for host in ("0.0.0.0", "::", "192.0.2.7", "localhost.example", "", "desk"):
        assert not is_loopback(host)


def test_the_name_of_a_host_is_without_port_and_brackets() -> None:
    assert host_name("LocalHost:8000") == "localhost"
    assert host_name("[::1]:8000") == "::1"
    assert host_name("[::1") == ""
