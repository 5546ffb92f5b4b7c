"""The booking example, mended by one ``--fix`` on the days on which it went wrong, on a real PostgreSQL."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fixes.__main__ import database_url

from lint_indexes.commands.check import check
from lint_indexes.commands.fix import fix
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.server.embedded import EmbeddedServer

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "booking"
OBSERVE = Path(__file__).parent / "fixes" / "observe_flask.py"

LOST = {
    "ix_assignment_booking_created",
    "ix_assignment_dispatch_run_status",
    "ix_booking_status_scheduled_company",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with EmbeddedServer() as server:
        yield database_url(server)


def example(folder: Path, *, without: Sequence[str], columns: Sequence[str], since: str) -> Path:
    """The example before some revisions, whose columns the models do not have yet."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for revision in without:
        [path] = folder.glob(f"migrations/versions/{revision}_*.py")
        path.unlink()
    models = folder / "booking_app" / "models.py"
    lines = models.read_text().splitlines(keepends=True)
    models.write_text("".join(line for line in lines if line.strip().partition(":")[0] not in columns))
    config = folder / "pyproject.toml"
    config.write_text(re.sub(r"(?m)^since = .*$", f'since = "{since}"', config.read_text()))
    return folder


@pytest.fixture
def october_20(tmp_path: Path) -> Path:
    return example(
        tmp_path / "booking",
        without=("44a28b52dc46", "7c0e5b92a3d6"),
        columns=("updated_at", "cancel_reason"),
        since="2b84d6f1c9e0",
    )


@pytest.fixture
def october_26(tmp_path: Path) -> Path:
    return example(
        tmp_path / "booking", without=("7c0e5b92a3d6",), columns=("cancel_reason",), since="b559b3ef7a75"
    )


def mend(folder: Path) -> list[str]:
    """Run ``--fix`` once, and see that nothing is left to be mended; the names of the changed files."""
    options = CheckOptions(folder, python=sys.executable)
    [outcome] = fix(options, FixOptions())
    [report] = check(options)
    assert [finding.code for finding in report.findings if finding.severity.value == "error"] == []
    return sorted(change.path.name for change in outcome.changes)


def observe(folder: Path, url: str, back_to: str) -> dict[str, dict[str, str]]:
    command = [sys.executable, str(OBSERVE), url, "booking_app", back_to]
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_20_october(october_20: Path, url: str) -> None:
    assert mend(october_20) == ["b559b3ef7a75_add_performance_indexes.py", "models.py"]

    found = observe(october_20, url, "2b84d6f1c9e0")

    assert set(found["head"]) >= LOST
    assert found["head"] == found["again"] == found["models"]
    assert set(found["head"]) - set(found["back"]) == LOST


def test_26_october(october_26: Path, url: str) -> None:
    [models, migration] = sorted(mend(october_26), reverse=True)
    assert models == "models.py"
    assert migration.endswith("_create_3_indexes.py")

    found = observe(october_26, url, "44a28b52dc46")

    assert set(found["head"]) >= LOST
    assert found["head"] == found["again"] == found["models"]
    assert set(found["head"]) - set(found["back"]) == LOST
