"""Lines of upgrade() and downgrade() for each kind of change."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthetic.schema import Column, Constraint, Index, Table, index_arguments

CONCURRENTLY = "postgresql_concurrently=True"


@dataclass
class Body:
    """The two functions of a migration; each change goes to the end of one and the beginning of the other."""

    upgrade: list[str] = field(default_factory=list)
    downgrade: list[str] = field(default_factory=list)

    def change(self, there: str, back: str) -> None:
        """A change and what takes it back; of either, indented lines belong to the one before."""
        self.upgrade += there.splitlines()
        self.downgrade[:0] = back.splitlines()


def create_table(body: Body, table: Table) -> None:
    parts = [*map(_column, table.columns), *map(_constraint, table.constraints)]
    listed = "".join(f"\n    {part}," for part in parts)
    body.change(f'op.create_table(\n    "{table.name}",{listed}\n)', f'op.drop_table("{table.name}")')
    for index in table.indexes:
        body.upgrade.append(_create_index(table, index))
        body.downgrade.insert(0, _drop_index(table, index))


def drop_table(body: Body, table: Table) -> None:
    back = Body()
    create_table(back, table)
    body.upgrade += back.downgrade
    body.downgrade[:0] = back.upgrade


def add_column(body: Body, table: Table, column: Column) -> None:
    body.change(
        f'op.add_column("{table.name}", {_column(column)})',
        f'op.drop_column("{table.name}", "{column.name}")',
    )


def add_column_if_missing(body: Body, table: Table, column: Column) -> None:
    """As people write it who have been bitten."""
    body.change(
        f'columns = {{one["name"] for one in sa.inspect(op.get_bind()).get_columns("{table.name}")}}\n'
        f'if "{column.name}" not in columns:\n'
        f'    op.add_column("{table.name}", {_column(column)})',
        f'op.execute("ALTER TABLE {table.name} DROP COLUMN IF EXISTS {column.name}")',
    )


def create_index(body: Body, table: Table, index: Index) -> None:
    """On a table that is in use."""
    body.change(_alone(_create_index(table, index, live=True)), _alone(_drop_index(table, index, live=True)))


def drop_index(body: Body, table: Table, index: Index) -> None:
    body.change(_alone(_drop_index(table, index, live=True)), _alone(_create_index(table, index, live=True)))


def rename_index(body: Body, old: str, new: str) -> None:
    body.change(
        f'op.execute("ALTER INDEX {old} RENAME TO {new}")', f'op.execute("ALTER INDEX {new} RENAME TO {old}")'
    )


def rename_column(body: Body, table: Table, old: str, new: str) -> None:
    body.change(
        f'op.alter_column("{table.name}", "{old}", new_column_name="{new}")',
        f'op.alter_column("{table.name}", "{new}", new_column_name="{old}")',
    )


def change_type(body: Body, table: Table, column: str, old: str, new: str) -> None:
    body.change(_alter_type(table, column, old, new), _alter_type(table, column, new, old))


def rename_table(body: Body, old: str, new: str) -> None:
    body.change(f'op.rename_table("{old}", "{new}")', f'op.rename_table("{new}", "{old}")')


def add_unique(body: Body, table: Table, constraint: Constraint) -> None:
    """In two steps, as a table in use wants it."""
    create = f"CREATE UNIQUE INDEX CONCURRENTLY {constraint.name} ON {table.name} ({constraint.column})"
    attach = f"ALTER TABLE {table.name} ADD CONSTRAINT {constraint.name} UNIQUE USING INDEX {constraint.name}"
    body.change(
        _alone(f'op.execute("{create}")') + f'\nop.execute("{attach}")',
        f'op.drop_constraint("{constraint.name}", "{table.name}", type_="unique")',
    )


def add_check(body: Body, table: Table, constraint: Constraint) -> None:
    body.change(
        f'op.create_check_constraint("{constraint.name}", "{table.name}", "{constraint.text}")',
        f'op.drop_constraint("{constraint.name}", "{table.name}", type_="check")',
    )


def update_rows(body: Body, table: Table) -> None:
    old = "created_at < now() - interval '1 year'"
    body.change(
        f"op.execute(\"UPDATE {table.name} SET status = 'old' WHERE {old}\")",
        f"op.execute(\"UPDATE {table.name} SET status = 'new' WHERE status = 'old'\")",
    )


def _alone(line: str) -> str:
    return f"with op.get_context().autocommit_block():\n    {line}"


def _create_index(table: Table, index: Index, *, live: bool = False) -> str:
    keys, options = index_arguments(index)
    options = options.replace("text(", "sa.text(") + (f", {CONCURRENTLY}" if live else "")
    return f'op.create_index("{index.name}", "{table.name}", [{keys.replace("text(", "sa.text(")}]{options})'


def _drop_index(table: Table, index: Index, *, live: bool = False) -> str:
    return f'op.drop_index("{index.name}", table_name="{table.name}"{f", {CONCURRENTLY}" if live else ""})'


def _alter_type(table: Table, column: str, old: str, new: str) -> str:
    types = f"existing_type=sa.{old}, type_=sa.{new}"
    return f'op.alter_column("{table.name}", "{column}", {types}, existing_nullable=False)'


def _column(column: Column) -> str:
    options = f", {column.options}" if column.options else ""
    return f'sa.Column("{column.name}", sa.{column.type}{options})'.replace("=text(", "=sa.text(")


def _constraint(constraint: Constraint) -> str:
    if constraint.kind == "foreign key":
        return (
            f'sa.ForeignKeyConstraint(["{constraint.column}"], ["{constraint.text}.id"],'
            f' name="{constraint.name}")'
        )
    raise AssertionError(f"create_table() is given no {constraint.kind} constraint")
