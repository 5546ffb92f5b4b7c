"""Models that no one but a migration imports: Alembic sees them when it compares, so they are models."""

from __future__ import annotations

import pytest

DRIFT = {"LI201", "LI202", "LI203", "LI204", "LI205"}
INVOICES = """\
from models import *

class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    number = Column(Integer, index=True)
"""
IMPORTING_MIGRATION = """\
from invoices import Invoice

def upgrade():
    {upgrade}

def downgrade():
    Invoice.__table__.drop(op.get_bind())
"""


@pytest.mark.parametrize(
    ("upgrade", "codes"), [("pass", {"LI205"}), ("Invoice.__table__.create(op.get_bind())", set())]
)
def test_models_that_only_a_migration_imports_are_models(lint_project, upgrade, codes) -> None:
    migration = IMPORTING_MIGRATION.format(upgrade=upgrade)
    report = lint_project({"invoices.py": INVOICES, "versions/0002_invoice.py": migration})
    assert {finding.code for finding in report.findings} & DRIFT == codes


def test_models_that_need_what_only_a_migration_imports(lint_project) -> None:
    models = """\
class Booking(Base):
    __tablename__ = "booking"

    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(ForeignKey("invoice.id"))
"""
    migration = IMPORTING_MIGRATION.format(upgrade="Invoice.__table__.create(op.get_bind())")
    files = {"models.py": models, "invoices.py": INVOICES, "versions/0002_invoice.py": migration}
    report = lint_project(files)
    assert {finding.code for finding in report.findings} & DRIFT == set()
    assert "LI205" in report.rules_run
