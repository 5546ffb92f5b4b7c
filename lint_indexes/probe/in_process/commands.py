"""What each command of the client does."""

from __future__ import annotations

import gc
import sys

from . import application, dialect, models, origins, overlay
from .alterations import find_alterations
from .contexts import Contexts
from .drivers import replace_connects
from .engines import Factory
from .environment import mentions_application, run_env
from .errors import Errors
from .exclusions import find_exclusions
from .guard import Guard
from .link import Link, Offline, Remote
from .loggers import quieten_alembic, silence_log_files
from .naming import conventional_names
from .problems import FACTORY_HINT, SETTINGS_HINT, Problem
from .project import Project
from .replay import Replay, adapt_operations
from .revisions import EnvironmentNeeded, Versions, declared
from .stubs import Stubs
from .summary import SummarizedEnvironment, summarize
from .writing import Writer


class Commands:
    """What is known of the project; each part is loaded when it is first needed, and once."""

    def __init__(self, channel, scratch, inputs):
        self._channel = channel
        self._scratch = scratch
        self._inputs = inputs
        self._commands = {
            "load": self._load,
            "history": self._history,
            "metadata": self._load_metadata,
            "exclusions": self._exclusions,
            "declared": self._declared,
            "inputs": self._list_inputs,
            "run": self._run,
            "write": self._write,
            "render": self._render,
            "in_transaction": lambda command: self._writer().in_transaction(),
            "post_write": self._post_write,
        }
        self._factory = None
        self._errors = Errors()
        self._versions = None
        self._replay = None
        self._contexts = None
        self._written = None
        self._warnings = []

    def answer(self, command):
        try:
            return self._commands[command["command"]](command)
        finally:
            if self._factory is not None:
                self._factory.link.reset(Offline(), dict)
                self._guard.locate = origins.user_line
                dialect.answer_by_questions()

    def _load(self, settings):
        """Everything that has to be in place before the project's code is imported, then env.py."""
        sys.dont_write_bytecode = True
        overlay.install(settings["overlay"])
        dialect.RemoteDialect.postgres_version = settings["postgres_version"]
        dialect.RemoteDialect.schema = settings["default_schema"]
        self._specifications = settings["metadata"]
        self._factory = Factory(Link())
        self._factory.install()
        models.order_indexes()
        self._errors.install()
        self._recorder = origins.Recorder()
        self._recorder.install()
        self._guard = Guard(settings["allow"], self._scratch, origins.user_line)
        replace_connects(self._guard)
        silence_log_files(self._guard, settings["allow"])
        quieten_alembic()
        self._project = Project(settings)
        self._project.prepare()
        self._guard.install()
        try:
            return {"summary": self._loaded(settings)}
        finally:
            gc.freeze()
            gc.enable()

    def _loaded(self, settings):
        """Load the models, or do without them; returns the summary of what a migration can notice of them, if
        one is wanted.
        """
        self._alone = settings["summary"] is not None
        if self._alone:
            self._stand_in_for_models(settings["summary"])
            self._inputs.end_base()
            return settings["summary"]
        pristine = find_alterations() if settings["summarize"] else None
        self._load_models()
        self._inputs.end_base()
        return self._summary(pristine) if settings["summarize"] else None

    def _stand_in_for_models(self, summary):
        """Do without env.py and the models, of which everything is known that a migration can notice."""
        self._metadata, self._problem, self._history_problem = [], None, None
        self._environment = SummarizedEnvironment(summary)
        if self._project.script is None or not self._environment.is_reproduced():
            raise EnvironmentNeeded

    def _summary(self, pristine):
        """None where something failed, so that more has to be told than a summary can."""
        environment = self._environment
        if environment is None or environment.problem or self._problem or self._history_problem:
            return None
        return summarize(environment, self._metadata, pristine)

    def _load_models(self):
        """Import the models and run env.py. What fails is kept until someone needs it."""
        self._metadata, self._environment, self._problem = [], None, None
        self._history_problem = None
        try:
            for specification in self._specifications:
                found = application.load_metadata(specification)
                self._metadata += [one for one in found if not any(one is known for known in self._metadata)]
        except Problem as problem:
            self._problem = problem
        if self._project.script is None:
            return
        flask_problem = self._enter_application()
        self._environment = run_env(self._project, self._factory, self._guard)
        if not self._specifications:
            self._metadata = self._environment.metadata()
            self._problem = self._problem_of_environment(flask_problem)
        elif self._environment.problem is not None and self._problem is None:
            self._note_problem_of_environment(self._environment.problem)
        self._note_refusals()

    def _note_problem_of_environment(self, problem):
        """The metadata is known without env.py, but not what the migrations run with.

        What it had configured before it failed is enough; a Flask application that only the metadata's
        module would make is no reason to give up.
        """
        if self._environment.failed_early and problem.hint != FACTORY_HINT:
            self._history_problem = Problem(problem.message, problem.hint or SETTINGS_HINT, problem.details)
        self._warnings.append(problem.message)

    def _enter_application(self):
        """Give a Flask-Migrate env.py the context that the flask command would give it."""
        if self._problem is not None or _in_application() or not mentions_application(self._project):
            return None
        try:
            application.load_flask_application()
        except Problem as problem:
            return problem
        return None

    def _problem_of_environment(self, flask_problem):
        """Why there is no metadata, None where env.py simply names none."""
        if self._metadata:
            if self._environment.problem is not None:
                self._warnings.append(self._environment.problem.message)
            return None
        problem = self._environment.problem
        if flask_problem is not None:
            details = (problem and problem.details) or flask_problem.details
            message = problem.message if problem else f"{self._project.env_file} names no target_metadata"
            hint = (problem and problem.hint) or FACTORY_HINT
            return Problem(f"{message} ({flask_problem.message})", hint, details)
        if problem is None and not self._environment.configured:
            return Problem(f"{self._project.env_file} never calls context.configure()")
        return problem

    def _note_refusals(self):
        self._warnings.extend(
            f"the project's code {refusal.described()} when it was imported, which was refused"
            for refusal in self._guard.take_refusals()
        )

    def _load_metadata(self, command):
        if self._problem is not None:
            raise self._problem
        if not self._metadata and not self._specifications and self._environment is not None:
            return {"tables": None}
        if not self._metadata and not self._specifications:
            raise Problem("neither metadata nor an Alembic configuration is known")
        tables = models.count_tables(self._metadata)
        self._factory.link.reset(Remote(self._channel, command["ahead"]), dict)
        refused = models.create_all(self._metadata, self._factory)
        return {
            "tables": tables,
            "warnings": [*self._warnings, *refused],
            "conventional_names": conventional_names(self._metadata),
        }

    def _history(self, command):
        if self._history_problem is not None:
            raise self._history_problem
        with self._inputs.in_rest():
            versions = self._loaded_versions(command["known"])
        listing = versions.listing(self._project.script.dir)
        listing["warnings"] = self._warnings
        listing["version_tables"] = [] if self._alone else self._environment.version_tables()
        return listing

    def _exclusions(self, command):
        if self._alone:
            raise EnvironmentNeeded
        schema = dialect.RemoteDialect.schema
        return find_exclusions(self._environment, self._metadata, command, schema)

    def _declared(self, command):
        files = [(file["path"], file["content"].encode("latin-1")) for file in command["files"]]
        return {"revisions": declared(files)}

    def _list_inputs(self, command):
        layers = {} if self._versions is None else self._versions.layers()
        found = self._inputs.described(layers.values())
        return {**found, "layers": dict(zip(layers, found["layers"]))}

    def _loaded_versions(self, known=None):
        if self._versions is None:
            stubs = Stubs()
            stubs.install()
            self._recorder.stop()
            self._versions = Versions(
                self._project, stubs, self._guard, self._inputs, known or {}, self._alone
            )
        return self._versions

    def _run(self, command):
        migration = self._loaded_versions().to_run(command["revision"], command["direction"])
        if self._replay is None:
            self._replay = Replay(self._loaded_contexts(), self._factory, self._guard)
            adapt_operations(self._replay)
        if command["reflect"]:
            dialect.answer_by_queries()
        with self._versions.noted(migration):
            server = Remote(self._channel, command["ahead"])
            self._errors.heard = False
            failure = self._replay.run(migration, command["direction"], server)
        answer = {"heard_error": self._errors.heard}
        return answer if failure is None else {**answer, "failure": failure}

    def _loaded_contexts(self):
        if self._contexts is None:
            self._contexts = Contexts(self._project, self._environment, self._metadata, self._factory)
        return self._contexts

    def _writer(self):
        versions = self._loaded_versions()
        if self._written is None:
            self._written = Writer(self._project, versions, self._loaded_contexts(), self._scratch)
        return self._written

    def _write(self, command):
        return self._writer().revision(command)

    def _render(self, command):
        return self._writer().render(command)

    def _post_write(self, command):
        """The project's own formatters may do what they always do."""
        self._guard.lift()
        return self._writer().run_hooks(command)


def _in_application():
    flask = sys.modules.get("flask")
    return flask is not None and flask.has_app_context()
