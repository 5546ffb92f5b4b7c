"""LI601 to LI603."""

from __future__ import annotations

from cases import Case, migration

NOTHING = migration("pass")


def revision(name: str, down: object, extra: str = "") -> str:
    return f"revision = {name!r}\ndown_revision = {down!r}\n{extra}\n\n{NOTHING}"


TYPED = f"revision: str = '0002'\ndown_revision: object = '0001'\n\n{NOTHING}"
FORK = {"versions/0002_a.py": revision("0002", "0001"), "versions/0003_b.py": revision("0003", "0001")}

CASES = {
    "LI601": (
        Case(FORK, fires=("0002",), near_misses={}),
        Case(
            {**FORK, "versions/0004_merge.py": revision("0004", ("0002", "0003"))},
            fires=(),
            near_misses={"0004": "it merges the two"},
        ),
        Case(
            {
                "versions/0002_last.py": revision("0002", "0004"),
                "versions/0003_b.py": revision("0003", "0001"),
                "versions/0004_c.py": revision("0004", "0003"),
            },
            fires=(),
            near_misses={"0002_last": "the order is that of the revisions, not of the files"},
        ),
    ),
    "LI602": (
        Case(
            {
                "main:versions/0002_theirs.py": revision("0002", "0001"),
                "versions/0003_own.py": revision("0003", "0001"),
            },
            fires=("0003",),
            near_misses={},
        ),
        Case(
            {
                "main:versions/0002_theirs.py": revision("0002", "0001"),
                "versions/0002_theirs.py": revision("0002", "0001"),
                "versions/0003_own.py": revision("0003", "0002"),
            },
            fires=(),
            near_misses={"0003": "it stands after what the base has added"},
        ),
        Case(
            {
                "main:versions/0002_theirs.py": revision("0002", "0001"),
                "versions/0003_own.py": revision("0003", "0001", 'branch_labels = ("reports",)'),
            },
            fires=(),
            near_misses={"0003": "it begins a branch on purpose"},
        ),
        Case(
            {
                "main:notes.txt": "no migration",
                "versions/0003_own.py": revision("0003", "0001"),
            },
            fires=(),
            near_misses={"notes.txt": "the base has gone on, without a migration"},
        ),
    ),
    "LI603": (
        Case({"versions/0002_a.py": revision("0002", "000l")}, fires=("0002_a.py",), near_misses={}),
        Case({"versions/0002_a.py": revision("0002", "0001") + "(\n"}, fires=("0002_a.py",), near_misses={}),
        Case(
            {
                "versions/0002_typed.py": TYPED,
                "versions/0003_merge.py": revision("0003", ("0002",)),
                "versions/0004_short.py": revision("0004", "0003", "depends_on = '0001'"),
            },
            fires=(),
            near_misses={
                "0002": "annotated, as newer templates have it",
                "0003": "one parent in a tuple",
                "0004": "it depends on one that is there",
            },
        ),
    ),
}
