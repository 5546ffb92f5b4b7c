"""Runs of migrations of earlier replays, each with the state that it began with as its key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from hashlib import blake2b
from typing import Any

from lint_indexes.cache.fingerprint import Fingerprint
from lint_indexes.cache.runs import outcome_to_json, run_from_json, statements_to_json
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Run
from lint_indexes.probe.protocol import Direction, Facts, ListedRevision
from lint_indexes.sources.memory import Journal
from lint_indexes.sources.metadata import Models

Json = Any


@dataclass(frozen=True, slots=True)
class Record:
    """One run: the keys of the states around it, and as lines of JSON what came of it, and its statements.

    ``models`` is a hash of the models' tables, where these have a say; it is empty elsewhere.
    """

    before: str
    after: str
    models: str
    outcome: bytes = field(repr=False)
    statements: bytes = field(repr=False)


@dataclass(slots=True)
class Entry:
    """One migration's file: what it amounts to, what its runs depend on beside their state, and the runs.

    ``independent``: they depend on none of the project's modules.
    """

    path: str
    facts: Facts
    independent: bool
    inputs: Fingerprint
    runs: dict[str, Record] = field(default_factory=dict)

    def lines(self) -> Iterator[bytes]:
        """The entry as lines of JSON: one, and two for each run."""
        runs = [[name, run.before, run.after, run.models] for name, run in self.runs.items()]
        head = [self.path, self.facts, self.independent, self.inputs.to_json(), runs]
        yield compact(head)
        for run in self.runs.values():
            yield run.outcome
            yield run.statements


def entries_from(lines: Iterator[bytes]) -> Iterator[Entry]:
    """What ``Entry.lines`` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is no entry.
    """
    for line in lines:
        path, facts, independent, inputs, runs = json.loads(line)
        entry = Entry(path, facts, independent, Fingerprint(**inputs))
        for name, before, after, models in runs:
            entry.runs[name] = Record(before, after, models, next(lines), next(lines))
        yield entry


class KnownRuns(Journal):
    """The runs of the ``entries`` that hold, and those of this replay.

    Args:
        start: The catalog that the history begins with, and ``key`` its key.
    """

    def __init__(self, entries: Mapping[str, Entry], start: Catalog, key: str) -> None:
        self.start = start
        self._entries = entries
        self._restored: dict[tuple[str, str], Run] = {}
        self._models = ""
        self._keys = {id(start): key}
        self._kept_alive: list[Catalog] = [start]
        self.runs: dict[str, dict[str, Record]] = {}
        """By path and direction, what this replay has come by."""
        self.with_errors: set[str] = set()
        """The paths of migrations that had an error in a run of this replay."""
        self.facts_of: dict[str, Facts] = {}
        self.independent: dict[str, bool] = {}
        self.went_another_way = False
        self.added: set[str] = set()
        """The paths of what was run in this replay."""

    def facts(self) -> Mapping[str, Facts]:
        return {path: entry.facts for path, entry in self._entries.items()}

    def note_models(self, models: Models | None) -> None:
        """What matters of them is which tables they have."""
        names = sorted(models.catalog.tables) if models is not None else []
        self._models = hash_of(*(str(name).encode() for name in names))

    def has(self, listed: ListedRevision, direction: Direction) -> bool:
        return self._record(listed, direction) is not None

    def _record(self, listed: ListedRevision, direction: Direction) -> Record | None:
        entry = self._entries.get(listed.path)
        return entry.runs.get(direction) if entry is not None else None

    def find(self, listed: ListedRevision, direction: Direction, before: Catalog) -> Run | None:
        record = self._record(listed, direction)
        if record is None or record.before != self._keys.get(id(before)):
            return None
        if record.models not in ("", self._models):
            return None
        run = self._restored.get((listed.path, direction))
        if run is None or run.before is not before:
            run = _restored(record, before)
        self._note(listed, direction, run, record)
        return run

    def read_ahead(self) -> None:
        """Restore the runs of a replay in which all goes as it did, with the statements of those that were
        judged: while the project's Python starts there is time for that.
        """
        start = self._kept_alive[0]
        states = {self._keys[id(start)]: start}
        waiting = [*states]
        from_state: dict[str, list[tuple[str, str, Record]]] = {}
        for path, entry in self._entries.items():
            for direction, record in entry.runs.items():
                from_state.setdefault(record.before, []).append((path, direction, record))
        while waiting:
            key = waiting.pop()
            for path, direction, record in from_state.get(key, ()):
                run = self._restored[path, direction] = _restored(record, states[key])
                if "downgrade" in self._entries[path].runs:  # so rules look at it
                    tuple(run.statements)
                if direction == "upgrade" and record.after not in states:
                    states[record.after] = run.after
                    waiting.append(record.after)

    def note_error(self, listed: ListedRevision) -> None:
        self.with_errors.add(listed.path)

    def add(self, listed: ListedRevision, direction: Direction, run: Run) -> None:
        before = self._keys.get(id(run.before))
        if before is None:
            return
        self.added.add(listed.path)
        found = outcome_to_json(run)
        outcome, statements = compact(found), compact(statements_to_json(run))
        # Of the statements nothing is left but the state: a row may have had the time in it.
        after = hash_of(before.encode(), outcome) if found[0] else before
        asked = run.failure is not None or run.doubts or run.after.open_world
        record = Record(before, after, self._models if asked else "", outcome, statements)
        known = self._record(listed, direction)
        if direction == "upgrade" and known is not None and known.after != after:
            self.went_another_way = True
        self._note(listed, direction, run, record)

    def _note(self, listed: ListedRevision, direction: Direction, run: Run, record: Record) -> None:
        self._keys[id(run.after)] = record.after
        self._kept_alive.append(run.after)
        self.runs.setdefault(listed.path, {})[direction] = record
        if listed.facts is not None:
            self.facts_of[listed.path] = listed.facts
        self.independent[listed.path] = listed.independent and listed.path not in self.with_errors


def _restored(record: Record, before: Catalog) -> Run:
    return run_from_json(json.loads(record.outcome), before, lambda: json.loads(record.statements))


def compact(value: Json) -> bytes:
    """JSON in one line."""
    return json.dumps(value, separators=(",", ":")).encode()


def hash_of(*parts: bytes) -> str:
    """A short name for what has these parts."""
    return blake2b(b"\n".join(parts), digest_size=12).hexdigest()
