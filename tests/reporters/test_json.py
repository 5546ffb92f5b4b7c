from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Listing, Report
from lint_indexes.reporters.json import render, render_listing

ShowPath = Callable[[str], str]

MIGRATION = "migrations/versions/44a28b52dc46_add_helpers.py"


def test_the_whole_document(report: Report, show_path: ShowPath) -> None:
    text = render([report], show_path=show_path)
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "version": 1,
        "findings": [
            {
                "code": "LI004",
                "name": "unanalysable-revision",
                "severity": "warning",
                "message": "DO block:\nnot understood",
                "schema": None,
                "table": None,
                "index": None,
                "revision": None,
                "location": {"path": MIGRATION, "line": 400, "column": None},
                "related": [],
                "fixable": False,
                "fix": None,
                "drop": None,
            },
            {
                "code": "LI101",
                "name": "policy-index-missing",
                "severity": "error",
                "message": "ix_booking_status, which the policy requires, is missing from the migrations",
                "schema": "public",
                "table": "booking",
                "index": "ix_booking_status",
                "revision": "44a28b52dc46",
                "location": {"path": "pyproject.toml", "line": 9, "column": 1},
                "related": [{"path": MIGRATION, "line": 121, "message": "dropped here by 44a28b52dc46"}],
                "fixable": True,
                "fix": {"title": "add ix_booking_status", "safe": True},
                "drop": None,
            },
        ],
        "undecided": [
            {
                "message": "the predicates of ix_a",
                "schema": "public",
                "table": "booking",
                "index": None,
                "revision": None,
                "location": {"path": "models.py", "line": 7, "column": 7},
            }
        ],
        "skipped": [
            {"code": "LI201", "reason": "with --at"},
            {"code": "LI205", "reason": "with --at"},
        ],
        "suppressed": 2,
        "coverage": {
            "revisions": 40,
            "analysed": 39,
            "uncertain": [{"revision": "44a28b52dc46", "reason": "DO block"}],
        },
    }


def test_several_projects_are_put_together(report: Report, show_path: ShowPath) -> None:
    document = json.loads(render([report, replace(report, root=Path("/app/b"))], show_path=show_path))
    assert [finding["code"] for finding in document["findings"]] == ["LI004", "LI004", "LI101", "LI101"]
    assert [item["code"] for item in document["skipped"]] == ["LI201", "LI205"]
    assert document["suppressed"] == 4
    assert document["coverage"]["revisions"] == 80
    assert document["coverage"]["analysed"] == 78
    assert len(document["coverage"]["uncertain"]) == 2


def test_no_project_is_still_a_document(show_path: ShowPath) -> None:
    assert json.loads(render([], show_path=show_path)) == {
        "version": 1,
        "findings": [],
        "undecided": [],
        "skipped": [],
        "suppressed": 0,
        "coverage": {"revisions": 0, "analysed": 0, "uncertain": []},
    }


def test_it_is_ascii_whatever_it_holds(show_path: ShowPath) -> None:
    violation = Violation("naïve 予約", Origin(Source.MODELS, "/app/modèles.py"))
    report = Report(Path("/app"), (Finding("LI101", "policy-index-missing", Severity.ERROR, violation),))
    text = render([report], show_path=show_path)
    assert text.isascii()
    finding = json.loads(text)["findings"][0]
    assert finding["message"] == "naïve 予約"
    assert finding["location"] == {"path": "modèles.py", "line": None, "column": None}


def test_a_listing(listing: Listing, show_path: ShowPath) -> None:
    origin = {"path": MIGRATION, "line": 31, "revision": "44a28b52dc46"}
    assert json.loads(render_listing(listing, show_path=show_path)) == {
        "version": 1,
        "source": "migrations",
        "revision": "44a28b52dc46",
        "indexes": [
            {
                "schema": "public",
                "table": "booking",
                "name": "booking_pkey",
                "definition": "CREATE UNIQUE INDEX booking_pkey ON public.booking USING btree (id)",
                "unique": True,
                "valid": True,
                "constraint": "primary key",
                "origin": origin,
            },
            {
                "schema": "public",
                "table": "booking",
                "name": "ix_booking_Status",
                "definition": 'CREATE INDEX "ix_booking_Status" ON public.booking USING btree (status)'
                " WHERE (status = 'PENDING')",
                "unique": False,
                "valid": True,
                "constraint": None,
                "origin": origin,
            },
            {
                "schema": "public",
                "table": "company",
                "name": "uq_company_name",
                "definition": "CREATE UNIQUE INDEX uq_company_name ON public.company"
                " USING btree (lower(name))",
                "unique": True,
                "valid": True,
                "constraint": None,
                "origin": {"path": None, "line": None, "revision": None},
            },
        ],
    }
