"""The baseline: findings that a project has accepted, by what they are about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields

from lint_indexes.errors import ConfigurationError
from lint_indexes.findings import Identity
from lint_indexes.model.origin import Origin, Source

FILE_NAME = ".lint-indexes-baseline.json"
VERSION = 1

_KEYS = tuple(item.name for item in fields(Identity))
_HINT = "mend it, or remove the file and write it anew with --write-baseline"


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted identity, and the line of the file that holds it."""

    identity: Identity
    origin: Origin


def render_baseline(identities: Iterable[Identity]) -> str:
    """The text of the file: sorted, one entry a line.

    Every entry ends with a comma, and null closes the list: so a branch that adds an entry changes no other
    line, and git merges two of them.
    """
    entries = sorted(set(identities), key=lambda identity: [part or "" for part in astuple(identity)])
    lines = (
        json.dumps({key: value for key, value in asdict(entry).items() if value is not None})
        for entry in entries
    )
    body = "".join(f"{line},\n" for line in lines)
    return f'{{"version": {VERSION}, "accepted": [\n{body}null\n]}}\n'


def parse_baseline(text: str, path: str) -> tuple[Entry, ...]:
    """The entries of a baseline; ``path`` is for errors and origins.

    Raises:
        ConfigurationError: it is not JSON, of another version, or an entry is not one.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        merge = "; resolve the merge conflict" if "<<<<<<<" in text else ""
        raise ConfigurationError(
            f"{path}:{error.lineno}: the baseline is not valid JSON: {error.msg}{merge}", hint=_HINT
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("accepted"), list):
        raise ConfigurationError(f"{path}: the baseline has no list of what is accepted", hint=_HINT)
    if content.get("version") != VERSION:
        raise ConfigurationError(
            f"{path}: the baseline is of version {content.get('version')!r}; this is known: {VERSION}",
            hint=_HINT,
        )
    lines = {line.rstrip(","): number for number, line in enumerate(text.splitlines(), start=1)}
    return tuple(_entry(item, path, lines) for item in content["accepted"] if item is not None)


def _entry(item: object, path: str, lines: dict[str, int]) -> Entry:
    if (
        not isinstance(item, dict)
        or "code" not in item
        or not item.keys() <= set(_KEYS)
        or not all(isinstance(value, str) for value in item.values())
    ):
        raise ConfigurationError(f"{path}: no entry of a baseline: {json.dumps(item)[:200]}", hint=_HINT)
    return Entry(Identity(**item), Origin(Source.POLICY, path, lines.get(json.dumps(item), 1)))
