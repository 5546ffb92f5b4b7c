"""The options of ``verify`` that say how its outcome is shown, with a verification that is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lint_indexes.findings import Severity
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Definition, Function, Revision, Run
from lint_indexes.model.verification import Stage, StageOutcome, Verification, VerifiedRevision
from lint_indexes.report import Report

RUN = Run(Catalog(), Catalog())
FUNCTION = Function(Definition.BODY, 5)
REVISION = Revision("r1", (), (), "r1.py", "first", 1, FUNCTION, FUNCTION, RUN, RUN)
DIFFERS = StageOutcome(Stage.DOWNGRADE, disagreements=("i is not in PostgreSQL",), compared=1)
VERIFIED = VerifiedRevision(REVISION, (StageOutcome(Stage.UPGRADE, compared=1), DIFFERS))


@pytest.fixture
def verify(
    lint_indexes: Callable[..., Any],
    replace_command: Callable[..., None],
    make_report: Callable[..., Report],
) -> Callable[..., Any]:
    """Run ``verify`` with findings of these severities."""

    def run(*arguments: str, severities: tuple[Severity, ...] = (Severity.ERROR,)) -> Any:
        verification = Verification("18.6", 7, (VERIFIED,), 3)
        report = replace(make_report(*severities), verification=verification)
        replace_command("verify", lambda options: [report])
        return lint_indexes("verify", *arguments)

    return run


def test_text_has_verdicts_and_findings(verify: Callable[..., Any]) -> None:
    outcome = verify()
    assert outcome.status == 1
    assert outcome.out.startswith("r1  ok\n\nreplay differs: r1, downgrade: i is not in PostgreSQL\n")
    assert "PostgreSQL 18.6: 7 statements executed.\n1 revision: 1 ok; 3 indexes at the end.\n" in outcome.out
    assert "LI101" in outcome.out
    assert outcome.err == ""


def test_quiet_has_findings_only(verify: Callable[..., Any]) -> None:
    outcome = verify("--quiet")
    assert "revision" not in outcome.out
    assert "LI101" in outcome.out


def test_json_has_the_verdicts(verify: Callable[..., Any]) -> None:
    outcome = verify("--output-format", "json")
    content = json.loads(outcome.out)
    assert [finding["code"] for finding in content["findings"]] == ["LI101"]
    assert content["verifications"] == [
        {
            "server": "18.6",
            "statements": 7,
            "indexes": 3,
            "revisions": [{"revision": "r1", "verdict": "ok"}],
            "disagreements": [{"revision": "r1", "stage": "downgrade", "message": "i is not in PostgreSQL"}],
        }
    ]
    assert outcome.err == ""


@pytest.mark.parametrize("output_format", ["concise", "sarif", "github", "gitlab", "junit"])
def test_other_formats_have_findings_and_the_rest_is_on_stderr(
    verify: Callable[..., Any], output_format: str
) -> None:
    outcome = verify("--output-format", output_format, "--verbose")
    assert outcome.status == 1
    assert "LI101" in outcome.out
    assert "statements executed" not in outcome.out
    assert outcome.err.splitlines() == [
        "interpreter: x",
        "replay differs: r1, downgrade: i is not in PostgreSQL",
        "Where it differs, that is a defect of lint-indexes, not of your project: please report it.",
    ]


def test_output_file(verify: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    outcome = verify("--output-file", str(file))
    assert (outcome.status, outcome.out) == (1, "")
    assert file.read_text(encoding="utf-8") == verify("--color", "never").out


def test_exit_status(verify: Callable[..., Any]) -> None:
    warning = (Severity.WARNING,)
    assert verify(severities=warning).status == 0
    assert verify("--strict", severities=warning).status == 1
    assert verify("--exit-zero").status == 0
    assert verify("--verbose", "--quiet").status == 2
    assert verify("--output-format", "xml").status == 2
