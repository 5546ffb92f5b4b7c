"""Every rule fires where it should, and leaves at least two near misses alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

import pytest
from cases import Case, database, design, downgrades, drift, graph, locks, policy, setup

from lint_indexes.findings import Finding
from lint_indexes.report import Report
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES

MODULES = (setup, policy, drift, downgrades, locks, design, graph, database)
CASES: Mapping[str, tuple[Case, ...]] = {
    code: cases for module in MODULES for code, cases in module.CASES.items()
}
Judge = Callable[[Rule, Mapping[str, str]], Report]


def named(finding: Finding) -> str:
    """What a finding is about, in one word."""
    subject, path = finding.violation.subject, finding.violation.origin.path
    table = subject.table.name if subject.table else None
    return subject.index or table or subject.revision or PurePath(path or "").name


@pytest.mark.parametrize(
    ("rule", "case"),
    [
        pytest.param(rule, case, id=f"{rule.code}-{number}")
        for rule in ALL_RULES
        for number, case in enumerate(CASES.get(rule.code, ()), start=1)
    ],
)
def test_case(rule: Rule, case: Case, judge: Judge) -> None:
    report = judge(rule, case.files)
    assert rule.code in report.rules_run
    found = [named(finding) for finding in report.findings if finding.code == rule.code]
    assert sorted(found) == sorted(case.fires)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_case_that_fires_and_two_near_misses(rule: Rule) -> None:
    cases = CASES[rule.code]
    assert any(case.fires for case in cases)
    assert sum(len(case.near_misses) for case in cases) >= 2


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=code) for code, cases in CASES.items() for case in cases]
)
def test_every_near_miss_is_in_its_project_and_does_not_fire(case: Case) -> None:
    text = "\n".join(part for file in case.files.items() for part in file)
    assert [name for name in case.near_misses if name not in text] == []
    assert not set(case.near_misses) & set(case.fires)


def test_no_case_is_for_a_rule_that_does_not_exist() -> None:
    assert sorted(CASES) == [rule.code for rule in ALL_RULES]
