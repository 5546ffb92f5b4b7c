"""Where the index of a declarative class goes."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = """\
from sqlalchemy import CheckConstraint, Column, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


"""
COLUMNS = """
    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(Integer)
"""
ADD = "CREATE INDEX ix_status ON booking (status)"


def with_args(value: str) -> str:
    return (
        f'{HEAD}class Booking(Base):\n    __tablename__ = "booking"\n    __table_args__ = {value}\n{COLUMNS}'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("()", '(Index("ix_status", "status"),)'),
        ("None", '(Index("ix_status", "status"),)'),
        ('{"comment": "c"}', '(Index("ix_status", "status"), {"comment": "c"})'),
        ('dict(comment="c")', '(Index("ix_status", "status"), dict(comment="c"))'),
        ('({"comment": "c"},)', '(Index("ix_status", "status"), {"comment": "c"},)'),
        ('(Index("a", "id"),)', '(Index("a", "id"), Index("ix_status", "status"))'),
        ('(Index("a", "id"), {})', '(Index("a", "id"), Index("ix_status", "status"), {})'),
        ('Index("a", "id"),', 'Index("a", "id"), Index("ix_status", "status")'),
        ('(Index("a", "id"),) + ({},)', '(Index("a", "id"),) + (Index("ix_status", "status"), {},)'),
        ("(*(), {})", '(*(), Index("ix_status", "status"), {})'),
        ('(Index("a", "id"), *[])', '(Index("a", "id"), Index("ix_status", "status"), *[])'),
    ],
)
def test_on_one_line(fix: Any, wish: Any, before: str, after: str) -> None:
    outcome = fix(with_args(before), wish("class Booking", ADD))
    assert outcome.changed == [f"-    __table_args__ = {before}", f"+    __table_args__ = {after}"]


@pytest.mark.parametrize(
    "before",
    [
        '(\n        Index("a", "id"),  # a\n        # the end\n    )',
        '(\n        Index("a", "id"),\n        Index("b", "id")  # b\n    )',
        '(\n        # 1\n        Index("a", "id"),\n\n        # options\n        {"comment": "c"},\n    )',
        '(  # noqa\n        {"comment": "c"},\n    )',
        '(Index("a", "id"),\n                      Index("b", "id"))',
        '(Index("a", "id"),\n                      Index("b", "id"),)',
        '(\n        Index("a",\n              "id"),\n    )',
    ],
)
def test_on_several_lines(fix: Any, wish: Any, before: str) -> None:
    """A line comes in, at most a comma or a bracket moves."""
    outcome = fix(with_args(before), wish("class Booking", ADD))
    new = [line for line in outcome.changed if "ix_status" in line]
    assert len(new) == 1
    assert len(outcome.changed) in (1, 3)
    assert outcome.reasons == []


def test_a_line_too_long_is_broken_as_black_does(fix: Any, wish: Any) -> None:
    before = with_args('(UniqueConstraint("company_id", "status", name="uq_booking_company_status"),)')
    outcome = fix(before, wish("class Booking", ADD))
    assert [line for line in outcome.changed if line[0] == "+"] == [
        "+    __table_args__ = (",
        '+        UniqueConstraint("company_id", "status", name="uq_booking_company_status"),',
        '+        Index("ix_status", "status"),',
        "+    )",
    ]
    wordy = "CREATE INDEX ix_s ON booking (status DESC, company_id) WHERE status <> 'a long value of a key'"
    added = fix(with_args("()"), wish("class Booking", wordy)).changed
    assert '+            "ix_s",' in added
    assert max(map(len, added)) <= 89


@pytest.mark.parametrize(
    ("body", "added_line"),
    [
        ('    """Doc."""\n\n    __tablename__ = "booking"  # c\n', 11),
        ('    """Doc."""\n    x = 1\n    __tablename__ = "booking"\n', 11),
        (
            '    """Doc."""\n\n    # comment\n    id2 = Column(Integer)\n\n    @declared_attr\n'
            '    def __tablename__(cls):\n        return "booking"\n',
            10,
        ),
    ],
)
def test_created(fix: Any, wish: Any, body: str, added_line: int) -> None:
    """Behind __tablename__, else at the head of the class, behind its docstring."""
    outcome = fix(f"{HEAD}class Booking(Base):\n{body}{COLUMNS}", wish("class Booking", ADD))
    assert outcome.changed == ['+    __table_args__ = (Index("ix_status", "status"),)']
    assert outcome.text.splitlines().index(outcome.changed[0][1:]) + 1 == added_line


def test_class_on_one_line(fix: Any, wish: Any) -> None:
    source = (
        HEAD + 'class Booking(Base): __tablename__ = "booking"; status = Column(String, primary_key=True)'
    )
    outcome = fix(source, wish("class Booking", ADD))
    assert outcome.text == source + '; __table_args__ = (Index("ix_status", "status"),)'


@pytest.mark.parametrize(
    ("args", "created"),
    [
        ('{"comment": "c"}', "Mixin.__table_args__"),
        ('(CheckConstraint("id > 0", name="ck"), {"comment": "c"})', "*Mixin.__table_args__"),
    ],
)
def test_inherited_arguments_are_kept(fix: Any, wish: Any, args: str, created: str) -> None:
    source = f"{HEAD}class Mixin:\n    __table_args__ = {args}\n\n\nclass Booking(Mixin, Base):\n"
    source += f'    __tablename__ = "booking"\n{COLUMNS}'
    outcome = fix(source, wish("class Booking", ADD))
    assert outcome.changed == [f'+    __table_args__ = (Index("ix_status", "status"), {created})']


def test_arguments_of_a_mapped_base_are_not_inherited(fix: Any, wish: Any) -> None:
    source = HEAD.replace("import CheckConstraint", "import ForeignKey, CheckConstraint") + (
        'class Parent(Base):\n    __tablename__ = "parent"\n    __table_args__ = {"comment": "c"}\n'
        "    id = Column(Integer, primary_key=True)\n\n\n"
        'class Booking(Parent):\n    __tablename__ = "booking"\n'
        '    id = Column(ForeignKey("parent.id"), primary_key=True)\n    status = Column(String(20))\n'
    )
    outcome = fix(source, wish("class Booking", ADD))
    assert outcome.changed == ['+    __table_args__ = (Index("ix_status", "status"),)']


def test_method_of_one_class(fix: Any, wish: Any) -> None:
    method = '    @declared_attr\n    def __table_args__(cls):\n        return (Index("a", cls.id), {})\n'
    source = f'{HEAD}class Booking(Base):\n    __tablename__ = "booking"\n{method}{COLUMNS}'
    outcome = fix(source, wish("class Booking", ADD))
    assert outcome.changed[1] == '+        return (Index("a", cls.id), Index("ix_status", "status"), {})'
    declined = fix(source + "\n\nclass Other(Booking):\n    pass\n", wish("class Booking", ADD))
    assert declined.reasons == ["__table_args__ is a method that other classes may inherit"]


MIXIN = """\
class Mixin:
    @declared_attr
    def __table_args__(cls):
        return (CheckConstraint("id > 0"),)


class Booking(Mixin, Base):
    __tablename__ = "booking"
"""
FACTORY = """\
def make(name):
    class Model(Base):
        __tablename__ = name

        id = Column(Integer, primary_key=True)
        status = Column(String(20))

    return Model


Booking = make("booking")
Other = make("other")
"""
HISTORY = """\
class Original(Base):
    __tablename__ = "original"
"""
COPY = '\n\nOriginal.__table__.to_metadata(Base.metadata, name="booking")\n'


@pytest.mark.parametrize(
    ("source", "at", "reason"),
    [
        (with_args("tuple([])"), "class Booking", "__table_args__ is computed"),
        (with_args("() if Base else ()"), "class Booking", "__table_args__ is computed"),
        (with_args('()\n    __table_args__ = ({"comment": "c"},)'), "class Booking", "more than once"),
        (HEAD + MIXIN + COLUMNS, "class Booking", "Mixin computes the __table_args__"),
        (HEAD + FACTORY, "class Model", "may make several"),
        (with_args("()"), "Base =", "no class statement or Table()"),
        (HEAD + HISTORY + COLUMNS + COPY, "class Original", "makes the table original"),
        (
            HEAD + 'Booking = type("Booking", (Base,), {"__tablename__": "booking", "id":'
            ' Column(Integer, primary_key=True), "status": Column(String)})\n',
            "Booking =",
            "no class statement or Table()",
        ),
    ],
)
def test_declined(fix: Any, wish: Any, source: str, at: str, reason: str) -> None:
    [declined] = fix(source, wish(at, ADD)).edited.declined
    assert reason in declined.reason
    assert declined.code == 'Index("ix_status", "status")'


def test_column_of_a_subclass_of_the_same_table(fix: Any, wish: Any) -> None:
    source = HEAD + (
        'class Booking(Base):\n    __tablename__ = "booking"\n    id = Column(Integer, primary_key=True)\n'
        '    kind = Column(String)\n    __mapper_args__ = {"polymorphic_on": kind}\n\n\n'
        "class Special(Booking):\n    status = Column(String)\n"
    )
    assert "Special adds the column status" in fix(source, wish("class Booking", ADD)).reasons[0]


@pytest.mark.parametrize("position", range(2))
def test_several_classes_of_one_name(fix: Any, wish: Any, position: int) -> None:
    one = (
        '    class Booking(Base):  # {n}\n        __tablename__ = "booking{n}"\n'
        "        id = Column(Integer, primary_key=True)\n"
    )
    source = HEAD + "if True:\n" + one.format(n=0) + "\n\nclass Outer:\n" + one.format(n=1)
    add = f"CREATE INDEX ix_id ON booking{position} (id)"
    outcome = fix(source, wish(f"# {position}", add, table=f"booking{position}"))
    assert outcome.changed == ['+        __table_args__ = (Index("ix_id", "id"),)']


@pytest.mark.parametrize("at", ["@decorated", "class Booking"])
def test_decorated(fix: Any, wish: Any, at: str) -> None:
    source = f"{HEAD}def decorated(cls):\n    return cls\n\n\n@decorated\n" + with_args("()")[len(HEAD) :]
    assert fix(source, wish(at, ADD)).reasons == []


def test_many_edits_at_once(fix: Any, wish: Any) -> None:
    """Lines move while edits are made: each finds its own."""
    source = with_args('(\n        Index("a", "id"),\n        Index("b", "status"),\n        {},\n    )')
    source += source[len(HEAD) :].replace("ooking", "ill").replace('"a"', '"c"').replace('"b"', '"d"')
    outcome = fix(
        source,
        wish("class Booking", ADD),
        wish("class Booking", remove="a", declared_at='Index("a"'),
        wish("class Booking", "CREATE INDEX ix_long ON booking (id, status, company_id)"),
        wish("class Bill", "CREATE UNIQUE INDEX d ON bill (id)", remove="d", declared_at='"d"', table="bill"),
        wish("class Bill", remove="c", declared_at='Index("c"', table="bill"),
        wish("class Booking", "CREATE INDEX b ON booking (lower(status))", remove="b", declared_at='"b"'),
    )
    assert outcome.reasons == []
    assert outcome.text.startswith(
        "from sqlalchemy import (\n    CheckConstraint,\n    Column,\n    Index,\n"
    )
