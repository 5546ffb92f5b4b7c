"""DETACH PARTITION ... CONCURRENTLY, which leaves the partition's bound behind as a CHECK."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.ddl.apply.bounds import is_default
from lint_indexes.ddl.apply.constraints import add_check
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import children_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Form, normalize
from lint_indexes.ddl.normalize.predicates import conjuncts
from lint_indexes.model.catalog import Catalog, ConstraintKind, Table
from lint_indexes.model.names import quote_identifier
from lint_indexes.model.operations import ConstraintDefinition
from lint_indexes.model.partitions import Infinity, PartitionBound, Strategy


def check_no_default(catalog: Catalog, parent: Table, context: Context) -> None:
    """Raise where there is a default partition, whose rows would depend on which others there are.

    Raises:
        SqlError: 55000.
    """
    if not context.lenient and any(map(is_default, children_of(catalog, parent.name))):
        message = "cannot detach partitions concurrently when a default partition exists"
        raise SqlError("55000", message)


def keep_bound(catalog: Catalog, partition: Table, parent: Table, context: Context) -> Catalog:
    """Add the CHECK to a partition that has been detached (DetachAddConstraintIfNeeded); a hash has none."""
    bound = partition.bound
    if bound is None or bound.strategy in (None, Strategy.HASH):
        return catalog
    conditions = tuple(_conditions(parent, bound))
    if conditions and _are_implied(catalog, catalog.tables[partition.name], conditions):
        return catalog
    expression = " AND ".join(conditions) or None
    columns = parent.partition_reads
    check = ConstraintDefinition(ConstraintKind.CHECK, columns=columns, expression=expression)
    return add_check(catalog, partition.name, check, context)


def _are_implied(catalog: Catalog, table: Table, conditions: tuple[str, ...]) -> bool:
    """Whether each condition stands in a CHECK, or is the NOT NULL of its column."""

    def forms(text: str) -> set[Form]:
        return set(conjuncts(normalize(text, table.name, (catalog,)).form))

    known = {
        form for one in table.constraints if one.expression is not None for form in forms(one.expression)
    }
    for column in table.columns:
        if column.not_null:
            known |= forms(f"{quote_identifier(column.name)} IS NOT NULL")
    return all(forms(condition) <= known for condition in conditions)


def _conditions(parent: Table, bound: PartitionBound) -> Iterator[str]:
    """What the values of a single column are; of several, or of an expression, nothing is said here."""
    if len(parent.partition_key) != 1 or parent.partition_key[0] is None:
        return
    name = quote_identifier(parent.partition_key[0])
    if bound.strategy is Strategy.LIST:
        values = [value for value in bound.values if value.upper() != "NULL"]
        found = [f"{name} IN ({', '.join(values)})"] if values else []
        found += [f"{name} IS NULL"] if len(values) < len(bound.values) else []
        yield f"({' OR '.join(found)})"
        return
    yield f"{name} IS NOT NULL"
    for operator, (end,) in ((">=", bound.lower), ("<", bound.upper)):
        if not isinstance(end, Infinity):
            yield f"{name} {operator} {end}"
