"""LI104 by the models' naming_convention, and LI506 for the names that SQLAlchemy refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from lint_indexes.findings import Finding
from lint_indexes.report import Report

LintProject = Callable[[Mapping[str, str]], Report]

LONG = "ix_booking_status_for_the_list_of_the_dispatcher_at_the_front_desk"
CUT = LONG[:63]
DOCUMENTED = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""What the documentation of Alembic recommends."""


def with_convention(convention: str, arguments: str, columns: str = "") -> str:
    return f"""\
from sqlalchemy import MetaData, PrimaryKeyConstraint
from sqlalchemy.sql.elements import conv


def failing(constraint, table):
    raise RuntimeError("no name")


def all_columns(constraint, table):
    return "_and_".join(column.name for column in constraint.columns)


Base = declarative_base(metadata=MetaData(naming_convention={convention}))


class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = ({arguments})

    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(Integer){columns}
"""


def named(lint_project: LintProject, models: str, policy: str = "") -> list[Finding]:
    report = lint_project({"models.py": models, "pyproject.toml": policy})
    assert "LI104" in report.rules_run
    return [finding for finding in report.findings if finding.code == "LI104"]


@pytest.mark.parametrize(
    ("convention", "arguments", "message"),
    [
        (
            DOCUMENTED,
            'Index("status_idx", "status"),',
            "index status_idx on booking would be ix_booking_status",
        ),
        (
            DOCUMENTED,
            'UniqueConstraint("status", name="one_status"),',
            "unique constraint one_status on booking would be uq_booking_status",
        ),
        (
            DOCUMENTED,
            'PrimaryKeyConstraint("id", name="booking_key"),',
            "primary key constraint booking_key on booking would be pk_booking",
        ),
        (
            {"ix": "ix_%(table_name)s_%(column_0_N_name)s"},
            'Index("by_both", "status", "company_id"),',
            "index by_both on booking would be ix_booking_status_company_id",
        ),
        (
            DOCUMENTED,
            'Index("one_status", "status", unique=True),',
            "index one_status on booking would be ix_booking_status or uq_booking_status",
        ),
        (
            "{'ix': 'ix_%(cols)s', 'cols': all_columns}",
            'Index("by_both", "status", "company_id"),',
            "index by_both on booking would be ix_status_and_company_id",
        ),
    ],
)
def test_a_name_against_the_convention(
    lint_project: LintProject, convention: object, arguments: str, message: str
) -> None:
    (found,) = named(lint_project, with_convention(str(convention), arguments))
    assert found.violation.message == f"{message} by the naming_convention of the models"
    assert found.violation.origin.line is not None
    assert found.violation.help is not None
    assert "ALTER INDEX" in found.violation.help


@pytest.mark.parametrize(
    ("convention", "arguments"),
    [
        (None, 'Index("status_idx", "status"),'),
        ({"ix": "ix_%(column_0_label)s"}, 'Index("status_idx", "status"),'),
        ({"pk": "pk_%(table_name)s"}, 'Index("status_idx", "status"),'),
        (DOCUMENTED, 'Index("ix_booking_status", "status"),'),
        (DOCUMENTED, 'Index(None, "status"),'),
        (DOCUMENTED, 'Index(conv("status_idx"), "status"),'),
        (DOCUMENTED, 'Index("uq_booking_status", "status", unique=True),'),
        # What the convention would give to another one as well.
        (DOCUMENTED, 'Index("ix_booking_by_both", "status", "company_id"),'),
        (DOCUMENTED, 'Index("open", "status", postgresql_where=text("status = 1")),'),
        (DOCUMENTED, 'Index("status_lower", text("lower(status)")),'),
        (DOCUMENTED, 'Index("status_hash", "status", postgresql_using="hash"),'),
        (DOCUMENTED, 'Index("ix_booking_status", "status"), Index("second", "status"),'),
        # What cannot be known.
        ("{'ix': 'ix_%(bad)s', 'bad': failing}", 'Index("status_idx", "status"),'),
        ({"ix": "ix_" + "x" * 60 + "%(column_0_name)s"}, 'Index("status_idx", "status"),'),
    ],
)
def test_a_name_that_the_convention_leaves_alone(
    lint_project: LintProject, convention: object, arguments: str
) -> None:
    assert named(lint_project, with_convention(str(convention), arguments)) == []


def test_the_policy_goes_before_the_convention(lint_project: LintProject) -> None:
    models = with_convention(str(DOCUMENTED), 'Index("status_idx", "status"),')
    assert named(lint_project, models, 'index-name = "{column}_idx"\n') == []
    entry = '[tool.lint-indexes.indexes]\nstatus_idx = "booking (status)"\n'
    assert named(lint_project, models, entry) == []


MODELS = f"""\
class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("company_id"),
        Index("{LONG}", "status"),
    )

    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(Integer, unique=True)
"""


def migration(statement: str) -> dict[str, str]:
    body = f"def upgrade():\n    {statement}\n\n\ndef downgrade():\n    op.drop_index('x', 'booking')\n"
    return {"versions/0002_index.py": body}


def test_a_long_name_in_a_model(lint_project: LintProject) -> None:
    report = lint_project({"models.py": MODELS})
    (found,) = (finding for finding in report.findings if finding.code == "LI506")
    assert found.violation.message == f"{LONG} has {len(LONG)} bytes: PostgreSQL keeps {CUT}"
    assert found.violation.subject.index == CUT
    assert found.violation.origin.path is not None
    assert found.violation.origin.path.endswith("models.py")
    assert found.violation.origin.line == 11
    drift = {item.violation.subject.index for item in report.findings if item.code.startswith("LI2")}
    assert drift == {"booking_company_id_key"}


@pytest.mark.parametrize(("name", "place"), [(CUT, False), (LONG, True), ("ix_booking_status", False)])
def test_what_the_migrations_call_it_is_no_drift(lint_project: LintProject, name: str, place: bool) -> None:
    report = lint_project(
        {"models.py": MODELS, **migration(f"op.execute('CREATE INDEX {name} ON booking (status)')")}
    )
    found = [finding for finding in report.findings if finding.code == "LI506"]
    assert len(found) == 1
    assert bool(found[0].violation.related) is place
    drift = {f.violation.subject.index for f in report.findings if f.code.startswith("LI2")}
    assert not drift & {CUT, "ix_booking_status"}


def test_a_long_constraint_in_a_model(lint_project: LintProject) -> None:
    name = "uq_" + "é" * 31
    models = MODELS.replace(
        'UniqueConstraint("company_id")', f'UniqueConstraint("company_id", name="{name}")'
    )
    report = lint_project({"models.py": models.replace(LONG, "ix_booking_status")})
    (found,) = (finding for finding in report.findings if finding.code == "LI506")
    assert found.violation.message.startswith(f"{name} has 65 bytes: PostgreSQL keeps uq_é")


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE TYPE \"{LONG}\" AS ENUM ('a')",
        f"ALTER TABLE booking ADD COLUMN {LONG} integer",
        f"CREATE FUNCTION {LONG}() RETURNS integer LANGUAGE sql AS \\'SELECT 1\\'",
        f"CREATE INDEX {CUT} ON booking (status)",
    ],
)
def test_long_names_of_other_things(lint_project: LintProject, statement: str) -> None:
    report = lint_project(
        migration(f"op.execute('{statement}')" if "'" not in statement else f'op.execute("""{statement}""")')
    )
    assert "LI506" in report.rules_run
    assert "LI506" not in {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE TABLE {LONG} (id integer PRIMARY KEY)",
        f"ALTER TABLE booking ADD CONSTRAINT {LONG} CHECK (id > 0)",
        f"ALTER TABLE booking ADD CONSTRAINT {LONG} UNIQUE (company_id)",
        f"CREATE INDEX x ON booking (status); ALTER INDEX x RENAME TO {LONG}",
    ],
)
def test_long_names_of_tables_and_constraints(lint_project: LintProject, statement: str) -> None:
    report = lint_project(migration(f"op.execute('{statement}')"))
    messages = [finding.violation.message for finding in report.findings if finding.code == "LI506"]
    assert [message.partition(" ")[0] for message in messages] == [LONG]
