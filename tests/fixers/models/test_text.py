"""Files of every kind: what no edit is about stays byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lint_indexes.fixers.models import edit_models
from lint_indexes.fixers.models.source import SourceFile
from lint_indexes.fixers.models.splices import CannotEditError, Splice, moved, spliced

SOURCE = """\
from sqlalchemy import Column, Index, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = (
        Index("a", "id"),
        Index("b", "status"),
    )

    id = Column(Integer, primary_key=True)
    status = Column(String(20), index=True)
"""
ADD = "CREATE INDEX ix ON booking (status, id)"


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text, "utf-8"),
        (lambda text: text.replace("\n", "\r\n"), "utf-8"),
        (lambda text: text.replace("    ", "\t"), "utf-8"),
        (lambda text: text.replace("    ", "  "), "utf-8"),
        (lambda text: text, "utf-8-sig"),
        (lambda text: "# -*- coding: latin-1 -*-\n# caf\u00e9\n" + text, "latin-1"),
        (lambda text: text.rstrip("\n"), "utf-8"),
        (lambda text: text.replace("class", "\x0c\nclass") + "# caf\u00e9 \u2603", "utf-8"),
        (lambda text: text.replace("id = ", "id  =   ").replace(")\n", ") \t\n"), "utf-8"),
        (lambda text: text.replace("\n\n", "\r\n\r\n"), "utf-8"),
    ],
)
def test_the_rest_of_the_file_stays(fix: Any, wish: Any, change: Any, encoding: str) -> None:
    source = change(SOURCE).encode(encoding)
    outcome = fix(source, wish("class Booking", ADD))
    before, after = source.splitlines(keepends=True), outcome.edited.source.splitlines(keepends=True)
    [number] = [number for number, line in enumerate(after) if b'"ix"' in line]
    added = after.pop(number)
    assert after == before
    assert added.strip() == b'Index("ix", "status", "id"),'
    assert added.endswith(b"\r\n") == before[number - 1].endswith(b"\r\n")
    indent = before[number - 1][: len(before[number - 1]) - len(before[number - 1].lstrip())]
    assert added.startswith(indent + b"Index")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (SOURCE + "def :\n", "cannot be parsed: line 16"),
        ("# coding: utf-8\n" + SOURCE + "# \udcff", "cannot be decoded"),
        ("# coding: nonsense\n" + SOURCE, "cannot be decoded"),
        (SOURCE + "x = " + "(" * 3000 + ")" * 3000, "nested too deeply"),
        (SOURCE + "\x00", "cannot be parsed"),
    ],
)
def test_a_file_that_cannot_be_read(edit_for: Any, wish: Any, source: str, reason: str) -> None:
    """As it is, with the code to paste."""
    content = source.encode(errors="surrogateescape")
    edit = edit_for(SOURCE.encode(), wish("class Booking", ADD))
    edited = edit_models(content, "models.py", [edit])
    assert edited.source == content
    [declined] = edited.declined
    assert reason in declined.reason
    assert declined.code == 'Index("ix", "status", "id")'


def test_a_character_that_the_encoding_lacks(fix: Any, wish: Any) -> None:
    source = ("# coding: latin-1\n" + SOURCE).encode("latin-1")
    declare = "CREATE INDEX ix ON booking (id) WHERE status = '\u2603'"
    assert (
        fix(source, wish("class Booking", declare)).reasons[0].startswith("the file's encoding, iso-8859-1")
    )


NAMES = st.sampled_from(["ix", "b", "ix_booking_status", "uq", "ix_booking_at"])
COMMENTS = st.sampled_from(["", "  # why", "  # caf\u00e9 (", " "])
ABOVE = st.sampled_from(["", "# above\n", "\n", "# a\n# b\n", "\n# far\n\n"])
ITEMS = {
    "ix": [
        'Index("ix", "id", "status")',
        "Index(\n'ix',  # name\n'id', 'status'\n)",
        'Index( "ix" ,"id",\n "status" )',
    ],
    "b": ['Index("b", text("lower(status)"))', 'Index("b", func.lower(text("status")),)'],
    "uq": ['UniqueConstraint("id", "at", name="uq")', 'UniqueConstraint("id",\n"at",\nname="uq",\n)'],
}
COLUMNS = {
    "id": ["Column(Integer, primary_key=True)"],
    "status": [
        "Column(String(20), index=True)",
        "Column(String(20),\n      index=True, # flag\n      nullable=False)",
    ],
    "at": [
        "Column(Integer, index = True)",
        "Column(\n        Integer,\n        index=True,\n        unique=False\n    )",
    ],
}
DECLARATIONS = [
    "(at, id)",
    "(status DESC, at) WHERE id > 0",
    "USING gin (status) INCLUDE (id)",
    "(lower(status), at, id)",
]


@st.composite
def model_files(draw: Any) -> str:
    """A file with a class whose indexes are written in many ways."""
    items = []
    for name in draw(st.permutations(sorted(ITEMS))):
        code = draw(st.sampled_from(ITEMS[name]))
        items.append((draw(ABOVE), code, draw(COMMENTS)))
    options = draw(st.sampled_from([None, '{"comment": "c"}', 'dict(comment="c")']))
    if options:
        items.append((draw(ABOVE), options, draw(COMMENTS)))
    flat = draw(st.booleans()) and not any("#" in code or "\n" in code for _, code, _ in items)
    if flat:
        args = "(" + ", ".join(code for _, code, _ in items) + draw(st.sampled_from([")", ",)"]))
    else:
        last = draw(st.sampled_from(["", ","]))
        ends = [","] * (len(items) - 1) + [last]
        lines = (
            f"{above}{code}{end}{comment}\n" for (above, code, comment), end in zip(items, ends, strict=True)
        )
        args = "(\n" + "".join(lines) + ")"
        args = "\n".join(f"        {line}" if line else line for line in args.split("\n")).strip()
    columns = "".join(
        f"    {name} = {draw(st.sampled_from(choices))}{draw(COMMENTS)}\n"
        for name, choices in COLUMNS.items()
    )
    body = f'    __tablename__ = "booking"\n    __table_args__ = {args}\n{columns}'
    if draw(st.booleans()):
        body = f'    """Doc."""\n\n    __tablename__ = "booking"\n{columns}\n    __table_args__ = {args}\n'
    head = "from sqlalchemy import Column, Index, Integer, String, UniqueConstraint, func, text\n"
    head += "from sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\n"
    text = head + "class Booking(Base):\n" + body + draw(st.sampled_from(["", "# end", "\n\nx = 1\n"]))
    if draw(st.booleans()):
        text = text.replace("    ", "\t")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_untouched_lines_are_identical(data: Any, edit_for: Any, wish: Any, declared: Any) -> None:
    """Whatever the file looks like: the models declare what they should, and other lines stay."""
    source = data.draw(model_files()).encode()
    remove = data.draw(st.none() | NAMES)
    on = data.draw(st.sampled_from(DECLARATIONS)) if remove is None or data.draw(st.booleans()) else None
    place = {"ix_booking_status": "status =", "ix_booking_at": "at =", "b": '"b"', "uq": "class"}
    line = place.get(remove, "")
    if remove == "ix":
        line = '"ix"' if b'"ix"' in source else "'ix'"
    declare = on and f"CREATE INDEX {remove or 'new'} ON booking {on}"
    edit = edit_for(source, wish("class Booking", declare, remove, line or None))
    edited = edit_models(source, "models.py", [edit])
    if edited.declined:
        assert edited.source == source
        assert edited.declined[0].reason in (
            "comments stand among its arguments",
            "a comment stands between it and its neighbour",
        )
        return
    before, after = declared(source), declared(edited.source)
    wanted = {str(name) for name in before.indexes}
    wanted -= {str(edit.remove.name)} if edit.remove else set()
    wanted |= {str(edit.declare.name)} if edit.declare else set()
    assert {str(name) for name in after.indexes} == wanted
    if edit.declare:
        found = after.indexes[edit.declare.name]
        assert (found.keys, found.predicate, found.include) == (
            edit.declare.keys,
            edit.declare.predicate,
            edit.declare.include,
        )
    _assert_kept(source, edited.source, remove)


def _assert_kept(before: bytes, after: bytes, remove: str | None) -> None:
    """Lines that name neither the edit's index nor its columns' flags are all there, in their order."""
    kept = iter(after.splitlines(keepends=True))
    touched = (
        b"Index",
        b"Unique",
        b"'",
        b'"id"',
        b'"at"',
        b'"status"',
        b"name",
        b"index",
        b"#",
        b"__table_args__",
    )
    for line in before.splitlines(keepends=True):
        if len(line.strip()) < 3 or any(word in line for word in touched) or b"comment" in line:
            continue
        assert line in kept, line


@given(st.text("ab\n", max_size=30), st.data())
def test_moved_lines(text: str, data: Any) -> None:
    """A line that no splice is about is found again where it went."""
    starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    cuts = sorted(data.draw(st.lists(st.sampled_from(starts), min_size=2, max_size=2)))
    splices = [Splice(cuts[0], cuts[1], data.draw(st.sampled_from(["", "new\n", "x\ny\n"])))]
    changed = spliced(text, splices)
    for start in starts:
        if start >= cuts[1] or start < cuts[0]:
            line = text[start:].split("\n")[0]
            assert changed[moved(start, splices) :].split("\n")[0] == line


def test_splices_that_overlap() -> None:
    with pytest.raises(CannotEditError):
        spliced("abc", [Splice(0, 2, "x"), Splice(1, 3, "y")])


@pytest.mark.parametrize(
    ("lines", "width"),
    [
        (["x" * 60], 88),
        (["x" * 79], 79),
        (["x" * 100] * 3, 100),
        (["x" * 115] * 3, 120),
        (["x" * 300] * 3, 120),
    ],
)
def test_width_of_a_file(lines: list[str], width: int) -> None:
    assert SourceFile("\n".join(f"# {line[2:]}" for line in lines)).width == width
