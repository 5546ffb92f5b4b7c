"""Keys added to a TOML text, of which everything else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from lint_indexes.config.files import parsed
from lint_indexes.config.positions import Key
from lint_indexes.errors import ConfigurationError

Entries = Mapping[str, object]


def with_values(path: Path, text: str, prefix: Key, values: Entries) -> str:
    """A TOML text with more keys in the table ``prefix``, which is made if need be.

    Parameters:
        path: the file that has the text, for errors.
        values: those of the new keys; of a key whose value is a table, the keys that it is to have beside
            those that it has.

    Raises:
        ConfigurationError: the text is no TOML, or laid out so that the keys cannot be added.
    """
    wanted = _merged(parsed(path, text), _nested(prefix, values))
    newline = "\r\n" if "\n" in text and text.count("\r\n") == text.count("\n") else "\n"
    try:
        document = tomlkit.parse(text.replace(newline, "\n"))
        _add(_table_at(document, prefix), values)
        result = _spaced(tomlkit.dumps(document), text.replace(newline, "\n")).replace("\n", newline)
        is_right = parsed(path, result) == wanted and _has_all_of(result, text)
    except (TOMLKitError, ConfigurationError, TypeError):
        is_right = False
    if not is_right:
        raise ConfigurationError(
            f"{path} is laid out so that the new keys cannot be added",
            details=tomlkit.dumps(_nested(prefix, values)).strip(),
            hint="add them by hand",
        )
    return result


def _table_at(document: tomlkit.TOMLDocument, prefix: Key) -> MutableMapping[str, object]:
    table = cast("MutableMapping[str, object]", document)
    for number, name in enumerate(prefix, start=1):
        if name not in table:
            table[name] = tomlkit.table(is_super_table=number < len(prefix))
        table = cast("MutableMapping[str, object]", table[name])
    return table


def _add(table: MutableMapping[str, object], values: Entries) -> None:
    for name, value in values.items():
        if not isinstance(value, Mapping):
            table[name] = value
            continue
        if name not in table:
            table[name] = tomlkit.table()
        inner = cast("MutableMapping[str, object]", table[name])
        for key, item in value.items():
            inner[key] = _in_one_line(item) if isinstance(item, Mapping) else item


def _spaced(after: str, before: str) -> str:
    """With a blank line before the table that follows the new keys, if it had one."""
    headers = {line for line in re.findall(r"(?<=\n\n)\[.*\n?", before) if before.count(line) == 1}
    lines = after.splitlines(keepends=True)
    pairs = zip(["\n", *lines], lines, strict=False)
    return "".join(f"\n{line}" if line in headers and last != "\n" else line for last, line in pairs)


def _in_one_line(value: Entries) -> object:
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _merged(content: Entries, values: Entries) -> dict[str, object]:
    """What the result is to be read as."""
    merged = dict(content)
    for name, value in values.items():
        there = content.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            value = _merged(there, value)
        merged[name] = value
    return merged


def _nested(prefix: Key, values: Entries) -> dict[str, object]:
    nested: dict[str, object] = dict(values)
    for name in reversed(prefix):
        nested = {name: nested}
    return nested


def _has_all_of(after: str, before: str) -> bool:
    """Whether all that was there is there, in its order."""
    characters = iter(after)
    return all(character in characters for character in before)
