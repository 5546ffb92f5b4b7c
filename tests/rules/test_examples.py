"""The examples in the rules' documentation are true: the bad one fires its rule, the good one does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from lint_indexes.report import Report
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```\w+\n(?:#|--) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


Judge = Callable[[Rule, Mapping[str, str]], Report]


def sections(rule: Rule) -> dict[str, str]:
    _, *parts = _SECTION.split(rule.documentation)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def files_of(section: str) -> dict[str, str]:
    return dict(_BLOCK.findall(section))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_bad_example_fires(rule: Rule, judge: Judge) -> None:
    files = files_of(sections(rule)["Example"])
    assert files
    report = judge(rule, files)
    assert rule.code in {finding.code for finding in report.findings}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_good_example_does_not_fire(rule: Rule, judge: Judge) -> None:
    files = files_of(sections(rule)["Use instead"])
    assert files
    report = judge(rule, files)
    assert rule.code in report.rules_run
    assert rule.code not in {finding.code for finding in report.findings}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_documentation_has_its_parts(rule: Rule) -> None:
    assert {"What it does", "Why is this bad?", "Example", "Use instead"} <= sections(rule).keys()
    assert rule.summary.endswith(".")


def test_codes_are_sorted_and_unique() -> None:
    codes = [rule.code for rule in ALL_RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in ALL_RULES}) == len(codes)
