from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report
from lint_indexes.reporters.junit import render
from lint_indexes.rules import ALL_RULES

ShowPath = Callable[[str], str]
RAN = [rule for rule in ALL_RULES if rule.code in ("LI004", "LI101", "LI102")]


def suite_of(text: str) -> Element:
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    (suite,) = root
    return suite


def test_cases_of_a_run(report: Report, show_path: ShowPath) -> None:
    suite = suite_of(render([report], show_path=show_path, rules=RAN))
    assert [(case.get("classname"), [child.tag for child in case]) for case in suite] == [
        ("LI004", ["system-out"]),
        ("LI101", ["failure"]),
        ("LI102", []),
        ("LI201", ["skipped"]),
        ("LI205", ["skipped"]),
    ]
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "0", "skipped": "2"}


def test_nothing_that_the_schema_lacks(report: Report, show_path: ShowPath) -> None:
    """junit-10.xsd of Jenkins' xUnit plugin, and what GitLab and CircleCI read beside it: file and line."""
    root = ET.fromstring(render([report], show_path=show_path, rules=RAN))
    known = {
        "testsuites": {"name", "time", "tests", "failures", "errors"},
        "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname"},
        "testcase": {"name", "time", "classname", "group", "file", "line"},
        "failure": {"type", "message"},
        "skipped": {"type", "message"},
        "system-out": set(),
    }
    for element in root.iter():
        assert set(element.keys()) <= known[element.tag], element.tag


def test_a_failure(report: Report, show_path: ShowPath) -> None:
    case = suite_of(render([report], show_path=show_path, rules=RAN))[1]
    assert case.attrib == {
        "classname": "LI101",
        "name": "policy-index-missing pyproject.toml:9",
        "file": "pyproject.toml",
        "line": "9",
    }
    (failure,) = case
    assert failure.get("type") == "error"
    assert failure.text is not None
    assert failure.text.startswith("pyproject.toml:9: ix_booking_status, which")
    assert failure.text.endswith("\ncreate it again in a new migration")


@pytest.mark.parametrize(("strict", "tag"), [(False, "system-out"), (True, "failure")])
def test_a_warning_fails_where_the_run_does(
    report: Report, show_path: ShowPath, strict: bool, tag: str
) -> None:
    case = suite_of(render([report], show_path=show_path, rules=RAN, strict=strict))[0]
    assert [child.tag for child in case] == [tag]


def test_it_is_well_formed_whatever_it_holds(show_path: ShowPath) -> None:
    violation = Violation('<"naïve" & \x1b\ud800>', Origin(Source.MODELS))
    report = Report(Path("/app"), (Finding("LI101", "policy-index-missing", Severity.ERROR, violation),))
    text = render([report], show_path=show_path, rules=RAN)
    assert text.isascii()
    (failure,) = suite_of(text)[0]
    assert failure.get("message") == '<"naïve" & \ufffd\ufffd>'


def test_nothing_found(show_path: ShowPath) -> None:
    suite = suite_of(render([Report(Path("/app"))], show_path=show_path, rules=RAN))
    assert [list(case) for case in suite] == [[], [], []]
