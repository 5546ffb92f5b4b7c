"""Random expressions as trees of pieces, any of which can be replaced by another that fits its place."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from index_pairs.schema import COLUMNS, KINDS, LITERALS

ORDERED = tuple(kind for kind in KINDS if kind not in ("hstore",))


@dataclass(frozen=True)
class Piece:
    """``template`` with a ``{}`` for each part; ``slot`` says what else could stand here."""

    slot: tuple[str, ...]
    template: str
    parts: tuple[Piece, ...] = ()

    def __str__(self) -> str:
        return self.template.format(*map(str, self.parts)) if self.parts else self.template

    def count(self) -> int:
        return 1 + sum(part.count() for part in self.parts)


class Generator:
    """Makes pieces for slots: ("boolean",), ("value" or "literal" or "column", kind), ("choice", ...)."""

    def __init__(self, source: random.Random) -> None:
        self.random = source

    def make(self, slot: tuple[str, ...], depth: int) -> Piece:
        what = slot[0]
        if what == "boolean":
            return self._boolean(depth)
        if what == "value":
            return self._value(slot[1], depth)
        if what == "literal":
            return Piece(slot, self.random.choice(LITERALS[slot[1]]))
        if what == "column":
            return Piece(slot, self.random.choice(KINDS[slot[1]]))
        return Piece(slot, self.random.choice(slot[1:]))

    def mutate(self, piece: Piece) -> Piece:
        """The tree with one piece replaced."""
        position = self.random.randrange(piece.count())
        return self._replace(piece, position)

    def _replace(self, piece: Piece, position: int) -> Piece:
        if position == 0:
            return self.make(piece.slot, 1)
        position -= 1
        parts = list(piece.parts)
        for at, part in enumerate(parts):
            if position < part.count():
                parts[at] = self._replace(part, position)
                break
            position -= part.count()
        return replace(piece, parts=tuple(parts))

    def fill(self, slot: tuple[str, ...], template: str, *slots: tuple[str, ...], depth: int = 0) -> Piece:
        return Piece(slot, template, tuple(self.make(one, depth) for one in slots))

    def _boolean(self, depth: int) -> Piece:
        if depth > 0 and self.random.random() < 0.45:
            template = self.random.choice(
                (
                    "{} AND {}",
                    "({}) OR ({})",
                    "NOT ({})",
                    "({}) IS TRUE",
                    "({}) IS NOT FALSE",
                    "CASE WHEN {} THEN {} ELSE {} END",
                    "coalesce({}, {})",
                )
            )
            count = template.count("{}")
            return self.fill(("boolean",), template, *[("boolean",)] * count, depth=depth - 1)
        return self._comparison(self.random.choice(tuple(KINDS)), depth)

    def _comparison(self, kind: str, depth: int) -> Piece:
        value, literal, column = ("value", kind), ("literal", kind), ("column", kind)
        operator = ("choice", "=", "<>", "<", ">=", "!=", ">")
        choices: list[tuple[str, tuple[tuple[str, ...], ...]]] = [
            ("{} {} {}", (value, operator, literal)),
            ("{} {} {}", (value, operator, literal)),
            ("{} {} {}", (column, operator, column)),
            ("{} {} {}", (literal, operator, column)),
            ("{} IS {}", (value, ("choice", "NULL", "NOT NULL"))),
            ("{} IN ({}, {})", (column, literal, literal)),
            ("{} NOT IN ({}, {})", (column, literal, literal)),
            ("{} IN ({})", (column, literal)),
            ("{} IN ({}, {})", (column, literal, column)),
            ("{} BETWEEN {} AND {}", (column, literal, literal)),
            ("{} NOT BETWEEN {} AND {}", (column, literal, literal)),
            ("{} BETWEEN SYMMETRIC {} AND {}", (column, literal, literal)),
            ("{} IS DISTINCT FROM {}", (column, literal)),
            ("{} IS NOT DISTINCT FROM {}", (column, literal)),
            ("{} = {} (ARRAY[{}, {}])", (column, ("choice", "ANY", "ALL"), literal, literal)),
            ("{} <> {} (ARRAY[{}, {}])", (column, ("choice", "ANY", "ALL"), literal, literal)),
            (
                "CASE {} WHEN {} THEN true WHEN {} THEN {} ELSE false END",
                (column, literal, literal, ("boolean",)),
            ),
            *_SPECIAL.get(kind, ()),
            *_SPECIAL.get(kind, ()),
        ]
        template, slots = self.random.choice(choices)
        return self.fill(("boolean",), template, *slots, depth=max(depth - 1, 0))

    def _value(self, kind: str, depth: int) -> Piece:
        slot = ("value", kind)
        templates = VALUES.get(kind, ())
        if depth <= 0 or not templates or self.random.random() < 0.4:
            return Piece(slot, "{}", (self.make(("column", kind), 0),))
        template, slots = self.random.choice(templates)
        return self.fill(slot, template, *slots, depth=depth - 1)


def _v(kind: str) -> tuple[str, ...]:
    return ("value", kind)


def _l(kind: str) -> tuple[str, ...]:
    return ("literal", kind)


def _c(kind: str) -> tuple[str, ...]:
    return ("column", kind)


_LIKE = ("choice", "LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "~", "!~", "~*", "SIMILAR TO")

_SPECIAL: dict[str, tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]] = {
    "text": (
        ("{} {} {}", (_v("text"), _LIKE, _l("text"))),
        ("{} = {} ('{{a,b}}')", (_c("text"), ("choice", "ANY", "ALL"))),
        ("{} = ANY ({})", (_l("text"), _c("texts"))),
        ("{} % {}", (_c("text"), _l("text"))),
        ("{} {} {} COLLATE {}", (_c("text"), ("choice", "=", "<"), _l("text"), ("choice", '"C"', '"POSIX"'))),
        ("{} LIKE {} ESCAPE {}", (_c("text"), _l("text"), ("choice", "'!'", "'#'"))),
        ("slug({}) = {}", (_v("text"), _l("text"))),
        ("public.slug({}) IN ({}, {})", (_v("text"), _l("text"), _l("text"))),
        ("is_late({}, {})", (_c("ts"), _l("int"))),
        ("starts_with({}, {})", (_c("text"), _l("text"))),
        ("{} IS JSON", (_c("text"),)),
    ),
    "bool": (
        ("{}", (_c("bool"),)),
        ("{} IS {}", (_c("bool"), ("choice", "TRUE", "FALSE", "NOT TRUE", "UNKNOWN", "NOT UNKNOWN"))),
    ),
    "jsonb": (
        ("{} {} {}", (_c("jsonb"), ("choice", "?", "?&", "?|", "@>", "<@"), _l("jsonb"))),
        ("{} ? {}", (_c("jsonb"), _l("text"))),
        ("{} ?| {}", (_c("jsonb"), _l("texts"))),
        ("{} @> {}", (_c("jsonb"), _l("jsonb"))),
        ("{} {} {}", (_c("jsonb"), ("choice", "@?", "@@"), _l("jsonpath"))),
        ("jsonb_path_exists({}, {})", (_c("jsonb"), _l("jsonpath"))),
    ),
    "texts": (
        ("{} {} {}", (_c("texts"), ("choice", "@>", "<@", "&&", "="), _l("texts"))),
        ("{} = ANY ({})", (_l("text"), _c("texts"))),
        ("{} IS {}", (_v("texts"), ("choice", "NULL", "NOT NULL"))),
    ),
    "ints": (
        ("{} {} {}", (_c("ints"), ("choice", "@>", "<@", "&&", "="), _l("ints"))),
        ("{} = ANY ({})", (_c("int"), _c("ints"))),
    ),
    "tsvector": (("{} @@ {}", (_c("tsvector"), _l("tsquery"))),),
    "point": (
        ("{} {} {}", (_c("point"), ("choice", "<@", "~="), _l("point"))),
        ("{} <@ {}", (_c("point"), _l("box"))),
    ),
    "multirange": (
        ("{} {} {}", (_c("multirange"), ("choice", "@>", "&&"), _l("multirange"))),
        ("{} @> {}", (_c("multirange"), _c("int"))),
    ),
    "circle": (("{} @> {}", (_c("circle"), _l("point"))),),
    "tz": (("{} {} {}", (_c("tz"), ("choice", "<", ">="), _c("ts"))),),
    "ts": (("{} {} {}", (_c("ts"), ("choice", "<", ">="), _c("date"))),),
    "date": (("{} {} {}", (_c("date"), ("choice", "<", ">="), _c("ts"))),),
    "tstzrange": (("{} {} {}", (_c("tstzrange"), ("choice", "&&", "@>", "<@"), _l("tstzrange"))),),
    "int4range": (
        ("{} @> {}", (_c("int4range"), _c("int"))),
        ("{} @> {}", (_c("int4range"), _l("int"))),
        ("{} {} {}", (_c("int4range"), ("choice", "&&", "-|-", "<<"), _l("int4range"))),
    ),
    "daterange": (("{} {} {}", (_c("daterange"), ("choice", "@>", "<@"), _c("date"))),),
    "inet": (("{} {} {}", (_c("inet"), ("choice", "<<", "<<=", ">>=", "&&"), _l("cidr"))),),
    "hstore": (
        ("{} ? {}", (_c("hstore"), _l("text"))),
        ("({} -> {}) = {}", (_c("hstore"), _l("text"), _l("text"))),
    ),
    "ltree": (("{} {} {}", (_c("ltree"), ("choice", "@>", "<@"), _l("ltree"))),),
    "int": (
        ("{} {} {}", (_c("int"), ("choice", "<", "=", ">="), _c("big"))),
        ("{} {} {}", (_c("int"), ("choice", "<", "=", ">="), _c("num"))),
        ("{} {} {}", (_c("int"), ("choice", "<", "=", ">="), _l("num"))),
        ("{} {} {}", (_c("int"), ("choice", "<", "=", ">="), _l("big"))),
    ),
    "num": (("{} {} {}", (_c("num"), ("choice", "<", "=", ">="), _c("float"))),),
    "float": (("{} {} {}", (_c("float"), ("choice", "<", "=", ">="), _c("num"))),),
}

_NUMERIC_TYPES = (
    "choice",
    "integer",
    "bigint",
    "numeric",
    "numeric(10, 2)",
    "numeric(8, 2)",
    "double precision",
    "text",
)
_STRING_TYPES = (
    "choice",
    "text",
    "varchar",
    "varchar(10)",
    "varchar(255)",
    "char(3)",
    "citext",
    "email_address",
)
_ARITHMETIC = ("choice", "+", "-", "*", "/")

VALUES: dict[str, tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]] = {
    "text": (
        (
            "{}({})",
            (("choice", "lower", "upper", "trim", "md5", "btrim", "ltrim", "reverse", "initcap"), _v("text")),
        ),
        ("({} || {})", (_v("text"), _l("text"))),
        ("slug({})", (_v("text"),)),
        ("(whole).y", ()),
        ("({} || {} || {})", (_c("text"), _l("text"), _c("text"))),
        ("coalesce({}, {})", (_v("text"), _l("text"))),
        ("coalesce({}, {}, {})", (_c("text"), _c("text"), _l("text"))),
        ("nullif({}, {})", (_v("text"), _l("text"))),
        ("greatest({}, {})", (_v("text"), _c("text"))),
        ("CAST({} AS {})", (_v("text"), _STRING_TYPES)),
        ("({})::{}", (_v("int"), ("choice", "text", "varchar", "varchar(5)"))),
        ("({} ->> {})", (_v("jsonb"), _l("text"))),
        ("({} ->> {})", (_c("jsonb"), _l("int"))),
        ("({} #>> {})", (_c("jsonb"), _l("texts"))),
        ("left({}, {})", (_v("text"), _l("int"))),
        ("substring({} from {} for {})", (_v("text"), ("choice", "1", "2"), ("choice", "3", "4"))),
        ("substr({}, {})", (_v("text"), _l("int"))),
        ("replace({}, {}, {})", (_v("text"), _l("text"), _l("text"))),
        ("split_part({}, {}, {})", (_v("text"), _l("text"), ("choice", "1", "2"))),
        ("regexp_replace({}, {}, {}, 'g')", (_v("text"), _l("text"), _l("text"))),
        ("CASE WHEN {} THEN {} ELSE {} END", (("boolean",), _v("text"), _l("text"))),
        ("CASE WHEN {} THEN {} END", (("boolean",), _c("text"))),
        ("({} COLLATE {})", (_v("text"), ("choice", '"C"', '"POSIX"', '"default"'))),
        ("({})[{}]", (_c("texts"), ("choice", "1", "2"))),
        ("lpad({}, {}, {})", (_v("text"), _l("int"), _l("text"))),
        ("encode({}, 'hex')", (_c("bytea"),)),
        ("({} -> {})", (_c("hstore"), _l("text"))),
        ("jsonb_extract_path_text({}, {})", (_c("jsonb"), _l("text"))),
        ("jsonb_extract_path_text({}, {}, {})", (_c("jsonb"), _l("text"), _l("text"))),
        ("host({})", (_c("inet"),)),
        ("{}::text", (_c("uuid"),)),
        ("right({}, {})", (_v("char"), _l("int"))),
    ),
    "int": (
        ("({} {} {})", (_v("int"), _ARITHMETIC, _l("int"))),
        ("({} % {})", (_v("int"), _l("int"))),
        ("-{}", (_c("int"),)),
        ("abs({})", (_v("int"),)),
        ("coalesce({}, {})", (_v("int"), _l("int"))),
        ("nullif({}, {})", (_v("int"), _l("int"))),
        ("{}({}, {})", (("choice", "greatest", "least"), _c("int"), _v("int"))),
        ("length({})", (_v("text"),)),
        ("CAST({} AS {})", (_v("num"), _NUMERIC_TYPES)),
        ("CAST({} AS {})", (_v("int"), _NUMERIC_TYPES)),
        ("({})::{}", (_v("text"), ("choice", "integer", "bigint"))),
        ("array_length({}, 1)", (_c("texts"),)),
        ("cardinality({})", (_c("ints"),)),
        ("({})[{}]", (_c("ints"), ("choice", "1", "2"))),
        ("position({} in {})", (_l("text"), _c("text"))),
        ("CASE {} WHEN {} THEN 1 WHEN {} THEN 2 END", (_c("enum"), _l("enum"), _l("enum"))),
        ("CASE {} WHEN {} THEN {} ELSE {} END", (_c("text"), _l("text"), _c("int"), _l("big"))),
        ("lower({})", (_c("int4range"),)),
        ("upper({})", (_c("int4range"),)),
        ("mod({}, {})", (_c("int"), _l("int"))),
        ("jsonb_array_length({})", (_c("jsonb"),)),
        ("int4({})", (_c("big"),)),
        ("({} {} {})", (_c("int"), ("choice", "&", "|", "#", "<<", ">>"), _l("int"))),
    ),
    "big": (
        ("({} {} {})", (_c("big"), _ARITHMETIC, _l("int"))),
        ("({} {} {})", (_c("big"), _ARITHMETIC, _c("int"))),
        ("coalesce({}, {})", (_c("big"), _l("int"))),
        ("CAST({} AS {})", (_v("int"), ("choice", "bigint", "integer", "smallint"))),
    ),
    "num": (
        ("({} {} {})", (_v("num"), _ARITHMETIC, _l("num"))),
        ("({} {} {})", (_v("num"), _ARITHMETIC, _c("int"))),
        ("round({}, {})", (_v("num"), ("choice", "0", "1", "2"))),
        ("round({})", (_v("num"),)),
        ("coalesce({}, {})", (_v("num"), _l("num"))),
        ("CAST({} AS {})", (_v("int"), _NUMERIC_TYPES)),
        ("CAST({} AS {})", (_v("num"), _NUMERIC_TYPES)),
        ("EXTRACT({} FROM {})", (("choice", "year", "month", "epoch"), _v("ts"))),
        ("date_part({}, {})", (("choice", "'year'", "'month'"), _v("ts"))),
        ("({} ^ {})", (_c("int"), _l("int"))),
    ),
    "float": (
        ("({} {} {})", (_v("float"), _ARITHMETIC, _l("float"))),
        ("({} {} {})", (_v("float"), _ARITHMETIC, _c("int"))),
        ("abs({})", (_v("float"),)),
        ("sqrt({})", (_v("num"),)),
        ("CAST({} AS {})", (_v("num"), ("choice", "real", "double precision", "float"))),
    ),
    "date": (
        ("CAST({} AS DATE)", (_v("ts"),)),
        ("({} + {})", (_c("date"), _l("int"))),
        ("coalesce({}, {})", (_c("date"), _l("date"))),
        ("date({})", (_c("ts"),)),
    ),
    "ts": (
        ("({} {} {})", (_c("ts"), ("choice", "+", "-"), _l("interval"))),
        ("({} + {})", (_c("date"), _c("time"))),
        ("date_trunc({}, {})", (("choice", "'day'", "'month'"), _v("ts"))),
        ("({} AT TIME ZONE {})", (_v("tz"), ("choice", "'UTC'", "'Europe/Paris'"))),
        ("coalesce({}, {})", (_c("ts"), _l("ts"))),
        ("CAST({} AS {})", (_c("ts"), ("choice", "timestamp", "timestamp(0)", "timestamp(3)", "date"))),
        ("({} #>> {})::text", (_c("jsonb"), _l("texts"))),
    ),
    "tz": (
        ("({} AT TIME ZONE {})", (_v("ts"), ("choice", "'UTC'", "'Europe/Paris'"))),
        (
            "date_trunc({}, {}, {})",
            (("choice", "'day'", "'month'"), _c("tz"), ("choice", "'UTC'", "'Europe/Paris'")),
        ),
        ("coalesce({}, {})", (_c("tz"), _l("tz"))),
    ),
    "interval": (
        ("({} - {})", (_c("ts"), _c("ts"))),
        ("({} + {})", (_c("interval"), _l("interval"))),
        ("({} * {})", (_c("interval"), _l("int"))),
        ("age({}, {})", (_c("ts"), _c("ts"))),
    ),
    "time": (("CAST({} AS TIME)", (_c("ts"),)),),
    "jsonb": (
        ("({} -> {})", (_c("jsonb"), _l("text"))),
        ("({} -> {})", (_v("jsonb"), _l("int"))),
        ("({} #> {})", (_c("jsonb"), _l("texts"))),
        ("{}[{}]", (_c("jsonb"), _l("text"))),
        ("coalesce({}, {})", (_c("jsonb"), _l("jsonb"))),
        ("({} || {})", (_c("jsonb"), _l("jsonb"))),
        ("({} - {})", (_c("jsonb"), _l("text"))),
        ("jsonb_extract_path({}, {})", (_c("jsonb"), _l("text"))),
    ),
    "texts": (
        ("array_append({}, {})", (_c("texts"), _l("text"))),
        ("({} || {})", (_c("texts"), _l("text"))),
        ("({} || {})", (_c("texts"), _l("texts"))),
        ("ARRAY[{}, {}]", (_v("text"), _l("text"))),
        ("coalesce({}, {})", (_c("texts"), _l("texts"))),
        ("CAST({} AS {})", (_c("texts"), ("choice", "text[]", "varchar[]", "varchar(10)[]"))),
        ("string_to_array({}, {})", (_c("text"), _l("text"))),
        ("({})[{}:{}]", (_c("texts"), ("choice", "1", "2"), ("choice", "2", "3"))),
    ),
    "ints": (
        ("array_append({}, {})", (_c("ints"), _l("int"))),
        ("ARRAY[{}, {}]", (_v("int"), _l("int"))),
        ("ARRAY[{}, {}]::{}", (_l("int"), _c("int"), ("choice", "bigint[]", "int[]", "numeric[]", "text[]"))),
        ("array_cat({}, {})", (_c("ints"), _l("ints"))),
    ),
    "enum": (
        ("coalesce({}, {})", (_c("enum"), _l("enum"))),
        ("CASE WHEN {} THEN {} ELSE {} END", (("boolean",), _c("enum"), _l("enum"))),
        ("nullif({}, {})", (_c("enum"), _l("enum"))),
    ),
    "uuid": (("coalesce({}, {})", (_c("uuid"), _l("uuid"))),),
    "bool": (
        ("coalesce({}, {})", (_c("bool"), _l("bool"))),
        ("({} {} {})", (_c("int"), ("choice", "=", "<", ">"), _l("int"))),
        ("({} IS {})", (_c("text"), ("choice", "NULL", "NOT NULL"))),
    ),
    "char": (
        ("coalesce({}, {})", (_c("char"), _l("char"))),
        ("lower({})", (_c("char"),)),
        ("CAST({} AS {})", (_c("char"), ("choice", "text", "char(5)", "varchar", "bpchar"))),
    ),
    "inet": (("CAST({} AS inet)", (_c("cidr"),)), ("coalesce({}, {})", (_c("inet"), _l("inet")))),
    "int4range": (
        ("int4range({}, {})", (_c("int"), _l("int"))),
        ("({} * {})", (_c("int4range"), _l("int4range"))),
    ),
    "tstzrange": (("tstzrange({}, {})", (_c("tz"), _c("tz"))),),
    "bit": (
        ("({} & {})", (_c("bit"), _l("bit"))),
        ("CAST({} AS {})", (_c("bit"), ("choice", "bit(4)", "varbit"))),
    ),
}

assert set(KINDS) <= set(LITERALS)
assert {column for columns in KINDS.values() for column in columns} - {"(whole).x"} <= COLUMNS.keys()
