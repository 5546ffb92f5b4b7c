"""The canonical form of an expression's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache

from pglast import ast

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize.analyze import Analyzer, flat
from lint_indexes.ddl.normalize.form import UNKNOWN, Fault, Form, Kind
from lint_indexes.ddl.normalize.scope import Scope, TypeName, UserType, build_scope, read_type_name
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName


@dataclass(frozen=True, slots=True)
class Expression:
    """A canonical form, why some types in it are not known, and the user's own types among the others.

    ``faults`` says why PostgreSQL refuses it; ``mutable``, that no index can have it; ``extensions`` are
    those whose functions and operators it uses.
    """

    form: Form
    doubts: tuple[str, ...] = field(default=(), compare=False)
    user_types: tuple[tuple[str, UserType], ...] = field(default=(), compare=False)
    faults: tuple[Fault, ...] = field(default=(), compare=False)
    mutable: bool = field(default=False, compare=False)
    extensions: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class _Mentions:
    """The names that an expression's text uses."""

    columns: tuple[str, ...]
    types: tuple[TypeName, ...]
    functions: tuple[ObjectName, ...]


@lru_cache(maxsize=64)
def _parse(text: str) -> nodes.Node:
    """A tree that nobody changes: an expression is read for its names, and soon after to be analysed."""
    return nodes.parse_expression(text)


@lru_cache(maxsize=32768)
def _mentions(text: str) -> _Mentions:
    found = list(nodes.walk(_parse(text)))
    return _Mentions(
        columns=tuple(dict.fromkeys(filter(None, map(nodes.column_name, found)))),
        types=tuple(dict.fromkeys(read_type_name(node) for node in found if isinstance(node, ast.TypeName))),
        functions=tuple(
            dict.fromkeys(
                nodes.object_name(node.funcname or ()) for node in found if isinstance(node, ast.FuncCall)
            )
        ),
    )


def normalize(
    text: str, table: QualifiedName, catalogs: Sequence[Catalog], *, typed: bool = True
) -> Expression:
    """The canonical form of an expression over a table's columns.

    Args:
        text: SQL of a scalar expression.
        table: the table that its columns belong to.
        catalogs: where types are looked up; what the first lacks is taken from the next.
        typed: whether a quoted literal that stands alone becomes a text.
    """
    try:
        mentions = _mentions(text)
    except SqlError as error:
        return Expression(Form(Kind.OPAQUE, None, text), (error.message,))
    scope = build_scope(mentions.columns, mentions.types, mentions.functions, table, catalogs)
    return _normalize(text, scope, typed)


@lru_cache(maxsize=65536)
def _normalize(text: str, scope: Scope, typed: bool) -> Expression:
    analyzer = Analyzer(scope)
    form = analyzer.analyze(_parse(text))
    if typed and form.type == UNKNOWN:
        form = analyzer.coercer.to_type(form, "text")
    remarks = analyzer.remarks
    doubts = tuple(dict.fromkeys(remarks.doubts))
    faults, extensions = tuple(remarks.faults), frozenset(remarks.extensions)
    return Expression(form, doubts, scope.user_types, faults, remarks.mutable, extensions)


def normalize_predicate(text: str, table: QualifiedName, catalogs: Sequence[Catalog]) -> Expression | None:
    """The canonical form of a WHERE clause, None for one that is always true: PostgreSQL keeps none then."""
    found = normalize(text, table, catalogs)
    form = found.form
    if form.kind is Kind.CONSTANT and form.value is True:
        return None
    return replace(found, form=flat("and", form) if form.value == "and" else form)
