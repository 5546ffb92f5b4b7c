"""A reflected column's type, from the text that PostgreSQL's format_type() prints."""

from __future__ import annotations

import re

from sqlalchemy import types as sqltypes
from sqlalchemy.dialects import postgresql

_TYPE = re.compile(
    r"^(?P<name>.*?)\s*(?:\((?P<args>[^)]*)\))?(?P<rest>[^()\[\]]*)(?P<array>(?:\[\d*\])*)$", re.S
)


def column_type(described, ischema_names):
    """The TypeEngine of ``{"name": "character varying(255)", "enum": labels or None, "schema": ...}``."""
    match = _TYPE.match(described["name"])
    name = (match.group("name") + match.group("rest")).strip()
    arguments = [part.strip() for part in (match.group("args") or "").split(",") if part.strip()]
    if described.get("enum") is not None:
        element = _enum(name, described)
    else:
        element = _plain(name, arguments, ischema_names)
    dimensions = match.group("array").count("[")
    return (
        postgresql.ARRAY(element, dimensions=dimensions if dimensions > 1 else None)
        if dimensions
        else element
    )


def _enum(name, described):
    bare = name.rpartition(".")[2].strip('"')
    return postgresql.ENUM(*described["enum"], name=bare, schema=described.get("schema"), create_type=False)


def _plain(name, arguments, ischema_names):
    numbers = [int(argument) for argument in arguments if argument.lstrip("-").isdigit()]
    if name in ("timestamp with time zone", "timestamp without time zone"):
        return postgresql.TIMESTAMP(timezone="without" not in name, precision=_first(numbers))
    if name in ("time with time zone", "time without time zone"):
        return postgresql.TIME(timezone="without" not in name, precision=_first(numbers))
    if name.startswith("interval"):
        return postgresql.INTERVAL(fields=name[len("interval") :].strip() or None, precision=_first(numbers))
    if name in ("bit", "bit varying"):
        return postgresql.BIT(_first(numbers), varying=name != "bit")
    known = ischema_names.get(name)
    if known is None:
        return sqltypes.NullType()
    if name == "double precision":
        return known(precision=53)
    return known(*numbers) if numbers else known()


def _first(numbers):
    return numbers[0] if numbers else None
