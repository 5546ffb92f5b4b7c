"""Rules are tried from commit to verdict, on small projects, and by themselves, on catalogs made of SQL."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from live_projects import LiveProject, execute, upgrade
from small_projects import git, write_project

from lint_indexes.commands.verify import VerifyOptions, verify
from lint_indexes.compare.drift import Drift
from lint_indexes.compare.redundancy import Redundancies
from lint_indexes.config.load import load_config
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.emulator.session import Session
from lint_indexes.findings import Finding
from lint_indexes.linter.judging import lint
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Definition, Failure, FailureKind, Function, History, Revision, Run
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.policy import ExpectedIndex, Policy
from lint_indexes.report import Report
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES
from lint_indexes.server.connection import Address
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.server.embedded import EmbeddedServer
from lint_indexes.sources.replayed import finished

LintProject = Callable[[Mapping[str, str]], Report]


@pytest.fixture
def lint_project(tmp_path: Path) -> LintProject:
    """Write a project, judge it with every rule, and return the report."""

    def run(files: Mapping[str, str]) -> Report:
        write_project(tmp_path, files)
        config = load_config(tmp_path / "pyproject.toml", {rule.code: rule.name for rule in ALL_RULES})
        return lint(config, python=sys.executable, select=("ALL",))

    return run


@pytest.fixture
def commit_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LintProject:
    """Judge the project as a hook does in the commit that ``commit.sh`` makes."""

    def run(files: Mapping[str, str]) -> Report:
        write_project(tmp_path, {})
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "-m", "first")
        write_project(tmp_path, {name: text for name, text in files.items() if name != "commit.sh"})
        steps = [shlex.split(line) for line in files["commit.sh"].splitlines()]
        for step in steps:
            if step[:2] == ["git", "add"]:
                git(tmp_path, *step[1:])
        assert steps[-1][:2] == ["git", "commit"]
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
        config = load_config(tmp_path / "pyproject.toml", {rule.code: rule.name for rule in ALL_RULES})
        return lint(config, python=sys.executable, select=("ALL",))

    return run


@pytest.fixture
def branch_project(tmp_path: Path) -> LintProject:
    """Judge a branch; a file ``main:path`` is one that main has got since they parted."""

    def run(files: Mapping[str, str]) -> Report:
        write_project(tmp_path, {})
        git(tmp_path, "init", "-q", "-b", "main")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "-m", "first")
        git(tmp_path, "checkout", "-q", "-b", "work")
        git(tmp_path, "checkout", "-q", "main")
        theirs = {
            name.removeprefix("main:"): text for name, text in files.items() if name.startswith("main:")
        }
        write_project(tmp_path, theirs)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "-m", "theirs")
        git(tmp_path, "checkout", "-q", "work")
        write_project(tmp_path, {name: text for name, text in files.items() if not name.startswith("main:")})
        config = load_config(tmp_path / "pyproject.toml", {rule.code: rule.name for rule in ALL_RULES})
        return lint(config, python=sys.executable, select=("ALL",), base="main")

    return run


@pytest.fixture
def verify_project(tmp_path: Path) -> LintProject:
    """Write a project, run its migrations on a real server, and return the report."""

    def run(files: Mapping[str, str]) -> Report:
        write_project(tmp_path, files)
        (report,) = verify(VerifyOptions(tmp_path, python=sys.executable))
        return report

    return run


@pytest.fixture(scope="session")
def server_address() -> Iterator[Address]:
    with EmbeddedServer() as server:
        yield Address(str(server.socket_folder), "postgres", "postgres")


MakeLiveProject = Callable[..., LiveProject]


@pytest.fixture
def live_project(tmp_path: Path, server_address: Address) -> Iterator[MakeLiveProject]:
    """Write a project, run its migrations in a real database up to some revisions, then what ``database.sql``
    has, statement by statement.
    """
    with ScratchDatabases(server_address) as databases:

        def make(files: Mapping[str, str], *revisions: str) -> LiveProject:
            script = files.get("database.sql", "")
            write_project(tmp_path, {name: text for name, text in files.items() if name != "database.sql"})
            config = load_config(tmp_path / "pyproject.toml", {rule.code: rule.name for rule in ALL_RULES})
            name = databases.create()
            connection = databases.connect(name)
            upgrade(config, connection, revisions or ("heads",))
            for statement in filter(str.strip, script.split(";\n")):
                execute(connection, statement)
            connection.close()
            return LiveProject(config, server_address.at(name))

        yield make


@pytest.fixture
def lint_database(live_project: MakeLiveProject) -> LintProject:
    """Make a project with a live database, judge it with every rule, and return the report."""

    def run(files: Mapping[str, str]) -> Report:
        return live_project(files).lint(select=("ALL",))

    return run


Judge = Callable[[Rule, Mapping[str, str]], Report]


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """Judge a project with the command that runs the rule."""

    def run(rule: Rule, files: Mapping[str, str]) -> Report:
        commands = {
            "verification": "verify_project",
            "database": "lint_database",
            "commit": "commit_project",
            "base": "branch_project",
        }
        needed = [command for source, command in commands.items() if source in rule.required]
        judged: Report = request.getfixturevalue(needed[0] if needed else "lint_project")(files)
        return judged

    return run


MakeCatalog = Callable[[str], Catalog]
MakeHistory = Callable[..., History]
Migration = tuple[str, str, "str | None"]
"""A revision in SQL: id, upgrade, downgrade (None where there is none, "" where it is empty)."""


@pytest.fixture
def catalog() -> MakeCatalog:
    """The catalog that some statements of the models lead to."""

    def make(sql: str) -> Catalog:
        session = Session(Catalog(), lenient=True)
        session.execute(sql, (), Origin(Source.MODELS, "models.py", 7))
        return session.catalog

    return make


@pytest.fixture
def history() -> MakeHistory:
    """The history of some migrations in SQL, one after the other; line 5 is that of every statement."""

    def make(*migrations: Migration, since: tuple[str, ...] = ()) -> History:
        state = Catalog()
        revisions: dict[str, Revision] = {}
        judged = not since
        for migration in migrations:
            revision, up, _ = migration
            upgrade = _run(revision, up, state)
            revisions[revision] = _revision(migration, tuple(revisions)[-1:], upgrade, judged=judged)
            judged = judged or revision in since
            state = upgrade.after
        return History(revisions, tuple(revisions)[-1:], state, since=since)

    return make


def _revision(migration: Migration, parents: tuple[str, ...], upgrade: Run, *, judged: bool) -> Revision:
    revision, _, down = migration
    definition = {None: Definition.MISSING, "": Definition.EMPTY}.get(down, Definition.BODY)
    return Revision(
        id=revision,
        down_revisions=parents,
        depends_on=(),
        path=f"{revision}.py",
        message="",
        line=1,
        upgrade_function=Function(Definition.BODY, 4),
        downgrade_function=Function(definition, 9),
        upgrade=upgrade,
        downgrade=None if down is None or upgrade.failure else _run(revision, down, upgrade.after),
        judged=judged,
    )


def _attempt(sql: str, before: Catalog, origin: Origin, *, lenient: bool) -> tuple[Session, Failure | None]:
    session = Session(before, lenient=lenient)
    session.begin()
    try:
        if sql:
            session.execute(sql, (), origin)
        session.commit()
    except SqlError as error:
        session.rollback()
        return session, Failure(FailureKind.SQL, error.message, origin, error.sqlstate)
    return session, None


def _run(revision: str, sql: str, before: Catalog) -> Run:
    origin = Origin(Source.MIGRATIONS, f"{revision}.py", 5, None, revision)
    session, failure = _attempt(sql, before, origin, lenient=False)
    if failure is not None:
        session, _ = _attempt(sql, before, origin, lenient=True)
    return finished(session, before, failure)


@pytest.fixture
def policy() -> Callable[..., Policy]:
    """A policy of definitions by name; ``layers`` limits all of them."""

    def make(definitions: Mapping[str, str], layers: frozenset[Source] | None = None) -> Policy:
        entries = {}
        for line, (name, on) in enumerate(definitions.items(), start=1):
            table, index = parse_index_definition(name, on, unique=False, default_schema="public")
            index = replace(index, origin=Origin(Source.POLICY, "pyproject.toml", line))
            entry = ExpectedIndex(index, table)
            entries[name] = entry if layers is None else replace(entry, layers=layers)
        return Policy(entries)

    return make


Check = Callable[..., list[str]]


@pytest.fixture
def messages() -> Check:
    """Run a rule on sources and return what it says."""

    def run(rule: Rule, **sources: object) -> list[str]:
        if "drift" in rule.required:
            sources["drift"] = Drift(sources["metadata"], sources["migrations"], sources.get("policy"))
        if "redundancies" in rule.required:
            models, policy = sources.get("metadata"), sources.get("policy")
            sources["redundancies"] = Redundancies(models, sources["migrations"], policy)
        assert not rule.missing(sources)
        return [finding.violation.message for finding in rule.run(sources) if isinstance(finding, Finding)]

    return run
