"""The schema that the random indexes are over: columns of many types, and values to compare them with."""

from __future__ import annotations

from lint_indexes.ddl import nodes
from lint_indexes.ddl.types import column_type
from lint_indexes.model.catalog import Catalog, Column, Table, Type, TypeKind
from lint_indexes.model.names import QualifiedName

TABLE = QualifiedName("public", "t")

COLUMNS = {
    "sm": "smallint",
    "n": "integer",
    "m": "integer",
    "big": "bigint",
    "price": "numeric(10,2)",
    "amount": "numeric",
    "re": "real",
    "f": "double precision",
    "flag": "boolean",
    "done": "boolean",
    "ch": "char(3)",
    "email": "varchar(255)",
    "vs": "varchar",
    "name": "text",
    "title": "text",
    "code": 'text COLLATE "C"',
    "ci": "citext",
    "nam": "name",
    "d": "date",
    "tm": "time",
    "ts": "timestamp",
    "ts3": "timestamp(3)",
    "tz": "timestamptz",
    "iv": "interval",
    "u": "uuid",
    "data": "jsonb",
    "doc": "json",
    "by": "bytea",
    "ip": "inet",
    "net": "cidr",
    "mac": "macaddr",
    "bi": "bit(8)",
    "vb": "varbit",
    "tags": "text[]",
    "labels": "varchar(20)[]",
    "nums": "integer[]",
    "status": "st",
    "states": "st[]",
    "mail": "email_address",
    "pos": "positive",
    "rng": "tstzrange",
    "irng": "int4range",
    "drng": "daterange",
    "tsv": "tsvector",
    "pt": "point",
    "hs": "hstore",
    "path": "ltree",
    "o": "oid",
    '"Mixed"': "integer",
    '"order"': "text",
}

SETUP = (
    *(
        f"CREATE EXTENSION {name}"
        for name in ("citext", "pg_trgm", "hstore", "ltree", "btree_gin", "btree_gist")
    ),
    "CREATE TYPE st AS ENUM ('active', 'ACTIVE', 'x y', 'done')",
    "CREATE DOMAIN email_address AS text CHECK (VALUE <> '')",
    "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
    f"CREATE TABLE t ({', '.join(f'{name} {type_name}' for name, type_name in COLUMNS.items())})",
)

_TEXTS = ("'a'", "'A'", "'x y'", "''", "'it''s'", "'a%'", "'PENDING'", "'pending'", "'b '")

# Literals as people write them, by the kind of column that they are compared with.
LITERALS = {
    "int": ("0", "1", "2", "-5", "10", "42", "'7'", "-1"),
    "big": ("0", "5", "3000000000", "-3000000000", "'12'"),
    "num": ("0", "1", "1.5", "-2.25", "100.00", "'3.5'", "0.1"),
    "float": ("0", "1", "1.5", "-0.25", "'2.5'", "1e3"),
    "bool": ("true", "false", "'t'", "'f'", "'yes'", "'off'"),
    "text": _TEXTS,
    "char": ("'abc'", "'ABC'", "'ab'", "'abd'"),
    "date": ("'2020-01-01'", "'2020-1-1'", "DATE '2021-12-31'", "'infinity'", "'2021-02-28'::date"),
    "time": ("'10:00'", "'10:00:00'", "TIME '23:59:59.5'", "'01:02:03'"),
    "ts": (
        "'2020-01-01'",
        "'2020-01-01 00:00:00'",
        "'2020-01-01T12:30:00'",
        "TIMESTAMP '2021-12-31 23:59:59.123456'",
        "'2020-1-1'::timestamp",
    ),
    "tz": (
        "'2020-01-01 00:00:00+00'",
        "'2020-01-01 02:00:00+02'",
        "'2020-01-01T00:00:00Z'",
        "TIMESTAMPTZ '2021-12-31 23:59:59.5+05:30'",
    ),
    "interval": (
        "'1 day'",
        "interval '1 day'",
        "'24:00:00'",
        "'2 hours 30 minutes'",
        "'1 year 2 months'",
        "'7 days'",
    ),
    "uuid": (
        "'6a6eb0a9-5603-0000-0000-000000000000'",
        "'6A6EB0A9-5603-0000-0000-000000000000'",
        "'{6a6eb0a956030000000000000000000f}'",
    ),
    "jsonb": ("'{}'", "'{\"a\": 1}'", "'{\"a\":1}'", "'[]'", '\'{"b": [1, 2], "a": "x"}\'', "'null'"),
    "bytea": ("'\\x00ff'", "'\\x00FF'", "'abc'"),
    "inet": ("'10.0.0.1'", "'10.0.0.0/8'", "'::1'"),
    "cidr": ("'10.0.0.0/8'", "'192.168.1.0/24'"),
    "mac": ("'08:00:2b:01:02:03'", "'08-00-2b-01-02-03'", "'08:00:2B:01:02:04'"),
    "bit": ("B'10101010'", "'10101010'", "'00000001'"),
    "enum": ("'active'", "'ACTIVE'", "'x y'", "'done'"),
    "texts": ("'{}'", "'{a,b}'", "ARRAY['a']", "ARRAY['a', 'b']", "'{\"x y\",b}'", "'{a, b}'"),
    "ints": ("'{}'", "'{1,2}'", "ARRAY[1]", "ARRAY[1, 2]", "'{1, 2}'"),
    "tstzrange": ("'empty'", "'[2020-01-01 00:00:00+00,)'"),
    "int4range": ("'[1,5)'", "'[1,4]'", "'(0,4]'", "'empty'"),
    "daterange": ("'[2020-01-01,2020-02-01)'", "'[2020-01-01,2020-01-31]'"),
    "hstore": ("'a=>1'", "'a=>2'"),
    "ltree": ("'a.b'", "'a.b.c'"),
    "oid": ("1", "'2'"),
}

KINDS = {
    "int": ("sm", "n", "m", "pos", '"Mixed"'),
    "big": ("big",),
    "num": ("price", "amount"),
    "float": ("re", "f"),
    "bool": ("flag", "done"),
    "text": ("email", "vs", "name", "title", "code", "ci", "mail", '"order"'),
    "char": ("ch",),
    "date": ("d",),
    "time": ("tm",),
    "ts": ("ts", "ts3"),
    "tz": ("tz",),
    "interval": ("iv",),
    "uuid": ("u",),
    "jsonb": ("data",),
    "bytea": ("by",),
    "inet": ("ip",),
    "cidr": ("net",),
    "mac": ("mac",),
    "bit": ("bi", "vb"),
    "enum": ("status",),
    "texts": ("tags", "labels"),
    "ints": ("nums",),
    "tstzrange": ("rng",),
    "int4range": ("irng",),
    "daterange": ("drng",),
    "hstore": ("hs",),
    "ltree": ("path",),
    "oid": ("o",),
}


def catalog_of_the_schema() -> Catalog:
    """What the tool knows of the schema."""
    create = nodes.parse_statements(SETUP[-1])[0].stmt
    columns = tuple(
        Column(
            element.colname,
            column_type(element.typeName),
            collation=nodes.dotted(element.collClause.collname) if element.collClause else None,
        )
        for element in create.tableElts
    )
    types = (
        Type(QualifiedName("public", "st"), TypeKind.ENUM, labels=("active", "ACTIVE", "x y", "done")),
        Type(QualifiedName("public", "email_address"), TypeKind.DOMAIN, base="text"),
        Type(QualifiedName("public", "positive"), TypeKind.DOMAIN, base="integer"),
    )
    known = Catalog().types
    for one in types:
        known = known.insert(one.name, one)
    return Catalog(types=known).with_table(Table(TABLE, columns=columns))
