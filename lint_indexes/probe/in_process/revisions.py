"""The versions folders: every file by itself, so that a broken one does not hide the rest."""

from __future__ import annotations

import importlib.util
import os
import re
import traceback
from importlib.machinery import SourceFileLoader

from . import overlay
from .graph import Graph
from .independence import Independence
from .inputs import Layer
from .migration import KnownMigration, Migration
from .problems import Problem, describe
from .source import Source


class EnvironmentNeeded(Exception):  # noqa: N818 - it is no error: the client starts again, with everything
    """Something may depend on env.py and the models, which were left out."""


_FILE = re.compile(r"(?!\.#|__init__).*\.py$")
_MOST_STUBS = 50


class Versions:
    """All migrations of a project.

    ``known`` are the facts of those that need not be loaded, by path; ``alone`` says that env.py and the
    models are not loaded: a migration that may depend on them cannot be either.
    """

    def __init__(self, project, stubs, guard, inputs, known, alone):
        self._stubs = stubs
        self._guard = guard
        self._inputs = inputs
        self._known = known
        self._alone = alone
        self._independence = Independence()
        self._layers = {}
        self.locations = [str(location) for location in project.script._version_locations]
        missing = [location for location in self.locations if not os.path.isdir(location)]
        if missing:
            raise Problem(
                f"the versions folder {missing[0]} does not exist",
                'create it, or write the first migration with "alembic revision"',
            )
        paths = _paths(self.locations, project.script.recursive_version_locations)
        self._migrations = [self._load(path) for path in paths]
        self._graph = Graph(project.script, self._migrations)
        self._by_id = {migration.id: migration for migration in self._graph.migrations}
        for migration in self._by_id.values():
            if isinstance(migration, Migration):
                migration.stubs = stubs.used_by(migration.source.imports) | migration.stubs

    def scripts(self):
        """Alembic's values of the revisions, new ones each time."""
        return self._graph.scripts()

    def __getitem__(self, revision):
        """The migration, loaded."""
        migration = self._by_id[revision]
        if isinstance(migration, KnownMigration):
            migration = self._by_id[revision] = self._loaded(migration.path)
        return migration

    def to_run(self, revision, direction):
        """The migration, loaded anew where it has run in this direction before: that may have left something
        in its module.
        """
        migration = self[revision]
        if direction in migration.ran and migration.problem is None:
            migration = self._by_id[revision] = self._loaded(migration.path, migration.source)
        migration.ran.add(direction)
        return migration

    def noted(self, migration):
        """Write down in this context what is looked at on account of a migration."""
        return self._inputs.noted_in(self._layers.setdefault(migration.path, Layer()))

    def layers(self):
        """What was looked at on account of each file, by its path."""
        return self._layers

    def _load(self, path):
        facts = self._known.get(path)
        return self._loaded(path) if facts is None else KnownMigration(path, facts)

    def _loaded(self, path, source=None):
        with self._inputs.noted_in(self._layers.setdefault(path, Layer())):
            migration = Migration(path, source or Source(path))
            migration.independent = self._independence.is_independent(migration.source.text)
            if self._alone and (migration.problem is not None or not migration.independent):
                raise EnvironmentNeeded
            if migration.problem is None:
                self._import(migration)
            if self._alone and migration.facts() is None:
                raise EnvironmentNeeded
            return migration

    def _import(self, migration):
        for module in migration.source.imports:
            if self._stubs.is_missing(module):
                self._stubs.add(module.partition(".")[0])
        self._execute(migration)
        migration.source.tree = None
        migration.refusals = self._guard.take_refusals()

    def _execute(self, migration):
        for _ in range(_MOST_STUBS):
            try:
                migration.module = _imported(migration.path, migration.source)
                return
            except ModuleNotFoundError as error:  # noqa: PERF203 - each try may need another stand-in
                if not error.name or error.name in self._stubs.names:
                    migration.problem = _load_problem(migration.path, error)
                    return
                self._stubs.add(error.name)
                migration.stubs.add(error.name)
            except (Exception, SystemExit) as error:
                module = self._import_that_stubs_broke(migration, error)
                if module is None:
                    migration.problem = _load_problem(migration.path, error)
                    return
                self._stubs.add(module)

    def _import_that_stubs_broke(self, migration, error):
        """The module that the migration imports, if its import failed for what is missing elsewhere."""
        frames = traceback.extract_tb(error.__traceback__)
        if not self._stubs.names or frames[-1].filename == migration.path:
            return None
        line = _load_problem(migration.path, error)[0]
        module = migration.source.import_at(line)
        return None if module in self._stubs.names else module

    def listing(self, script_location):
        """The answer to the command ``history``."""
        graph = self._graph
        return {
            "revisions": [
                _described(migration, graph) for migration in map(self._by_id.__getitem__, graph.order)
            ],
            "heads": graph.heads,
            "broken": [*map(_broken, self._broken_files()), *map(_broken, graph.broken)],
            "versions_path": self.locations[0],
            "version_locations": self.locations,
            "script_location": script_location,
            "labels": graph.labels,
        }

    def _broken_files(self):
        for migration in self._migrations:
            if migration.problem is not None:
                yield (migration.path, *migration.problem)


def declared(files):
    """The revisions that files declare which are not on disk: ``files`` are (path, content).

    None of them is run, so an id that is computed is not known, and its file is left out.
    """
    migrations = [
        Migration(path, Source(path, content))
        for path, content in files
        if _FILE.match(os.path.basename(path))
    ]
    return [
        {
            "id": migration.id,
            "down_revisions": list(migration.down_revisions),
            "path": migration.path,
            "labelled": bool(migration.labels),
        }
        for migration in migrations
        if migration.id is not None
    ]


def _paths(locations, recursive):
    """The files that Alembic would load, sorted by name within each folder, none twice."""
    found = {}
    for location in locations:
        for folder, folders, names in os.walk(location):
            folders[:] = sorted(name for name in folders if name != "__pycache__") if recursive else []
            names += map(os.path.basename, overlay.paths_in(folder))
            real_folder = os.path.realpath(folder)
            for name in sorted(names):
                if _FILE.match(name):
                    path = os.path.join(folder, name)
                    real = os.path.realpath(path) if os.path.islink(path) else os.path.join(real_folder, name)
                    found.setdefault(real, path)
    return list(found.values())


class _Loader(SourceFileLoader):
    """Imports a file that has been parsed already, if it is not there compiled."""

    def __init__(self, name, path, source):
        super().__init__(name, path)
        self._source = source

    def source_to_code(self, data, path, *, _optimization=-1):
        return self._source.compiled()


def _imported(path, source):
    name = re.sub(r"\W", "_", os.path.basename(path))
    spec = importlib.util.spec_from_file_location(name, path, loader=_Loader(name, path, source))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _load_problem(path, error):
    """(line, message, hint): the line of the migration that was being executed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    if isinstance(error, SystemExit):
        return (lines[-1] if lines else 1, f"it calls sys.exit({error.code!r}) when it is imported", None)
    return (lines[-1] if lines else 1, f"it cannot be imported: {describe(error)}", None)


def _described(migration, graph):
    down_revisions, depends_on = graph.parents[migration.id]
    loaded = isinstance(migration, Migration)
    return {
        "id": migration.id,
        "down_revisions": down_revisions,
        "depends_on": depends_on,
        "path": migration.path,
        "message": migration.message,
        "line": migration.line(),
        "upgrade": migration.function("upgrade"),
        "downgrade": migration.function("downgrade"),
        "stubs": sorted(migration.stubs),
        "facts": migration.facts() if loaded else None,
        "known": not loaded,  # its facts came from the client
        "independent": loaded and migration.independent,
    }


def _broken(entry):
    path, line, message, hint = entry
    return {"path": path, "line": line, "message": message, "hint": hint}
