"""By which name an edit writes Index and text, and where it imports them."""

from __future__ import annotations

from typing import Any

import pytest

BASE = "from sqlalchemy.orm import declarative_base, mapped_column, Mapped\n\nBase = declarative_base()\n\n\n"
MODEL = 'class Booking(Base):\n    __tablename__ = "booking"\n    id = {column}(Integer, primary_key=True)\n'
PLAIN = "CREATE INDEX ix ON booking (id)"
TEXT = "CREATE INDEX ix ON booking (id DESC)"


def model(
    head: str, column: str = "Column", integer: str = "Integer", body: str = "", base: str = BASE
) -> str:
    return head + base + MODEL.format(column=column).replace("Integer", integer) + body


@pytest.mark.parametrize(
    ("head", "after"),
    [
        ("Column, Integer", "Column, Index, Integer, text"),
        ("Column, Integer, text", "Column, Index, Integer, text"),
        ("Column, Integer, String, func", "Column, Index, Integer, String, func, text"),
        ("Column, func, Integer, String", "Column, func, Index, Integer, String, text"),
        ("String, Integer, Column", "String, Integer, Column, Index, text"),
        ("JSON, Column, Integer", "JSON, Column, Index, Integer, text"),
        ("Column as C, Column, Integer", "Column as C, Column, Index, Integer, text"),
        ("(Column, Integer)", "(Column, Index, Integer, text)"),
        (
            "(  # noqa\n    Column,\n    Integer,\n)",
            "(  # noqa\n    Column,\n    Index,\n    Integer,\n    text,\n)",
        ),
        (
            "(\n    Column,\n    Integer  # i\n)",
            "(\n    Column,\n    Index,\n    Integer,  # i\n    text,\n)",
        ),
        ("Column, \\\n    Integer  # noqa", "Column, \\\n    Index, Integer, text  # noqa"),
    ],
)
def test_names_join_the_import_of_the_file(fix: Any, wish: Any, head: str, after: str) -> None:
    outcome = fix(model(f"from sqlalchemy import {head}\n"), wish("class Booking", TEXT))
    assert outcome.text.startswith(f"from sqlalchemy import {after}\n")
    assert '    __table_args__ = (Index("ix", text("id DESC")),)\n' in outcome.text


@pytest.mark.parametrize(
    ("head", "column", "integer", "written"),
    [
        ("import sqlalchemy as sa\n", "sa.Column", "sa.Integer", 'sa.Index("ix", sa.text("id DESC"))'),
        ("import sqlalchemy\n", "sqlalchemy.Column", "sqlalchemy.Integer", 'sqlalchemy.Index("ix", '),
        (
            "from sqlalchemy import Index as Idx, text as sql, Column, Integer\n",
            "Column",
            "Integer",
            'Idx("ix", sql("id DESC"))',
        ),
        ("from sqlalchemy import *\n", "Column", "Integer", 'Index("ix", text("id DESC"))'),
        (
            "from sqlalchemy.schema import Index, Column\nfrom sqlalchemy.sql import text\n"
            "from sqlalchemy.types import Integer\n",
            "Column",
            "Integer",
            'Index("ix", text("id DESC"))',
        ),
        ("import sqlalchemy.types\n", "mapped_column", "sqlalchemy.types.Integer", 'sqlalchemy.Index("ix"'),
    ],
)
def test_the_style_of_the_file(
    fix: Any, wish: Any, head: str, column: str, integer: str, written: str
) -> None:
    outcome = fix(model(head, column, integer), wish("class Booking", TEXT))
    assert len(outcome.changed) == 1
    assert written in outcome.changed[0]


def test_flask_sqlalchemy(fix: Any, wish: Any) -> None:
    source = (
        "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n\n\nclass Booking(db.Model):\n"
        '    """Doc."""\n\n    id = db.Column(db.Integer, primary_key=True)\n'
    )
    outcome = fix(source, wish("class Booking", TEXT))
    assert outcome.changed == ['+    __table_args__ = (db.Index("ix", db.text("id DESC")),)']


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("", 1),
        ('"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n\n', 7),
        ("try:\n    from sqlalchemy import Index\nexcept ImportError:\n    pass\n\n", None),
        ("from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from sqlalchemy import Index\n\n", 6),
    ],
)
def test_a_new_import(fix: Any, wish: Any, head: str, line: int | None) -> None:
    """Before what comes from parts of SQLAlchemy; not among imports that are conditional."""
    source = model(head, "mapped_column", "__import__('sqlalchemy').Integer")
    outcome = fix(source, wish("class Booking", PLAIN))
    if line is None:
        assert outcome.changed[0] == "+import sqlalchemy"
        assert outcome.changed[1] == '+    __table_args__ = (sqlalchemy.Index("ix", "id"),)'
    else:
        assert outcome.text.splitlines()[line - 1] == "from sqlalchemy import Index"
        assert len(outcome.changed) == 2


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("from sqlalchemy import Column\nfrom sqlalchemy import Integer  # noqa\n", 1),
        ("from sqlalchemy import Column  # c\nfrom sqlalchemy import BigInteger as Integer\n", 2),
    ],
)
def test_an_import_a_line(fix: Any, wish: Any, source: str, place: int) -> None:
    outcome = fix(model(source), wish("class Booking", PLAIN))
    assert outcome.changed[0] == "+from sqlalchemy import Index"
    assert outcome.text.splitlines().index("from sqlalchemy import Index") == place


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "    text = Column(Integer)\n"),
        ("", "    text: Mapped[int] = mapped_column(Integer)\n"),
        ("", "    def text(self):\n        return 1\n"),
        ("def text():\n    return 1\n\n\n", ""),
        ("from os import path as text\n", ""),
        ("try:\n    text = str\nfinally:\n    pass\n\n\n", ""),
        ("for text in ():\n    pass\n\n\n", ""),
    ],
)
def test_a_name_that_means_something_else(fix: Any, wish: Any, head: str, body: str) -> None:
    outcome = fix(
        model(f"from sqlalchemy import Column, Integer\n{head}", body=body), wish("class Booking", TEXT)
    )
    assert "import sqlalchemy\n" in outcome.text
    assert '    __table_args__ = (Index("ix", sqlalchemy.text("id DESC")),)\n' in outcome.text


def test_every_name_is_taken(fix: Any, wish: Any) -> None:
    source = model("from sqlalchemy import Column, Integer\nsqlalchemy = Index = None\n")
    outcome = fix(source, wish("class Booking", PLAIN))
    assert outcome.reasons == ["Index and sqlalchemy are names of other things in this file"]


def test_class_in_a_function(fix: Any, wish: Any) -> None:
    inner = (
        model("", body="    return Booking\n", base="")
        .replace("\n", "\n    ")
        .replace("        return", "    return")
    )
    source = (
        f"from sqlalchemy import Column, Integer\n{BASE}def make(Index):\n    {inner.rstrip()}\n\n\nmake(0)\n"
    )
    outcome = fix(source, wish("class Booking", PLAIN))
    assert '        __table_args__ = (sqlalchemy.Index("ix", "id"),)\n' in outcome.text


def test_quotes_of_the_file(fix: Any, wish: Any) -> None:
    source = model("from sqlalchemy import Column, Integer, Index\n").replace('"', "'") + "    a = 'x'\n"
    assert "(Index('ix', 'id'),)" in fix(source, wish("class Booking", PLAIN)).text


SHORT = "from sqlalchemy import Column, Integer\n"


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ('Column("db", Integer)', "db"),
        ('Column(name="db", type_=Integer)', "db"),
        ('Column("db", Integer, key="k")', "k"),
        ('mapped_column("db", Integer, key="k")', "k"),
        ('mapped_column("d" "b", Integer)', "db"),
    ],
)
def test_a_string_is_the_key_of_a_column(fix: Any, wish: Any, column: str, key: str) -> None:
    declare = "CREATE INDEX ix ON booking (db text_ops, id DESC) INCLUDE (db)"
    source = model(SHORT, body=f"    attribute = {column}\n").replace(
        " Integer\n", " Integer, Index, text\n", 1
    )
    outcome = fix(source, wish("class Booking", declare))
    code = f'Index("ix", "{key}", text("id DESC"), postgresql_ops={{"{key}": "text_ops"}}'
    assert code in outcome.text.replace("\n            ", "").replace(",text", ", text").replace(
        ",post", ", post"
    ).replace('("ix","', '("ix", "')


def test_a_key_that_is_computed(fix: Any, wish: Any) -> None:
    source = model(SHORT, body='    attribute = Column("db", Integer, key=str("k"))\n')
    [reason] = fix(source, wish("class Booking", "CREATE INDEX ix ON booking (db)")).reasons
    assert reason.startswith("a column's key is computed")


def test_columns_of_a_mixin(fix: Any, wish: Any) -> None:
    source = model(SHORT).replace(
        "class Booking(Base)",
        'class Mixin:\n    when = Column("at", Integer, key="k")\n\n\nclass Booking(Mixin, Base)',
    )
    outcome = fix(source, wish("class Booking", "CREATE INDEX ix ON booking (at)"))
    assert '    __table_args__ = (Index("ix", "k"),)\n' in outcome.text
