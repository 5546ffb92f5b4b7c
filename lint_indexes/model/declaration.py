"""An index as the SQLAlchemy source that declares it in a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import quote_identifier

# The colons that text() must find escaped: those before what it takes for a parameter, and those behind a
# backslash, which it takes for an escape (SQLAlchemy, sql/compiler.py, BIND_PARAMS and BIND_PARAMS_ESC).
_PARAMETER = re.compile(r"(?<![:\w$\\]):(?=[\w$]+(?![:\w$]))|(?<=\\):(?=[\w$]*(?![:\w$]))")
_ESCAPED_COLON = r"\\:"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one file writes what a declaration consists of.

    ``names`` are the names by which the file reaches SQLAlchemy's ("Index": "sa.Index"), ``keys`` the
    Column.key of each column whose key is not its name: it is what a string in Index() is looked up by.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    quote: str = '"'

    def name(self, name: str) -> str:
        return self.names.get(name, name)

    def key(self, column: str) -> str:
        return self.literal(self.keys.get(column, column))

    def text(self, sql: str) -> str:
        """The text() construct of a piece of SQL."""
        return f"{self.name('text')}({self.literal(_PARAMETER.sub(_ESCAPED_COLON, sql))})"

    def mapping(self, values: Mapping[str, str]) -> str:
        items = (f"{self.literal(key)}: {self.literal(value)}" for key, value in values.items())
        return "{" + ", ".join(items) + "}"

    def literal(self, value: str) -> str:
        """A Python string literal, in the quotes that need no escape."""
        if "\\" in value or not value.isprintable():
            return repr(value)
        quote = self.quote if self.quote not in value else {'"': "'", "'": '"'}[self.quote]
        return repr(value) if quote in value else f"{quote}{value}{quote}"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a declaration; ``names`` are those of SQLAlchemy that its value uses."""

    value: str
    keyword: str | None = None
    names: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.value if self.keyword is None else f"{self.keyword}={self.value}"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A call of Index or UniqueConstraint; ``kind`` is which, ``function`` how the file writes it."""

    kind: str
    function: str
    arguments: tuple[Argument, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every name of SQLAlchemy that the call uses."""
        return frozenset((self.kind,)).union(*(argument.names for argument in self.arguments))

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


def sqlalchemy_declaration(index: Index) -> str:
    """The ``Index(...)`` or ``UniqueConstraint(...)`` to put into a model's ``__table_args__``."""
    return str(declaration(index))


def declaration(index: Index, spelling: Spelling | None = None) -> Declaration:
    """The same as its parts, spelt as a file does."""
    spelling = spelling or Spelling()
    name = spelling.literal(index.name.name)
    if is_unique_constraint(index):
        kind = "UniqueConstraint"
        arguments = [Argument(spelling.key(key.column or "")) for key in index.keys]
        arguments.append(Argument(name, "name"))
        arguments.extend(_constraint_options(index, spelling))
    else:
        kind = "Index"
        arguments = [Argument(name), *(_key(key, spelling) for key in index.keys)]
        arguments.extend(_options(index, spelling))
    return Declaration(kind, spelling.name(kind), tuple(arguments))


def is_unique_constraint(index: Index) -> bool:
    """Whether a UniqueConstraint declares it."""
    return index.constraint is ConstraintKind.UNIQUE and index.method == "btree" and not index.predicate


def _key(key: IndexKey, spelling: Spelling) -> Argument:
    """A plain key by its column; one with an order or an expression as text()."""
    if key.column is not None and _is_plain(key):
        return Argument(spelling.key(key.column))
    sql = quote_identifier(key.column) if key.column is not None else f"({key.expression})"
    collation = f" COLLATE {key.collation}" if key.collation else ""
    # An opclass stands between expression and order; Index's postgresql_ops is for plain columns only.
    return Argument(spelling.text(sql + collation + _opclass(key) + _order(key)), names=frozenset(("text",)))


def _opclass(key: IndexKey) -> str:
    options = ", ".join(f"{name}='{value}'" for name, value in key.opclass_options)
    return (f" {key.opclass}" if key.opclass else "") + (f" ({options})" if options else "")


def _order(key: IndexKey) -> str:
    nulls = "" if key.nulls_first == key.descending else f" NULLS {'FIRST' if key.nulls_first else 'LAST'}"
    return (" DESC" if key.descending else "") + nulls


def _options(index: Index, spelling: Spelling) -> Iterator[Argument]:
    if index.unique:
        yield Argument("True", "unique")
    if index.method != "btree":
        yield Argument(spelling.literal(index.method), "postgresql_using")
    plain = ((key.column, key.opclass) for key in index.keys if _is_plain(key))
    if opclasses := {
        spelling.keys.get(column, column): opclass for column, opclass in plain if column and opclass
    }:
        yield Argument(spelling.mapping(opclasses), "postgresql_ops")
    if index.include:
        yield _include(index, spelling)
    if index.options:
        yield Argument(spelling.mapping(dict(index.options)), "postgresql_with")
    if index.tablespace:
        yield Argument(spelling.literal(index.tablespace), "postgresql_tablespace")
    if index.nulls_not_distinct:
        yield Argument("True", "postgresql_nulls_not_distinct")
    if index.predicate:
        yield Argument(spelling.text(index.predicate), "postgresql_where", frozenset(("text",)))


def _constraint_options(index: Index, spelling: Spelling) -> Iterator[Argument]:
    if index.include:
        yield _include(index, spelling)
    if index.nulls_not_distinct:
        yield Argument("True", "postgresql_nulls_not_distinct")


def _include(index: Index, spelling: Spelling) -> Argument:
    return Argument(f"[{', '.join(map(spelling.key, index.include))}]", "postgresql_include")


def _is_plain(key: IndexKey) -> bool:
    return key.column is not None and not _order(key) and key.collation is None and not key.opclass_options
