"""Options that every command has, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from assistant.locations import Locations
    from assistant.settings import Configuration
    from assistant.workspace import LoadEncoder, Workspace

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass
class Invocation:
    """One run of the command line: its options, and what is found through them."""

    library: str | None = None
    debug: bool = False
    flags: dict[str, object] = field(default_factory=dict)
    """Settings given as options of the command, by key."""
    load_encoder: LoadEncoder | None = None
    """Instead of the one that the settings name."""

    @cached_property
    def locations(self) -> Locations:
        """Where everything is."""
        from assistant.locations import find_locations

        return find_locations()

    @cached_property
    def configuration(self) -> Configuration:
        """The settings, from all sources; see `load_configuration` for the errors."""
        from assistant.config import load_configuration
        from assistant.locations import check_library_name

        if self.library is not None:
            check_library_name(self.library)
        flags = {"library": self.library, **self.flags}
        return load_configuration(self.locations.config_file, flags=flags)

    def choose_library(self, name: str | None) -> None:
        """Mean another library from now on; None is the one that the settings name."""
        self.library = name
        for found in ("configuration", "workspace"):
            self.__dict__.pop(found, None)

    @cached_property
    def workspace(self) -> Workspace:
        """The library and the encoder to use."""
        from assistant.cli.output import note
        from assistant.workspace import Workspace

        return Workspace(
            self.locations,
            self.configuration.settings,
            notify=note,
            load_encoder=self.load_encoder,
        )


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def common_options(function: Decorated) -> Decorated:
    """Add the options that may stand before or after the command's name."""
    library = click.option(
        "--library",
        metavar="NAME",
        expose_value=False,
        callback=_keep_library,
        help="Library to use.",
    )
    debug = click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=_keep_debug,
        help="Show where an error comes from.",
    )
    return library(debug(function))


def within_option(function: Decorated) -> Decorated:
    """Add `--in GLOB`."""
    return click.option(
        "--in",
        "within",
        metavar="GLOB",
        help="Only documents whose path, name or file name matches.",
    )(function)


def json_option(function: Decorated) -> Decorated:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def explain_option(function: Decorated) -> Decorated:
    """Add `--explain`."""
    return click.option("--explain", is_flag=True, help="Show what each score is of.")(
        function
    )


def _keep_library(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Invocation).library = value


def _keep_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Invocation).debug = True
