"""The example tells the story that the documentation says it tells, and so does the README."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parent.parent
EXAMPLE = Path("docs", "examples", "booking")
LOST = {
    "ix_assignment_booking_created",
    "ix_assignment_dispatch_run_status",
    "ix_booking_status_scheduled_company",
}


def lint(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool from the top of this repository, with this interpreter as the application's."""
    command = [
        sys.executable,
        "-m",
        "lint_indexes",
        "--root",
        str(root),
        "--python",
        sys.executable,
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)


def lint_as_json(root: Path, *arguments: str) -> dict[str, Any]:
    done = lint(root, "--output-format", "json", *arguments)
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return lint_as_json(EXAMPLE)


def console_block(document: Path, command: str) -> str:
    """What the document shows below a command."""
    pattern = rf"^```console\n\$ {re.escape(command)}\n(.*?)^```$"
    shown = re.search(pattern, document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert shown, f"{document} does not show {command!r}"
    return shown[1]


def test_the_three_lost_indexes_are_all_that_is_found(report: dict[str, Any]) -> None:
    assert {(finding["code"], finding["index"]) for finding in report["findings"]} == {
        ("LI101", index) for index in LOST
    }


def test_each_finding_shows_the_line_that_dropped_the_index(report: dict[str, Any]) -> None:
    for finding in report["findings"]:
        assert finding["revision"] == "44a28b52dc46"
        location = finding["location"]
        line = Path(ROOT, location["path"]).read_text(encoding="utf-8").splitlines()[location["line"] - 1]
        assert "drop_index" in line
        assert f"'{finding['index']}'" in line


def test_every_revision_is_analysed(report: dict[str, Any]) -> None:
    coverage = report["coverage"]
    assert coverage["uncertain"] == []
    assert (
        coverage["revisions"]
        == coverage["analysed"]
        == len(list(Path(ROOT, EXAMPLE).glob("**/versions/*.py")))
    )


def test_history_tells_the_story() -> None:
    scripts = ScriptDirectory(Path(ROOT, EXAMPLE, "migrations"))
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    history = list(scripts.walk_revisions())[::-1]
    dates = [re.findall(r"Create Date: (\S+)", script.longdoc + (script.doc or ""))[0] for script in history]
    assert dates == sorted(dates)
    at = {date: script.revision for date, script in zip(dates, history, strict=True)}
    assert at["2025-10-20"] == "b559b3ef7a75"
    assert at["2025-10-26"] == "44a28b52dc46"
    assert "2025-10-15" in at


def test_on_20_october_nothing_but_the_migrations_knew_the_indexes() -> None:
    findings = lint_as_json(EXAMPLE, "--at", "b559b3ef7a75")["findings"]
    without_models = {finding["index"] for finding in findings if finding["code"] == "LI202"}
    assert {finding["index"] for finding in findings if finding["code"] == "LI101"} == LOST
    assert "ix_booking_company_status_scheduled" in without_models
    assert not without_models & LOST


def test_repair_patch_ends_it(tmp_path: Path) -> None:
    repaired = tmp_path / "booking"
    shutil.copytree(Path(ROOT, EXAMPLE), repaired, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "--quiet"], cwd=repaired, check=True)
    subprocess.run(["git", "apply", "-p4", "repair.patch"], cwd=repaired, check=True)
    done = lint(repaired)
    assert done.returncode == 0, done.stdout + done.stderr


def test_documents_show_the_real_output() -> None:
    done = lint(EXAMPLE)
    assert done.returncode == 1
    for document in (ROOT / "README.md", ROOT / EXAMPLE / "README.md"):
        shown = console_block(document, f"lint-indexes --root {EXAMPLE}")
        assert shown == done.stdout + done.stderr
