"""Table() of SQLAlchemy Core, SQLModel, and columns that are annotated."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = """\
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, UniqueConstraint

metadata = MetaData()
"""
TABLE = """
booking = Table(
    "booking",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("status", String(20), index=True),  # s
    Column("at", Integer, unique=True, key="when"),
    Index("ix", "id"),  # i
    UniqueConstraint("id", "status", name="uq"),
    comment="c",
)
"""


def test_the_index_is_an_argument(fix: Any, wish: Any) -> None:
    outcome = fix(HEAD + TABLE, wish("booking =", "CREATE INDEX i2 ON booking (at, id)"))
    assert outcome.changed == ['+    Index("i2", "when", "id"),']
    assert outcome.text.index("i2") < outcome.text.index("comment=")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'Table("booking", metadata, Column("id", Integer))',
            'Table("booking", metadata, Column("id", Integer), Index("i2", "id"))',
        ),
        (
            'Table("booking", metadata, *[Column("id", Integer)], comment="c")',
            'Table("booking", metadata, *[Column("id", Integer)], Index("i2", "id"), comment="c")',
        ),
    ],
)
def test_on_one_line(fix: Any, wish: Any, before: str, after: str) -> None:
    outcome = fix(f"{HEAD}\nb = {before}\n", wish("b =", "CREATE INDEX i2 ON booking (id)"))
    assert outcome.changed == [f"-b = {before}", f"+b = {after}"]


@pytest.mark.parametrize("name", ["booking", "other"])
def test_several_in_one_statement(fix: Any, wish: Any, name: str) -> None:
    tables = ", ".join(f'Table("{one}", metadata, Column("id", Integer))' for one in ("booking", "other"))
    outcome = fix(f"{HEAD}\nb = [{tables}]\n", wish("b =", f"CREATE INDEX i ON {name} (id)", table=name))
    assert ("other" in outcome.text.split('Index("i"')[0]) is (name == "other")
    assert outcome.text.index(f'"{name}"') < outcome.text.index('Index("i"')
    assert outcome.reasons == []


@pytest.mark.parametrize(
    ("remove", "changed"),
    [
        ("ix", ['-    Index("ix", "id"),  # i']),
        ("uq", ['-    UniqueConstraint("id", "status", name="uq"),']),
        (
            "ix_booking_status",
            [
                '-    Column("status", String(20), index=True),  # s',
                '+    Column("status", String(20)),  # s',
            ],
        ),
        (
            "booking_at_key",
            [
                '-    Column("at", Integer, unique=True, key="when"),',
                '+    Column("at", Integer, key="when"),',
            ],
        ),
    ],
)
def test_removed(fix: Any, wish: Any, remove: str, changed: list[str]) -> None:
    place = {"ix": 'Index("ix"', "ix_booking_status": '"status", String'}.get(remove, "booking =")
    assert fix(HEAD + TABLE, wish("booking =", remove=remove, declared_at=place)).changed == changed


def test_flag_becomes_an_index(fix: Any, wish: Any) -> None:
    declare = "CREATE INDEX i2 ON booking (status, at)"
    outcome = fix(HEAD + TABLE, wish("booking =", declare, "ix_booking_status", '"status", String'))
    assert '+    Index("i2", "status", "when"),' in outcome.changed


def test_name_that_is_computed(fix: Any, wish: Any) -> None:
    source = HEAD + TABLE.replace('"booking",', '"book" "ing".lower(),')
    outcome = fix(source, wish("booking =", "CREATE INDEX i2 ON booking (id)"))
    assert outcome.reasons == ["the table is made by code that may make several"]


def test_table_of_a_function(fix: Any, wish: Any) -> None:
    source = HEAD + "\n\ndef make():\n    " + TABLE.strip().replace("\n", "\n    ") + "\n\n\nmake()\n"
    outcome = fix(source, wish("booking =", "CREATE INDEX i2 ON booking (id)"))
    assert outcome.changed == ['+        Index("i2", "id"),']


def test_table_of_a_class(fix: Any, wish: Any) -> None:
    source = HEAD + "from sqlalchemy.orm import registry\n\n\n"
    source += "@registry(metadata=metadata).mapped\nclass Booking:\n    "
    source += "__table__" + TABLE.strip().replace("\n", "\n    ").removeprefix("booking") + "\n"
    outcome = fix(source, wish("__table__", "CREATE INDEX i2 ON booking (id)"))
    assert outcome.changed == ['+        Index("i2", "id"),']


ANNOTATED = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    at: Mapped[int] = mapped_column("when", index=True)
"""


def test_annotated_columns(fix: Any, wish: Any) -> None:
    outcome = fix(
        ANNOTATED, wish("class Booking", "CREATE INDEX i2 ON booking (status)", by_column_flag=True)
    )
    assert outcome.changed == [
        "+from sqlalchemy import Index",
        '+    __table_args__ = (Index("i2", "status"),)',
    ]
    removed = fix(ANNOTATED, wish("class Booking", remove="ix_booking_when", declared_at="at:"))
    assert removed.changed[-1] == '+    at: Mapped[int] = mapped_column("when")'


def test_flag_of_an_annotation_is_not_in_the_class(fix: Any, wish: Any) -> None:
    source = ANNOTATED.replace("mapped_column\n", "mapped_column\nfrom typing import Annotated\n", 1)
    source = source.replace(
        "class Base(", "flagged = Annotated[int, mapped_column(index=True)]\n\n\nclass Base("
    )
    source += "    other: Mapped[flagged]\n"
    outcome = fix(source, wish("class Booking", remove="ix_booking_other", declared_at="other:"))
    assert outcome.reasons == ["index ix_booking_other is not written where it is declared"]
