"""The tree of errors that is drawn is the tree there is."""

from __future__ import annotations

from collections.abc import Iterator

import index.errors
from index.errors import QuothError


def drawn() -> Iterator[tuple[int, str]]:
    """Yield depth and name of each error in the docstring's drawing."""
    for line in (index.errors.__doc__ or "").splitlines()[2:]:
        branch, mark, rest = line.partition("── ")
        name = (rest if mark else line).split()[0]
        yield (len(branch) - 1) // 4 + 1 if mark else 0, name


def there(error: type[QuothError], depth: int = 0) -> Iterator[tuple[int, str]]:
    if error.__module__ == index.errors.__name__:
        yield depth, error.__name__
        for below in error.__subclasses__():
            yield from there(below, depth + 1)


def test_every_error_is_drawn_where_it_stands() -> None:
    assert list(drawn()) == list(there(QuothError))
