"""Model files: the same tables in many ways of writing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from fixes.wanted import PLAIN, Wanted

HEADER = """
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Table
from sqlalchemy import UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
"""
BASE = (
    HEADER
    + '''

class Base(DeclarativeBase):
    """Where all models come from."""


class Noted:
    """A mixin with columns."""

    d = Column(Boolean)  # whether it is done
    e = Column(JSONB)


class Commented:
    """A mixin whose arguments a class may extend."""

    @declared_attr.directive
    def __table_args__(cls):
        return ({"comment": "of the mixin"},)
'''
)
IMPORTS = HEADER + "from app.base import Base, Commented, Noted\n"

FORMS = tuple("tuple tuple lines dict none mixin mapped table outside inherited computed".split())
"""``computed`` is the one that cannot be edited."""

_TYPES = (
    ("a", "Integer"),
    ("b", "String(40)"),
    ("c", "DateTime"),
    ("d", "Boolean"),
    ("e", "JSONB"),
    ("Mixed", "Integer"),
    ("f", "Integer"),
)


@dataclass(frozen=True)
class TableOf:
    """A table, and how its model is written. ``parent`` is what its column f refers to."""

    name: str
    schema: str | None
    form: str
    parent: TableOf | None = None

    @property
    def sql(self) -> str:
        return f'{self.schema}."{self.name}"' if self.schema else f'"{self.name}"'

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def flag_name(self, column: str) -> str:
        """What SQLAlchemy calls the index of ``index=True``."""
        return f"ix_{self.schema}_{self.name}_{column}" if self.schema else f"ix_{self.name}_{column}"

    def model(self, random: Random, declared: Sequence[Wanted]) -> list[str]:
        """The lines of the model with the indexes that it is to declare."""
        if self.form == "table":
            return [*self._table(random, declared)]
        rest = [one for one in declared if not self._is_flag(one)]
        return [*self._class(random, {one.keys[0] for one in declared if self._is_flag(one)}, rest)]

    def _is_flag(self, index: Wanted) -> bool:
        """Whether ``index=True`` says all about it."""
        column = index.keys[0]
        return column in ("a", "b", "c", "f") and index == Wanted(self.flag_name(column), (column,))

    def _class(self, random: Random, flags: set[str], rest: Sequence[Wanted]) -> Iterator[str]:
        bases = {"mixin": "Noted, Base", "inherited": "Commented, Base"}.get(self.form, "Base")
        yield f"class {self.name.title()}({bases}):  # kept: {self.name}"
        if random.random() < 0.5:
            yield f'    """{self.name}:  an ünusual docstring."""'
            yield ""
        yield f'    __tablename__ = "{self.name}"'
        # Outside of the class, at least one key must be a column: text() does not say of which table.
        outside = [one for one in rest if self.form == "outside" and any(map(_is_column, one.keys))]
        yield from self._arguments(random, [one for one in rest if one not in outside])
        yield ""
        yield "    id = Column(Integer, primary_key=True)  # kept"
        for name, kind in _TYPES:
            if self.form == "mixin" and name in ("d", "e"):
                continue
            options = [kind]
            if name == "f" and self.parent:
                options = [f'ForeignKey("{self.parent.qualified}.id")']
            if name in flags:
                options.append("index=True")
            comment = random.choice(("", f"  # kept, {name}", "   #  odd   spaces"))
            if self.form == "mapped" and name in ("a", "b") and "index=True" not in options:
                python = "int" if name == "a" else "str"
                yield f"    {name}: Mapped[{python} | None] = mapped_column({', '.join(options)}){comment}"
            else:
                yield f"    {name} = Column({', '.join(options)}){comment}"
        for one in outside:
            of_table = f"{self.name.title()}.__table__.c"
            keys = [f'{of_table}["{key}"]' if _is_column(key) else f"text({key!r})" for key in one.keys]
            yield ""
            yield f'Index("{one.name}", {", ".join((*keys, *one.options("text")))})'

    def _arguments(self, random: Random, rest: Sequence[Wanted]) -> Iterator[str]:
        last = f'{{"schema": "{self.schema}"}}' if self.schema else ""
        if self.form == "computed":
            items = [*(one.declaration() for one in rest), *([last] if last else [])]
            yield f"    __table_args__ = tuple([{', '.join(items)}])"
            return
        if self.form == "dict" and not rest and not last:
            last = '{"comment": "a table"}'
        if not rest:
            if last:
                yield f"    __table_args__ = {last}"
            elif self.form == "lines":
                yield "    __table_args__ = ()  # for later"
            return
        items = [one.declaration() for one in rest] + ([last] if last else [])
        if self.form == "tuple":
            comma = "," if len(items) == 1 or random.random() < 0.5 else ""
            yield f"    __table_args__ = ({', '.join(items)}{comma})"
            return
        yield "    __table_args__ = (  # kept: a remark"
        for number, item in enumerate(items):
            if random.random() < 0.2:
                yield f"        # kept: what follows is the {number + 1}."
            if random.random() < 0.3 and item.startswith("Index("):
                head, _, tail = item.partition(", ")
                yield f"        {head},"
                yield f"            {tail[:-1]}"
                yield "        ),"
            else:
                yield f"        {item},{random.choice(('', '  # a word'))}"
        yield "    )"

    def _table(self, random: Random, declared: Sequence[Wanted]) -> Iterator[str]:
        yield f"{self.name} = Table("
        yield f'    "{self.name}",  # kept'
        yield "    Base.metadata,"
        yield '    Column("id", Integer, primary_key=True),  # kept'
        for name, kind in _TYPES:
            reference = f'ForeignKey("{self.parent.qualified}.id")' if name == "f" and self.parent else kind
            yield f'    Column("{name}", {reference}),{random.choice(("", "  # kept"))}'
        for one in declared:
            yield f"    {one.declaration()},"
        if self.schema:
            yield f'    schema="{self.schema}",'
        yield ")"


def _is_column(key: str) -> bool:
    return key in (*PLAIN, "e")
