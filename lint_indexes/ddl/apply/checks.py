"""CHECK constraints that a table has of its own and from its parents: those of one name must be equal."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Verdict, compare_forms, normalize
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, Table
from lint_indexes.model.names import QualifiedName


def are_alike(catalog: Catalog, at: QualifiedName, one: str | None, other: str | None) -> bool:
    """Whether two conditions on a table are one, as far as that is known."""
    if one == other or one is None or other is None:
        return True
    forms = (normalize(text, at, (catalog,)).form for text in (one, other))
    return compare_forms(*forms) is not Verdict.DIFFERENT


def merges(
    catalog: Catalog, table: Table, name: str | None, expression: str | None, context: Context
) -> bool:
    """Whether a table has the CHECK already, from its parents or as its own (MergeWithExistingConstraint).

    Raises:
        SqlError: 42710 where the table has another constraint of that name.
    """
    known = table.constraint(name) if name is not None else None
    if known is None:
        return False
    if context.lenient:
        return True
    if known.kind is ConstraintKind.CHECK and are_alike(catalog, table.name, known.expression, expression):
        return True
    raise SqlError("42710", f'constraint "{name}" for relation "{table.name.name}" already exists')


def inherited_checks(catalog: Catalog, parents: list[Table], context: Context) -> tuple[Constraint, ...]:
    """The CHECKs that a new table has from its parents.

    Raises:
        SqlError: 42710 where two parents have different ones of one name.
    """
    checks: dict[str, Constraint] = {}
    for parent in parents:
        for constraint in parent.constraints:
            if constraint.kind is not ConstraintKind.CHECK:
                continue
            known = checks.setdefault(constraint.name, constraint)
            same = are_alike(catalog, parent.name, known.expression, constraint.expression)
            if not same and not context.lenient:
                message = f'check constraint name "{constraint.name}" appears multiple times'
                raise SqlError("42710", f"{message} but with different expressions")
    return tuple(replace(constraint, local=False) for constraint in checks.values())
