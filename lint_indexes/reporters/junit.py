"""The run as JUnit XML, as CI servers read it: a test case per rule that found nothing, and per finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lint_indexes.findings import Finding, Severity
from lint_indexes.report import Report, sorted_findings
from lint_indexes.rule import Rule

# XML 1.0, section 2.2: what is left has no place in a document, not even as a reference.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ShowPath = Callable[[str], str]


def render(
    reports: Sequence[Report], *, show_path: ShowPath, rules: Sequence[Rule], strict: bool = False
) -> str:
    """The outcome as one suite.

    ``rules`` are those that ran. A warning fails its test case only if ``strict``, so that the tests fail
    where the run does; otherwise it is its output.
    """
    suite = Element("testsuite", name="lint-indexes")
    findings = sorted_findings(reports)
    found = {finding.code for finding in findings}
    for finding in findings:
        _add_finding(suite, finding, show_path, strict)
    for rule in rules:
        if rule.code not in found:
            SubElement(suite, "testcase", classname=rule.code, name=rule.name)
    skipped = {skip.code: skip.reason for skip in chain.from_iterable(report.skipped for report in reports)}
    for code in sorted(skipped.keys() - {rule.code for rule in rules}):
        case = SubElement(suite, "testcase", classname=code, name=code)
        SubElement(case, "skipped", message=_text(skipped[code]))
    return _document(suite)


def _add_finding(suite: Element, finding: Finding, show_path: ShowPath, strict: bool) -> None:
    violation = finding.violation
    origin = violation.origin
    where = show_path(origin.path) if origin.path is not None else ""
    place = f"{where}:{origin.line}" if where and origin.line is not None else where
    name = f"{finding.name} {place}".rstrip()
    case = SubElement(suite, "testcase", classname=finding.code, name=_text(name))
    if where:
        case.set("file", _text(where))
        case.set("line", str(origin.line or 1))
    lines = (f"{place}: {violation.message}" if place else violation.message, violation.help)
    text = _text("\n".join(line for line in lines if line))
    if strict or finding.severity is Severity.ERROR:
        failure = SubElement(case, "failure", message=_text(violation.message), type=str(finding.severity))
        failure.text = text
    else:
        SubElement(case, "system-out").text = text


def _document(suite: Element) -> str:
    counts = {
        "tests": str(len(suite)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": "0",
        "skipped": str(len(suite.findall("testcase/skipped"))),
    }
    for name, count in counts.items():
        suite.set(name, count)
    # No "skipped" here: the schema of Jenkins (junit-10.xsd) has it for suites only.
    totals = {name: count for name, count in counts.items() if name != "skipped"}
    root = Element("testsuites", {"name": "lint-indexes", **totals})
    root.append(suite)
    indent(root)
    # ASCII, so that it is well-formed whatever the encoding of the terminal or pipe is.
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="us-ascii").decode()}\n'


def _text(text: str) -> str:
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
