"""The tool's side of the probe: starts it, drives it, answers its questions from a server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType

from lint_indexes.errors import ProbeError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.history import Failure
from lint_indexes.model.repository import DeclaredRevision
from lint_indexes.probe.alembic_settings import AlembicSettings, find_alembic
from lint_indexes.probe.conversation import Conversation, raise_failed
from lint_indexes.probe.exclusions import described, exclusions_from
from lint_indexes.probe.head_start import HeadStart
from lint_indexes.probe.process import ProbeProcess
from lint_indexes.probe.protocol import (
    PROTOCOL_VERSION,
    Direction,
    Directive,
    Facts,
    ListedRevision,
    Listing,
    MetadataListing,
    ProbeInputs,
    RenderedLines,
    Server,
    Summary,
    Versions,
    WrittenRevision,
)
from lint_indexes.probe.runs import Run, Runs
from lint_indexes.probe.settings import ProbeSettings
from lint_indexes.probe.wire import (
    Fields,
    declared_from,
    decode,
    failure_from,
    inputs_from,
    listing_from,
    metadata_from,
    rendered_from,
    versions_from,
    written_from,
)

__all__ = ["Direction", "ListedRevision", "Listing", "MetadataListing", "Probe", "ProbeSettings", "Server"]

PERMISSIONS = frozenset(("network", "processes", "writes"))


class Probe:
    """A running probe. As a context manager it is ended at exit, whatever it is doing.

    Parameters:
        summary: asked while the interpreter starts, for the summary of an earlier run in which env.py and the
            models were as they are now; with one, they are not loaded, and what needs them raises
            EnvironmentNeededError. None where nobody wants to have one, of this run neither.
        meanwhile: work that is done a piece at a time while the probe is waited for, after ``summary``.
        head_start: has the process already, if it was started as the settings say.

    Raises:
        EnvironmentNeededError: SQLAlchemy and Alembic could not be made what they were then.
        ProbeError: the interpreter cannot be started or lacks SQLAlchemy or Alembic, or the Alembic
            configuration cannot be used.
    """

    def __init__(
        self,
        settings: ProbeSettings,
        environ: Mapping[str, str] | None = None,
        summary: Callable[[], Summary | None] | None = None,
        meanwhile: Iterable[object] = (),
        head_start: HeadStart | None = None,
    ) -> None:
        self.heard_error = False
        """Whether SQLAlchemy had an error in the last run, be it one that the migration caught."""
        self._no_alembic: ProbeError | None = None
        self._settings = settings
        alembic = self._find_alembic()
        self._process = _started(settings, os.environ if environ is None else environ, head_start)
        self._conversation = Conversation(self._process)
        self._runs = Runs(self._conversation)
        try:
            given = summary() if summary is not None else None
            self._process.meanwhile = iter(meanwhile)
            self.versions = self._greeting()
            arguments = {
                **settings.load_arguments(alembic),
                "summary": given,
                "summarize": summary is not None,
            }
            loaded = self._command("load", "loading the project", None, **arguments)
            self.summary = loaded.optional_mapping("summary")
        except BaseException:
            self.close()
            raise

    def _find_alembic(self) -> AlembicSettings:
        """What is missing here matters only to those who ask for migrations."""
        try:
            return find_alembic(self._settings.root.absolute(), self._settings.alembic)
        except ProbeError as error:
            self._no_alembic = error
            return AlembicSettings()

    def _greeting(self) -> Versions:
        message = decode(self._process.receive("starting"))
        raise_failed(message, self._process)
        hello = message.child("hello")
        if hello.number("protocol") != PROTOCOL_VERSION:
            raise ProbeError("the probe speaks another version of the protocol")
        return versions_from(hello)

    def __enter__(self) -> Probe:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, or let it leave, while its owner goes on."""
        if self._process.lent:
            self.dismiss()
        else:
            self._process.close()

    def dismiss(self) -> None:
        """Let the process leave by itself when it has answered what has begun; nothing else can begin."""
        self._process.dismiss()

    def load_history(self, known: Mapping[str, Facts] | None = None) -> Listing:
        """List the project's revisions, and what is broken among them.

        Parameters:
            known: facts of earlier listings, by path, of files that are as they were then.

        Raises:
            ProbeError: there is no Alembic configuration, or no versions folder.
        """
        if self._no_alembic is not None:
            raise self._no_alembic
        known = known or {}
        return listing_from(self._command("history", "loading the migrations", None, known=known), known)

    def load_metadata(self, server: Server, *, ahead: bool = False) -> MetadataListing | None:
        """Create all tables of the project's metadata on ``server``.

        With ``ahead`` the probe does not wait for statements whose result can be foreseen.

        Returns:
            None where env.py ran and names no metadata.

        Raises:
            ProbeError: the metadata cannot be imported, or has no tables.
            AgainError: with ``ahead``, a statement was refused, or counted other rows than foreseen.
        """
        if self._no_alembic is not None and not self._settings.metadata:
            raise self._no_alembic
        return metadata_from(self._command("metadata", "loading the models", server, ahead=ahead))

    def run(
        self,
        revision_id: str,
        direction: Direction,
        server: Server,
        *,
        reflect: bool = False,
        ahead: bool = False,
    ) -> Failure | None:
        """Run a revision's upgrade() or downgrade() against ``server``, in a transaction.

        ``load_history`` must have listed the revision. ``reflect`` lets SQLAlchemy's inspector query the
        system catalogs by itself, which takes a real server; ``server.inspect`` is not asked then. With
        ``ahead`` the probe does not wait for statements whose result can be foreseen.

        Returns:
            Why it failed, None where it ran to its end.

        Raises:
            ProbeError: the run took the interpreter down, or hangs.
            AgainError: with ``ahead``, a statement was refused, or counted other rows than foreseen.
        """
        answer = self._runs.run(Run(revision_id, direction), server, reflect=reflect, ahead=ahead)
        self.heard_error = answer.boolean("heard_error")
        return failure_from(answer)

    def expect(self, runs: Iterable[tuple[str, Direction]]) -> None:
        """Say which revisions will be run next, if nothing fails: the probe begins with one while the server
        is still at another. That is done where ``run`` is called ahead.
        """
        self._runs.expect(Run(*run) for run in runs)

    def load_exclusions(self, migrated: Catalog) -> Exclusions:
        """What autogenerate would not look at when it compared the models with this catalog.

        Raises:
            ProbeError: the models cannot be imported.
        """
        arguments = described(migrated)
        return exclusions_from(self._command("exclusions", "reading env.py's filters", None, **arguments))

    def write_revision(
        self,
        head: Sequence[str],
        message: str,
        upgrade: Sequence[Directive] = (),
        downgrade: Sequence[Directive] = (),
    ) -> WrittenRevision:
        """Let the project's Alembic make a new migration; nothing is written to the project.

        Parameters:
            head: the revisions that it follows; several for a merge.
            upgrade, downgrade: the operations, as protocol.py describes directives.

        Raises:
            ProbeError: Alembic, or the project's template, fails.
        """
        return written_from(
            self._command(
                "write",
                "writing a migration",
                None,
                head=list(head),
                message=message,
                upgrade=list(upgrade),
                downgrade=list(downgrade),
            )
        )

    def render(self, directives: Sequence[Directive]) -> RenderedLines:
        """Operations as Alembic would write them into a function's body."""
        return rendered_from(
            self._command("render", "rendering operations", None, directives=list(directives))
        )

    def in_transaction(self) -> bool:
        """Whether env.py begins a transaction around all migrations, which rules out CONCURRENTLY."""
        return self._command("in_transaction", "reading env.py's transaction", None).boolean("in_transaction")

    def run_post_write_hooks(self, path: str) -> int:
        """Run what the project's Alembic runs on a new migration; nothing is refused from here on.

        Returns:
            How many hooks there are.

        Raises:
            ProbeError: a hook failed.
        """
        return self._command("post_write", "running the post-write hooks", None, path=path).number("ran")

    def ask_inputs(self) -> Callable[[], ProbeInputs | None]:
        """Ask what the project's code has looked at so far, and which modules it has loaded.

        Returns:
            What waits for the answer: None where it could not all be written down.
        """
        self._begin("inputs")
        return lambda: inputs_from(self._conversation.finish("listing what was read", None))

    def read_revisions(self, files: Mapping[str, bytes]) -> tuple[DeclaredRevision, ...]:
        """The revisions that migrations declare which are not on disk, by reading them alone.

        Args:
            files: Their contents, by path.
        """
        if not files:
            return ()
        listed = [{"path": path, "content": content.decode("latin-1")} for path, content in files.items()]
        return declared_from(self._command("declared", "reading the base's migrations", None, files=listed))

    def _command(self, command: str, doing: str, server: Server | None, **arguments: object) -> Fields:
        self._begin(command, **arguments)
        return self._conversation.finish(doing, server)

    def _begin(self, command: str, **arguments: object) -> None:
        self._runs.call_back()
        self._conversation.begin(command, **arguments)


def _started(
    settings: ProbeSettings, environ: Mapping[str, str], head_start: HeadStart | None
) -> ProbeProcess:
    given = (settings.python, settings.root, settings.env)
    process = head_start.take(*given) if head_start is not None else None
    if process is None:
        process = ProbeProcess(settings.python, settings.root, environ, settings.env)
    process.timeout = settings.timeout
    return process
