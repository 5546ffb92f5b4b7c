"""Migration files, written by the project's own Alembic: its template, its file names, its renderer."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from alembic.autogenerate import RevisionContext
from alembic.script import write_hooks
from alembic.script.revision import RevisionMap
from alembic.util import CommandError

from .directives import operations, python_lines
from .problems import Problem, describe
from .transactions import BY_BEGIN, BY_STATEMENT

# The attribute of ScriptDirectory that has the post-write hooks: since Alembic 1.16, and before.
_HOOKS = ("hooks", "hook_config")
_MESSAGING = "messaging_opts"


class Writer:
    """Makes the text of new migrations in a scratch folder; the client puts them where they belong."""

    def __init__(self, project, versions, contexts, scratch):
        self._project = project
        self._versions = versions
        self._written = {}
        self._contexts = contexts
        self._scratch = scratch

    def revision(self, command):
        """A new migration after ``head`` (revision ids; several make a merge).

        ``command``: {"head", "message", "upgrade", "downgrade"}, the last two lists of directives.

        Returns:
            {"revision", "path", "text"}: its id, where Alembic would have written it, and what.

        Raises:
            Problem: Alembic or the project's template fails.
        """
        script = self._project.script
        destination = {}
        # Of what was written before, only what this one follows counts: the rest may never be kept.
        followed = [self._written[one] for one in command["head"] if one in self._written]
        script.revision_map = RevisionMap(lambda: [*self._versions.scripts(), *followed])
        try:
            with (
                tempfile.TemporaryDirectory(dir=self._scratch) as folder,
                _Redirection(script, folder, destination),
            ):
                written = self._generate(command)
                with open(destination["scratch"], "rb") as file:
                    text = file.read()
        except (CommandError, OSError) as error:
            raise Problem(f"Alembic cannot write the migration: {error}") from None
        if written is None:
            raise Problem(f"Alembic would not load what it writes to {destination['final']}")
        self._written[written.revision] = written
        return {
            "revision": written.revision,
            "path": destination["final"],
            "text": text.decode("utf-8", "surrogateescape"),
        }

    def _generate(self, command):
        script = self._project.script
        arguments = {
            "message": command["message"],
            "autogenerate": False,
            "sql": False,
            "head": tuple(command["head"]) or "base",
            "splice": False,
            "branch_label": None,
            "version_path": None,
            "rev_id": None,
            "depends_on": None,
        }

        def fill(migration_context, revision, directives):
            directives[-1].upgrade_ops.ops[:] = self._operations(command["upgrade"])
            directives[-1].downgrade_ops.ops[:] = self._operations(command["downgrade"])

        revisions = RevisionContext(self._project.config, script, arguments, process_revision_directives=fill)
        with self._contexts.first(template_args=revisions.template_args) as migration_context:
            revisions.run_no_autogenerate(arguments["head"], migration_context)
            scripts = [each for each in revisions.generate_scripts() if each is not None]
        return scripts[-1] if scripts else None

    def _operations(self, directives):
        return operations(directives, commits=self._contexts.transaction == BY_STATEMENT)

    def in_transaction(self):
        """Whether env.py begins a transaction around every migration, in which nothing is CONCURRENTLY."""
        return {"in_transaction": self._contexts.transaction == BY_BEGIN}

    def render(self, command):
        """``directives`` as the lines of a function's body, and the imports that they need."""
        with self._contexts.first() as migration_context:
            lines, imports = python_lines(self._operations(command["directives"]), migration_context)
        return {"lines": lines, "imports": imports}

    def run_hooks(self, command):
        """Run the project's post-write hooks (formatters, mostly) on a file that is in its place.

        Raises:
            Problem: a hook fails; the file stays as it is.
        """
        script = self._project.script
        hooks = next(filter(None, (getattr(script, name, None) for name in _HOOKS)), None)
        if not hooks:
            return {"ran": 0}
        try:
            write_hooks._run_hooks(command["path"], hooks)
        except (Exception, SystemExit) as error:
            raise Problem(f"a post-write hook failed on {command['path']}: {describe(error)}") from None
        return {"ran": _number(hooks)}


class _Redirection:
    """While it lasts, the script directory writes into ``folder`` and runs no hook.

    ``destination`` gets "final", the path that Alembic chose, and "scratch", where the file is.
    """

    def __init__(self, script, folder, destination):
        self._script = script
        self._folder = folder
        self._destination = destination

    def __enter__(self):
        script = self._script
        self._kept = {name: vars(script)[name] for name in (*_HOOKS, _MESSAGING) if name in vars(script)}
        vars(script).update({name: {"quiet": True} if name == _MESSAGING else [] for name in self._kept})
        original = script._rev_path

        def rev_path(*arguments):
            final = original(*arguments)
            name = os.path.join(self._folder, os.path.basename(final))
            self._destination.update(final=os.path.abspath(final), scratch=name)
            return type(final)(name) if isinstance(final, Path) else name

        script._rev_path = rev_path
        script._ensure_directory = lambda path: None
        return self

    def __exit__(self, *error):
        script = self._script
        vars(script).update(self._kept)
        del script._rev_path, script._ensure_directory


def _number(hooks):
    """How many hooks there are: newer Alembic has a list of them, older the section that names them."""
    if isinstance(hooks, list):
        return len(hooks)
    return len([name for name in re.split(r"[,\s]+", hooks.get("hooks", "")) if name])
