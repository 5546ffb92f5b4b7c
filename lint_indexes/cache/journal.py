"""Runs of migrations of earlier replays, each with the state that it began with as its key."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import field
from hashlib import blake2b
from itertools import chain, islice
from typing import Any

from lint_indexes.cache.findings import outcome_from_json, outcome_to_json
from lint_indexes.cache.fingerprint import Fingerprint
from lint_indexes.cache.pieces import compact, lines_of, piece_of, value_of
from lint_indexes.cache.runs import run_from_json, run_to_json, statements_to_json
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Revision, Run
from lint_indexes.probe.protocol import Direction, Facts, ListedRevision
from lint_indexes.sources.memory import Journal, Verdicts
from lint_indexes.sources.metadata import Models

Json = Any


@dataclass(frozen=True, slots=True)
class Record:
    """One run: the keys of the states around it, as a line of JSON what came of it, and as a piece its
    statements.

    ``models`` is a hash of the models' tables, where these have a say; it is empty elsewhere.
    """

    before: str
    after: str
    models: str
    outcome: bytes = field(repr=False)
    statements: bytes = field(repr=False)


@dataclass(slots=True)
class Entry:
    """One migration's file: what it amounts to, what its runs depend on beside their state, the runs, and
    what rules have yielded about them.

    ``independent``: they depend on none of the project's modules. ``verdicts`` are by the code of the rule;
    ``circumstances`` is a hash of those under which they hold. ``piece`` is all but the statements as it was
    read, and None where it has to be written anew.
    """

    path: str
    facts: Facts
    independent: bool
    inputs: Fingerprint
    runs: dict[str, Record] = field(default_factory=dict)
    circumstances: str = ""
    verdicts: dict[str, Json] = field(default_factory=dict)
    piece: bytes | None = None

    def pieces(self) -> Iterator[bytes]:
        """The entry, and the statements of each of its runs."""
        runs = [[name, run.before, run.after, run.models] for name, run in self.runs.items()]
        inputs = self.inputs.to_json()
        verdicts = (self.circumstances, self.verdicts)
        head = (self.path, self.facts, self.independent, inputs, runs, *verdicts)
        yield self.piece or piece_of(compact(head), *(run.outcome for run in self.runs.values()))
        yield from (run.statements for run in self.runs.values())


def entries_from(pieces: Iterator[bytes]) -> Iterator[Entry]:
    """What ``Entry.pieces`` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is no entry.
    """
    for piece in pieces:
        head, *outcomes = lines_of(piece)
        path, facts, independent, inputs, runs, circumstances, verdicts = json.loads(head)
        entry = Entry(path, facts, independent, Fingerprint(**inputs), {}, circumstances, verdicts, piece)
        records = zip(runs, outcomes, islice(pieces, len(runs)), strict=True)
        for (name, before, after, models), outcome, statements in records:
            entry.runs[name] = Record(before, after, models, outcome, statements)
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
        self._restoring = self._restore()
        self.ahead = chain(self._restoring, self._read_statements())
        """Restores the runs, one at a time, then statements of theirs; what runs are left follow when the
        first is asked for.
        """
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
        self._circumstances: dict[Circumstances, str] = {}
        self._said: dict[str, tuple[str, Verdicts]] = {}
        """By path, a hash of the circumstances and what is said under them."""

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
        deque(self._restoring, maxlen=0)  # what there was no time for yet
        run = self._restored.get((listed.path, direction))
        if run is None or run.before is not before:
            run = _restored(record, before)
        self._note(listed, direction, run, record)
        return run

    def _restore(self) -> Iterator[Run]:
        """The runs of a replay in which all goes as it did."""
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
                yield run
                if direction == "upgrade" and record.after not in states:
                    states[record.after] = run.after
                    waiting.append(record.after)

    def _read_statements(self) -> Iterator[Run]:
        """The restored runs whose statements rules will look at: where nothing is kept of what they say, and
        where an index was dropped.
        """
        for (path, direction), run in self._restored.items():
            entry = self._entries[path]
            unsaid = not entry.verdicts and "downgrade" in entry.runs
            if unsaid or (direction == "upgrade" and next(run.before.lost_indexes(run.after), None)):
                tuple(run.statements)
                yield run

    def verdicts(self, revision: Revision, circumstances: Circumstances) -> Verdicts:
        if circumstances not in self._circumstances:
            self._circumstances[circumstances] = _hash_of_circumstances(circumstances)
        key, path = self._circumstances[circumstances], revision.path
        if path not in self._said or self._said[path][0] != key:
            known = self._kept(path)
            holding = known[1] if known[0] == key else {}
            self._said[path] = key, {code: tuple(map(outcome_from_json, holding[code])) for code in holding}
        return self._said[path][1]

    def _kept(self, path: str) -> tuple[str, dict[str, Json]]:
        """The circumstances and the verdicts of an earlier replay, if all runs were taken over from there."""
        entry = self._entries.get(path)
        if entry is None or path not in self.runs or path in self.added:
            return "", {}
        return entry.circumstances, entry.verdicts

    def said_of(self, path: str) -> tuple[str, dict[str, Json]]:
        """The circumstances and the verdicts of a migration, as they are to be kept."""
        known, (key, said) = self._kept(path), self._said.get(path, ("", {}))
        if not said or (known[0] == key and said.keys() <= known[1].keys()):
            return known
        return key, {code: [*map(outcome_to_json, said[code])] for code in said}

    def note_error(self, listed: ListedRevision) -> None:
        self.with_errors.add(listed.path)

    def add(self, listed: ListedRevision, direction: Direction, run: Run) -> None:
        self.added.add(listed.path)
        before = self._keys.get(id(run.before))
        if before is None:
            return
        found = run_to_json(run)
        outcome = compact(found)
        statements = piece_of(compact(statements_to_json(run)))
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
    return run_from_json(json.loads(record.outcome), before, lambda: value_of(record.statements))


def _hash_of_circumstances(circumstances: Circumstances) -> str:
    incomplete, sets_lock_timeout = circumstances.incomplete, circumstances.sets_lock_timeout
    return hash_of(compact([incomplete, sorted(circumstances.failing), sets_lock_timeout]))


def hash_of(*parts: bytes) -> str:
    """A short name for what has these parts."""
    return blake2b(b"\n".join(parts), digest_size=12).hexdigest()
