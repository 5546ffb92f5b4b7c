"""Alembic's migration context, set up as env.py configured it, over the driver's connection."""

from __future__ import annotations

from contextlib import contextmanager

from alembic.runtime.environment import EnvironmentContext

from .transactions import opened


class Contexts:
    """``environment`` is what env.py configured; its options are those of every context."""

    def __init__(self, project, environment, metadata, factory):
        self._project = project
        self._environment = environment
        self._metadata = metadata
        self._factory = factory
        self._engine = None

    @property
    def transaction(self):
        """What Alembic finds on env.py's connection, as transactions.py has it."""
        return self._environment.transaction

    def runs(self):
        """(configure options, run_migrations arguments) of each run that a migration needs."""
        return self._environment.settings()

    @contextmanager
    def opened(self, options, **arguments):
        """A MigrationContext of one run; ``arguments`` go to the EnvironmentContext around it."""
        if self._metadata and options.get("target_metadata") is None:
            several = len(self._metadata) > 1
            options = {**options, "target_metadata": self._metadata if several else self._metadata[0]}
        project = self._project
        context = EnvironmentContext(
            project.config, project.script, as_sql=False, destination_rev="heads", **arguments
        )
        if self._engine is None:
            self._engine = self._factory.create_engine()
        with self._engine.connect() as connection, context, opened(connection, self.transaction):
            context.configure(connection=connection, transaction_per_migration=True, **options)
            yield context.get_context()

    def first(self, **arguments):
        """The MigrationContext of the first run: what a new migration is written with."""
        return self.opened(self.runs()[0][0], **arguments)
