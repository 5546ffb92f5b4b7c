"""What a run leaves out because an earlier one has done it: env.py and the models, migrations, their runs."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from lint_indexes.cache.store import checksum
from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions
from lint_indexes.errors import ProbeError
from lint_indexes.findings import Outcome
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Revision
from lint_indexes.probe import process
from lint_indexes.probe.client import Probe
from lint_indexes.probe.conversation import Conversation
from lint_indexes.probe.head_start import HeadStart
from lint_indexes.report import Report
from lint_indexes.rule import Rule

FILES = {
    "pyproject.toml": """
        [tool.lint-indexes]
        select = ["LI"]
        """,
    "alembic.ini": """
        [alembic]
        script_location = migrations
        """,
    "app/__init__.py": "",
    "app/names.py": 'NAME = "ix_booking_state"\n',
    "app/models.py": """
        from sqlalchemy import Column, Index, Integer, MetaData, String
        from sqlalchemy.orm import declarative_base

        Base = declarative_base(metadata=MetaData(naming_convention={"uq": "uq_%(table_name)s"}))


        class Booking(Base):
            __tablename__ = "booking"
            __table_args__ = (Index("ix_booking_state", "state"),)
            id = Column(Integer, primary_key=True)
            state = Column(String)
            tenant = Column(Integer)
        """,
    "migrations/env.py": """
        from alembic import context
        from app.models import Base

        context.configure(dialect_name="postgresql", target_metadata=Base.metadata)
        context.run_migrations()
        """,
    "migrations/versions/0001.py": """
        import sqlalchemy as sa
        from alembic import op

        revision = "0001"
        down_revision = None


        def upgrade():
            op.create_table(
                "booking",
                sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("state", sa.String),
                sa.Column("tenant", sa.Integer),
            )


        def downgrade():
            op.drop_table("booking")
        """,
    "migrations/versions/0002.py": """
        from alembic import op
        from app.names import NAME

        revision = "0002"
        down_revision = "0001"


        def upgrade():
            op.create_index(NAME, "booking", ["state"])


        def downgrade():
            op.drop_index(NAME, "booking")
        """,
}
NEW = """
    {imports}
    from alembic import op

    revision = "0003"
    down_revision = "0002"


    def upgrade():
        {upgrade}


    def downgrade():
        {downgrade}
    """


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"))
    # As if it had been written a while ago: what is younger than a run is not trusted.
    settle()


def settle() -> None:
    time.sleep(0.06)


def new(upgrade: str, downgrade: str = "pass", imports: str = "") -> str:
    return NEW.format(upgrade=upgrade, downgrade=downgrade, imports=imports)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        write(tmp_path, name, text)
    monkeypatch.chdir(tmp_path)
    judge()
    return tmp_path


def judge(*, cache: bool = True) -> Report:
    [report] = check(CheckOptions(cache=cache))
    findings = tuple(
        replace(finding, violation=replace(finding.violation, fix=None, drop=None))
        for finding in report.findings
    )
    return replace(report, findings=findings, inputs=None)


class Work:
    """What a probe was asked to do: ``ran`` are the revisions, each as often as it ran."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.models = 0
        self.probes = 0


@contextmanager
def observed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    work = Work()
    start, run, load = Probe.__init__, Probe.run, Probe.load_metadata

    def starting(self: Probe, *arguments: object, **options: object) -> None:
        work.probes += 1
        start(self, *arguments, **options)  # type: ignore[arg-type]  # whatever it is given

    def running(self: Probe, revision: str, direction: str, *arguments: object, **options: object) -> object:
        work.ran.append(f"{revision} {direction}")
        return run(self, revision, direction, *arguments, **options)  # type: ignore[arg-type]  # the same

    def loading(self: Probe, *arguments: object, **options: object) -> object:
        work.models += 1
        return load(self, *arguments, **options)  # type: ignore[arg-type]  # the same

    with monkeypatch.context() as patch:
        patch.setattr(Probe, "__init__", starting)
        patch.setattr(Probe, "run", running)
        patch.setattr(Probe, "load_metadata", loading)
        yield work


def judged_as_without(monkeypatch: pytest.MonkeyPatch) -> Work:
    """What a run does; its report must be the one that it would be without a cache."""
    with observed(monkeypatch) as work:
        report = judge()
    assert report == judge(cache=False)
    return work


def test_a_new_revision_runs_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "migrations/versions/0003.py", new('op.create_index("ix_new", "booking", ["tenant"])'))
    work = judged_as_without(monkeypatch)
    assert work.ran == ["0003 upgrade", "0003 downgrade"]
    assert (work.models, work.probes) == (0, 1)


def test_what_a_migration_turns_out_to_have_read_is_loaded_after_all(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = 'op.create_index(pkgutil.resolve_name("app.names").NAME + "_2", "booking", ["tenant"])'
    write(project, "migrations/versions/0003.py", new(upgrade, imports="import pkgutil"))
    work = judged_as_without(monkeypatch)
    assert (work.models, work.probes) == (1, 2)
    write(project, "app/names.py", 'NAME = "ix_booking_status"\n')
    assert "0003 upgrade" in judged_as_without(monkeypatch).ran


@pytest.mark.parametrize("cache", [True, False])
def test_a_probe_that_ends_while_it_is_asked_for_inputs(
    project: Path, monkeypatch: pytest.MonkeyPatch, cache: bool
) -> None:
    begin = Conversation.begin

    def ending(self: Conversation, command: str, **arguments: object) -> None:
        if command == "inputs":
            self._process._process.kill()
            self._process._process.wait()
        begin(self, command, **arguments)

    write(project, "migrations/versions/0003.py", new("pass"))
    with monkeypatch.context() as patch:
        patch.setattr(Conversation, "begin", ending)
        if cache:
            with pytest.raises(ProbeError, match="listing what was read"):
                judge()
        else:
            judge(cache=False)
    judged_as_without(monkeypatch)


def test_the_first_run_of_a_fresh_installation_is_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("installed") / "in_process"
    shutil.copytree(process.SCRIPT.parent, own, ignore=shutil.ignore_patterns("__pycache__"))
    settle()
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setattr(process, "SCRIPT", own / "__main__.py")
    write(project, "migrations/versions/0003.py", new("pass"))
    judge()
    assert (own / "__pycache__").is_dir()
    with observed(monkeypatch) as work:
        judge()
    assert work.probes == 0


def test_nothing_is_taken_over_from_where_other_extensions_were(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = 'op.execute("ALTER TABLE booking ADD place geometry")'
    write(project, "migrations/versions/0003.py", new(upgrade))
    assert "LI306" in {finding.code for finding in judge().findings}
    keys = '[tool.lint-indexes]\nselect = ["LI"]\nextensions = ["postgis"]\n'
    write(project, "pyproject.toml", keys)
    assert "0003 upgrade" in judged_as_without(monkeypatch).ran
    assert "LI306" not in {finding.code for finding in judge().findings}


def test_and_the_next_one_as_well(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "migrations/versions/0003.py", new("pass"))
    judge()
    write(project, "migrations/versions/0003.py", new('op.drop_index("ix_booking_state")'))
    work = judged_as_without(monkeypatch)
    assert work.ran == ["0003 upgrade", "0003 downgrade"]
    assert work.models == 0


@pytest.mark.parametrize(
    "upgrade", ['op.create_index("ix_new", "booking", ["tenant"])', 'op.drop_index("not_there")']
)
def test_rules_look_at_the_new_revision_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch, upgrade: str
) -> None:
    asked: list[tuple[str, str]] = []
    about = Rule.about

    def noted(self: Rule, revision: Revision, circumstances: Circumstances) -> Iterator[Outcome]:
        asked.append((self.code, revision.id))
        return about(self, revision, circumstances)

    write(project, "migrations/versions/0003.py", new(upgrade))
    with monkeypatch.context() as patch:
        patch.setattr(Rule, "about", noted)
        report = judge()
    assert ("LI306", "0003") in asked
    assert {revision for _, revision in asked} == {"0003"}
    assert report == judge(cache=False)


def test_the_naming_convention_is_known_without_the_models(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = 'op.create_unique_constraint(None, "booking", ["tenant"])'
    write(project, "migrations/versions/0003.py", new(upgrade, 'op.drop_constraint("uq_booking", "booking")'))
    assert judged_as_without(monkeypatch).models == 0
    assert any("uq_booking" in finding.violation.message for finding in judge().findings)


@pytest.mark.parametrize(
    ("upgrade", "imports"),
    [
        ("op.drop_index(NAME)", "from app.names import NAME"),
        ("import app.models", ""),
        ("op.execute(f'SELECT {len(context.config.config_file_name)}')", "from alembic import context"),
        ("assert op.get_context().opts['target_metadata'].tables", ""),
        ("os.environ.get('PATH')", "import os"),
        ('op.drop_index("nothing")', ""),
        ("import missing_module", ""),
        ("open('/tmp/x', 'w')", ""),
    ],
    ids=["project", "late", "context", "opts", "variable", "failure", "missing", "refused"],
)
def test_what_may_depend_on_the_models_is_run_with_them(
    project: Path, monkeypatch: pytest.MonkeyPatch, upgrade: str, imports: str
) -> None:
    write(project, "migrations/versions/0003.py", new(upgrade, imports=imports))
    assert judged_as_without(monkeypatch).models == 1


def test_a_changed_model_runs_what_imports_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = FILES["app/models.py"].replace('"ix_booking_state", "state"', '"ix_booking_state", "tenant"')
    write(project, "app/models.py", models)
    work = judged_as_without(monkeypatch)
    assert work.ran == ["0002 upgrade", "0002 downgrade"]
    assert work.models == 1


def test_a_changed_helper_changes_the_history(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "app/names.py", 'NAME = "ix_booking_other"\n')
    judged_as_without(monkeypatch)
    assert any("ix_booking_other" in finding.violation.message for finding in judge().findings)


def test_what_follows_a_changed_revision_runs_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        project,
        "migrations/versions/0001.py",
        FILES["migrations/versions/0001.py"].replace("sa.String", "sa.Text"),
    )
    # The second imports a module of the project's: it cannot run without the models.
    assert judged_as_without(monkeypatch).ran[-4:] == [
        "0001 upgrade",
        "0001 downgrade",
        "0002 upgrade",
        "0002 downgrade",
    ]


def test_what_a_row_was_made_of_is_no_matter_of_what_follows(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = """
    import time
        op.execute(f"INSERT INTO booking (state) VALUES ('{time.time_ns()} {len(NAME)}')")
    """.strip()
    text = new('op.create_index("ix_new", "booking", ["tenant"])').replace("0003", "0004")
    write(project, "migrations/versions/0003.py", new(insert, imports="from app.names import NAME"))
    write(project, "migrations/versions/0004.py", text.replace("0002", "0003"))
    judge()
    write(project, "app/names.py", 'NAME = "ix_booking_state"\n\n')
    ran = judged_as_without(monkeypatch).ran
    assert ran == ["0002 upgrade", "0002 downgrade", "0003 upgrade", "0003 downgrade"]


def test_another_naming_convention_runs_everything(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "app/models.py", FILES["app/models.py"].replace("uq_%(table_name)s", "u_%(table_name)s"))
    assert len(judged_as_without(monkeypatch).ran) == 4


ASSIGNED = """
    from alembic import op
    from alembic.operations import Operations


    def make(self):
        self.execute("DROP INDEX {name}")


    Operations.make = make
    """
REGISTERED = """
    from alembic.operations import MigrateOperation, Operations


    @Operations.register_operation("make")
    class Make(MigrateOperation):
        @classmethod
        def make(cls, operations):
            operations.execute("DROP INDEX {name}")
    """


@pytest.mark.parametrize("operation", [ASSIGNED, REGISTERED], ids=["assigned", "registered"])
def test_nothing_is_kept_where_the_project_alters_alembic(
    project: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    write(project, "app/operations.py", operation.format(name="ix_booking_state"))
    write(project, "migrations/env.py", "        import app.operations\n" + FILES["migrations/env.py"][1:])
    write(project, "migrations/versions/0003.py", new("op.get_bind()\n        make = op._proxy.make()"))
    judge()
    write(project, "app/operations.py", operation.format(name="booking_pkey"))
    assert len(judged_as_without(monkeypatch).ran) > 4


LISTENER = """
    from sqlalchemy import Engine, event


    @event.listens_for(Engine, "handle_error")
    def heard(context):
        raise {error}("heard")
    """
RECOVERS = """
    try:
            with op.get_bind().begin_nested():
                op.execute("DROP TABLE nothing")
        except KeyError:
            op.create_index("ix_recovered", "booking", ["tenant"])
        except Exception:
            pass
    """.strip()


def listens(project: Path, error: str) -> None:
    write(project, "app/listener.py", LISTENER.format(error=error))
    write(project, "migrations/env.py", "        import app.listener\n" + FILES["migrations/env.py"][1:])


def test_a_listener_to_errors_is_no_matter_of_a_run_without_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens(project, "KeyError")
    judge()
    write(project, "migrations/versions/0003.py", new('op.create_index("ix_new", "booking", ["tenant"])'))
    work = judged_as_without(monkeypatch)
    assert (work.models, work.ran) == (0, ["0003 upgrade", "0003 downgrade"])


def test_where_there_was_an_error_a_listener_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listens(project, "KeyError")
    judge()
    write(project, "migrations/versions/0003.py", new(RECOVERS))
    assert judged_as_without(monkeypatch).models == 1
    assert any("ix_recovered" in finding.violation.message for finding in judge().findings)
    listens(project, "ValueError")
    judged_as_without(monkeypatch)
    assert not any("ix_recovered" in finding.violation.message for finding in judge().findings)


def test_an_error_of_sqlalchemy_s_own_counts_as_well(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listens(project, "KeyError")
    judge()
    unbound = """
    try:
            op.get_bind().execute(sa.text("UPDATE booking SET state = :state"), {})
        except sa.exc.StatementError:
            pass
    """.strip()
    write(project, "migrations/versions/0003.py", new(unbound, imports="import sqlalchemy as sa"))
    assert judged_as_without(monkeypatch).models == 1
    assert any(finding.code == "LI306" for finding in judge().findings)


def test_an_error_counts_from_when_there_is_one(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migration had none when it was first remembered."""
    write(project, "migrations/versions/0002.py", new("pass").replace("0002", "0001").replace("0003", "0002"))
    write(project, "migrations/versions/0003.py", new(RECOVERS.replace("TABLE nothing", "TABLE made")))
    makes = 'op.execute("CREATE TABLE {} (id int)")'
    for name in ("made", "other"):
        text = new(makes.format(name)).replace("0002", "0001").replace("0003", "0002")
        write(project, "migrations/versions/0002.py", text)
        judge()
    listens(project, "KeyError")
    judged_as_without(monkeypatch)
    assert any("ix_recovered" in finding.violation.message for finding in judge().findings)


def test_a_module_that_comes_in_front_of_one_that_is_installed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, "alembic.ini", dedent(FILES["alembic.ini"]) + "prepend_sys_path = .\n")
    makes = 'if version == "mine":\n            op.create_index("ix_mine", "booking", ["tenant"])'
    imports = "from tomlkit import __version__ as version"
    write(project, "migrations/versions/0003.py", new(makes, imports=imports))
    judge()
    write(project, "tomlkit.py", '__version__ = "mine"\n')
    judged_as_without(monkeypatch)
    assert any("ix_mine" in finding.violation.message for finding in judge().findings)


def test_what_is_away_for_a_moment_is_not_remembered_as_away(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    optional = "try:\n    from app.extra import more\nexcept ImportError:\n    pass\n"
    write(project, "app/models.py", dedent(FILES["app/models.py"]) + optional)
    extra = "from app.models import Base\nfrom sqlalchemy import Column, Integer\n\n\nclass Extra(Base):\n"
    extra += '    __tablename__ = "extra"\n    id = Column(Integer, primary_key=True)\n\n\nmore = 1\n'
    write(project, "app/extra.py", extra)
    judge()
    # The models are taken for known, until it turns out that this one needs them.
    write(project, "migrations/versions/0003.py", new("pass", imports="from app.names import NAME"))
    away = tmp_path_factory.mktemp("away") / "extra.py"
    begin, finish = Conversation.begin, Conversation.finish

    def beginning(self: Conversation, command: str, **arguments: object) -> None:
        if command == "load" and arguments["summary"] is None:
            (project / "app/extra.py").rename(away)
        begin(self, command, **arguments)

    def finishing(self: Conversation, *arguments: object) -> object:
        try:
            return finish(self, *arguments)  # type: ignore[arg-type]  # whatever it is given
        finally:
            if away.exists():
                away.rename(project / "app/extra.py")

    with monkeypatch.context() as patch:
        patch.setattr(Conversation, "begin", beginning)
        patch.setattr(Conversation, "finish", finishing)
        assert not any(finding.code == "LI205" for finding in judge().findings)
    settle()
    judged_as_without(monkeypatch)
    assert any(finding.code == "LI205" for finding in judge().findings)


def test_what_changes_while_the_interpreter_starts_is_not_trusted(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("path")
    slow = 'import builtins, time\nbuiltins.STATE = "{}"\ntime.sleep(0.6)\n'
    monkeypatch.setenv("PYTHONPATH", str(folder))
    write(folder, "sitecustomize.py", slow.format("state"))
    models = FILES["app/models.py"].replace('"ix_booking_state", "state"', '"ix_booking_state", STATE')
    write(project, "app/models.py", models)
    enter = HeadStart.__enter__

    def entering(self: HeadStart) -> HeadStart:
        enter(self)
        time.sleep(0.3)
        (folder / "sitecustomize.py").write_text(slow.format("tenant"))
        time.sleep(0.15)
        return self

    with monkeypatch.context() as patch:
        patch.setattr(HeadStart, "__enter__", entering)
        judge()
    settle()
    judged_as_without(monkeypatch)
    assert any(finding.code == "LI203" for finding in judge().findings)


def test_what_env_may_leave_out_is_asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = FILES["migrations/env.py"].replace(
        "target_metadata=Base.metadata",
        "target_metadata=Base.metadata, include_object=lambda item, name, *rest: name != 'ix_hidden'",
    )
    write(project, "migrations/env.py", env)
    judge()
    write(project, "migrations/versions/0003.py", new('op.create_index("ix_hidden", "booking", ["tenant"])'))
    judged_as_without(monkeypatch)
    codes = {finding.code for finding in judge().findings if "ix_hidden" in finding.violation.message}
    assert "LI202" not in codes


def test_what_is_suppressed_is_asked_as_well(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = FILES["migrations/env.py"].replace(
        "target_metadata=Base.metadata",
        "target_metadata=Base.metadata, include_object=lambda item, name, *rest: name != 'ix_hidden'",
    )
    write(project, "migrations/env.py", env)
    # Any other finding on the index would do as well.
    write(project, "pyproject.toml", "[tool.lint-indexes]\nselect = ['LI002', 'LI202']\n")
    judge()
    upgrade = 'op.create_index("ix_hidden", "booking", ["tenant"])  # lint-indexes: ignore[LI202] a reason'
    write(project, "migrations/versions/0003.py", new(upgrade))
    judged_as_without(monkeypatch)
    assert [finding.code for finding in judge().findings] == ["LI002"]


@pytest.mark.parametrize("whole", [True, False])
def test_a_damaged_file_is_none(project: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool) -> None:
    [path] = (project / ".lint_indexes_cache").glob("lint-indexes-replay-*.z")
    content = path.read_bytes()[:-20] + b"nothing of the kind."
    if whole:  # another version of the tool may write something else
        content = checksum(b"[20]\nnothing of the kind.") + b"[20]\nnothing of the kind."
    path.write_bytes(content)
    write(project, "migrations/versions/0003.py", new("pass"))
    work = judged_as_without(monkeypatch)
    assert (work.models, len(work.ran)) == (1, 6)


def test_a_variable_that_the_models_read_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = 'import os\nSCHEMA = os.environ.get("APP_SCHEMA")\n' + dedent(FILES["app/models.py"])
    write(project, "app/models.py", models)
    judge()
    monkeypatch.setitem(os.environ, "APP_SCHEMA", "other")
    assert judged_as_without(monkeypatch).models == 1
