"""A server that comes and goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lint_indexes.errors import LintIndexesError
from lint_indexes.server import binaries
from lint_indexes.server.embedded import EmbeddedServer, is_ready

HOLDER = """
import sys, time
from lint_indexes.server.embedded import EmbeddedServer
with EmbeddedServer() as server:
    sys.stdout.write(f"{server.socket_folder}\\n{server.psql('SELECT pg_backend_pid()')}")
    sys.stdout.flush()
    time.sleep(60)
"""


def gone(path: Path, seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return not path.exists()


def test_answers_and_leaves_nothing() -> None:
    with EmbeddedServer() as server:
        assert server.version >= 18
        assert server.psql("SELECT 1 + 1; SELECT 'é'") == "2\né\n"
        folder = server.socket_folder
        pid = int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_is_removed_after_an_error() -> None:
    folders = []

    def fail() -> None:
        with EmbeddedServer() as server:
            folders.append(server.socket_folder)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert not folders[0].exists()


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_stops_when_its_owner_is_killed(sent: signal.Signals) -> None:
    owner = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner.stdout as output:
        folder = Path(output.readline().strip())
        assert folder.is_dir()
        os.kill(owner.pid, sent)
        owner.wait(10)
    assert gone(folder.parent)


def test_sql_errors_are_shown() -> None:
    with EmbeddedServer() as server, pytest.raises(LintIndexesError) as caught:
        server.psql("SELECT no_such_column")
    assert "no_such_column" in str(caught.value.details)


def test_environment_of_the_user_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")
    with EmbeddedServer() as server:
        assert server.psql("SELECT 1") == "1\n"


def test_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(LintIndexesError) as caught:
        binaries.embedded_binaries()
    assert "lint-indexes[verify]" in str(caught.value.hint)


def test_unreadable_installations_are_copied(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "package" / "pginstall" / "bin").mkdir(parents=True)
    program = closed / "package" / "pginstall" / "bin" / "postgres"
    program.write_text("#!/bin/sh\n")
    (closed / "package.libs").mkdir()
    (closed / "package.libs" / "libpq.so").write_text("")
    closed.chmod(0o700)
    assert not binaries.reachable(program)
    copy = binaries.copy_installation(program.parent, tmp_path / "copy")
    assert (copy / "postgres").stat().st_mode & 0o005 == 0o005
    assert (copy / "../../../package.libs/libpq.so").resolve().is_file()


def test_a_status_file_that_goes_while_it_is_looked_for(tmp_path: Path) -> None:
    status = tmp_path / "postmaster.pid"
    assert not is_ready(status)
    status.write_text("123\n/data\n5432\n/tmp\n\n  1 2\nstarting\n")
    assert not is_ready(status)
    status.write_text("123\n/data\n5432\n/tmp\n\n  1 2\nready   \n")
    assert is_ready(status)
