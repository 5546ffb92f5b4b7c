"""How long it takes to compare the indexes of two catalogs: python tests/benchmarks/matching.py [count ...].

Of the indexes, seven in ten have plain columns, two a predicate and one an expression, which one side has as
PostgreSQL prints it; one in fifty was renamed, one in fifty has another definition, one in fifty is missing.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from lint_indexes.compare.equality import Different, Equal, compare_indexes
from lint_indexes.compare.match import match_indexes
from lint_indexes.model.catalog import Catalog, Column, Index, IndexKey, Table
from lint_indexes.model.names import QualifiedName

PER_TABLE = 20
PREDICATES = (
    ("status = 'PENDING'", "(status)::text = 'PENDING'::text"),
    ("deleted_at IS NULL", "deleted_at IS NULL"),
    (
        "kind IN ('a', 'b')",
        "(kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
    ),
    ("amount > 0", "amount > (0)::numeric"),
    ("created_at >= '2020-01-01'", "created_at >= '2020-01-01 00:00:00'::timestamp without time zone"),
)
EXPRESSIONS = (
    ("lower(email)", "lower((email)::text)"),
    ("coalesce(email, '')", "COALESCE(email, ''::character varying)"),
    ("CAST(created_at AS DATE)", "(created_at)::date"),
)
COLUMNS = (
    Column("id", "bigint"),
    Column("status", "character varying(20)"),
    Column("kind", "character varying(20)"),
    Column("email", "character varying(255)"),
    Column("amount", "numeric(10,2)"),
    Column("created_at", "timestamp without time zone"),
    Column("deleted_at", "timestamp with time zone"),
    *(Column(f"c{number}", "integer") for number in range(PER_TABLE)),
)


def catalog_with(count: int, *, stored: bool, distinct: bool = False) -> Catalog:
    """A catalog of ``count`` indexes, ``stored`` as a server prints them and with what changed since.

    ``distinct``: no two expressions are alike, so that every one has to be analysed.
    """
    catalog = Catalog()
    for number in range(count):
        table = QualifiedName("public", f"t{number // PER_TABLE}")
        if number % PER_TABLE == 0:
            catalog = catalog.with_table(Table(table, columns=COLUMNS))
        if not stored or number % 50 != 17:
            catalog = catalog.with_index(_index(number, table, stored, distinct))
    return catalog


def _index(number: int, table: QualifiedName, stored: bool, distinct: bool) -> Index:
    name = f"ix_{number}_renamed" if stored and number % 50 == 18 else f"ix_{number}"
    column = f"c{number % PER_TABLE}"
    descending = stored and number % 50 == 19
    keys = [IndexKey(column=column, columns=(column,), descending=descending, nulls_first=descending)]
    predicate = None
    if number % 10 in (1, 2):
        predicate = PREDICATES[number // 10 % len(PREDICATES)][stored]
        if distinct:
            predicate = (
                f"{predicate} AND c1 > {number}" if not stored else f"({predicate}) AND (c1 > {number})"
            )
    if number % 10 == 3:
        expression = EXPRESSIONS[number // 10 % len(EXPRESSIONS)][stored]
        if distinct:
            expression = f"nullif({expression}, NULL) IS NULL AND c1 = {number}"
        keys.append(IndexKey(expression=expression, columns=("email", "created_at")))
    return Index(QualifiedName("public", name), table, tuple(keys), predicate=predicate)


@dataclass(frozen=True)
class Measured:
    seconds: float
    equal: int
    different: int
    renamed: int
    left_only: int


def measure(left: Catalog, right: Catalog) -> Measured:
    """Match two catalogs, and compare every pair of one name."""
    began = time.perf_counter()
    matching = match_indexes(left, right)
    results = [compare_indexes(one, left, other, right) for one, other in matching.same_name]
    seconds = time.perf_counter() - began
    return Measured(
        seconds,
        sum(isinstance(result, Equal) for result in results),
        sum(isinstance(result, Different) for result in results),
        len(matching.renamed),
        len(matching.left_only),
    )


def main(counts: list[int]) -> None:
    for distinct in (False, True):
        sys.stdout.write(f"{'every expression of its own' if distinct else 'expressions that repeat'}\n")
        for count in counts:
            left, right = (catalog_with(count, stored=stored, distinct=distinct) for stored in (False, True))
            sys.stdout.write(f"  {count:>6} with {count:>6}: {measure(left, right)}\n")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1250, 2500, 5000, 10000, 20000])
