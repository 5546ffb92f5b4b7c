"""What the input functions of PostgreSQL's types make of literals, against our reading of them."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from lint_indexes.ddl.normalize.literals import LocalTime, Unread, read_literal
from lint_indexes.server.embedded import EmbeddedServer

# Spellings by type. Each is to be understood; those that PostgreSQL refuses are left out.
UNDERSTOOD = {
    "bool": "t|f|true|FALSE| yes |no|on|off|of|1|0|tr|y|N".split("|"),
    "int4": "0|-0|+5|5| 42 |-2147483648|007".split("|"),
    "int8": "3000000000|-5|0".split("|"),
    "int2": "1|-1".split("|"),
    "oid": "1|42".split("|"),
    "numeric": "0|0.0|-0|1.5|1.50|.5|5.|1e3|1.5e-3|-2.25|+3|NaN|Infinity|-inf|100|1E+2|00.10".split("|"),
    "float8": "0|-0|1.5|1.50|1e3|.5|NaN|Infinity|-Infinity|inf|1e-10|0.1|123456789.125".split("|"),
    "float4": "0|1.5|2.50|1e3|-0.25".split("|"),
    "text": "a|A| a|a |".split("|"),
    "varchar": "a|A|a ".split("|"),
    "citext": "a|A".split("|"),
    "name": ["a", "x" * 70, "x" * 63],
    "bytea": [r"\x00ff", r"\x00FF", "abc", r"a\\b", r"\000\377", r"\x616263", r"\x 00 ff"],
    "date": "2020-01-01|2020-1-1|infinity|-infinity|epoch|1970-01-01|2020-01-01 10:00|0099-12-31".split("|"),
    "time": "10:00|10:00:00|10:00:00.5|23:59:59.123456|1:2:3|24:00".split("|"),
    "timestamp": (
        "2020-01-01|2020-01-01 00:00|2020-1-1 0:0:0|2020-01-01T12:30:00|2020-01-01 12:30:00.5|infinity|"
        "2020-01-01 12:30:00+02|2020-01-01 12:30:00.1234567|epoch|2020-01-01 24:00:00"
    ).split("|"),
    "timestamptz": (
        "2020-01-01 00:00:00+00|2020-01-01 02:00:00+02|2020-01-01T00:00:00Z|2020-01-01 05:30:00+05:30|"
        "2020-01-01 00:00:00 UTC|2019-12-31 16:00:00-0800|infinity|2020-01-01 00:00:00.25+00"
    ).split("|"),
    "interval": (
        "1 day|24:00:00|1 day 02:00|2 hours 30 minutes|1 year 2 months|14 mons|7 days|1 week|-1 day|"
        "90 seconds|00:01:30|1 day -02:00:00|1 mon|30 days|1 hour|-01:00:00|+1 day|500 milliseconds|P1D|"
        "P1Y2M3DT4H5M6S|1.5 hours|@ 1 day|1 day ago|1d|2h|PT36H|1 year 2 mons 3 days 04:05:06.789"
    ).split("|"),
    "uuid": (
        "6a6eb0a9-5603-0000-0000-000000000000|6A6EB0A9-5603-0000-0000-000000000000|"
        "{6a6eb0a956030000000000000000000f}|6a6eb0a9560300000000000000000000"
    ).split("|"),
    "json": ['{"a": 1}', '{"a":1}', "null"],
    "jsonb": [
        "{}",
        '{"a": 1}',
        '{"a":1}',
        '{"b": 2, "a": 1}',
        '{"a": 1, "b": 2}',
        '{"a": 1, "a": 2}',
        "null",
        '"1"',
        "1",
        "1.0",
        "1e2",
        "100",
        "true",
        "[]",
        "[1, 2]",
        "[2, 1]",
        '{"a": [1, {"b": null}]}',
        '"\\u0041"',
        '"A"',
    ],
    "inet": "10.0.0.1|10.0.0.1/32|10.0.0.0/8|10.1.2.3/8|::1|::ffff|2001:DB8::1|2001:db8:0::1/64".split("|"),
    "cidr": "10.0.0.0/8|192.168.1.0/24|::/0|2001:db8::/32|10.0.0.1/32|10.0.0.1|10/8|192.168/16".split("|"),
    "macaddr": "08:00:2b:01:02:03|08-00-2b-01-02-03|08002b:010203|0800.2b01.0203|08002B010203".split("|"),
    "macaddr8": "08:00:2b:01:02:03:04:05|08-00-2B-01-02-03-04-05|0800.2b01.0203.0405|08:00:2b:01:02:03".split(
        "|"
    ),
    "varbit": "101|B101|X1F|".split("|"),
    "bit(4)": "1010|B0001|XA".split("|"),
    "int4[]": "{}|{1,2}|{1, 2}| { 1 , 2 } |{2,1}|{{1,2},{3,4}}|{NULL,1}|{null,1}".split("|"),
    "text[]": [
        "{}",
        "{a,b}",
        "{a, b}",
        '{"a","b"}',
        '{"x y",b}',
        "{x y,b}",
        '{"NULL"}',
        "{NULL}",
        r'{"a\"b"}',
        '{""}',
    ],
    "date[]": ["{2020-01-01}", "{2020-1-1}"],
    "int4range": "[1,5)|[1,4]|(0,4]|(0,5)|empty|[1,1)|(,5)|[1,]|(,)|[ 1 , 5 )".split("|"),
    "numrange": "[1,5)|[1,5]|(1.0,5]|empty|(1,1]".split("|"),
    "daterange": "[2020-01-01,2020-02-01)|[2020-01-01,2020-01-31]|(2019-12-31,2020-1-31]".split("|"),
    "tsrange": ['["2020-01-01 00:00:00","2020-02-01 00:00:00")', "[2020-01-01,2020-02-01)", "[2020-01-01,)"],
    "int4multirange": "{}|{[1,5)}|{[1,4]}|{[1,3),[5,7)}|{[1, 3),[5,6]}".split("|"),
    "point": "(1,2)|1,2|( 1 , 2 )|(1.0,2)|(2,1)".split("|"),
    "box": "(1,2),(3,4)|((1,2),(3,4))|(3,4),(1,2)|1,2,3,4|(3,2),(1,4)".split("|"),
    "circle": "<(1,2),3>|((1,2),3)|1,2,3".split("|"),
    "lseg": "[(1,2),(3,4)]|((1,2),(3,4))|(1,2),(3,4)|1,2,3,4|[(3,4),(1,2)]".split("|"),
    "pg_lsn": "16/B374D848|16/b374d848|0/0".split("|"),
    "regconfig": "english|simple|pg_catalog.english|English".split("|"),
    "hstore": [
        "",
        "a=>1",
        '"a"=>"1"',
        "a=>1, b=>2",
        "b=>2,a=>1",
        "a=>NULL",
        'a=>"NULL"',
        '"x y"=>"a\\"b"',
        "a =>  1",
    ],
    "ltree": "a.b|a.b.c|A.b".split("|"),
    "money": "1|1.50|$1.50|-2|1,000.00|$1,000.00".split("|"),
    "timetz": "10:00+00|10:00:00+00|10:00:00Z|12:00+02|10:00:00.5-08".split("|"),
    "tsquery": "a|a & b|a&b|a \\| b|!a|a <-> b|'a' & 'b'|a & (b \\| c)|A & b|a:*|a:AB|( a )".replace(
        "\\|", "\x01"
    ).split("|"),
    "tsvector": "a|a b|b a|'a' 'b'|a:1 b:2|a:1A|a a".split("|"),
    "jsonpath": ["$", "$.a", '$."a"', "$.a.b", "$[*]", "$.a[*].b", "lax $.a", "strict $.a"],
}

PRINT = """
CREATE FUNCTION printed(type_name text, literal text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SELECT %L::%s::text', literal, type_name) INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN RETURN NULL;
END $$;
"""


@pytest.fixture(scope="module")
def printed(server: EmbeddedServer) -> dict[str, list[tuple[str, str]]]:
    """The spellings that the server accepts, each with what it prints for the value."""
    rows = [[kind, text.replace("\x01", "|")] for kind, texts in UNDERSTOOD.items() for text in texts]
    listed = f"json_array_elements($list${json.dumps(rows)}$list$) WITH ORDINALITY AS l(r, n)"
    query = f"SELECT json_agg(printed(r ->> 0, r ->> 1) ORDER BY n) FROM {listed}"
    answers = json.loads(server.psql(f"BEGIN; {PRINT} {query}; ROLLBACK;"))
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in UNDERSTOOD}
    for (kind, text), answer in zip(rows, answers, strict=True):
        if answer is not None:
            found[kind].append((text, answer))
    return found


@pytest.mark.parametrize("type_name", UNDERSTOOD)
def test_literals_mean_what_the_server_says(
    printed: dict[str, list[tuple[str, str]]], type_name: str
) -> None:
    accepted = printed[type_name]
    assert accepted
    kind = type_name.partition("(")[0]
    values = [(text, read_literal(kind, text), answer) for text, answer in accepted]
    unread = [text for text, value, _ in values if isinstance(value, Unread | LocalTime)]
    assert unread == []
    for text, value, answer in values:
        assert value == read_literal(kind, answer), f"{text} is printed as {answer}"
    for (text, value, answer), (other, other_value, other_answer) in combinations(values, 2):
        assert (value == other_value) is (answer == other_answer), f"{text} and {other}"
