"""What PostgreSQL's own catalogs hold: types, operators, functions, casts, operator classes.

The tables beside this file are generated (scripts/generate_system_catalog.py); the first line of each names
the version. A type is named as in pg_type, an array as its element's name and ``[]``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SystemType:
    """A row of pg_type. ``element`` is a range's subtype, or a multirange's range.

    ``input`` and ``output`` are the volatility (i, s, v) of reading its text and of printing it.
    """

    name: str
    category: str
    preferred: bool
    kind: str
    element: str | None
    collatable: bool
    input: str
    output: str
    extension: str


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or an operator: what overload resolution chooses from.

    ``arguments`` of a prefix operator is one type. ``defaults`` counts the last arguments that may be left
    out; ``variadic`` means that the last one stands for any number of its elements. ``volatility`` is
    provolatile (i, s, v), None where it is not known.
    """

    name: str
    arguments: tuple[str, ...]
    result: str | None
    variadic: bool = False
    defaults: int = 0
    extension: str = ""
    volatility: str | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """A row of pg_cast: ``context`` and ``method`` are castcontext (i, a, e) and castmethod (f, b, i).

    ``volatility`` is that of its function, i where it has none.
    """

    source: str
    target: str
    context: str
    method: str
    volatility: str


@dataclass(frozen=True, slots=True)
class OperatorClass:
    """A row of pg_opclass: ``type`` is the type that it indexes."""

    method: str
    name: str
    type: str
    default: bool
    extension: str = ""


@lru_cache(maxsize=1)
def extensions() -> frozenset[str]:
    """The extensions whose objects are among those here."""
    heading = files(__package__).joinpath("opclasses.tsv").read_text(encoding="utf-8").splitlines()[0]
    return frozenset(heading.partition(" extensions ")[2].split())


def _lines(table: str) -> list[str]:
    return files(__package__).joinpath(f"{table}.tsv").read_text(encoding="utf-8").splitlines()[2:]


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(table) if line)


@lru_cache(maxsize=1)
def types() -> Mapping[str, SystemType]:
    """The types by name, without arrays."""
    found: dict[str, SystemType] = {}
    for name, category, preferred, kind, element, collatable, *volatilities, extension in _rows("types"):
        reading, printing = volatilities
        flags = preferred == "t", kind, element or None, collatable == "t"
        found[name] = SystemType(name, category, *flags, reading, printing, extension)
    return found


@lru_cache(maxsize=1)
def operators() -> Mapping[str, tuple[Routine, ...]]:
    """The operators by name."""
    found: dict[str, list[Routine]] = {}
    for name, left, right, result, volatility, extension in _rows("operators"):
        arguments = (left, right) if left else (right,)
        routine = Routine(name, arguments, result, extension=extension, volatility=volatility or None)
        found.setdefault(name, []).append(routine)
    return {name: tuple(routines) for name, routines in found.items()}


@lru_cache(maxsize=1)
def _functions() -> Mapping[str, tuple[str, ...]]:
    """The rows of functions by name: there are thousands, and a run wants to know of a few."""
    found: dict[str, list[str]] = {}
    for line in filter(None, _lines("functions")):
        found.setdefault(line[: line.index("\t")], []).append(line)
    return {name: tuple(rows) for name, rows in found.items()}


def function_names() -> Collection[str]:
    """The names of all functions."""
    return _functions().keys()


@cache
def functions_named(name: str) -> tuple[Routine, ...]:
    """The functions of a name."""
    return tuple(_function(*row.split("\t")) for row in _functions().get(name, ()))


def _function(
    name: str, arguments: str, variadic: str, defaults: str, result: str, volatility: str, extension: str
) -> Routine:
    types_of = tuple(arguments.split())
    return Routine(name, types_of, result, variadic == "t", int(defaults), extension, volatility or None)


@lru_cache(maxsize=1)
def casts() -> Mapping[tuple[str, str], Cast]:
    """The casts by source and target; one from a type to itself applies a type modifier."""
    return {
        (source, target): Cast(source, target, context, method, volatility)
        for source, target, context, method, volatility, _extension in _rows("casts")
    }


@lru_cache(maxsize=1)
def operator_classes() -> Mapping[str, tuple[OperatorClass, ...]]:
    """The operator classes by index method."""
    found: dict[str, list[OperatorClass]] = {}
    for method, name, type_name, default, extension in _rows("opclasses"):
        opclass = OperatorClass(method, name, type_name, default == "t", extension)
        found.setdefault(method, []).append(opclass)
    return {method: tuple(classes) for method, classes in found.items()}
