"""Migrations that make the tables, and indexes in the ways in which people write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from fixes.tables import TableOf
from fixes.wanted import Wanted

SINCE = "0002"
LAST = "0003"

Placed = tuple[TableOf, Wanted]
"""An index and its table."""

_COLUMNS = """
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer()),
        sa.Column("b", sa.String(40)),
        sa.Column("c", sa.DateTime()),
        sa.Column("d", sa.Boolean()),
        sa.Column("e", JSONB()),
        sa.Column("Mixed", sa.Integer()),
""".lstrip("\n")


def first(tables: Sequence[TableOf]) -> str:
    """The revision that makes the tables."""
    schemas = sorted({table.schema for table in tables if table.schema})
    upgrade = [f'op.execute("CREATE SCHEMA {name}")' for name in schemas]
    upgrade += [_create_table(table) for table in tables]
    downgrade = [f"op.drop_table({table.name!r}{_schema(table)})" for table in reversed(tables)]
    downgrade += [f'op.execute("DROP SCHEMA {name}")' for name in schemas]
    return _revision("0001", None, upgrade, downgrade)


def second(random: Random, indexes: Iterable[Placed]) -> str:
    """The revision that makes indexes, with locks and without a care."""
    placed = list(indexes)
    return _revision(
        SINCE,
        "0001",
        [_create(random, *one) for one in placed],
        [_drop(random, *one) for one in reversed(placed)],
    )


def third(random: Random, new: Sequence[Placed], gone: Sequence[Placed]) -> str:
    """The revision that is judged: it makes some and drops others, and may not know the way back."""
    upgrade = [_drop(random, *one) for one in gone] + [_create(random, *one) for one in new]
    downgrade = [_drop(random, *one) for one in new] + [_create(random, *one) for one in gone]
    how = random.choice(("whole", "half", "empty", "none"))
    if how == "half":
        downgrade = downgrade[: len(downgrade) // 2]
    return _revision(LAST, SINCE, upgrade, None if how == "none" else [] if how == "empty" else downgrade)


def _revision(name: str, down: str | None, upgrade: Sequence[str], downgrade: Sequence[str] | None) -> str:
    lines = [
        "import sqlalchemy as sa",
        "from alembic import op",
        "from sqlalchemy.dialects.postgresql import JSONB",
        "",
        f"revision = {name!r}",
        f"down_revision = {down!r}",
        *_function("upgrade", upgrade),
        *([] if downgrade is None else _function("downgrade", downgrade)),
    ]
    return "\n".join(lines) + "\n"


def _function(name: str, body: Sequence[str]) -> Iterator[str]:
    yield from ("", "", f"def {name}():  # kept")
    yield from (f"    {line}" for line in body or ["pass"])


def _create_table(table: TableOf) -> str:
    key = f', sa.ForeignKey("{table.parent.qualified}.id")' if table.parent else ""
    rest = f'        sa.Column("f", sa.Integer(){key}),{_schema(table)[1:]}'
    return f"op.create_table(\n        {table.name!r},\n{_COLUMNS}{rest}\n    )"


def _schema(table: TableOf) -> str:
    return f", schema={table.schema!r}" if table.schema else ""


def _create(random: Random, table: TableOf, index: Wanted) -> str:
    if index.constraint:
        arguments = f"{index.name!r}, {table.name!r}, {list(index.keys)!r}{_schema(table)}"
        return f"op.create_unique_constraint({arguments})"
    if random.random() < 0.3:
        return f"op.execute({index.statement(table.sql)!r})"
    keys = ", ".join(index.arguments("sa.text"))
    options = "".join(f", {option}" for option in index.options("sa.text"))
    return f"op.create_index({index.name!r}, {table.name!r}, [{keys}]{_schema(table)}{options})"


def _drop(random: Random, table: TableOf, index: Wanted) -> str:
    if index.constraint:
        return f"op.drop_constraint({index.name!r}, {table.name!r}{_schema(table)})"
    if random.random() < 0.3:
        schema = f"{table.schema}." if table.schema else ""
        statement = f'DROP INDEX {schema}"{index.name}"'
        return f"op.execute({statement!r})"
    return f"op.drop_index({index.name!r}, {table.name!r}{_schema(table)})"
