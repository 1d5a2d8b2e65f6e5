"""A copy of what the user added, beside the catalog, for when the catalog is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from index.catalog import Catalog, Root
from index.storage import replace_file

ROOTS_NAME: Final = "roots.json"


def write_roots(library: Path, catalog: Catalog) -> None:
    """Bring the copy up to date, if it is not."""
    content = {
        "roots": [
            {"path": root.path, "is_folder": root.is_folder} for root in catalog.roots()
        ],
        "excluded": catalog.excluded(),
    }
    data = json.dumps(content, indent=1, ensure_ascii=False).encode()
    path = library / ROOTS_NAME
    if not path.exists() or path.read_bytes() != data:
        replace_file(path, data)


def restore_roots(library: Path, catalog: Catalog) -> int:
    """Put what the copy holds into a new catalog, inside the caller's transaction.

    Returns:
        The roots that were restored: 0 when there is no copy, or none can be read.
    """
    try:
        content = json.loads((library / ROOTS_NAME).read_bytes())
        roots = [Root(one["path"], bool(one["is_folder"])) for one in content["roots"]]
        excluded: Sequence[str] = content["excluded"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    for root in roots:
        catalog.add_root(root)
    catalog.write_excluded(excluded)
    return len(roots)
