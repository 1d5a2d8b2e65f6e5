"""The keys of the chat: what there is, keys of one's own, and clashes between them.

Every binding of ours has an id, `area.action`, by which `[keys]` of the settings file
gives it other keys. The ids are collected from the classes themselves, so that no list
of them can be out of date.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, Keys
from textual.screen import ModalScreen, Screen
from textual.widgets import TextArea

from assistant.tui.look.areas import AREAS
from assistant.tui.look.key_names import character_of, key_name
from index.errors import ConfigError

EDITING: Final = "the editing of text"
"""What claims the keys of the question box: word by word, cut, undo."""

_CHAT: Final = "assistant.tui"
_AROUND: Final = (App, Screen)
_MODIFIERS: Final = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_NAMES: Final = {
    *(key.value for key in Keys if "+" not in key.value and "<" not in key.value),
    *KEY_ALIASES,
}


@dataclass(frozen=True, slots=True)
class Action:
    """What a key can do."""

    action_id: str
    """Of the binding: `citation.next`."""
    description: str
    keys: tuple[str, ...]
    """By default, as Textual names them."""
    owner: type[DOMNode]
    """A class that has the binding."""
    priority: bool = False
    """It acts wherever the focus is, in dialogs, too."""

    @property
    def area(self) -> str:
        """What it belongs to, the part of the id before the dot."""
        return self.action_id.partition(".")[0]

    @property
    def mode(self) -> str:
        """The only view it acts in; empty if there are several."""
        return getattr(self.owner, "MODE", "") or AREAS[self.area].mode


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that two actions claim, where both can be meant."""

    key: str
    action_ids: tuple[str, str]

    def __str__(self) -> str:
        """Say it in a sentence."""
        first, second = self.action_ids
        return f"{key_name(self.key)} is claimed by {first} and by {second}."


def bindings_of(owner: type[DOMNode]) -> list[Binding]:
    """Give the bindings that a class itself declares, keys not yet taken apart."""
    declared = vars(owner).get("BINDINGS", ())
    return [one for one in declared if isinstance(one, Binding)]


@cache
def all_actions() -> tuple[Action, ...]:
    """Collect every action of the chat that has a key, once for each class with it."""
    # Not imported where the module begins: the package lies above this one.
    folders = importlib.import_module(_CHAT).__path__
    for module in pkgutil.walk_packages(folders, f"{_CHAT}."):
        importlib.import_module(module.name)
    found = []
    for owner in sorted(set(_subclasses(DOMNode)), key=lambda one: one.__qualname__):
        if not owner.__module__.startswith(_CHAT):
            continue
        for binding in bindings_of(owner):
            if binding.id is not None:
                keys = tuple(one.key for one in Binding.make_bindings([binding]))
                said = binding.tooltip or binding.description
                action = Action(binding.id, said, keys, owner, binding.priority)
                found.append(action)
    return tuple(found)


def check_keys(keys: Mapping[str, str], source: str) -> dict[str, str]:
    """Check keys of one's own, and give them as Textual takes them.

    Args:
        keys: By the id of an action its keys, with commas between.
        source: The file they are from.

    Returns:
        The same with whatever else shares a key that is given up: Textual takes a key
        from all of its actions at once.

    Raises:
        ConfigError: There is no such action or no such key.
    """
    if not keys:
        return {}
    actions = all_actions()
    known = {action.action_id for action in actions}
    checked = {}
    for action_id, text in keys.items():
        if action_id not in known:
            near = difflib.get_close_matches(action_id, sorted(known), 3, 0.5)
            raise ConfigError(
                f"Nothing in the chat is called {action_id!r} (keys in {source}).",
                f"Did you mean {' or '.join(near)}?"
                if near
                else "`quoth config keys` lists what can have other keys.",
            )
        given = [_checked_key(key, action_id, source) for key in text.split(",")]
        checked[action_id] = ",".join(given)
    given_up = [action for action in actions if action.action_id in keys]
    for action in actions:
        shared = any(
            other.owner is action.owner and set(other.keys) & set(action.keys)
            for other in given_up
        )
        if shared and action.action_id not in checked:
            checked[action.action_id] = ",".join(action.keys)
    return checked


def find_clashes(
    keymap: Mapping[str, str], actions: Iterable[Action] | None = None
) -> Iterator[Clash]:
    """Find keys that two actions claim since they were given other keys.

    Two kinds of widget are never in focus together: what one claims only clashes with
    itself, and with the view around it.

    Args:
        keymap: Checked keys by the id of an action.
        actions: Instead of all of the chat's.
    """
    everything = tuple(all_actions() if actions is None else actions)

    def keys_of(action: Action) -> list[str]:
        own = keymap.get(action.action_id)
        return list(action.keys) if own is None else own.split(",")

    found: set[Clash] = set()
    editing = {one.key for one in Binding.make_bindings(TextArea.BINDINGS)}
    for action in everything:
        for key in keys_of(action):
            clash = Clash(key, (action.action_id, EDITING))
            taken = key in editing and key not in action.keys and not action.priority
            if taken and issubclass(action.owner, _AROUND) and clash not in found:
                found.add(clash)
                yield clash
    for one, other in combinations(everything, 2):
        if not can_meet(one, other):
            continue
        before = set(one.keys) & set(other.keys)
        for key in keys_of(one):
            clash = Clash(key, (one.action_id, other.action_id))
            if key in keys_of(other) and key not in before and clash not in found:
                found.add(clash)
                yield clash


def can_meet(one: Action, other: Action) -> bool:
    """Tell whether two actions can be meant by a key at the same time."""
    if one.owner is other.owner:
        return one.action_id != other.action_id
    if issubclass(one.owner, ModalScreen) or issubclass(other.owner, ModalScreen):
        return one.priority or other.priority
    either = issubclass(one.owner, _AROUND) or issubclass(other.owner, _AROUND)
    return either and len({one.mode, other.mode} - {""}) <= 1


def _checked_key(key: str, action_id: str, source: str) -> str:
    """Give a key as Textual names it.

    Raises:
        ConfigError: No keyboard sends it.
    """
    given = key.strip()
    *modifiers, base = given.split("+") if given != "+" else ["+"]
    modifiers = [modifier.lower() for modifier in modifiers]
    base = base.lower() if len(base) > 1 else base
    problem = f"{given!r} is no key (keys for {action_id} in {source})."
    unknown = [modifier for modifier in modifiers if modifier not in _MODIFIERS]
    if unknown or not _is_key(base):
        names = sorted(_MODIFIERS if unknown else _NAMES)
        near = difflib.get_close_matches(unknown[0] if unknown else base, names, 3, 0.5)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise ConfigError(problem, f"{hint}Keys are named n, ctrl+n, shift+f3, escape.")
    if len(base) == 1 and modifiers == ["shift"]:
        raise ConfigError(problem, f"Write {base.upper()!r} for it.")
    (parsed,) = Binding.make_bindings([Binding(base, "")])
    return "+".join([*modifiers, parsed.key.lower() if modifiers else parsed.key])


def _is_key(base: str) -> bool:
    return len(base) == 1 or base in _NAMES or character_of(base) is not None


def _subclasses(owner: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for child in owner.__subclasses__():
        yield child
        yield from _subclasses(child)
