"""Hand-made reports, and files that only exist here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lint_indexes.findings import Finding, Fix, OpenQuestion, Related, Severity, Subject, Violation
from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Coverage, Listing, Report, Skipped, UncertainRevision

MIGRATION = "/app/migrations/versions/44a28b52dc46_add_helpers.py"
SOURCES = {
    ("/app/pyproject.toml", 9): 'ix_booking_status = "booking (status)"\n',
    (MIGRATION, 121): "\twith op.batch_alter_table('booking') as batch:  # \x1b[31m\n",
    ("/app/models.py", 7): "class 予約(Base): ...\n",
}
BOOKING = QualifiedName("public", "booking")

ReadLine = Callable[[str, int], "str | None"]
ShowPath = Callable[[str], str]


@pytest.fixture
def read_line() -> ReadLine:
    return lambda path, line: SOURCES.get((path, line))


@pytest.fixture
def show_path() -> ShowPath:
    return lambda path: path.removeprefix("/app/")


@pytest.fixture
def missing_index() -> Finding:
    return Finding(
        "LI101",
        "policy-index-missing",
        Severity.ERROR,
        Violation(
            "ix_booking_status, which the policy requires, is missing from the migrations",
            Origin(Source.POLICY, "/app/pyproject.toml", 9, 1),
            Subject(BOOKING, "ix_booking_status", "44a28b52dc46"),
            (
                Related(
                    Origin(Source.MIGRATIONS, MIGRATION, 121, 2, "44a28b52dc46"),
                    "dropped here by 44a28b52dc46",
                ),
            ),
            help="create it again in a new migration",
            fix=Fix("add ix_booking_status", ()),
        ),
    )


@pytest.fixture
def doubtful_revision() -> Finding:
    return Finding(
        "LI004",
        "unanalysable-revision",
        Severity.WARNING,
        Violation("DO block:\nnot understood", Origin(Source.MIGRATIONS, MIGRATION, 400)),
    )


@pytest.fixture
def report(missing_index: Finding, doubtful_revision: Finding) -> Report:
    return Report(
        root=Path("/app"),
        findings=(missing_index, doubtful_revision),
        skipped=(Skipped("LI205", "with --at"), Skipped("LI201", "with --at")),
        open_questions=(
            OpenQuestion(
                "the predicates of ix_a", Origin(Source.MODELS, "/app/models.py", 7, 7), Subject(BOOKING)
            ),
        ),
        suppressed=2,
        coverage=Coverage(40, 39, (UncertainRevision("44a28b52dc46", "DO block"),)),
        rules_run=("LI004", "LI101"),
        notes=("interpreter: .venv/bin/python",),
        indexes=27,
    )


@pytest.fixture
def listing() -> Listing:
    origin = Origin(Source.MIGRATIONS, MIGRATION, 31, 5, "44a28b52dc46")
    indexes = (
        Index(
            QualifiedName("public", "ix_booking_Status"),
            BOOKING,
            (IndexKey(column="status", columns=("status",)),),
            predicate="status = 'PENDING'",
            predicate_columns=("status",),
            origin=origin,
        ),
        Index(
            QualifiedName("public", "booking_pkey"),
            BOOKING,
            (IndexKey(column="id", columns=("id",)),),
            unique=True,
            constraint=ConstraintKind.PRIMARY_KEY,
            origin=origin,
        ),
        Index(
            QualifiedName("public", "uq_company_name"),
            QualifiedName("public", "company"),
            (IndexKey(expression="lower(name)", columns=("name",)),),
            unique=True,
        ),
    )
    return Listing(Source.MIGRATIONS, "44a28b52dc46", indexes)
