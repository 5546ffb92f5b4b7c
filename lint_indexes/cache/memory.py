"""What earlier runs have found out about a project, in a file of its cache."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lint_indexes.cache.environments import environment_from_json, environment_to_json
from lint_indexes.cache.fingerprint import ChangedMeanwhileError, Fingerprint, fingerprint, merged
from lint_indexes.cache.folder import CacheFolder
from lint_indexes.cache.journal import Entry, KnownRuns, entries_from, hash_of
from lint_indexes.cache.pieces import assembled, compact, piece_of, taken_apart, value_of
from lint_indexes.cache.store import checked, checksum
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.inputs import Inputs, joined
from lint_indexes.probe.protocol import ProbeInputs, Summary
from lint_indexes.sources.memory import Environment, Memory


class ProjectMemory(Memory):
    """The files of a project in a ``folder``; one is of use to a run with the same ``key``, which stands for
    all that is no input of the project's.

    There are three fingerprints in it: of what is installed (``libraries``), of what else env.py and the
    models have read (``project``), and of the project's modules that only migrations have (``helpers``).

    Args:
        name: That of the project's files, of which there are a few.
        since: When this run began, in ns of the epoch.
        start: The catalog that the history begins with.
    """

    def __init__(
        self,
        folder: CacheFolder,
        name: str,
        key: str,
        environ: Mapping[str, str],
        since: int,
        start: Catalog,
    ) -> None:
        self._folder = folder
        self._name = name
        self._key = key
        self._environ = environ
        self._since = since
        self._start = start
        self._python = ""
        self._parts = [Fingerprint(), Fingerprint(), Fingerprint()]
        self._pieces = [b"", b"", b""]
        self._entries: dict[str, Entry] = {}
        self._summary: Summary | None = None
        self._environment: bytes | None = None
        self._known: Environment | None = None
        self._alone = False
        self._has_to_be_loaded = False
        self._runs: KnownRuns | None = None
        self._seen: ProbeInputs | None = None
        self._dependent: set[str] = set()
        self._kept: bytes | None = None
        self._variant = ""

    def summary(self, python: Path) -> Summary | None:
        """That of env.py and the models, if both are as they were with this interpreter."""
        self._python = str(python)
        self._known = None
        for path, content in self._folder.entries(self._name):
            with contextlib.suppress(
                AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError
            ):
                self._read(taken_apart(checked(content)))
            if self._environment is not None:
                self._folder.use(path, None)
                break
        self._alone = self._environment is not None and not self._has_to_be_loaded
        self._runs = self._runs_with(self._summary)
        if not self._alone or self._summary is None or self._environment is None:
            return None
        self._known = environment_from_json(value_of(self._environment), self._summary)
        return self._summary

    def _read(self, pieces: Iterator[bytes]) -> None:
        made_by, summary = value_of(next(pieces))
        if made_by != [self._key, self._python]:
            return
        environment = next(pieces)
        written = [next(pieces) for _ in self._parts]
        libraries, project, helpers = parts = [Fingerprint(**value_of(piece)) for piece in written]
        if libraries.difference(self._environ) is not None:
            return
        same = all(part.difference(self._environ) is None for part in (project, helpers))
        if not same and _search_path(project, helpers).difference(self._environ) is not None:
            return  # a module of the project's may have come in front of one that is installed
        entries = {
            entry.path: entry
            for entry in entries_from(pieces)
            if (same or entry.independent) and entry.inputs.difference(self._environ) is None
        }
        if not same and len(entries) < len(self._entries):
            return
        self._summary = summary
        self._entries = entries
        self._parts = [libraries, project, helpers] if same else [libraries, Fingerprint(), Fingerprint()]
        self._pieces = [
            piece if part is kept and not part.renewed else b""
            for piece, part, kept in zip(written, parts, self._parts, strict=True)
        ]
        self._environment = environment if same else None

    def read_ahead(self) -> Iterable[object]:
        """Restore the runs that are known, a piece at a time."""
        yield from () if self._runs is None else self._runs.ahead

    def environment(self) -> Environment | None:
        """What both amounted to, under the same condition."""
        return self._known

    def forget_environment(self) -> None:
        """Something may depend on it that is not remembered: it has to be loaded."""
        self._has_to_be_loaded = True

    def journal(self, summary: Summary | None) -> KnownRuns:
        """The runs that hold with this environment."""
        if self._runs is None or summary is None or summary != self._summary:
            self._entries = {}
            self._summary = summary
            self._runs = self._runs_with(summary)
        return self._runs

    def _runs_with(self, summary: Summary | None) -> KnownRuns:
        key = hash_of(compact([self._key, self._python, summary]))
        return KnownRuns(self._entries, self._start, key)

    def complete(self, seen: ProbeInputs) -> Inputs | None:
        """All that this run depends on beside what it took from earlier ones, whose ``fingerprints`` hold;
        None where a migration turned out to depend on the environment, which was left out.
        """
        self._seen = seen
        self._dependent = {
            path for path, inputs in seen.migrations.items() if not _is_independent(path, inputs, seen)
        }
        if self._alone and self._dependent:
            return None
        return seen.all()

    def keep(self, environment: Environment | None) -> None:
        """Remember this run. ``environment`` is None where it was not loaded, or cannot be summarized."""
        if self._runs is None or self._seen is None or self._summary is None:
            return
        if environment is not None:
            self._environment = piece_of(compact(environment_to_json(environment)))
        with contextlib.suppress(ChangedMeanwhileError, OSError, TypeError):
            self._kept = self._packed(self._runs, self._seen)

    def fingerprints(self) -> list[Fingerprint]:
        """Those that hold, of all that this run depends on but for what was new."""
        return [*self._parts, *(entry.inputs for entry in self._entries.values())]

    def write(self) -> None:
        """Write what was kept. That may make the folder, which is a change where somebody has listed what is
        beside it.
        """
        if self._kept is not None:
            with contextlib.suppress(OSError):
                self._folder.write(self._name, self._variant, checksum(self._kept) + self._kept)

    def _packed(self, runs: KnownRuns, seen: ProbeInputs) -> bytes:
        parts = self._new_parts(seen)
        assert self._environment is not None
        # One file for each state of env.py and the models: people go from branch to branch and back.
        self._variant = hash_of(compact(parts[1].to_json()))[:16]
        entries = (self._entry(path, facts, runs, seen, parts) for path, facts in runs.facts_of.items())
        return assembled(
            (
                piece_of(compact([[self._key, self._python], self._summary])),
                self._environment,
                *(
                    piece if piece and part == known else piece_of(compact(part.to_json()))
                    for part, known, piece in zip(parts, self._parts, self._pieces, strict=True)
                ),
                *(piece for entry in entries for piece in entry.pieces()),
            )
        )

    def _new_parts(self, seen: ProbeInputs) -> list[Fingerprint]:
        libraries, project, helpers = self._parts
        rest = replace(joined((seen.rest, *seen.migrations.values())), listed=frozenset())
        installed, ours = _split(seen.base, seen.library_folders)
        also_installed, also_ours = _split(rest, seen.library_folders)
        migrations = frozenset(seen.migrations) | self._entries.keys()
        modules = frozenset(
            file for file in also_ours.files if file[0] not in migrations and _is_code(file[0])
        )
        return [
            merged((libraries, self._fingerprint(joined((installed, also_installed))))),
            merged((project, self._fingerprint(ours))) if self._alone else self._fingerprint(ours),
            merged((helpers, self._fingerprint(Inputs(files=modules)))),
        ]

    def _entry(
        self,
        path: str,
        facts: Mapping[str, object],
        runs: KnownRuns,
        seen: ProbeInputs,
        parts: list[Fingerprint],
    ) -> Entry:
        known = self._entries.get(path)
        said = runs.said_of(path)
        if known is not None and path not in runs.added:
            same = runs.runs[path] == known.runs and said == (known.circumstances, known.verdicts)
            if same and not known.inputs.renewed:
                return known
            return Entry(path, known.facts, known.independent, known.inputs, runs.runs[path], *said)
        _, inputs = _split(seen.migrations[path], seen.library_folders)
        found = self._fingerprint(inputs, parts)
        if known is not None:
            found = merged((known.inputs, found))
        independent = runs.independent[path] if known is None else known.independent
        independent = independent and path not in self._dependent and path not in runs.with_errors
        return Entry(path, facts, independent, found, runs.runs[path], *said)

    def _fingerprint(self, inputs: Inputs, known: Iterable[Fingerprint] = ()) -> Fingerprint:
        return fingerprint(inputs, self._environ, self._since, (*self._parts, *known))


def _search_path(*parts: Fingerprint) -> Fingerprint:
    """The folders among those of modules that are no package themselves: what is in sys.path."""
    packages = merged(parts).packages
    return Fingerprint(
        packages={
            path: state
            for path, state in packages.items()
            if not os.path.exists(os.path.join(path, "__init__.py"))
        }
    )


def _split(inputs: Inputs, library_folders: tuple[str, ...]) -> tuple[Inputs, Inputs]:
    """What is installed, with the variables, and what is the project's."""
    folders = tuple(folder + os.sep for folder in library_folders)

    def part(installed: bool) -> Inputs:
        return Inputs(
            files=frozenset(one for one in inputs.files if one[0].startswith(folders) is installed),
            looked_for=frozenset(one for one in inputs.looked_for if one[0].startswith(folders) is installed),
            links=frozenset(one for one in inputs.links if one[0].startswith(folders) is installed),
            listed=frozenset(one for one in inputs.listed if one[0].startswith(folders) is installed),
            packages=frozenset(
                one for one in inputs.packages if (one + os.sep).startswith(folders) is installed
            ),
            variables=inputs.variables if installed else frozenset(),
            every_variable=inputs.every_variable and installed,
        )

    return part(True), part(False)


def _is_independent(path: str, inputs: Inputs, seen: ProbeInputs) -> bool:
    """Whether a migration has loaded no module of the project's, and asked for no variable."""
    if inputs.variables or inputs.every_variable:
        return False
    _, ours = _split(inputs, seen.library_folders)
    return all(one == path or not _is_code(one) for one, _ in ours.files)


def _is_code(path: str) -> bool:
    return path.endswith((".py", ".pyc", ".so", ".pyd"))
