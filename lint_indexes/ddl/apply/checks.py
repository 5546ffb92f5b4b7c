"""CHECK constraints that a table has of its own and from its parents: those of one name must be equal."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import children_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Verdict, compare_forms, normalize
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import ConstraintDefinition


def are_alike(catalog: Catalog, at: QualifiedName, one: str | None, other: str | None) -> bool:
    """Whether two conditions on a table are one, as far as that is known."""
    if one == other or one is None or other is None:
        return True
    forms = (normalize(text, at, (catalog,)).form for text in (one, other))
    return compare_forms(*forms) is not Verdict.DIFFERENT


def merges(catalog: Catalog, table: Table, check: ConstraintDefinition, context: Context) -> bool:
    """Whether a table has the CHECK already, from its parents or as its own (MergeWithExistingConstraint).

    Raises:
        SqlError: 42710 where the table has another constraint of that name, 42P17 where one of the two is
            NO INHERIT, or the table's own NOT VALID and the other not.
    """
    name, expression = check.name, check.expression
    known = table.constraint(name) if name is not None else None
    if known is None:
        return False
    if context.lenient:
        return True
    if known.kind is not ConstraintKind.CHECK or not are_alike(
        catalog, table.name, known.expression, expression
    ):
        raise SqlError("42710", f'constraint "{name}" for relation "{table.name.name}" already exists')
    if known.no_inherit or check.no_inherit:
        kind = "non-inherited" if known.no_inherit else "inherited"
        message = f'constraint "{name}" conflicts with {kind} constraint on relation "{table.name.name}"'
        raise SqlError("42P17", message)
    if not known.valid and not check.not_valid:
        message = f'constraint "{name}" conflicts with NOT VALID constraint on relation "{table.name.name}"'
        raise SqlError("42P17", message)
    return True


def inherited_checks(catalog: Catalog, parents: list[Table], context: Context) -> tuple[Constraint, ...]:
    """The CHECKs that a new table has from its parents.

    Raises:
        SqlError: 42710 where two parents have different ones of one name.
    """
    checks: dict[str, Constraint] = {}
    for parent in parents:
        for constraint in parent.constraints:
            if not constraint.is_for_children:
                continue
            known = checks.setdefault(constraint.name, constraint)
            same = are_alike(catalog, parent.name, known.expression, constraint.expression)
            if not same and not context.lenient:
                message = f'check constraint name "{constraint.name}" appears multiple times'
                raise SqlError("42710", f"{message} but with different expressions")
    return tuple(replace(check, local=False, valid=True, orphaned=False) for check in checks.values())


def inherit_count(catalog: Catalog, table: Table, check: Constraint) -> int:
    """How many of the table's parents have a CHECK that is its parent (pg_constraint.coninhcount)."""
    parents = (*table.inherits, *((table.partition_of,) if table.partition_of else ()))
    known = (catalog.tables[parent] for parent in parents if parent in catalog.tables)
    inherited = [one for parent in known for one in parent.constraints if one.name == check.name]
    alike = [one for one in inherited if one.is_for_children and one.columns == check.columns]
    return len(alike) + check.orphaned


def drop_own_check(catalog: Catalog, at: QualifiedName, check: Constraint) -> Catalog:
    """Drop a CHECK that goes with a column: children that keep the column keep it, as inherited for good."""
    table = catalog.tables[at]
    left = tuple(known for known in table.constraints if known.name != check.name)
    catalog = catalog.with_table(replace(table, constraints=left))
    for child in children_of(catalog, at) if check.is_for_children else ():
        constraints = tuple(
            replace(known, orphaned=known.orphaned or (known.name, known.kind) == (check.name, check.kind))
            for known in child.constraints
        )
        catalog = catalog.with_table(replace(child, constraints=constraints))
    return catalog
