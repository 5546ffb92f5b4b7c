from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report
from lint_indexes.reporters.sarif import FINGERPRINT, render
from lint_indexes.rules import ALL_RULES

ShowPath = Callable[[str], str]

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
)
RAN = [rule for rule in ALL_RULES if rule.code in ("LI004", "LI101", "LI102")]


def sarif(report: Report, show_path: ShowPath, documentation: str | None = None) -> Any:
    """The run of a document that is valid."""
    text = render([report], show_path=show_path, rules=RAN, documentation=documentation)
    document = json.loads(text)
    assert document["$schema"] == SCHEMA["id"]
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(document)
    (run,) = document["runs"]
    return run


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{}]})


def test_every_rule_that_ran_is_listed(report: Report, show_path: ShowPath) -> None:
    run = sarif(report, show_path)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["LI004", "LI101", "LI102"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1]
    assert all(rule["help"]["markdown"] for rule in run["tool"]["driver"]["rules"])


@pytest.mark.parametrize("url", ["https://example.org/docs", "https://example.org/docs/"])
def test_every_rule_has_its_page(report: Report, show_path: ShowPath, url: str) -> None:
    driver = sarif(report, show_path, url)["tool"]["driver"]
    pages = [f"https://example.org/docs/rules/{rule.code}.md" for rule in RAN]
    assert [rule["helpUri"] for rule in driver["rules"]] == pages
    assert driver["informationUri"] == url


def test_no_page_where_nobody_says_where_they_are(report: Report, show_path: ShowPath) -> None:
    driver = sarif(report, show_path)["tool"]["driver"]
    assert "informationUri" not in driver
    assert all("helpUri" not in rule for rule in driver["rules"])


def test_places(report: Report, show_path: ShowPath) -> None:
    doubtful, missing = sarif(report, show_path)["results"]
    migration = {"uri": "migrations/versions/44a28b52dc46_add_helpers.py"}
    assert doubtful["level"] == "warning"
    assert doubtful["locations"] == [
        {"physicalLocation": {"artifactLocation": migration, "region": {"startLine": 400}}}
    ]
    assert "relatedLocations" not in doubtful
    assert missing["level"] == "error"
    assert missing["message"]["text"].endswith("\ncreate it again in a new migration")
    assert missing["locations"][0]["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 1}
    (related,) = missing["relatedLocations"]
    assert related["message"] == {"text": "dropped here by 44a28b52dc46"}
    assert related["physicalLocation"]["artifactLocation"] == migration


def test_what_could_not_be_known_is_told(report: Report, show_path: ShowPath) -> None:
    (invocation,) = sarif(replace(report, warnings=("models print",)), show_path)["invocations"]
    texts = [item["message"]["text"] for item in invocation["toolExecutionNotifications"]]
    assert texts == [
        "undecided: the predicates of ix_a",
        "revision 44a28b52dc46 could not be fully analysed: DO block",
        "LI205 did not run: with --at",
        "LI201 did not run: with --at",
        "models print",
    ]


def fingerprints(report: Report, show_path: ShowPath) -> list[str]:
    return [result["partialFingerprints"][FINGERPRINT] for result in sarif(report, show_path)["results"]]


def moved(finding: Finding, lines: int, message: str) -> Finding:
    violation = finding.violation
    origin = replace(violation.origin, line=(violation.origin.line or 0) + lines)
    return replace(finding, violation=replace(violation, origin=origin, message=message))


def test_fingerprints_survive_moved_lines(
    report: Report, missing_index: Finding, show_path: ShowPath
) -> None:
    later = replace(report, findings=(report.findings[1], moved(missing_index, 30, "worded anew")))
    assert set(fingerprints(later, show_path)) == set(fingerprints(report, show_path))


def test_fingerprints_are_those_of_one_finding(
    report: Report, missing_index: Finding, show_path: ShowPath
) -> None:
    subject = replace(missing_index.violation.subject, index="ix_other")
    other = replace(missing_index, violation=replace(missing_index.violation, subject=subject))
    again = moved(missing_index, 1, "a second one about the same object")
    found = fingerprints(replace(report, findings=(missing_index, other, again)), show_path)
    assert len(set(found)) == 3
    assert found[0] in fingerprints(report, show_path)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/models.py", "a%20b/models.py"),
        ("über.py", "%C3%BCber.py"),
        ("c:odd.py", "c%3Aodd.py"),
        ("/srv/models.py", "file:///srv/models.py"),
        ("../other/models.py", "../other/models.py"),
    ],
)
def test_paths_become_uris(path: str, uri: str) -> None:
    violation = Violation("m", Origin(Source.MODELS, path))
    report = Report(Path("/app"), (Finding("LI101", "policy-index-missing", Severity.ERROR, violation),))
    (result,) = sarif(report, lambda given: given)["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": uri}}}]


def test_a_finding_without_a_place(show_path: ShowPath) -> None:
    """GitHub takes no result that has none."""
    violation = Violation("m", Origin(Source.DATABASE))
    report = Report(Path("/app"), (Finding("LI703", "database-index-extra", Severity.ERROR, violation),))
    (result,) = sarif(report, show_path)["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "."}}}]
    assert "ruleIndex" not in result
