"""Type names as format_type() prints them."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.nodes import parse_statements
from lint_indexes.ddl.types import column_type, format_type, is_serial


# Right: format_type(atttypid, atttypmod) of PostgreSQL 15.
@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("int", "integer"),
        ("int4", "integer"),
        ("INT8", "bigint"),
        ("smallint", "smallint"),
        ("varchar(255)", "character varying(255)"),
        ("varchar", "character varying"),
        ("text", "text"),
        ("text[]", "text[]"),
        ("text[][]", "text[]"),
        ("int array[3]", "integer[]"),
        ("varchar(3)[]", "character varying(3)[]"),
        ("char", "character(1)"),
        ("char(3)", "character(3)"),
        ("bpchar", "bpchar"),
        ('"char"', '"char"'),
        ("bit", "bit(1)"),
        ("bit varying(3)", "bit varying(3)"),
        ("numeric", "numeric"),
        ("numeric(10,2)", "numeric(10,2)"),
        ("decimal(5)", "numeric(5,0)"),
        ("float", "double precision"),
        ("float(20)", "real"),
        ("double precision", "double precision"),
        ("boolean", "boolean"),
        ("timestamp", "timestamp without time zone"),
        ("timestamptz", "timestamp with time zone"),
        ("timestamp(3) with time zone", "timestamp(3) with time zone"),
        ("time", "time without time zone"),
        ("time(0)", "time(0) without time zone"),
        ("interval", "interval"),
        ("interval(3)", "interval(3)"),
        ("interval day to second(3)", "interval day to second(3)"),
        ("interval year", "interval year"),
        ("jsonb", "jsonb"),
        ("citext", "citext"),
        ("public.st", "public.st"),
        ('"MyType"', '"MyType"'),
        ("geometry(Point, 4326)", "geometry(point,4326)"),
    ],
)
def test_type_is_printed_as_postgresql_does(written: str, printed: str) -> None:
    assert format_type(type_name(written)) == printed


@pytest.mark.parametrize(
    ("written", "kept"), [("serial", "integer"), ("bigserial", "bigint"), ("text", "text")]
)
def test_serial_column_has_an_integer_type(written: str, kept: str) -> None:
    assert column_type(type_name(written)) == kept
    assert is_serial(type_name(written)) == (written != kept)


def type_name(written: str) -> object:
    return parse_statements(f"CREATE TABLE t (a {written})")[0].stmt.tableElts[0].typeName
