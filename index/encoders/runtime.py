"""The OpenVINO library, imported without its telemetry."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TELEMETRY = "openvino_telemetry"
"""Where it can be imported, importing OpenVINO sends an event over the network, unless
the user has opted out; where it cannot, OpenVINO uses a stub of its own."""

_CONVERTER = "openvino.tools.ovc"
"""OpenVINO imports it, and goes on without it; it takes 40 ms."""

_IMPORTING = threading.Lock()
"""`sys.modules` is the process's: a thread would take what another hides for absent."""


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Make modules impossible to import for a while."""
    known = {name: sys.modules.get(name) for name in names}
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name, module in known.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def import_openvino(*, converter: bool = False) -> Any:  # noqa: ANN401 -- untyped module
    """Import OpenVINO, silently and without network.

    Args:
        converter: Whether `openvino.convert_model` is needed; decided by the first
            import of a process.
    """
    names = (_TELEMETRY,) if converter else (_TELEMETRY, _CONVERTER)
    with _IMPORTING, _hidden(*names):
        import openvino  # type: ignore[import-untyped]

        return openvino
