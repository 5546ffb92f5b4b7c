"""Scalar functions: the registry, and those on text, numbers and time (PostgreSQL manual, 9)."""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.operators import regular_expression
from lint_indexes.emulator.values import output, text_of
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import quote_identifier

Arguments = Sequence[Any]


@dataclass(frozen=True, slots=True)
class ScalarFunction:
    """A function; a strict one is NULL where an argument is."""

    call: Callable[[Backend, Arguments], Any]
    strict: bool = True


FUNCTIONS: dict[str, ScalarFunction] = {}


def scalar(
    *names: str, strict: bool = True
) -> Callable[[Callable[[Backend, Arguments], Any]], Callable[[Backend, Arguments], Any]]:
    """Register a function under its names."""

    def register(call: Callable[[Backend, Arguments], Any]) -> Callable[[Backend, Arguments], Any]:
        for name in names:
            FUNCTIONS[name] = ScalarFunction(call, strict)
        return call

    return register


def call(backend: Backend, name: str, arguments: Arguments) -> Any:
    """The value of a function call.

    Raises:
        Unsupported: for a function that is not known, or not with these arguments.
    """
    function = FUNCTIONS.get(name)
    if function is None:
        raise Unsupported(f"the function {name}()")
    if function.strict and any(argument is None for argument in arguments):
        return None
    try:
        return function.call(backend, arguments)
    except (IndexError, TypeError, AttributeError, ValueError):
        raise Unsupported(f"the function {name}() with these arguments") from None


def quote_literal(text: str) -> str:
    """The text as an SQL literal, with E'' where it holds a backslash."""
    quoted = "'" + text.replace("'", "''") + "'"
    return " E" + quoted.replace("\\", "\\\\") if "\\" in quoted else quoted


def _pure(name: str, function: Callable[..., Any]) -> None:
    FUNCTIONS[name] = ScalarFunction(lambda _, arguments: function(*arguments))


_pure("lower", lambda text: text_of(text).lower())
_pure("upper", lambda text: text_of(text).upper())
_pure("initcap", lambda text: re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), text_of(text)))
_pure("length", lambda text: len(text_of(text)))
_pure("char_length", lambda text: len(text_of(text)))
_pure("character_length", lambda text: len(text_of(text)))
_pure("octet_length", lambda text: len(text_of(text).encode()))
_pure("reverse", lambda text: text_of(text)[::-1])
_pure("replace", lambda text, old, new: text_of(text).replace(old, new) if old else text)
_pure("strpos", lambda text, part: text_of(text).find(part) + 1)
_pure("position", lambda text, part: text_of(text).find(part) + 1)
_pure("starts_with", lambda text, part: text_of(text).startswith(part))
_pure("btrim", lambda text, characters=" ": text_of(text).strip(characters))
_pure("ltrim", lambda text, characters=" ": text_of(text).lstrip(characters))
_pure("rtrim", lambda text, characters=" ": text_of(text).rstrip(characters))
_pure("left", lambda text, count: text_of(text)[:count] if count else "")
_pure("right", lambda text, count: text_of(text)[-count:] if count else "")
_pure("repeat", lambda text, count: text_of(text) * max(count, 0))
_pure("md5", lambda text: hashlib.md5(text_of(text).encode(), usedforsecurity=False).hexdigest())
_pure("ascii", lambda text: ord(text[0]) if text else 0)
_pure("chr", chr)
_pure("to_hex", lambda number: f"{number:x}")
_pure("quote_ident", quote_identifier)
_pure("quote_literal", lambda value: quote_literal(text_of(value)))
_pure("abs", abs)
_pure("ceil", lambda number: -(-number // 1))
_pure("floor", lambda number: number // 1)
_pure("mod", lambda one, other: one - other * int(one / other))
_pure("cardinality", lambda items: len(items))
_pure("array_length", lambda items, dimension: len(items) or None if dimension == 1 else None)
_pure("array_upper", lambda items, dimension: len(items) or None if dimension == 1 else None)
_pure("array_lower", lambda items, dimension: 1 if items and dimension == 1 else None)
_pure("array_ndims", lambda items: 1 if items else None)
_pure("json_array_length", len)
_pure("jsonb_array_length", len)
_pure("to_number", lambda text, _: decimal.Decimal(text))
_pure("pg_get_userbyid", lambda oid: "postgres" if oid == 10 else f"unknown (OID={oid})")


@scalar("substring", "substr")
def _substring(_: Backend, arguments: Arguments) -> Any:
    text = text_of(arguments[0])
    if isinstance(arguments[1], str):
        match = regular_expression(arguments[1]).search(text)
        return None if match is None else match[1] if match.re.groups else match[0]
    start = arguments[1]
    end = len(text) + 1 if len(arguments) < 3 else start + arguments[2]
    if end < start:
        raise SqlError("22011", "negative substring length not allowed")
    return text[max(start, 1) - 1 : max(end, 1) - 1]


@scalar("split_part")
def _split_part(_: Backend, arguments: Arguments) -> Any:
    text, separator, number = arguments
    parts = text.split(separator) if separator else [text]
    if number == 0:
        raise SqlError("22023", "field position must not be zero")
    at = number - 1 if number > 0 else number
    return parts[at] if -len(parts) <= at < len(parts) else ""


@scalar("lpad")
def _lpad(_: Backend, arguments: Arguments) -> Any:
    return _padding(*arguments) + arguments[0][: arguments[1]]


@scalar("rpad")
def _rpad(_: Backend, arguments: Arguments) -> Any:
    return arguments[0][: arguments[1]] + _padding(*arguments)


def _padding(text: str, length: int, fill: str = " ") -> str:
    missing = max(length - len(text), 0)
    return (fill * missing)[:missing] if fill else ""


@scalar("concat", strict=False)
def _concat(_: Backend, arguments: Arguments) -> Any:
    return "".join(output(one) for one in arguments if one is not None)


@scalar("concat_ws", strict=False)
def _concat_ws(_: Backend, arguments: Arguments) -> Any:
    if arguments[0] is None:
        return None
    return arguments[0].join(output(one) for one in arguments[1:] if one is not None)


@scalar("quote_nullable", strict=False)
def _quote_nullable(_: Backend, arguments: Arguments) -> Any:
    return "NULL" if arguments[0] is None else quote_literal(text_of(arguments[0]))


_PLACEHOLDER = re.compile(r"%(?:(?P<number>\d+)\$)?(?P<flag>-?)(?P<width>\d*)(?P<type>[sIL%])")


@scalar("format", strict=False)
def _format(_: Backend, arguments: Arguments) -> Any:
    """format() (PostgreSQL manual, 9.4.1)."""
    if arguments[0] is None:
        return None
    taken = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal taken
        if match["type"] == "%":
            return "%"
        taken = int(match["number"]) if match["number"] else taken + 1
        if taken >= len(arguments):
            raise SqlError("22023", "too few arguments for format()")
        text = _formatted(arguments[taken], match["type"])
        width = int(match["width"] or 0)
        return text.ljust(width) if match["flag"] else text.rjust(width)

    return _PLACEHOLDER.sub(fill, arguments[0])


def _formatted(value: Any, kind: str) -> str:
    if kind == "I":
        if value is None:
            raise SqlError("22004", "null values cannot be formatted as an SQL identifier")
        return quote_identifier(output(value))
    if kind == "L":
        return "NULL" if value is None else quote_literal(output(value)).lstrip(" ")
    return "" if value is None else output(value)


@scalar("regexp_replace")
def _regexp_replace(_: Backend, arguments: Arguments) -> Any:
    flags = arguments[3] if len(arguments) > 3 else ""
    pattern = regular_expression(arguments[1], ignore_case="i" in flags)
    replacement = re.sub(r"\\&", r"\\g<0>", arguments[2])
    return pattern.sub(replacement, arguments[0], count=0 if "g" in flags else 1)


@scalar("regexp_match")
def _regexp_match(_: Backend, arguments: Arguments) -> Any:
    flags = arguments[2] if len(arguments) > 2 else ""
    match = regular_expression(arguments[1], ignore_case="i" in flags).search(arguments[0])
    if match is None:
        return None
    return list(match.groups()) if match.re.groups else [match[0]]


@scalar("regexp_split_to_array")
def _regexp_split(_: Backend, arguments: Arguments) -> Any:
    return regular_expression(arguments[1]).split(arguments[0])


@scalar("round")
def _round(_: Backend, arguments: Arguments) -> Any:
    digits = arguments[1] if len(arguments) > 1 else 0
    number = decimal.Decimal(str(arguments[0]))
    return number.quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_UP)


@scalar("gen_random_uuid", "uuid_generate_v4")
def _random_uuid(_: Backend, arguments: Arguments) -> Any:
    return str(uuid.uuid4())


@scalar("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")
def _now(_: Backend, arguments: Arguments) -> Any:
    return dt.datetime.now(dt.timezone.utc)


@scalar("random")
def _random(_: Backend, arguments: Arguments) -> Any:
    return 0.5


@scalar("timezone")
def _timezone(_: Backend, arguments: Arguments) -> Any:
    if text_of(arguments[0]).lower() != "utc" or not isinstance(arguments[1], dt.datetime):
        raise Unsupported("the function timezone() with these arguments")
    moment = arguments[1]
    return (
        moment.replace(tzinfo=None) if moment.tzinfo is not None else moment.replace(tzinfo=dt.timezone.utc)
    )


@scalar("extract", "date_part")
def _extract(_: Backend, arguments: Arguments) -> Any:
    field, moment = text_of(arguments[0]).lower(), arguments[1]
    if field == "epoch" and isinstance(moment, dt.datetime):
        return decimal.Decimal(str(moment.timestamp()))
    return decimal.Decimal(getattr(moment, field))
