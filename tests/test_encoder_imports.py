"""OpenVINO is imported without its telemetry, by any number of threads."""

from __future__ import annotations

import sys
import threading
from types import ModuleType

import pytest

from index.encoders.runtime import import_openvino

THREADS = 6
ROUNDS = 300


def test_threads_that_import_at_once_do_not_take_what_others_hide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", ModuleType("openvino"))
    hidden = ("openvino_telemetry", "openvino.tools.ovc")
    for name in hidden:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    before = [sys.modules[name] for name in hidden]
    wrong: list[BaseException] = []
    gate = threading.Barrier(THREADS)

    def import_often() -> None:
        gate.wait()
        try:
            for _ in range(ROUNDS):
                import_openvino()
        except KeyError as error:
            wrong.append(error)

    threads = [threading.Thread(target=import_often) for _ in range(THREADS)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []
    assert [sys.modules.get(name) for name in hidden] == before
