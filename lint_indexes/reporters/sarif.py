"""Findings as SARIF 2.1.0, which code scanning services and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

from lint_indexes import __version__
from lint_indexes.findings import Finding
from lint_indexes.model.origin import Origin
from lint_indexes.report import Report, fingerprinted
from lint_indexes.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "lintIndexesObject/v1"
"""Changes when fingerprints are made of something else, so that services do not compare the two."""

Json = dict[str, object]
ShowPath = Callable[[str], str]

# GitHub refuses the whole file for a single result that has no place, as those of a database have none.
_NOWHERE: Json = {"physicalLocation": {"artifactLocation": {"uri": "."}}}


def render(
    reports: Sequence[Report], *, show_path: ShowPath, rules: Sequence[Rule], documentation: str | None = None
) -> str:
    """One run for all projects.

    ``rules`` are all that ran, whether they found something or not; ``documentation`` is the absolute URL of
    the folder docs, where that is known: SARIF takes no relative one for a rule's page (section 3.49.12).
    """
    places = {rule.code: place for place, rule in enumerate(rules)}
    run: Json = {
        "tool": {"driver": _driver(rules, documentation)},
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": [*_notifications(reports, show_path)]}
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(*pair, places, show_path) for pair in fingerprinted(reports, show_path)],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _driver(rules: Sequence[Rule], documentation: str | None) -> Json:
    return {
        "name": "lint-indexes",
        "semanticVersion": __version__,
        **({} if documentation is None else {"informationUri": documentation}),
        "rules": [_rule(rule, documentation) for rule in rules],
    }


def _rule(rule: Rule, documentation: str | None) -> Json:
    page = {} if documentation is None else {"helpUri": f"{documentation.rstrip('/')}/rules/{rule.code}.md"}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        **page,
        "defaultConfiguration": {"enabled": rule.enabled_by_default, "level": str(rule.severity)},
    }


def _result(finding: Finding, fingerprint: str, places: Mapping[str, int], show_path: ShowPath) -> Json:
    violation = finding.violation
    text = "\n".join(part for part in (violation.message, violation.help) if part)
    result: Json = {
        "ruleId": finding.code,
        "level": str(finding.severity),
        "message": {"text": text},
        "locations": [*_location(violation.origin, show_path)] or [_NOWHERE],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if finding.code in places:
        result["ruleIndex"] = places[finding.code]
    related = [
        {"id": number, **location, "message": {"text": item.message}}
        for number, item in enumerate(violation.related)
        for location in _location(item.origin, show_path)
    ]
    return {**result, "relatedLocations": related} if related else result


def _location(origin: Origin | None, show_path: ShowPath) -> Iterator[Json]:
    """The place, or nothing where it is not known."""
    if origin is None or origin.path is None:
        return
    place: Json = {"artifactLocation": {"uri": _uri(show_path(origin.path))}}
    if origin.line is not None:
        column = {} if origin.column is None else {"startColumn": origin.column}
        place["region"] = {"startLine": origin.line, **column}
    yield {"physicalLocation": place}


def _uri(path: str) -> str:
    """A path as a URI reference: relative where the path is (RFC 3986, section 4.2)."""
    if PureWindowsPath(path).is_absolute():
        return PureWindowsPath(path).as_uri()
    if PurePosixPath(path).is_absolute():
        return PurePosixPath(path).as_uri()
    # A colon in the first segment would make a scheme of what stands before it; quote() escapes it.
    return quote(path)


def _notifications(reports: Sequence[Report], show_path: ShowPath) -> Iterator[Json]:
    """What could not be known, and what did not run."""
    for report in reports:
        for question in report.open_questions:
            locations = [*_location(question.origin, show_path)]
            yield _notification(f"undecided: {question.message}", "note", locations)
        for uncertain in report.coverage.uncertain:
            text = f"revision {uncertain.revision} could not be fully analysed: {uncertain.reason}"
            yield _notification(text, "note")
        for skipped in report.skipped:
            yield _notification(f"{skipped.code} did not run: {skipped.reason}", "note")
        for warning in report.warnings:
            yield _notification(warning, "warning")


def _notification(text: str, level: str, locations: Sequence[Json] = ()) -> Json:
    return {"message": {"text": text}, "level": level, **({"locations": [*locations]} if locations else {})}
