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


@pytest.fixture
def repaired(tmp_path: Path) -> Path:
    """A copy of the example with the patch applied."""
    folder = tmp_path / "booking"
    shutil.copytree(Path(ROOT, EXAMPLE), folder, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "apply", "-p4", "repair.patch"], cwd=folder, check=True)
    return folder


def test_repair_patch_ends_it(repaired: Path) -> None:
    done = lint(repaired)
    assert done.returncode == 0, done.stdout + done.stderr
    assert lint_as_json(repaired)["findings"] == []


def way_back() -> str:
    """What the example's README says of the repaired example."""
    text = Path(ROOT, EXAMPLE, "README.md").read_text(encoding="utf-8")
    return text[text.index("## The way back") : text.index("## With a real database")]


def test_every_rule_on_the_repaired_example_is_explained(repaired: Path) -> None:
    report = lint_as_json(repaired, "--select", "ALL")
    explained = re.findall(r"^- (LI\d{3}) for `(\w+)`", way_back(), re.MULTILINE)
    assert sorted((finding["code"], finding["index"]) for finding in report["findings"]) == sorted(explained)
    (sentence,) = re.findall(r"^Skipped are (.*?)\.$", way_back(), re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"LI\d{3}", sentence.replace("LI701 to LI704", "LI701 LI702 LI703 LI704")))
    assert {skip["code"] for skip in report["skipped"]} == named


def test_what_since_leaves_out_is_explained(repaired: Path) -> None:
    config = repaired / "pyproject.toml"
    text = re.sub(r"^since = .*$", "", config.read_text(encoding="utf-8"), flags=re.MULTILINE)
    config.write_text(text, encoding="utf-8")
    found = {finding["code"] for finding in lint_as_json(repaired, "--select", "ALL")["findings"]}
    paragraph = way_back().partition("Without `since`, ")[2]
    assert found - {"LI106"} == set(re.findall(r"LI\d{3}", paragraph))


def test_documents_show_the_real_output() -> None:
    done = lint(EXAMPLE)
    assert done.returncode == 1
    for document in (ROOT / "README.md", ROOT / EXAMPLE / "README.md"):
        shown = console_block(document, f"lint-indexes --root {EXAMPLE}")
        assert shown == done.stdout + done.stderr
