"""What an expression can refer to: the columns of its table, types and functions of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pglast import ast

from lint_indexes.ddl import nodes, system_catalog
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.types import SERIAL_TYPES
from lint_indexes.model.catalog import Catalog, Function, Type, TypeKind
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as written: its name, type modifiers, and whether it is an array."""

    name: ObjectName
    modifier: tuple[str, ...] | None = None
    array: bool = False


@dataclass(frozen=True, slots=True)
class TypeUse:
    """A resolved type, named as in system_catalog, a user's own as ``schema.name``."""

    type: str
    modifier: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class UserType:
    """A type that the schema declares. ``base`` is a domain's, None where that is not known.

    ``attributes`` are the fields of a composite type, ``labels`` an enum's.
    """

    kind: TypeKind
    base: TypeUse | None = None
    attributes: tuple[tuple[str, TypeUse | None], ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function of the user's own; what is None is not known. ``volatility`` is pg_proc.provolatile."""

    arguments: tuple[str, ...] | None
    result: str | None
    volatility: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """All that the form of an expression depends on, apart from its text; hashable, so that it can be a key.

    ``columns`` has a type of None where it is not known; ``names`` are the types named in casts;
    ``user_types`` describes the user's own among all these; ``functions`` are the user's own by the name that
    calls them.
    """

    columns: tuple[tuple[str, TypeUse | None], ...]
    names: tuple[tuple[TypeName, TypeUse | None], ...]
    user_types: tuple[tuple[str, UserType], ...]
    functions: tuple[tuple[ObjectName, tuple[UserFunction, ...]], ...]
    search_path: tuple[str, ...]


@lru_cache(maxsize=16384)
def parse_type(text: str) -> TypeName | None:
    """The type that format_type() would print as ``text``; None where it is no type."""
    try:
        node = nodes.parse_expression(f"NULL::{SERIAL_TYPES.get(text, text)}")
    except SqlError:
        return None
    return read_type_name(node.typeName) if isinstance(node, ast.TypeCast) else None


def read_type_name(node: nodes.Node) -> TypeName:
    """The type of a TypeName node."""
    names = nodes.strings(node.names)
    name = ObjectName(names[-1], names[-2] if len(names) > 1 else None)
    modifier = tuple(nodes.deparse(constant) for constant in node.typmods or ()) or None
    if name.name == "numeric" and modifier is not None and len(modifier) == 1:
        modifier = (*modifier, "0")
    if name.name == "interval" and modifier is not None and modifier[0] == str(0x7FFF):
        modifier = modifier[1:] and ("all", *modifier[1:])
    return TypeName(name, modifier, bool(node.arrayBounds))


class TypeResolver:
    """Looks names up in one or two catalogs, as PostgreSQL would on their search_path."""

    def __init__(self, catalogs: Sequence[Catalog]) -> None:
        self._catalogs = catalogs
        self.user_types: dict[str, UserType] = {}

    def resolve(self, written: TypeName | None) -> TypeUse | None:
        """The type that a name means; None where it is not known."""
        if written is None:
            return None
        found = self._builtin(written.name) or self._user(written.name)
        if found is None:
            return None
        return TypeUse(found + "[]" if written.array else found, written.modifier)

    def _builtin(self, name: ObjectName) -> str | None:
        """A type of pg_catalog, or one of an extension (which may be in any schema)."""
        known = system_catalog.types().get(name.name)
        if known is not None and not known.extension and name.schema in (None, "pg_catalog"):
            return known.name
        if known is not None and known.extension and self._find(name) is None:
            return known.name
        if name.name.startswith("_") and name.name[1:] in system_catalog.types():
            return f"{name.name[1:]}[]"
        return None

    def _find(self, name: ObjectName) -> Type | None:
        return next(filter(None, (catalog.find_type(name) for catalog in self._catalogs)), None)

    def _user(self, name: ObjectName) -> str | None:
        found = self._find(name)
        if found is None:
            return None
        key = f"{found.name.schema}.{found.name.name}"
        if key not in self.user_types:
            self.user_types[key] = UserType(found.kind)
            base = self.resolve(parse_type(found.base)) if found.base is not None else None
            attributes = tuple((one.name, self.resolve(parse_type(one.type))) for one in found.attributes)
            self.user_types[key] = UserType(found.kind, base, attributes, found.labels)
        return key


def build_scope(
    columns: Sequence[str],
    type_names: Sequence[TypeName],
    functions: Sequence[ObjectName],
    table: QualifiedName,
    catalogs: Sequence[Catalog],
) -> Scope:
    """The scope of an expression over ``table``; what the first catalog lacks is taken from the second."""
    resolver = TypeResolver(catalogs)
    tables = [catalog.tables[table] for catalog in catalogs if table in catalog.tables]

    def column_type(name: str) -> TypeUse | None:
        for candidate in tables:
            column = candidate.column(name)
            if column is not None:
                return resolver.resolve(parse_type(column.type))
        return None

    column_types = tuple((name, column_type(name)) for name in columns)
    names = tuple((written, resolver.resolve(written)) for written in type_names)
    called = tuple((name, _functions(name, catalogs, resolver)) for name in functions)
    return Scope(
        columns=column_types,
        names=names,
        # Last: the resolver collects them.
        user_types=tuple(sorted(resolver.user_types.items(), key=lambda item: item[0])),
        functions=called,
        search_path=catalogs[0].search_path if catalogs else ("public",),
    )


def _functions(
    name: ObjectName, catalogs: Sequence[Catalog], resolver: TypeResolver
) -> tuple[UserFunction, ...]:
    for catalog in catalogs:
        for candidate in catalog.candidates(name):
            if candidate in catalog.functions:
                return tuple(_signature(one, resolver) for one in catalog.functions[candidate])
    return ()


def _signature(function: Function, resolver: TypeResolver) -> UserFunction:
    def known(text: str | None) -> str | None:
        use = None if text is None else resolver.resolve(parse_type(text))
        return None if use is None else use.type

    arguments = [known(text) for text in function.arguments or ()]
    certain = tuple(one for one in arguments if one is not None)
    unknown = function.arguments is None or len(certain) != len(arguments)
    return UserFunction(None if unknown else certain, known(function.returns), function.volatility)
