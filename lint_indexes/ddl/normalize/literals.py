"""The values of literals, by type: what PostgreSQL's input functions make of their text.

A value is anything hashable; two texts with equal values are stored alike. ``Unread`` marks a text that is
not understood here: it equals itself, and against anything else nothing is known.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Hashable
from decimal import Decimal, InvalidOperation
from ipaddress import ip_interface, ip_network

from lint_indexes.ddl.normalize.arrays import read_array, read_multirange, read_range
from lint_indexes.ddl.normalize.documents import read_jsonpath, read_tsquery, read_tsvector
from lint_indexes.ddl.normalize.geometry import read_box, read_circle, read_point, read_segment
from lint_indexes.ddl.normalize.moments import (
    LocalTime,
    NotUnderstood,
    read_date,
    read_interval,
    read_time,
    read_timestamp,
    read_timestamptz,
    read_timetz,
)
from lint_indexes.model.dataclass import dataclass

__all__ = ["LocalTime", "Unread", "read_literal"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A literal whose value is not known."""

    text: str


def _exactly(text: str) -> Hashable:
    return text


def _boolean(text: str) -> Hashable:
    """Any unambiguous beginning of true, false, yes, no, on, off; 1 and 0 (manual, 8.6 Boolean Type)."""
    word = text.strip().lower()
    if word and ("true".startswith(word) or "yes".startswith(word) or word in ("on", "1")):
        return True
    if word and ("false".startswith(word) or "no".startswith(word) or word in ("of", "off", "0")):
        return False
    raise NotUnderstood


_INTEGER = re.compile(r"[+-]?(\d+(_\d+)*|0[xX](_?[0-9a-fA-F]+)+|0[oO](_?[0-7]+)+|0[bB](_?[01]+)+)")


def _integer(text: str) -> Hashable:
    """An integer; since PostgreSQL 16 also with a base prefix and underscores, as in Python."""
    digits = text.strip()
    if not _INTEGER.fullmatch(digits):
        raise NotUnderstood
    plain = digits.lstrip("+-")
    return int(digits) if plain.replace("_", "").isdigit() else int(digits, 0)


def _numeric(text: str) -> Hashable:
    """The digits with their scale: 1.5 and 1.50 are stored differently."""
    try:
        number = Decimal(text.strip().replace("_", ""))
    except InvalidOperation:
        raise NotUnderstood from None
    if not number.is_finite():
        return str(number).lower()
    if number.as_tuple().exponent > 0:  # type: ignore[operator]  # a finite one has a number there
        number = number.quantize(Decimal(1)) if number.adjusted() < 28 else number
    return format(number if number else abs(number), "f")


def _float(text: str) -> Hashable:
    try:
        return repr(float(text.strip().replace("_", "#")))
    except ValueError:
        raise NotUnderstood from None


def _uuid(text: str) -> Hashable:
    if not re.fullmatch(r"\{?([0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}\}?", text):
        raise NotUnderstood
    return uuid.UUID(text).hex


def _bytea(text: str) -> Hashable:
    """Hexadecimal or escape format (manual, 8.4 Binary Data Types)."""
    if text.startswith("\\x"):
        return bytes.fromhex(text[2:])
    parts = re.split(r"\\([0-7]{3}|\\)", text)
    if any("\\" in plain for plain in parts[::2]):
        raise NotUnderstood
    escaped = [b"\\" if part == "\\" else bytes((int(part, 8),)) for part in parts[1::2]]
    joined = [parts[0].encode()]
    for value, plain in zip(escaped, parts[2::2], strict=True):
        joined += [value, plain.encode()]
    return b"".join(joined)


def _bits(text: str) -> Hashable:
    if text[:1] in ("x", "X"):
        return "".join(f"{int(digit, 16):04b}" for digit in text[1:])
    return text[1:] if text[:1] in ("b", "B") else text


def _jsonb(text: str) -> Hashable:
    """The document without its spelling: spaces, the order of keys, repeated keys."""
    return _json_value(json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_refuse))


def _number(text: str) -> Hashable:
    return ("number", _numeric(text))


def _refuse(_constant: str) -> Hashable:
    raise NotUnderstood


def _json_value(value: object) -> Hashable:
    if isinstance(value, dict):
        return ("object", frozenset((key, _json_value(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("array", tuple(_json_value(part) for part in value))
    if isinstance(value, tuple):
        return value
    return ("constant", json.dumps(value))


def _inet(text: str) -> Hashable:
    return str(ip_interface(text.strip()))


def _cidr(text: str) -> Hashable:
    """A network; the last bytes of an IPv4 address may be left out before a slash."""
    address, slash, length = text.strip().partition("/")
    if ":" not in address and address.count(".") < 3:
        if not slash:
            raise NotUnderstood
        address += ".0" * (3 - address.count("."))
    return str(ip_network(f"{address}{slash}{length}"))


def _macaddr(text: str) -> Hashable:
    digits = re.sub(r"[:.\-]", "", text.strip()).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise NotUnderstood
    return digits


def _macaddr8(text: str) -> Hashable:
    """Eight bytes; of six, the two in the middle are FF and FE (manual, 8.9.4 macaddr8)."""
    digits = re.sub(r"[:.\-]", "", text.strip()).lower()
    if re.fullmatch(r"[0-9a-f]{12}", digits):
        digits = f"{digits[:6]}fffe{digits[6:]}"
    if not re.fullmatch(r"[0-9a-f]{16}", digits):
        raise NotUnderstood
    return digits


def _lsn(text: str) -> Hashable:
    high, _, low = text.partition("/")
    return int(high, 16), int(low, 16)


def _money(text: str) -> Hashable:
    """An amount as the locales C and en_US write it."""
    found = re.fullmatch(r"\s*(-?)\$?(\d+|\d{1,3}(?:,\d{3})+)(\.\d{1,2})?\s*", text)
    if found is None:
        raise NotUnderstood
    return Decimal(found[1] + found[2].replace(",", "") + (found[3] or "")).quantize(Decimal("0.01"))


def _registered(text: str) -> Hashable:
    """An object's name (regconfig, regclass); what pg_catalog holds is printed without its schema."""
    parts = re.fullmatch(r'(?:pg_catalog\.)?([A-Za-z_][A-Za-z0-9_]*|"[^"]+")', text.strip())
    if parts is None:
        raise NotUnderstood
    return parts[1][1:-1] if parts[1].startswith('"') else parts[1].lower()


_PAIR = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|[^"\\\s,=]+)\s*=>\s*("(?:[^"\\]|\\.)*"|[^"\\\s,=]+)\s*(,|$)', re.DOTALL
)


def _hstore(text: str) -> Hashable:
    """Pairs of key and value, in any order; a NULL value is None (manual, F.17 hstore)."""
    pairs: dict[str, str | None] = {}
    at = 0
    while at < len(text.rstrip()):
        found = _PAIR.match(text, at)
        if found is None:
            raise NotUnderstood
        key, value = (_unquoted(part) for part in found.group(1, 2))
        if key in pairs:
            raise NotUnderstood
        pairs[key] = None if found[2].upper() == "NULL" else value
        at = found.end()
    return frozenset(pairs.items())


def _unquoted(part: str) -> str:
    inner = part[1:-1] if part.startswith('"') else part
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)


def _name(text: str) -> Hashable:
    return text.encode()[:63].decode(errors="ignore")


_READERS: dict[str, Callable[[str], Hashable]] = {
    "bit": _bits,
    "box": read_box,
    "bool": _boolean,
    "bpchar": _exactly,
    "bytea": _bytea,
    "char": _exactly,
    "cidr": _cidr,
    "circle": read_circle,
    "citext": _exactly,
    "date": read_date,
    "float4": _float,
    "float8": _float,
    "hstore": _hstore,
    "inet": _inet,
    "int2": _integer,
    "int4": _integer,
    "int8": _integer,
    "interval": read_interval,
    "json": _exactly,
    "jsonb": _jsonb,
    "jsonpath": read_jsonpath,
    "lseg": read_segment,
    "ltree": _exactly,
    "macaddr": _macaddr,
    "macaddr8": _macaddr8,
    "money": _money,
    "name": _name,
    "numeric": _numeric,
    "oid": _integer,
    "pg_lsn": _lsn,
    "point": read_point,
    "regclass": _registered,
    "regconfig": _registered,
    "regdictionary": _registered,
    "text": _exactly,
    "time": read_time,
    "timestamp": read_timestamp,
    "timestamptz": read_timestamptz,
    "timetz": read_timetz,
    "tsquery": read_tsquery,
    "tsvector": read_tsvector,
    "uuid": _uuid,
    "varbit": _bits,
    "varchar": _exactly,
    "xml": _exactly,
}

_RANGES = {
    "int4range": "int4",
    "int8range": "int8",
    "numrange": "numeric",
    "tsrange": "timestamp",
    "tstzrange": "timestamptz",
    "daterange": "date",
}


def read_literal(type_name: str, text: str) -> Hashable:
    """The value of a literal of a built-in type (or an array of one); Unread where not understood."""
    try:
        if type_name.endswith("[]"):
            return read_array(text, lambda part: _read_element(type_name[:-2], part))
        if type_name.endswith("multirange"):
            range_type = type_name.replace("multirange", "range")
            return read_multirange(text, lambda part: _read_element(range_type, part))
        if type_name in _RANGES:
            subtype = _RANGES[type_name]
            return read_range(text, subtype, lambda part: _read_element(subtype, part))
        reader = _READERS.get(type_name)
        return Unread(text) if reader is None else reader(text)
    except NotUnderstood as error:
        return Unread(str(error) or text)
    except ValueError:
        return Unread(text)


def _read_element(type_name: str, text: str) -> Hashable:
    value = read_literal(type_name, text)
    if isinstance(value, Unread | LocalTime):
        raise NotUnderstood
    return value
