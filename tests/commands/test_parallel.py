"""Several projects, side by side."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions
from lint_indexes.errors import LintIndexesError
from lint_indexes.report import Report

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "booking"

T = TypeVar("T")


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ...]:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    paths = []
    for name in ("a b", "c", "d"):
        shutil.copytree(EXAMPLE, tmp_path / name)
        paths.append(tmp_path / name / "pyproject.toml")
    monkeypatch.setattr("lint_indexes.commands.check.configuration_paths", lambda *_: paths)
    return tuple(paths)


def shown(report: Report) -> Report:
    """Without what --fix would do, which does not travel, and what is said of the way there."""
    findings = tuple(
        replace(finding, violation=replace(finding.violation, fix=None, drop=None))
        for finding in report.findings
    )
    return replace(report, findings=findings, notes=(), inputs=None)


def test_the_same_reports_in_the_same_order(projects: tuple[Path, ...]) -> None:
    tracked: list[int] = []

    def track(items: Sequence[T], /) -> Iterable[T]:
        tracked.append(len(items))
        return items

    together = check(CheckOptions(cache=False), track)

    assert [report.root for report in together] == [path.parent for path in projects]
    assert tracked == [3]
    [alone] = check(CheckOptions(config=None, cache=False, root=projects[1].parent))[1:2]
    assert shown(together[1]) == shown(alone)
    assert together[0].findings


def test_what_has_not_changed_is_not_judged_again(
    projects: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(CheckOptions())
    models = projects[2].parent / "booking_app" / "models.py"
    models.write_text(models.read_text() + "\n")

    reports = check(CheckOptions())

    again = [any("nothing has changed" in note for note in report.notes) for report in reports]
    assert again == [True, True, False]


def test_the_first_problem_is_told(projects: tuple[Path, ...]) -> None:
    for path in projects[1:]:
        path.write_text(path.read_text().replace("booking_app", path.parent.name + "_gone"))
    with pytest.raises(LintIndexesError, match="c_gone") as raised:
        check(CheckOptions(cache=False))
    assert raised.value.hint
