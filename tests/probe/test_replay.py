"""Migrations run through the driver: statements, lines, transactions, failures."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.model.history import FailureKind


def test_sends_each_statement_with_the_line_of_its_operation(project, start, server):
    path = project.migration(
        "a1",
        None,
        """
        op.create_table("booking", sa.Column("id", sa.Integer, primary_key=True))
        for name in ("x", "y"):
            helper(name)
        """,
        'op.drop_table("booking")',
        head="""
        def helper(name):
            op.create_index(f"ix_{name}", "booking", [name])
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None
    assert probe.run("a1", "downgrade", server) is None

    assert server.log == [
        "BEGIN",
        "CREATE TABLE booking ( id SERIAL NOT NULL, PRIMARY KEY (id) )",
        "CREATE INDEX ix_x ON booking (x)",
        "CREATE INDEX ix_y ON booking (y)",
        "COMMIT",
        "BEGIN",
        "DROP TABLE booking",
        "COMMIT",
    ]
    assert server.line_of("CREATE TABLE") == ("a1.py", 9)
    assert server.line_of("CREATE INDEX") == ("a1.py", 7)
    origin = server.origins[0][1]
    assert (origin.revision, origin.path) == ("a1", str(path))
