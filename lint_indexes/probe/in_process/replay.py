"""Runs one upgrade() or downgrade() as ``alembic upgrade`` would, against the server behind the link."""

from __future__ import annotations

import importlib
import re
import sys
import traceback

from alembic.operations import Operations
from alembic.operations.batch import BatchOperationsImpl
from sqlalchemy import exc

from . import sqlstates
from .origins import current_stack, is_user_file, origin
from .problems import describe
from .transactions import advice

_IRREVERSIBLE = re.compile(
    r"irreversib|not reversible|(?:cannot|can't) (?:be )?(?:downgrade|revers|undo|undone|roll(?:ed)? back)"
    r"|no downgrade|not supported|one[- ]way|(?:downgrade|reversing) (?:is )?(?:not|impossible|unsupported)",
    re.I,
)


class Replay:
    """``contexts`` make what a migration runs in; ``factory`` has the link to the server."""

    def __init__(self, contexts, factory, guard):
        self._contexts = contexts
        self._factory = factory
        self._guard = guard
        self._migration = None
        self.batch_line = None

    def locate(self):
        """The origin of the running statement: the innermost line that is in the migration's own file."""
        return self._origin(self.batch_line or self._line(sys._getframe(1)))

    def place(self, frame):
        """(path, line) of the migration for the guard."""
        line = self._line(frame)
        return (self._migration.path, line) if line else None

    def _line(self, frame):
        path = self._migration.path
        return next((f.f_lineno for f in current_stack(frame) if f.f_code.co_filename == path), None)

    def _origin(self, line):
        return origin("migrations", self._migration.path, line, self._migration.id)

    def run(self, migration, direction, server):
        """Run it once for every run_migrations() that env.py made.

        Returns:
            None, or the failure: {"kind", "message", "origin", "sqlstate", "exception"}.
        """
        self._migration = migration
        self.batch_line = None
        definition_line = migration.function(direction)["line"]
        if migration.problem is not None:
            line, message, _ = migration.problem
            return self._failure("load", message, line)
        function = getattr(migration.module, direction, None)
        if function is None:
            return self._failure("python", f"the file defines no {direction}()", definition_line)
        link = self._factory.link
        link.reset(server, self.locate)
        self._guard.locate = self.place
        self._guard.take_refusals()
        try:
            for options, arguments in self._contexts.runs():
                self._call(function, options, arguments)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and not _raised_by_user(error):
                raise
            return self._explained(error, direction, definition_line)
        refusals = [*migration.refusals, *self._guard.take_refusals()]
        return self._refused(refusals, definition_line) if refusals else None

    def _call(self, function, options, arguments):
        with (
            self._contexts.opened(options) as migration_context,
            migration_context.begin_transaction(_per_migration=True),
            Operations.context(migration_context),
        ):
            function(**arguments)

    def _explained(self, error, direction, definition_line):
        refusals = [*self._migration.refusals, *self._guard.take_refusals()]
        line = self.batch_line or self._line_of(error) or definition_line
        if refusals:
            return self._refused(refusals, line, type(error).__name__)
        original = error.orig if isinstance(error, exc.DBAPIError) else error
        if isinstance(original, sqlstates.Error) and original.sqlstate is not None:
            return self._failure(
                "sql",
                str(original),
                line,
                original.sqlstate,
                f"{type(error).__module__}.{type(error).__name__}",
            )
        if isinstance(error, SystemExit):
            return self._failure("python", f"it calls sys.exit({error.code!r})", line, None, "SystemExit")
        kind = "irreversible" if self._is_irreversible(error, direction) else "python"
        return self._failure(kind, advice(error) or describe(error), line, None, type(error).__name__)

    def _is_irreversible(self, error, direction):
        """Whether the migration says on purpose that there is no way back."""
        frames = traceback.extract_tb(error.__traceback__)
        if direction != "downgrade" or not frames or not is_user_file(frames[-1].filename):
            return False
        if isinstance(error, NotImplementedError):
            return True
        if self._migration.function(direction)["definition"] == "raises":
            return True
        return bool(_IRREVERSIBLE.search(type(error).__name__) or _IRREVERSIBLE.search(str(error)))

    def _refused(self, refusals, line, exception=None):
        """At the first one's line. ``exception`` is None where the migration carried on to its end."""
        found = dict.fromkeys((refusal.what, self._place_of(refusal, line)) for refusal in refusals)
        (first, at), *others = found
        message = ", and ".join([first, *(f"{what} (line {number})" for what, number in others)])
        return self._failure("refused", message, at, None, exception)

    def _place_of(self, refusal, line):
        return refusal.place[1] if refusal.place and refusal.place[0] == self._migration.path else line

    def _line_of(self, error):
        path = self._migration.path
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path
        ]
        return lines[-1] if lines else None

    def _failure(self, kind, message, line, sqlstate=None, exception=None):
        return {
            "kind": kind,
            "message": message,
            "origin": self._origin(line),
            "sqlstate": sqlstate,
            "exception": exception,
        }


def _raised_by_user(error):
    return is_user_file(traceback.extract_tb(error.__traceback__)[-1].filename)


def adapt_operations(replay):
    """Make batch operations remember their lines, and op.run_async() do without an asynchronous driver."""
    _track_batch_lines(replay)
    if hasattr(Operations, "run_async"):
        Operations.run_async = _run_async


def _run_async(self, *arguments, **options):
    # It takes long to import, and has to be patched before ours is imported.
    importlib.import_module("sqlalchemy.ext.asyncio")
    from . import async_engines

    return async_engines.run_async(self, *arguments, **options)


def _track_batch_lines(replay):
    """Operations of batch_alter_table run when its block ends: give each the line that asked for it."""
    original = BatchOperationsImpl.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.batch = _TrackedList(replay)

    BatchOperationsImpl.__init__ = init


class _TrackedList(list):
    """Notes the migration's line at append(), and makes it the current one while the item is used."""

    def __init__(self, replay):
        super().__init__()
        self._replay = replay
        self._lines = []

    def append(self, item):
        super().append(item)
        place = self._replay.place(sys._getframe(1)) if self._replay._migration is not None else None
        self._lines.append(place[1] if place else None)

    def __iter__(self):
        for item, line in zip(list.__iter__(self), self._lines):
            self._replay.batch_line = line
            yield item
        self._replay.batch_line = None
