"""Which fixes are given up when something went wrong after them."""

from __future__ import annotations

from lint_indexes.commands.blame import concerned
from lint_indexes.findings import Finding, Fix, Severity, Subject, Violation
from lint_indexes.fixers.choice import Choice
from lint_indexes.model.edits import MergeHeads, ReplaceStatement
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source

TABLE = QualifiedName("public", "booking")


def finding(code: str, index: str | None = None, message: str = "") -> Finding:
    origin = Origin(Source.MIGRATIONS, "a.py", 1)
    return Finding(code, "name", Severity.ERROR, Violation(message, origin, subject=Subject(TABLE, index)))


ADDED = Choice(finding("LI101", "ix_a"), Fix("add ix_a", (MergeHeads(()),)))
RENAMED = Choice(finding("LI204", "ix_b"), Fix("rename ix_b", (MergeHeads(()),)))
REWRITTEN = Choice(finding("LI401"), Fix("rewrite", (ReplaceStatement("r1", 3, ()),)))
ALL = (ADDED, RENAMED, REWRITTEN)


def test_those_of_an_index_that_is_named() -> None:
    assert concerned(ALL, finding("LI501", "ix_c", "index ix_c is the same as ix_a")) == [ADDED]
    assert concerned(ALL, finding("LI201", "ix_b")) == [RENAMED]


def test_or_those_of_the_table_but_not_what_changes_no_schema() -> None:
    assert concerned(ALL, finding("LI201", "ix_c")) == [ADDED, RENAMED]
    assert concerned((REWRITTEN,), finding("LI201", "ix_c")) == [REWRITTEN]


def test_what_a_migration_does_may_come_of_its_own_lines() -> None:
    assert concerned(ALL, finding("LI403")) == list(ALL)
