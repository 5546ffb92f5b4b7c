"""What Alembic's comparison of indexes misses: python tests/benchmarks/alembic_comparison.py [pairs] [seed].

The server has one index of a pair, the models declare the other; Alembic reflects, and compares with its
``PostgresqlImpl``. lint-indexes is asked about the same two. The rows are what was changed between them.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import alembic
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

sys.path.insert(0, str(Path(__file__).parent.parent / "oracle"))

from index_pairs.indexes import Definition, IndexGenerator, Key
from index_pairs.judge import Pair, make_pairs, prepare, read_index
from index_pairs.schema import COLUMNS, catalog_of_the_schema

from lint_indexes.compare.equality import Equal, compare_indexes
from lint_indexes.server.embedded import EmbeddedServer

ROWS = {
    "key": "key expression or column",
    "opclass": "operator class",
    "another opclass": "operator class",
    "collation": "collation",
    "order": "direction, NULLS placement",
    "unique": "uniqueness",
    "nulls": "NULLS NOT DISTINCT",
    "method": "method",
    "keys": "a key more",
    "key order": "key order",
    "options": "storage options",
    "include": "INCLUDE",
    "predicate": "another WHERE, or one added",
    "part of the predicate": "part of the WHERE",
    "no predicate": "WHERE removed",
}


def declare(definition: Definition) -> sa.MetaData:
    """Models with this one index, written as one writes it in SQLAlchemy."""
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, *(sa.Column(name.strip('"'), sa.Text) for name in COLUMNS))
    operator_classes: dict[str, str] = {}
    elements = [_element(table, key, f"key{at}", operator_classes) for at, key in enumerate(definition.keys)]
    options = dict(option.split("=") for option in definition.options.replace(" ", "").split(",") if option)
    sa.Index(
        "i",
        *elements,
        unique=definition.unique,
        postgresql_using=definition.method,
        postgresql_ops=operator_classes,
        postgresql_with=options,
        postgresql_include=[name.strip('"') for name in definition.include],
        postgresql_nulls_not_distinct=definition.nulls_not_distinct or None,
        postgresql_where=sa.text(str(definition.predicate)) if definition.predicate else None,
    )
    return metadata


def _element(
    table: sa.Table, key: Key, label: str, operator_classes: dict[str, str]
) -> sa.ColumnElement[object]:
    element: sa.ColumnElement[object]
    if key.expression and str(key.subject) not in COLUMNS:
        element = sa.literal_column(f"({key.subject})")
        name = label
    else:
        name = str(key.subject).strip('"')
        element = table.c[name]
    if key.collation:
        element = sa.collate(element, key.collation.split()[-1].rpartition(".")[2].strip('"'))
    if key.opclass:
        operator_classes[name] = key.opclass
        element = element.label(name) if name == label else element
    for word, method in (("DESC", "desc"), ("FIRST", "nulls_first"), ("LAST", "nulls_last")):
        if word in key.order.split():
            element = getattr(element, method)()
    return element


def alembic_sees_a_difference(connection: sa.Connection, definition: Definition) -> bool:
    """Whether autogenerate would change the index that the server has."""
    context = MigrationContext.configure(
        connection, opts={"include_object": lambda _one, _name, kind, *_: kind in ("table", "index")}
    )
    found = compare_metadata(context, declare(definition))
    return any("index" in str(step[0]) for step in _flat(found))


def _flat(steps: object) -> Iterator[tuple[object, ...]]:
    if isinstance(steps, tuple):
        yield steps
    elif isinstance(steps, list):
        for step in steps:
            yield from _flat(step)


class Score:
    """Counts of one tool's answers, by what was changed."""

    def __init__(self) -> None:
        self.missed: Counter[str] = Counter()
        self.false_alarms: Counter[str] = Counter()

    def add(self, row: str, *, differs: bool, seen: bool) -> None:
        if differs and not seen:
            self.missed[row] += 1
        if seen and not differs:
            self.false_alarms[row] += 1


def compare(pairs: list[Pair], engine: sa.Engine) -> tuple[Counter[str], Counter[str], Score, Score]:
    """How many pairs differ and are alike, by what was changed, and what Alembic and lint-indexes say."""
    catalog = catalog_of_the_schema()
    differing, alike = Counter[str](), Counter[str]()
    theirs, ours = Score(), Score()
    for pair in pairs:
        row = ROWS.get(pair.mutated.mutated, ROWS["part of the predicate"])
        with engine.connect() as connection:
            connection.exec_driver_sql(str(pair.original))
            for declared, name, differs in (
                (pair.original, "(nothing)", False),
                (pair.mutated, row, not pair.same),
            ):
                (differing if differs else alike)[name] += 1
                seen = alembic_sees_a_difference(connection, declared)
                theirs.add(name, differs=differs, seen=seen)
                stored, index = read_index(pair.stored[0]), read_index(str(declared))
                result = compare_indexes(index, catalog, stored, catalog)
                ours.add(name, differs=differs, seen=not isinstance(result, Equal))
            connection.rollback()
    return differing, alike, theirs, ours


def main(count: int, seed: int) -> None:
    warnings.simplefilter("ignore")
    with EmbeddedServer() as server:
        prepare(server)
        pairs = make_pairs(server, IndexGenerator(seed), count)
        socket = server.socket_folder / ".s.PGSQL.5432"
        engine = sa.create_engine(f"postgresql+pg8000://postgres@/postgres?unix_sock={socket}")
        # Percent signs of LIKE and % are no placeholders here.
        engine = engine.execution_options(no_parameters=True)
        differing, alike, theirs, ours = compare(pairs, engine)
        engine.dispose()
    write = sys.stdout.write
    write(f"{count} pairs, seed {seed}, Alembic {alembic.__version__}, SQLAlchemy {sa.__version__}\n\n")
    write(
        "| changed | different pairs | missed by Alembic | missed by lint-indexes |\n"
        "| --- | --- | --- | --- |\n"
    )
    for row in dict.fromkeys(ROWS.values()):
        write(f"| {row} | {differing[row]} | {theirs.missed[row]} | {ours.missed[row]} |\n")
    total = differing.total()
    write(f"| all | {total} | {theirs.missed.total()} | {ours.missed.total()} |\n\n")
    write(f"of {alike.total()} that are the same index, called different: ")
    write(f"Alembic {theirs.false_alarms.total()}, lint-indexes {ours.false_alarms.total()}\n")


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    main(arguments[0] if arguments else 1000, arguments[1] if arguments[1:] else 1)
