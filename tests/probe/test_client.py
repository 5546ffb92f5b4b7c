"""The process: how it is started, given up, and ended."""

from __future__ import annotations

import itertools
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lint_indexes.errors import ProbeError
from lint_indexes.probe.client import Probe
from lint_indexes.probe.environment import probe_environment
from lint_indexes.probe.settings import ProbeSettings


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_says_what_it_runs_on(start):
    versions = start().versions

    assert tuple(int(part) for part in versions.python.split(".")[:2]) >= (3, 9)
    assert int(versions.sqlalchemy[0]) >= 2
    assert int(versions.alembic[0]) >= 1


def test_there_is_time_for_something_else_while_it_starts(project):
    pieces = itertools.count()
    settings = ProbeSettings(python=Path(sys.executable), root=project.root)
    with Probe(settings, meanwhile=pieces) as probe:
        assert probe.versions.python
        assert next(pieces) > 0


def test_a_migration_that_hangs_is_given_up(project, start, server):
    project.migration("a1", None, "print('waiting')\nimport time\ntime.sleep(600)")
    probe = start(timeout=60.0)
    probe.load_history()
    probe._process.timeout = 2.0  # it may take longer to start than this waits
    began = time.monotonic()

    with pytest.raises(
        ProbeError, match=r"no answer for 2 s while running upgrade\(\) of revision a1"
    ) as caught:
        probe.run("a1", "upgrade", server)

    assert time.monotonic() - began < 10
    assert caught.value.details == "waiting"
    assert caught.value.hint is not None
    assert "raise the key timeout" in caught.value.hint


def test_a_migration_that_ends_the_process(project, start, server):
    project.migration("a1", None, "import os\nos.write(2, b'last words')\nos._exit(7)")
    probe = start()
    probe.load_history()

    with pytest.raises(ProbeError, match="ended with status 7 while running") as caught:
        probe.run("a1", "upgrade", server)

    assert caught.value.details == "last words"


def test_output_of_the_project_is_shown_with_an_error(project, start, server):
    project.write("models.py", "print('hello from models')\n1 / 0\n")

    with pytest.raises(ProbeError) as caught:
        start().load_metadata(server)

    assert "hello from models" in (caught.value.details or "")


def test_leaves_no_scratch_folder(project, start, server, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    probe = start()
    assert len(list(scratch.iterdir())) == 1

    probe.close()

    assert list(scratch.iterdir()) == []


def test_a_killed_client_leaves_no_scratch_folder(project, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = (
        "import os, sys; from pathlib import Path; from lint_indexes.probe.client import *;"
        f"Probe(ProbeSettings(Path(sys.executable), Path({str(project.root)!r}))); os._exit(9)"
    )
    environ = {**os.environ, "TMPDIR": str(scratch)}
    subprocess.run([sys.executable, "-c", code], env=environ, check=False)

    deadline = time.monotonic() + 10
    while list(scratch.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(scratch.iterdir()) == []


def test_an_interpreter_that_does_not_exist(project, start):
    with pytest.raises(ProbeError, match=r"cannot start .*no-python"):
        start(python=project.root / "no-python")


def test_an_interpreter_that_is_none(project, start):
    python = script(project.root / "python", "#!/bin/sh\necho oops >&2\nexit 3\n")

    with pytest.raises(ProbeError, match="ended with status 3 while starting") as caught:
        start(python=python)

    assert caught.value.details == "oops"


def test_an_interpreter_that_talks_nonsense(project, start):
    python = script(project.root / "python", "#!/bin/sh\necho hello\n")

    with pytest.raises(ProbeError, match="something unexpected"):
        start(python=python)


@pytest.mark.parametrize(
    ("package", "content", "message"),
    [
        ("sqlalchemy", "raise ImportError('x', name='sqlalchemy')", "lacks SQLAlchemy (module sqlalchemy)"),
        ("sqlalchemy", "__version__ = '1.4.41'", "SQLAlchemy 1.4.41"),
        ("alembic", "__version__ = '1.9.4'", "Alembic 1.9.4"),
        ("alembic", "import missing_thing", "lacks Alembic (module missing_thing)"),
    ],
)
def test_old_and_missing_packages_are_named(project, start, monkeypatch, package, content, message):
    folder = project.root / "packages"
    folder.mkdir()
    (folder / f"{package}.py").write_text(content)
    monkeypatch.setenv("PYTHONPATH", str(folder))

    with pytest.raises(ProbeError) as caught:
        start()

    assert message in caught.value.message
    assert "python" in caught.value.message


def test_the_environment_leads_to_no_server():
    environ = {
        "PATH": "/bin",
        "GIT_DIR": "x",
        "PGHOST": "db",
        "PGSERVICE": "prod",
        "DATABASE_URL": "u",
        "A": "1",
    }

    result = probe_environment(environ, {"A": "2"}, "/scratch")

    assert result["PGHOST"] == "127.0.0.1"
    assert result["TMPDIR"] == "/scratch"
    assert (result["A"], result["DATABASE_URL"], result["PATH"]) == ("2", "u", "/bin")
    assert not {"GIT_DIR", "PGSERVICE"} & set(result)


def test_ends_with_the_client(project, start):
    project.migration("a1", None)
    probe = start()
    pid = probe._process._process.pid
    probe.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
