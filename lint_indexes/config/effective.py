"""What holds in the end, and where each value of it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from lint_indexes.config.files import Document, key_text
from lint_indexes.config.positions import Key
from lint_indexes.config.settings import SETTINGS
from lint_indexes.config.shapes import Texts
from lint_indexes.config.tables import Setting, TableOf, Tables, Variables, plain
from lint_indexes.findings import Severity
from lint_indexes.model.dataclass import dataclass


class Kind(str, Enum):
    """The kinds of places that values come from."""

    FILE = "file"
    COMMAND_LINE = "command line"
    ENVIRONMENT = "environment variable"
    FOUND = "found"
    DEFAULT = "default"
    MISSING = "missing"
    """It is needed, and was not found or cannot be used."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: ``path``, ``line`` and ``key`` (the path to it) in a file, ``name`` of an
    option or variable; ``note`` says how it was found, or what holds where nothing is given.
    """

    kind: Kind
    path: str | None = None
    line: int | None = None
    key: str | None = None
    name: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """A key (``severity.LI3`` for one in a table), its value as TOML has it (None: not known), and where that
    comes from.
    """

    key: str
    value: object
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Whether a rule is selected, and why or why not."""

    code: str
    name: str
    severity: Severity
    selected: bool
    reason: str


@dataclass(frozen=True, slots=True)
class EffectiveConfiguration:
    """One project's. ``values`` are in the order of the reference; a key that gets something from two places
    is there twice. ``about`` are lines on what the project's own Python says, where it was asked.
    """

    path: Path
    root: Path
    values: tuple[EffectiveValue, ...]
    rules: tuple[RuleChoice, ...]
    about: tuple[str, ...] = ()


def configured_values(document: Document) -> Iterator[EffectiveValue]:
    """What a valid file gives, and the defaults of what it does not."""
    for setting in SETTINGS:
        if setting.name not in document.table:
            note = setting.standing.replace("`", "") or None
            yield EffectiveValue(setting.name, plain(setting.default), Provenance(Kind.DEFAULT, note=note))
            continue
        for key, value in _entries(setting, document.table[setting.name]):
            position = document.position(key)
            provenance = Provenance(
                Kind.FILE,
                str(document.path),
                position.line if position else None,
                key_text((*document.prefix, *key)),
            )
            yield EffectiveValue(key_text(key), value, provenance)


def _entries(setting: Setting[Any], value: object) -> Iterator[tuple[Key, object]]:
    """A value, or those of the user's keys where it is a table of such."""
    if isinstance(setting.shape, (TableOf, Variables)) and isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield (setting.name, name), item
    elif isinstance(setting.shape, Tables) and isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield (setting.name, str(number)), item
    else:
        single = isinstance(setting.shape, Texts) and isinstance(value, str)
        yield (setting.name,), [value] if single else value
