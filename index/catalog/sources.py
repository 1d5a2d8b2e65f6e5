"""Settings, roots, what is left out, and the files that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.catalog.records import FileState, Root, SkippedFile
from index.catalog.table import DIGEST_KEY, Table


class SourceTables(Table):
    """How the library was built, and what of."""

    def settings(self) -> dict[str, str]:
        """Return how the library was built: setting to value."""
        return dict(
            self.connection.execute(
                "SELECT key, value FROM settings WHERE key <> ?", (DIGEST_KEY,)
            )
        )

    def write_settings(self, settings: Mapping[str, str]) -> None:
        """Put these settings in the place of all there were."""
        self.connection.execute("DELETE FROM settings WHERE key <> ?", (DIGEST_KEY,))
        self.connection.executemany(
            "INSERT INTO settings VALUES (?, ?)", settings.items()
        )

    def roots(self) -> list[Root]:
        """Return what the user added, by path."""
        rows = self.connection.execute("SELECT path, is_folder FROM roots ORDER BY 1")
        return [Root(path, bool(is_folder)) for path, is_folder in rows]

    def add_root(self, root: Root) -> None:
        """Remember a root; one of the same path is replaced."""
        self.connection.execute(
            "INSERT INTO roots VALUES (?, ?) ON CONFLICT DO UPDATE"
            " SET is_folder = excluded.is_folder",
            (root.path, root.is_folder),
        )

    def remove_root(self, path: str) -> None:
        """Forget a root."""
        self.connection.execute("DELETE FROM roots WHERE path = ?", (path,))

    def excluded(self) -> list[str]:
        """Return the paths that the user removed inside roots, in order."""
        return [
            path
            for (path,) in self.connection.execute(
                "SELECT path FROM excluded ORDER BY path"
            )
        ]

    def write_excluded(self, paths: Iterable[str]) -> None:
        """Put these paths in the place of all that were excluded."""
        self.connection.execute("DELETE FROM excluded")
        self.connection.executemany(
            "INSERT OR IGNORE INTO excluded VALUES (?)", ((path,) for path in paths)
        )

    def skipped(self) -> list[SkippedFile]:
        """Return the files that could not be read, by path."""
        rows = self.connection.execute(
            "SELECT path, name, title, message, size, mtime_ns FROM skipped ORDER BY 1"
        )
        return [
            SkippedFile(path, name, title, message, FileState(size, mtime_ns))
            for path, name, title, message, size, mtime_ns in rows
        ]

    def add_skipped(self, file: SkippedFile) -> None:
        """List a file with its reason."""
        self.connection.execute(
            "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(file.path, file.name, file.title, file.message),
                *(file.state.size, file.state.mtime_ns),
            ),
        )

    def remove_skipped(self, path: str) -> None:
        """Take a file off the list."""
        self.connection.execute("DELETE FROM skipped WHERE path = ?", (path,))
