"""The file that holds the configuration: which one it is, and its text as TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lint_indexes.config.positions import Key, Position, key_positions, tomllib
from lint_indexes.errors import ConfigurationError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Origin, Source

PYPROJECT = "pyproject.toml"
OWN_FILE = "lint-indexes.toml"
TABLE: Key = ("tool", "lint-indexes")
CACHE_FOLDER = ".lint_indexes_cache"
"""Where the cache is, beside the configuration, unless that says otherwise."""

_PLACE_IN_MESSAGE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_SAYS_TWICE = re.compile(r"overwrite|twice|mutate")


@dataclass(frozen=True, slots=True)
class Document:
    """The configuration's table as TOML gives it. ``prefix`` is the path that leads to it in the file."""

    path: Path
    table: Mapping[str, object]
    prefix: Key
    positions: Mapping[Key, Position]

    def position(self, key: Key) -> Position | None:
        """Where a key of the table stands, or else the nearest thing around it."""
        full = (*self.prefix, *key)
        known = (full[:length] for length in range(len(full), 0, -1))
        return next((self.positions[path] for path in known if path in self.positions), None)

    def origin(self, key: Key) -> Origin:
        """The same as an origin."""
        position = self.position(key)
        line, column = position if position else (None, None)
        return Origin(Source.POLICY, str(self.path), line, column)


def find_config(start: Path) -> Path | None:
    """The configuration that governs a folder: the nearest one upwards, up to the root of the filesystem.

    lint-indexes.toml wins over a pyproject.toml beside it; a pyproject.toml without the table is passed over.
    One that mentions the table and cannot be read as TOML is taken, so that loading it tells why.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        for name in (OWN_FILE, PYPROJECT):
            if holds_config(candidate / name):
                return candidate / name
    return None


def holds_config(path: Path) -> bool:
    """Whether a file is lint-indexes.toml, or a pyproject.toml that has (or seems to have) our table."""
    try:
        if not path.is_file():
            return False
        content = path.read_bytes() if path.name == PYPROJECT else b""
    except OSError:
        return False
    if path.name != PYPROJECT:
        return path.name == OWN_FILE
    if TABLE[-1].encode() not in content:
        return False
    try:
        return _own_table(tomllib.loads(content.decode())) is not None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return True


def unchecked_table(path: Path) -> Mapping[str, object]:
    """What a configuration says, whether that makes sense or not; nothing where it cannot be read."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return (_own_table(content) or {}) if path.name == PYPROJECT else content


def read_document(path: Path) -> Document:
    """Read a configuration file.

    Raises:
        ConfigurationError: it cannot be read, is not UTF-8 or not TOML, or has no table for us.
    """
    return document_of(path, decoded(path, read_bytes(path)))


def document_of(path: Path, text: str) -> Document:
    """The same of a text that the file has, or is to have.

    Raises:
        ConfigurationError: it is not TOML, or has no table for us.
    """
    content = parsed(path, text)
    positions: dict[Key, Position] = {}
    for key, position in key_positions(text):
        for length in range(1, len(key) + 1):
            positions.setdefault(key[:length], position)
    if path.name != PYPROJECT:
        return Document(path, content, (), positions)
    table = _own_table(content)
    if table is None:
        raise ConfigurationError(
            f"{path} has no [tool.lint-indexes] table",
            hint="add one; an empty table is enough to start with",
        )
    return Document(path, table, TABLE, positions)


def parsed(path: Path, text: str) -> dict[str, object]:
    """A text as TOML; ``path`` is for the error.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken_toml(path, text, error) from error


def _own_table(content: Mapping[str, object]) -> dict[str, object] | None:
    tool = content.get(TABLE[0])
    table = tool.get(TABLE[1]) if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def read_bytes(path: Path) -> bytes:
    """The content of a configuration file.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror or error}") from error


def decoded(path: Path, content: bytes) -> str:
    """The text of a configuration file; ``path`` is for the error.

    Raises:
        ConfigurationError: it is not UTF-8.
    """
    try:
        # A byte order mark, as some editors on Windows write it, does no harm.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            f"{path}:{line}: the file is not UTF-8 (byte 0x{error.object[error.start]:02x})",
            hint="TOML is always UTF-8: save the file in that encoding",
        ) from error


def _broken_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> ConfigurationError:
    duplicate = _first_duplicate(text) if _SAYS_TWICE.search(str(error)) else None
    if duplicate is not None:
        key, first, second = duplicate
        return ConfigurationError(
            f"{path}:{second.line}:{second.column}: {key_text(key)} is declared twice,"
            f" first in line {first.line}",
            hint="TOML takes each key once: remove one of the two, or merge them",
        )
    place = _PLACE_IN_MESSAGE.search(str(error))
    reason = str(error)[: place.start()] if place else str(error)
    if place and place[1]:
        where, advice = f":{place[1]}:{place[2]}", "correct that line"
    else:
        where, advice = (
            f":{text.rstrip().count(chr(10)) + 1}",
            "the file seems to be cut off: something is not closed",
        )
    return ConfigurationError(
        f"{path}{where}: the file is not valid TOML: {reason}",
        hint=f"{advice}; https://toml.io has the syntax",
    )


def _first_duplicate(text: str) -> tuple[Key, Position, Position] | None:
    seen: dict[Key, Position] = {}
    for key, position in key_positions(text):
        if key in seen:
            return key, seen[key], position
        seen[key] = position
    return None


def key_text(key: Key) -> str:
    """A key path as TOML writes it: ``tool.lint-indexes.indexes."odd name"``."""
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in key)
