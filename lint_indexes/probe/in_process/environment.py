"""Runs the project's env.py once, to learn what it configures; no migration runs, nothing is connected to."""

from __future__ import annotations

import os

from alembic.runtime.environment import EnvironmentContext
from alembic.util import load_python_file
from sqlalchemy import MetaData

from .problems import Problem, problem_of
from .transactions import Begun

# What belongs to the connection and to this run of env.py, not to the project.
_NOT_KEPT = frozenset(
    """
    connection url dialect_name dialect dialect_opts as_sql output_buffer starting_rev tag
    transaction_per_migration purge environment_context script_location on_version_apply
    """.split()
)


class Environment:
    """``runs`` are pairs of what configure() and run_migrations() were given, one per different
    run_migrations() (multidb); ``configured`` is every configure(); ``problem`` is why env.py failed.
    ``transaction`` is what Alembic finds on its connection, as transactions.py has it.
    """

    def __init__(self):
        self.runs = []
        self.configured = []
        self.transaction = None
        self.problem = None
        self.executed = False

    @property
    def failed_early(self):
        """Whether env.py raised before it configured anything."""
        return self.executed and self.problem is not None and not self.configured

    def metadata(self):
        """Every MetaData that was handed to configure(), in order, once."""
        found = []
        for options in self.configured:
            targets = options.get("target_metadata")
            for target in targets if isinstance(targets, (list, tuple)) else [targets]:
                if isinstance(target, MetaData) and not any(target is other for other in found):
                    found.append(target)
        return found

    def version_tables(self):
        """{"name", "schema" or None} of each table in which Alembic notes what a database is at, once."""
        found = []
        for options in self.configured or [{}]:
            name = options.get("version_table", "alembic_version")
            table = {"name": name, "schema": options.get("version_table_schema")}
            if table not in found:
                found.append(table)
        return found

    def settings(self):
        """(configure options, run_migrations arguments) of each run that a migration needs."""
        if self.runs:
            return self.runs
        return [(self.configured[-1] if self.configured else {}, {})]


def run_env(project, factory, guard):
    """Run env.py with configure() and run_migrations() replaced.

    Whatever it raises is kept in ``problem``: what was captured before may be enough.
    """
    environment = Environment()
    if not os.path.isfile(project.env_file):
        environment.problem = Problem(f"{project.env_file} does not exist")
        return environment
    context = _context(project)
    environment.executed = True
    configure = context.configure
    begun = Begun()
    transactions = set()

    def record_configure(*args, **options):
        if args:
            options["connection"] = args[0]
        environment.configured.append(
            {name: value for name, value in options.items() if name not in _NOT_KEPT and value is not None}
        )
        try:
            configure(**options)
        except Exception:
            configure(**{**options, "connection": factory.create_engine().connect()})
        else:
            transactions.add(begun.found(options.get("connection")))

    def record_run(**arguments):
        if all(arguments != known for _, known in environment.runs):
            options = environment.configured[-1] if environment.configured else {}
            environment.runs.append((options, arguments))

    # The proxies of alembic.context are keyed by the exact class: patch an instance, a subclass has none.
    context.configure = record_configure
    context.run_migrations = record_run
    try:
        with context, begun:
            module = load_python_file(project.script.dir, "env.py")
        if not environment.configured and hasattr(module, "target_metadata"):
            # Some env.py configure once for each tenant, and an empty database has none.
            environment.configured.append({"target_metadata": module.target_metadata})
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        environment.problem = problem_of(error, f"running {project.env_file}", guard.refusals)
    environment.transaction = transactions.pop() if len(transactions) == 1 else None
    return environment


def _context(project):
    """What ``alembic upgrade heads`` would run env.py in, with no migration to run."""
    return EnvironmentContext(
        project.config,
        project.script,
        fn=lambda revision, migration_context: [],
        as_sql=False,
        starting_rev=None,
        destination_rev="heads",
        tag=None,
    )


def mentions_application(project):
    """Whether env.py wants a Flask application, as Flask-Migrate's templates do."""
    try:
        with open(project.env_file, "rb") as file:
            return b"current_app" in file.read()
    except OSError:
        return False
