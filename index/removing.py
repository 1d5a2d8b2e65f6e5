"""What a user's wish to remove means: documents, roots, and what stays out."""

from __future__ import annotations

from collections.abc import Callable

from index.catalog import Catalog
from index.errors import MissingPath
from index.reconciling import Reconciler
from index.sources import absolute, is_named, is_under, is_under_any, matches


def remove_path(catalog: Catalog, reconciler: Reconciler, path: str) -> None:
    """Remove what a path or a glob means, and keep it out.

    Raises:
        MissingPath: It means nothing in the library.
    """
    if not path.strip():
        # An empty variable of a shell would otherwise mean the whole library.
        raise MissingPath("An empty path names no file or folder.", "Give its name.")
    where = absolute(path)
    is_meant = _meaning(catalog, path, where)
    files = [file for file in catalog.files() if is_meant(file.path, file.name)]
    listed = [file for file in catalog.skipped() if is_meant(file.path, file.name)]
    roots = [root for root in catalog.roots() if is_under(root.path, where)]
    gone = {where} if roots else set[str]()
    gone |= {file.path for file in files} | {file.path for file in listed}
    if not gone:
        raise MissingPath(
            f"Nothing in the library matches {path}.",
            "`quoth status --files` lists what is in it.",
        )
    for file in files:
        reconciler.drop(file)
    for unread in listed:
        catalog.remove_skipped(unread.path)
    for root in catalog.roots():
        if root.path in gone or is_under(root.path, where):
            catalog.remove_root(root.path)
    remaining = [root.path for root in catalog.roots()]
    excluded = {where} if any(is_under(file.path, where) for file in files) else gone
    catalog.write_excluded(
        one
        for one in {*catalog.excluded(), *gone, *excluded}
        if is_under_any(one, remaining)
    )


def _meaning(catalog: Catalog, path: str, where: str) -> Callable[[str, str], bool]:
    """Return what tells, of path and name, whether it is meant.

    The first of these that means anything here: the path itself, from the current
    folder; what is so named to the letter, as `*` and `[` may stand in a name; a glob.
    """
    there = [(file.path, file.name) for file in catalog.files()]
    there += [(file.path, file.name) for file in catalog.skipped()]
    places = [one for one, _ in there] + [root.path for root in catalog.roots()]
    if any(is_under(one, where) for one in places):
        return lambda candidate, _: is_under(candidate, where)
    if any(is_named(path, *one) for one in there):
        return lambda candidate, name: is_named(path, candidate, name)
    return lambda candidate, name: matches(path, candidate, name)
