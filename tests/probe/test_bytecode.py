"""Which bytecode a probe leaves behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lint_indexes.probe import process

VARIABLE = "PYTHONDONTWRITEBYTECODE"


@pytest.fixture
def own_code(tmp_path, monkeypatch) -> Path:
    """A copy of the probe's code, which nothing has run before."""
    folder = tmp_path / "in_process"
    shutil.copytree(process.SCRIPT.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(process, "SCRIPT", folder / "__main__.py")
    return folder


def compiled(folder: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in folder.rglob("*.pyc")}


def test_the_probes_own_is_kept_for_the_next_one(project, start, own_code, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    start()

    assert {"serve", "commands", "inputs", "guard"} <= compiled(own_code)


def test_nothing_is_kept_where_somebody_asked_for_that(project, start, own_code, monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")
    start()

    assert not compiled(own_code)


@pytest.mark.parametrize("in_the_way", [False, True])
def test_what_is_imported_late_makes_no_difference(project, start, server, own_code, monkeypatch, in_the_way):
    monkeypatch.delenv(VARIABLE, raising=False)
    if in_the_way:
        (own_code / "__pycache__").write_text("")
    upgrade = "async def nothing(connection):\n    pass\nop.run_async(nothing)"
    project.migration("a1", None, upgrade=upgrade)
    probe = start()
    listing = probe.load_history()

    assert listing.warnings == ()
    assert probe.run("a1", "upgrade", server) is None


@pytest.mark.parametrize("asked", [None, "1"])
def test_none_of_the_projects_is_written(project, start, server, monkeypatch, asked):
    if asked is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, asked)
    project.write("lib/sitecustomize.py", "import before")
    project.write("lib/before.py", "")
    project.write("helper.py", "import os\nseen = os.environ['PYTHONDONTWRITEBYTECODE']")
    project.migration("a1", None, upgrade="import helper\nassert helper.seen == '1'")
    probe = start(env={"PYTHONPATH": str(project.root / "lib")})
    probe.load_history()
    probe.load_metadata(server)

    assert probe.run("a1", "upgrade", server) is None
    assert not list(project.root.rglob("*.pyc"))
