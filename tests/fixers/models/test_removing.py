"""Declarations taken out, and put in the place of others."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = """\
from sqlalchemy import Column, Index, Integer, String, UniqueConstraint, desc
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


"""
COLUMNS = """
    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(Integer)
"""


def with_args(value: str, columns: str = COLUMNS) -> str:
    return (
        f'{HEAD}class Booking(Base):\n    __tablename__ = "booking"\n    __table_args__ = {value}\n{columns}'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('(Index("ix", "status"), Index("b", "id"))', '(Index("b", "id"),)'),
        ('(Index("b", "id"), Index("ix", "status"))', '(Index("b", "id"),)'),
        ('(Index("b", "id"), Index("ix", "status"),)', '(Index("b", "id"),)'),
        ('(Index("ix", "status"), {"comment": "c"})', '({"comment": "c"},)'),
        ('(Index("ix", "status"),) + ()', "() + ()"),
        ('Index("ix", "status"), Index("b", "id")', 'Index("b", "id"),'),
        ('Index("b", "id"), Index("ix", "status")', 'Index("b", "id"),'),
    ],
)
def test_item_of_a_line(fix: Any, wish: Any, before: str, after: str) -> None:
    outcome = fix(with_args(before), wish("class Booking", remove="ix", declared_at="Index("))
    assert outcome.changed == [f"-    __table_args__ = {before}", f"+    __table_args__ = {after}"]


@pytest.mark.parametrize("value", ['(Index("ix", "status"),)', 'Index("ix", "status"),'])
def test_nothing_empty_is_left(fix: Any, wish: Any, value: str) -> None:
    outcome = fix(with_args(value), wish("class Booking", remove="ix", declared_at='"ix"'))
    assert outcome.changed == [f"-    __table_args__ = {value}"]


def test_an_empty_tuple_stays_where_it_hides_what_is_inherited(fix: Any, wish: Any) -> None:
    source = with_args('(Index("ix", "status"),)').replace(
        "class Booking(Base)",
        'class Mixin:\n    __table_args__ = {"comment": "c"}\n\n\nclass Booking(Mixin, Base)',
    )
    outcome = fix(source, wish("class Booking", remove="ix", declared_at='"ix"'))
    assert outcome.changed[-1] == "+    __table_args__ = ()"


SEVERAL = """(
        # unique
        UniqueConstraint("company_id", name="uq"),  # u
        # heading of two
        Index("a", "id"),
        Index("b", "status"),  # b

        # why c
        # is here
        Index(
            "c",
            # inside
            "id", "status",
        ),  # c
        # options
        {"comment": "c"},
    )"""


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("a", ['        Index("a", "id"),']),
        ("b", ['        Index("b", "status"),  # b']),
        (
            "c",
            [
                "        # why c",
                "        # is here",
                "        Index(",
                '            "c",',
                "            # inside",
                '            "id", "status",',
                "        ),  # c",
            ],
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_of_an_item(fix: Any, wish: Any, name: str, gone: list[str], newline: str) -> None:
    """With the comments that are the item's own; one that may be a heading stays."""
    source = with_args(SEVERAL).replace("\n", newline).encode()
    outcome = fix(source, wish("class Booking", remove=name, declared_at=f'"{name}"'))
    assert outcome.changed == [f"-{line}" for line in gone]


def test_constraint_is_found_from_the_line_of_its_table(fix: Any, wish: Any) -> None:
    outcome = fix(with_args(SEVERAL), wish("class Booking", remove="uq"))
    assert outcome.changed == [
        "-        # unique",
        '-        UniqueConstraint("company_id", name="uq"),  # u',
    ]


@pytest.mark.parametrize(
    ("before", "after", "remove"),
    [
        ("Column(Integer, index=True)", "Column(Integer)", "ix_booking_flag"),
        ("Column(Integer, index=True, nullable=False)", "Column(Integer, nullable=False)", "ix_booking_flag"),
        ("Column(type_=Integer, index=True, unique=True)", "Column(type_=Integer)", "ix_booking_flag"),
        ("Column(Integer, index = True , unique=True,)", "Column(Integer,)", "ix_booking_flag"),
        ("Column(unique=True, type_=Integer, index=True)", "Column(type_=Integer)", "ix_booking_flag"),
        ("Column(Integer, unique=True)", "Column(Integer)", "booking_flag_key"),
        ('Column("flag", Integer, index=True)', 'Column("flag", Integer)', "ix_booking_flag"),
        ("deferred(Column(Integer, index=True))", "deferred(Column(Integer))", "ix_booking_flag"),
    ],
)
def test_flag_of_a_column(fix: Any, wish: Any, before: str, after: str, remove: str) -> None:
    source = with_args("()").replace("declared_attr", "declared_attr, deferred") + f"    flag = {before}\n"
    place = "flag =" if remove.startswith("ix") else "class Booking"
    outcome = fix(source, wish("class Booking", remove=remove, declared_at=place))
    assert outcome.changed == [f"-    flag = {before}", f"+    flag = {after}"]


def test_flag_on_a_line_of_its_own(fix: Any, wish: Any) -> None:
    source = (
        with_args("()")
        + "    flag = Column(\n        Integer,\n        # fast\n        index=True,  # x\n    )\n"
    )
    outcome = fix(source, wish("class Booking", remove="ix_booking_flag", declared_at="flag ="))
    assert outcome.changed == ["-        # fast", "-        index=True,  # x"]


@pytest.mark.parametrize(
    ("declare", "column"),
    [
        ("CREATE UNIQUE INDEX ix_booking_status ON booking (status)", "index=True, unique=True"),
        ("ALTER TABLE booking ADD CONSTRAINT booking_status_key UNIQUE (status)", "unique=True"),
    ],
)
def test_flags_where_the_convention_gives_the_name(fix: Any, wish: Any, declare: str, column: str) -> None:
    flagged = "status = Column(String(20), {}, nullable=False)"
    source = with_args("()").replace("status = Column(String(20))", flagged.format("index=True"))
    removed = {"remove": "ix_booking_status", "declared_at": "status ="}
    outcome = fix(source, wish("class Booking", declare, by_column_flag=True, **removed))
    assert sorted(outcome.changed[1].split("(20), ")[1].rstrip(")").split(", ")) == sorted(
        [*column.split(", "), "nullable=False"]
    )
    added = "CREATE INDEX ix_booking_id ON booking (id)"
    outcome = fix(source, wish("class Booking", added, by_column_flag=True))
    assert outcome.changed[1] == "+    id = Column(Integer, primary_key=True, index=True)"


def test_flag_becomes_an_index(fix: Any, wish: Any) -> None:
    source = (
        HEAD
        + 'class Booking(Base):\n    __tablename__ = "booking"\n'
        + "    id = Column(Integer, primary_key=True, index=True)\n"
    )
    declare = "CREATE INDEX ix_booking_id ON booking (id DESC)"
    outcome = fix(source, wish("class Booking", declare, "ix_booking_id", "id ="))
    assert '    __table_args__ = (Index("ix_booking_id", text("id DESC")),)\n' in outcome.text
    assert "    id = Column(Integer, primary_key=True)\n" in outcome.text


@pytest.mark.parametrize(
    ("before", "declare", "after"),
    [
        ('Index("ix", "status")', "INDEX ix ON booking (status, id)", 'Index("ix", "status", "id")'),
        (
            'Index("ix", "status")',
            "UNIQUE INDEX ix ON booking (status)",
            'Index("ix", "status", unique=True)',
        ),
        (
            'Index("ix", desc("status"), "id", info={"a": 1})',
            "INDEX ix2 ON booking (id, status DESC)",
            'Index("ix2", "id", desc("status"), info={"a": 1})',
        ),
        (
            'Index("ix", "id", postgresql_where=(1 == 2), unique=True)',
            "INDEX ix ON booking (id) WHERE id = 3",
            'Index("ix", "id", postgresql_where=text("id = 3"))',
        ),
        (
            'Index("ix", "id", "status", postgresql_ops={"status": "text_pattern_ops"})',
            "INDEX ix ON booking (id, status)",
            'Index("ix", "id", "status")',
        ),
    ],
)
def test_replaced_in_place(fix: Any, wish: Any, before: str, declare: str, after: str) -> None:
    """What says the same stays as the user wrote it."""
    source = with_args(f'(\n        # why\n        {before},  # c\n        {{"comment": "c"}},\n    )')
    outcome = fix(source, wish("class Booking", f"CREATE {declare}", "ix", '"ix"'))
    assert [line for line in outcome.changed if "ix" in line] == [
        f"-        {before},  # c",
        f"+        {after},  # c",
    ]


def test_replaced_on_a_line_that_becomes_too_long(fix: Any, wish: Any) -> None:
    source = with_args('(Index("a", "id"), Index("ix", "status"))')
    declare = "CREATE INDEX a_name_of_some_length ON booking (company_id, status, id)"
    outcome = fix(source, wish("class Booking", declare, "ix", '"ix"'))
    assert outcome.changed[1:] == [
        "+    __table_args__ = (",
        '+        Index("a", "id"),',
        '+        Index("a_name_of_some_length", "company_id", "status", "id"),',
        "+    )",
    ]


def test_constraint_becomes_an_index(fix: Any, wish: Any) -> None:
    source = with_args('(UniqueConstraint("id", "status", name="uq", deferrable=True),)')
    outcome = fix(source, wish("class Booking", "CREATE UNIQUE INDEX ix ON booking (id, status)", "uq"))
    assert outcome.changed[-1] == '+    __table_args__ = (Index("ix", "id", "status", unique=True),)'


COMMENTED = """(
        Index(
            "ix",
            # the key
            "status",  # s
            "id",
            # which
            postgresql_where=text("id > 0"),
        ),
    )"""


@pytest.mark.parametrize(
    ("declare", "changed"),
    [
        ("(company_id, id) WHERE id > 0", ['-            "status",  # s', '+            "company_id",  # s']),
        ("(status, id, company_id) WHERE id > 0", ['+            "company_id",']),
        ("(company_id, status, id) WHERE id > 0", ['+            "company_id",']),
        ("(status) WHERE id > 0", ['-            "id",']),
        ("(status, id)", ["-            # which", '-            postgresql_where=text("id > 0"),']),
        (
            "(status, id, company_id) WHERE id > 1",
            [
                '+            "company_id",',
                '-            postgresql_where=text("id > 0"),',
                '+            postgresql_where=text("id > 1"),',
            ],
        ),
    ],
)
def test_comments_among_the_arguments(fix: Any, wish: Any, declare: str, changed: list[str]) -> None:
    source = with_args(COMMENTED).replace("desc\n", "desc, text\n")
    outcome = fix(source, wish("class Booking", f"CREATE INDEX ix ON booking {declare}", "ix", "  Index("))
    assert sorted(outcome.changed) == sorted(changed)


def test_comments_that_would_lose_their_place(fix: Any, wish: Any) -> None:
    source = with_args(COMMENTED).replace("desc\n", "desc, text\n")
    declare = "CREATE INDEX ix ON booking (company_id, status)"
    outcome = fix(source, wish("class Booking", declare, "ix", "  Index("))
    assert outcome.reasons == ["comments stand among its arguments"]


STANDING = """

# about it
Index("ix", Booking.status, desc(Booking.id))  # here


x = 1
"""


def test_index_that_stands_alone(fix: Any, wish: Any) -> None:
    source = with_args("()") + STANDING
    gone = fix(source, wish("class Booking", remove="ix", declared_at='"ix"'))
    assert gone.text == with_args("()") + "\n\nx = 1\n"
    swapped = "CREATE INDEX ix ON booking (id DESC, status)"
    assert fix(source, wish("class Booking", swapped, "ix", '"ix"')).changed == [
        '-Index("ix", Booking.status, desc(Booking.id))  # here',
        '+Index("ix", desc(Booking.id), Booking.status)  # here',
    ]
    other = fix(source, wish("class Booking", "CREATE INDEX ix ON booking (company_id)", "ix", '"ix"'))
    assert '+    __table_args__ = (Index("ix", "company_id"),)' in other.changed
    assert '-Index("ix", Booking.status, desc(Booking.id))  # here' in other.changed


@pytest.mark.parametrize(
    ("source", "remove", "at", "reason"),
    [
        (
            with_args("()") + '\n\nix = Index("ix", Booking.id)\nprint(ix, end="")\n',
            "ix",
            '"ix"',
            "used elsewhere",
        ),
        (with_args("()") + '\n\nif Base:\n    Index("ix", Booking.id)\n', "ix", '"ix"', "only statement"),
        (with_args('tuple(Index(f"i{c}", c) for c in ["id"])'), "iid", 'f"i', "may declare others"),
        (
            with_args("()")
            .replace("Base)", "Mixin, Base)", 1)
            .replace(
                "class Booking", "class Mixin:\n    flag = Column(Integer, index=True)\n\n\nclass Booking"
            ),
            "ix_booking_flag",
            "flag =",
            "Mixin, which other tables may share",
        ),
        (with_args('(Index("ix", "id", **{}),)'), "ix", '"ix"', None),
        (with_args("()"), "booking_pkey", "class Booking", "a primary key constraint is more than an index"),
    ],
)
def test_declined(fix: Any, wish: Any, source: str, remove: str, at: str, reason: str | None) -> None:
    [*declined] = fix(source, wish("class Booking", remove=remove, declared_at=at)).edited.declined
    assert [one.code for one in declined] == [None] * (reason is not None)
    assert reason is None or reason in declined[0].reason


def test_method(fix: Any, wish: Any) -> None:
    method = '@declared_attr\n    def __table_args__(cls):\n        return (Index("ix", cls.id),)\n'
    source = with_args("").replace("__table_args__ = \n", method)
    outcome = fix(source, wish("class Booking", remove="ix", declared_at='"ix"'))
    assert outcome.changed[-1] == "+        return ()"
