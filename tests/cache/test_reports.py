"""A report that went through JSON is shown as it was, in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_indexes.cache.reports import report_from_json, report_to_json
from lint_indexes.cli.reports import FORMATS, Layout, render_check
from lint_indexes.findings import Finding, Fix, OpenQuestion, Related, Severity, Subject, Violation
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.verification import Verification
from lint_indexes.report import Coverage, Report, Skipped, UncertainRevision
from lint_indexes.rules import ALL_RULES

texts = st.text(max_size=20)
# What the name of a file may have: a byte that is no UTF-8 is a surrogate, and there are no others.
in_paths = st.characters(codec="utf-8", exclude_characters="\0") | st.characters(
    categories=["Cs"], min_codepoint=0xDC80, max_codepoint=0xDCFF
)
paths = st.text(in_paths, min_size=1, max_size=20).map("/project/{}".format)
numbers = st.none() | st.integers(1, 10**6)
origins = st.builds(Origin, st.sampled_from(Source), st.none() | paths, numbers, numbers, st.none() | texts)
tables = st.none() | st.builds(QualifiedName, texts, texts)
subjects = st.builds(Subject, tables, st.none() | texts, st.none() | texts)
fixes = st.none() | st.builds(Fix, texts, st.just(()), st.booleans())
violations = st.builds(
    Violation,
    message=texts,
    origin=origins,
    subject=subjects,
    related=st.lists(st.builds(Related, origins, texts), max_size=2).map(tuple),
    help=st.none() | texts,
    escalated=st.booleans(),
    fix=fixes,
    drop=fixes,
)
rules = st.sampled_from(ALL_RULES)
findings = st.builds(
    lambda rule, severity, violation: Finding(rule.code, rule.name, severity, violation),
    rules,
    st.sampled_from(Severity),
    violations,
)


def several(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3).map(tuple)


reports = st.builds(
    Report,
    root=paths.map(Path),
    findings=several(findings),
    skipped=several(st.builds(Skipped, rules.map(lambda rule: rule.code), texts)),
    open_questions=several(st.builds(OpenQuestion, texts, st.none() | origins, subjects)),
    suppressed=st.integers(0),
    coverage=st.builds(
        Coverage, st.integers(0), st.integers(0), several(st.builds(UncertainRevision, texts, texts))
    ),
    rules_run=several(rules.map(lambda rule: rule.code)),
    notes=several(texts),
    warnings=several(texts),
    indexes=st.none() | st.integers(0),
)


@given(reports)
def test_a_report_comes_back(report: Report) -> None:
    assert report_from_json(json.loads(json.dumps(report_to_json(report)))) == report


@pytest.mark.parametrize("output_format", FORMATS)
@given(report=reports)
def test_a_report_that_came_back_is_shown_alike(output_format: str, report: Report) -> None:
    again = report_from_json(json.loads(json.dumps(report_to_json(report))))
    layout = Layout(output_format, verbose=True)
    assert render_check([again], layout) == render_check([report], layout)


def test_what_a_fix_would_do_is_not_kept_but_that_there_is_one() -> None:
    fix = Fix("drop it", edits=("an edit",))  # type: ignore[arg-type]  # nobody looks at it
    finding = Finding(
        "LI501", "duplicate-index", Severity.ERROR, Violation("m", Origin(Source.MODELS), fix=fix)
    )
    [found] = report_from_json(report_to_json(Report(Path("/project"), (finding,)))).findings
    assert found.fixable
    assert found == replace(finding, violation=replace(finding.violation, fix=Fix("drop it", ())))


def test_an_undecodable_path_comes_back() -> None:
    report = Report(Path("/project/\udcff"), notes=("\udcff",))
    assert report_from_json(json.loads(json.dumps(report_to_json(report)))) == report


def test_a_verification_is_not_kept() -> None:
    verification = Verification.__new__(Verification)
    with pytest.raises(ValueError, match="verifications"):
        report_to_json(Report(Path("/project"), verification=verification))


@pytest.mark.parametrize("lacking", ["root", "findings", "coverage", "indexes", "warnings"])
def test_what_lacks_something_is_no_report(lacking: str) -> None:
    value = report_to_json(Report(Path("/project")))
    del value[lacking]
    with pytest.raises(KeyError):
        report_from_json(value)
