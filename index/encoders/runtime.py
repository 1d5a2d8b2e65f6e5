"""The OpenVINO library: imported without telemetry, compiled and checked models."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def without_telemetry() -> Iterator[None]:
    """Hide `openvino_telemetry` while OpenVINO is imported.

    Importing OpenVINO sends an event over the network as soon as its telemetry package
    can be imported, unless the user has opted out; without the package it uses a stub.
    """
    name = "openvino_telemetry"
    hidden = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden is None:
            del sys.modules[name]
        else:
            sys.modules[name] = hidden


def import_openvino() -> Any:  # noqa: ANN401 -- a module without complete types
    """Import OpenVINO, silently and without network."""
    with without_telemetry():
        import openvino  # type: ignore[import-untyped]

        return openvino
