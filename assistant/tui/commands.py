"""The commands of the palette, in an order of ours."""

from __future__ import annotations

from textual.command import DiscoveryHit, Hits
from textual.system_commands import SystemCommandsProvider


class Commands(SystemCommandsProvider):
    """What can be done in the view first, then where to go, then the rest."""

    async def discover(self) -> Hits:
        """Give all commands, before anything is typed."""
        for name, about, run, discover in self.app.get_system_commands(self.screen):
            if discover:
                yield DiscoveryHit(name, run, help=about)
