"""Every index of a real database, harmed in every way: one finding each, and none before."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lint_indexes.compare.database import DatabaseDrift
from lint_indexes.findings import Finding
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.loading import load_sources
from lint_indexes.model.catalog import Index
from lint_indexes.rules import ALL_RULES
from lint_indexes.server.connection import Connection
from lint_indexes.server.schema import read_catalog

RULES = [rule for rule in ALL_RULES if "database" in rule.required]
MIGRATION = """\
def upgrade():
    op.execute("CREATE EXTENSION pg_trgm")
    op.create_index("ix_plain", "booking", ["status", "company_id"])
    op.create_index("ix_partial", "booking", ["status"], postgresql_where=sa.text("company_id IN (1, 2)"))
    op.create_index("ix_expression", "booking", [sa.text("lower(status)"), sa.text("company_id DESC")])
    op.create_index("ix_covering", "booking", ["id"], postgresql_include=["status"])
    op.create_index("uq_index", "booking", ["company_id", "id"], unique=True)
    op.create_index("ix_gin", "booking", ["status"], postgresql_using="gin",
        postgresql_ops={"status": "gin_trgm_ops"})
    op.create_index("ix_brin", "booking", ["id"], postgresql_using="brin")
    op.create_index("Ix Quoted", "booking", ["company_id"])


def downgrade():
    op.execute("DROP EXTENSION pg_trgm CASCADE")
"""


def harms(index: Index, definition: str) -> dict[str, tuple[str, tuple[str, str]]]:
    """Ways to harm an index: statements, and the finding (rule and index) that they must lead to."""
    name = index.name.name
    drop = f"DROP INDEX {index.name};"
    bare = definition.partition(" WHERE ")[0]
    return {
        "dropped": (drop, ("LI702", name)),
        "renamed": (f"ALTER INDEX {index.name} RENAME TO renamed", ("LI704", name)),
        "other predicate": (f"{drop} {bare} WHERE company_id > 7", ("LI704", name)),
        "invalid": (
            f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{index.name}'::regclass",
            ("LI701", name),
        ),
        "copied": (definition.replace(f" {index_name(index)} ON", " copy ON", 1), ("LI703", "copy")),
    }


def index_name(index: Index) -> str:
    return str(index.name).partition(".")[2]


def found(connection: Connection, loaded: Loaded) -> list[tuple[str, str | None]]:
    assert loaded.database is not None
    actual = read_catalog(connection, "public")
    table = loaded.database.snapshot.version_table
    assert table is not None
    snapshot = replace(loaded.database.snapshot, catalog=actual.without_table(table))
    drift = DatabaseDrift(replace(loaded.database, snapshot=snapshot), None, loaded.history)
    outcomes = [outcome for rule in RULES for outcome in rule.run({"database": drift})]
    assert all(isinstance(outcome, Finding) for outcome in outcomes)
    return [(one.code, one.violation.subject.index) for one in outcomes if isinstance(one, Finding)]


def test_every_harm_is_one_finding(live_project: Callable[..., Any]) -> None:
    project = live_project({"versions/0002_indexes.py": MIGRATION})
    loaded = load_sources(project.config, python=sys.executable, database=project.address)
    connection = Connection(project.address)
    assert found(connection, loaded) == []
    indexes = [index for index in loaded.history.head.sorted_indexes() if index.constraint is None]
    assert len(indexes) == 8
    seen = {}
    for index in indexes:
        (row,) = connection.execute(f"SELECT pg_get_indexdef('{index.name}'::regclass)").rows
        for what, (statements, expected) in harms(index, str(row[0])).items():
            connection.execute("BEGIN")
            connection.execute(statements)
            seen[index.name.name, what] = (found(connection, loaded), [expected])
            connection.execute("ROLLBACK")
    connection.close()
    assert {key: pair for key, pair in seen.items() if pair[0] != pair[1]} == {}
    assert len(seen) == 40
