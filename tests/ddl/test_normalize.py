"""Canonical forms: the types that are inferred, and the calls that are resolved."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.normalize import Kind, Verdict, compare_forms, normalize, normalize_predicate
from lint_indexes.ddl.normalize.form import Form
from lint_indexes.model.catalog import Catalog, Column, Table, Type, TypeKind
from lint_indexes.model.names import QualifiedName

TABLE = QualifiedName("public", "t")
COLUMNS = {
    "n": "integer",
    "sm": "smallint",
    "big": "bigint",
    "price": "numeric(10,2)",
    "f": "double precision",
    "email": "character varying(255)",
    "name": "text",
    "ci": "citext",
    "ts": "timestamp without time zone",
    "d": "date",
    "tags": "text[]",
    "data": "jsonb",
    "rng": "int4range",
    "status": "st",
    "mail": "email_address",
    "ch": "character(3)",
    "flag": "boolean",
}


def known_catalog() -> Catalog:
    types = (
        Type(QualifiedName("public", "st"), TypeKind.ENUM, labels=("a", "b")),
        Type(QualifiedName("public", "email_address"), TypeKind.DOMAIN, base="text"),
    )
    table = Table(TABLE, columns=tuple(Column(name, type_name) for name, type_name in COLUMNS.items()))
    catalog = Catalog().with_table(table)
    known = catalog.types
    for one in types:
        known = known.insert(one.name, one)
    return Catalog(tables=catalog.tables, types=known)


CATALOG = known_catalog()


def form_of(text: str) -> Form:
    return normalize(text, TABLE, (CATALOG,)).form


@pytest.mark.parametrize(
    ("expression", "type_name"),
    [
        ("n", "int4"),
        ("n + 1", "int4"),
        ("n + big", "int8"),
        ("n * price", "numeric"),
        ("price * f", "float8"),
        ("n ^ 2", "float8"),
        ("3000000000", "int8"),
        ("30000000000000000000", "numeric"),
        ("1.5", "numeric"),
        ("lower(email)", "text"),
        ("lower(rng)", "int4"),
        ("email || 'x'", "text"),
        ("tags || 'x'", "text[]"),
        ("data || '{}'", "jsonb"),
        ("data -> 'a'", "jsonb"),
        ("data ->> 'a'", "text"),
        ("data['a']", "jsonb"),
        ("tags[1]", "text"),
        ("tags[1:2]", "text[]"),
        ("ts - ts", "interval"),
        ("d - d", "int4"),
        ("d + 1", "date"),
        ("d + interval '1 day'", "timestamp"),
        ("date_trunc('day', ts)", "timestamp"),
        ("extract(year FROM ts)", "numeric"),
        ("coalesce(sm, n)", "int4"),
        ("coalesce(email, '')", "varchar"),
        ("coalesce(email, name)", "varchar"),
        ("greatest(n, 1.5)", "numeric"),
        ("nullif(email, '')", "text"),
        ("CASE WHEN flag THEN 1 ELSE 2.5 END", "numeric"),
        ("ARRAY[n, big]", "int8[]"),
        ("ARRAY[ARRAY[1], ARRAY[2]]", "int4[]"),
        ("array_append(tags, 'x')", "text[]"),
        ("n = 1", "bool"),
        ("n BETWEEN 1 AND 2", "bool"),
        ("status", "public.st"),
        ("coalesce(status, 'a')", "public.st"),
        ("mail || 'x'", "text"),
        ("int4(big)", "int4"),
        ("n::text", "text"),
        ("'x'", "text"),
        ("to_tsvector('english', name)", "tsvector"),
        ("jsonb_extract_path_text(data, 'a', 'b')", "text"),
    ],
)
def test_inferred_type(expression: str, type_name: str) -> None:
    found = normalize(expression, TABLE, (CATALOG,))
    assert found.form.type == type_name
    assert found.doubts == ()


def test_implicit_casts_become_nodes() -> None:
    form = form_of("lower(email)")
    assert (form.kind, form.value) == (Kind.FUNCTION, ("lower",))
    [argument] = form.arguments
    assert (argument.kind, argument.type, argument.arguments[0].value) == (Kind.CAST, "text", "email")


def test_a_cast_to_the_type_that_is_there_already_is_none() -> None:
    assert form_of("n::integer") == form_of("n")
    assert form_of("email::varchar(255)") == form_of("email")
    assert form_of("email::varchar(10)") != form_of("email")
    assert form_of("email::varchar") != form_of("email")


def test_literals_take_the_type_of_their_context() -> None:
    assert form_of("status = 'a'").arguments[1] == form_of("'a'::st")
    assert form_of("d > '2020-1-1'").arguments[1] == form_of("DATE '2020-01-01'")
    assert form_of("n > '07'") == form_of("n > 7")


def test_the_order_of_operands_and_conjuncts_is_kept() -> None:
    assert form_of("n = 1") != form_of("1 = n")
    assert form_of("n = 1 AND flag") != form_of("flag AND n = 1")


def test_an_always_true_predicate_is_none() -> None:
    assert normalize_predicate("true", TABLE, (CATALOG,)) is None
    assert normalize_predicate("flag", TABLE, (CATALOG,)) is not None


@pytest.mark.parametrize(
    ("expression", "doubt"),
    [
        ("unseen = 1", "the type of column unseen is not known"),
        ("n::unseen", "type unseen is not known"),
        ("unseen(n)", "function unseen is not known"),
        ("n <#=#> 1", "there is no operator <#=#> known for int4 and int4"),
        ("(SELECT 1)", "SubLink is not analysed"),
        ("n +", "syntax error"),
    ],
)
def test_what_is_not_known_is_said(expression: str, doubt: str) -> None:
    found = normalize(expression, TABLE, (CATALOG,))
    assert any(doubt in one for one in found.doubts)
    assert compare_forms(found.form, found.form) is Verdict.SAME


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("unseen(email)", "unseen((email)::text)", Verdict.UNDECIDED),
        ("unseen(email)", "unseen(name)", Verdict.DIFFERENT),
        ("unseen(email)", "other(email)", Verdict.DIFFERENT),
        ("unseen(email, 'x')", "unseen(email)", Verdict.DIFFERENT),
        ("unseen(n) = 'x'", "unseen(n) = 'x'::text", Verdict.UNDECIDED),
        ("unseen(n) = 'x'", "unseen(n) = 'y'::text", Verdict.DIFFERENT),
        ("unseen(n)::int", "unseen(n)::bigint", Verdict.DIFFERENT),
        ("(SELECT 1)", "(SELECT 2)", Verdict.UNDECIDED),
        ("n = 1", "n = 2", Verdict.DIFFERENT),
    ],
)
def test_comparing_what_is_not_known(left: str, right: str, verdict: Verdict) -> None:
    assert compare_forms(form_of(left), form_of(right)) is verdict
    assert compare_forms(form_of(right), form_of(left)) is verdict
