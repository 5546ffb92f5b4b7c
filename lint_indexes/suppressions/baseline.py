"""The baseline: findings that a project has accepted, by what they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, fields

from lint_indexes.errors import ConfigurationError
from lint_indexes.findings import Identity
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Origin, Source

FILE_NAME = ".lint-indexes-baseline.json"
VERSION = 2

_KEYS = tuple(item.name for item in fields(Identity))
_COUNT = "count"
_ANY = "any"
HINT = "mend it, or remove the file and write it anew with --write-baseline"


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted identity, and the line of the file that holds it.

    ``count`` is how many findings of the identity are accepted, None for any number: version 1 of the file
    did not count.
    """

    identity: Identity
    origin: Origin
    count: int | None = None


def render_baseline(accepted: Mapping[Identity, int | None]) -> str:
    """The text of the file: sorted, one entry a line; ``accepted`` are the identities with their counts.

    Every entry ends with a comma, and null closes the list: so a branch that adds an entry changes no other
    line, and git merges two of them.
    """
    identities = sorted(accepted, key=lambda identity: [part or "" for part in astuple(identity)])
    lines = (json.dumps(_described(identity, accepted[identity])) for identity in identities)
    body = "".join(f"{line},\n" for line in lines)
    return f'{{"version": {VERSION}, "accepted": [\n{body}null\n]}}\n'


def _described(identity: Identity, count: int | None) -> dict[str, object]:
    described = {key: value for key, value in asdict(identity).items() if value is not None}
    return described if count == 1 else {**described, _COUNT: _ANY if count is None else count}


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
            f"{path}:{error.lineno}: the baseline is not valid JSON: {error.msg}{merge}", hint=HINT
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("accepted"), list):
        raise ConfigurationError(f"{path}: the baseline has no list of what is accepted", hint=HINT)
    version = content.get("version")
    if version not in range(1, VERSION + 1):
        known = " and ".join(map(str, range(1, VERSION + 1)))
        raise ConfigurationError(
            f"{path}: the baseline is of version {version!r}; these are known: {known}", hint=HINT
        )
    lines = {line.rstrip(","): number for number, line in enumerate(text.splitlines(), start=1)}
    uncounted = None if version == 1 else 1
    return tuple(_entry(item, path, lines, uncounted) for item in content["accepted"] if item is not None)


def _entry(item: object, path: str, lines: dict[str, int], uncounted: int | None) -> Entry:
    if isinstance(item, dict):
        about = {key: value for key, value in item.items() if key != _COUNT}
        if "code" in about and about.keys() <= set(_KEYS) and all(isinstance(v, str) for v in about.values()):
            count = item.get(_COUNT, uncounted)
            if count is None or count == _ANY or (type(count) is int and count > 0):
                place = Origin(Source.POLICY, path, lines.get(json.dumps(item), 1))
                return Entry(Identity(**about), place, None if count == _ANY else count)
    raise ConfigurationError(f"{path}: no entry of a baseline: {json.dumps(item)[:200]}", hint=HINT)
