"""What a user's wish to remove means: documents, roots, and what stays out."""

from __future__ import annotations

from glob import has_magic

from index.catalog import Catalog
from index.errors import MissingPath
from index.reconciling import Reconciler
from index.sources import absolute, is_under, is_under_any, matches


def remove_path(catalog: Catalog, reconciler: Reconciler, path: str) -> None:
    """Remove what a path or a glob means, and keep it out.

    Raises:
        MissingPath: It means nothing in the library.
    """
    where = absolute(path)
    # `*` and `[` may stand in the name of a file: one that is there is meant itself.
    is_named = has_magic(path) and _holds(catalog, where)

    def is_meant(candidate: str, name: str) -> bool:
        if is_under(candidate, where):
            return True
        return not is_named and matches(path, candidate, name)

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


def _holds(catalog: Catalog, where: str) -> bool:
    """Whether a path is of the library itself, read to the letter."""
    paths = [file.path for file in catalog.files()]
    paths += [file.path for file in catalog.skipped()]
    paths += [root.path for root in catalog.roots()]
    return any(is_under(path, where) for path in paths)
