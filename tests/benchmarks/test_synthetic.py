"""Synthetic projects are of the size that was asked for, always the same, and clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from synthetic.history import Growth, Size
from synthetic.project import write_project

from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions

SIZE = Size(revisions=40, tables=15, indexes=60)


@pytest.mark.parametrize("size", [SIZE, Size(1, 1, 1), Size(30, 60, 200), Size(60, 7, 21)])
def test_as_many_as_asked_for(size: Size) -> None:
    growth = Growth(size)
    assert len(growth.bodies()) == size.revisions
    assert len(growth.tables) == size.tables
    assert sum(len(table.indexes) for table in growth.tables) == size.indexes


def test_the_same_numbers_make_the_same_project(tmp_path: Path) -> None:
    projects = []
    for number, seed in enumerate((0, 0, 1)):
        folder = tmp_path / str(number)
        write_project(folder, SIZE, seed)
        files = [path for path in folder.rglob("*") if path.is_file()]
        projects.append({path.relative_to(folder): path.read_bytes() for path in files})
    assert projects[0] == projects[1]
    assert projects[0] != projects[2]


def test_nothing_is_found_in_it(tmp_path: Path) -> None:
    write_project(tmp_path, SIZE)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (report,) = check(CheckOptions(root=tmp_path, python=sys.executable, cache=False))
    assert report.findings == ()
    assert report.coverage.revisions == SIZE.revisions
    assert report.coverage.uncertain == ()
