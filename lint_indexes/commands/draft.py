"""A configuration with keys that are not written yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from lint_indexes.config.editing import with_values
from lint_indexes.config.files import (
    PYPROJECT,
    TABLE,
    Document,
    decoded,
    document_of,
    key_text,
    read_bytes,
)
from lint_indexes.config.load import config_of
from lint_indexes.config.positions import Key
from lint_indexes.config.value import Config
from lint_indexes.errors import ConfigurationError
from lint_indexes.linter.selection import KNOWN_RULES
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import FileChange

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Draft:
    """The configuration with what is to be added; ``before`` is what its file has, None if there is none."""

    path: Path
    before: bytes | None
    added: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Draft:
        """One without additions.

        Raises:
            ConfigurationError: the file cannot be read, or is not UTF-8.
        """
        before = read_bytes(path) if path.exists() else None
        decoded(path, before or b"")
        return cls(path, before)

    def adding(self, values: Mapping[str, object]) -> Draft:
        return Draft(self.path, self.before, {**self.added, **values})

    @property
    def text(self) -> str:
        text = (self.before or b"").removeprefix(_BOM).decode()
        return with_values(self.path, text, TABLE if self.path.name == PYPROJECT else (), self.added)

    @property
    def document(self) -> Document:
        return document_of(self.path, self.text)

    @property
    def table(self) -> Mapping[str, object]:
        return self.document.table

    def config(self) -> Config:
        return config_of(self.document, KNOWN_RULES)

    def change(self) -> FileChange:
        bom = _BOM if (self.before or b"").startswith(_BOM) else b""
        return FileChange(self.path, self.before, bom + self.text.encode())


def reject_other_values(path: Path, table: Mapping[str, object], given: Mapping[str, object]) -> None:
    """Refuse to write another value than the one that is there.

    Raises:
        ConfigurationError: ``given`` has one.
    """
    for name, value in given.items():
        there = table.get(name)
        pairs: list[tuple[Key, object, object]] = [((name,), there, value)]
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            pairs = [((name, key), there.get(key), item) for key, item in value.items()]
        for key, old, new in pairs:
            if old is not None and single(old) != new:
                raise ConfigurationError(
                    f"{path} has another value for {key_text(key)} already: {old!r}",
                    hint="init overwrites nothing: change it by hand, or leave out the option",
                )


def missing(table: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    """What of the given values a table has not."""
    lacking: dict[str, object] = {}
    for name, value in given.items():
        there = table.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            value = {key: item for key, item in value.items() if key not in there}
            there = None if value else there
        if there is None:
            lacking[name] = value
    return lacking


def single(value: object) -> object:
    """A list of one as the one."""
    if isinstance(value, (list, tuple)):
        return value[0] if len(value) == 1 else list(value)
    return value
