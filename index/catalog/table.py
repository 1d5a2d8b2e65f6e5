"""What every group of tables stands on: the connection."""

from __future__ import annotations

import sqlite3
from typing import Final

import numpy as np

INT32: Final = np.dtype("<i4")
"""Of arrays in the catalog."""

DIGEST_KEY: Final = "documents"
"""The row of `settings` that is no setting but the digest of the documents."""

MAX_VARIABLES: Final = 900
"""In one statement: every SQLite takes 999, newer ones more."""


class Table:
    """Holds the connection that the groups of tables share."""

    connection: sqlite3.Connection

    def value(self, sql: str, *arguments: object) -> int:
        """Return the single whole number that a query gives."""
        (value,) = self.connection.execute(sql, arguments).fetchone()
        return int(value or 0)
