"""``lint-indexes verify`` as a process: on the example, as two kinds of user, and ended in every way."""

from __future__ import annotations

import json
import os
import pwd
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lint_indexes.scratch import sweep
from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.embedded import EmbeddedServer

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "booking"
CODE = "import sys; from lint_indexes.__main__ import main; sys.exit(main())"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files that every user may read, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="lv-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def start(
    temporary: Path,
    *arguments: str,
    python: str = sys.executable,
    before: str = "",
    leading: tuple[str, ...] = (),
    **options: object,
) -> subprocess.Popen[str]:
    """``before`` is a program that runs first, and takes the arguments ``leading`` away."""
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [python, "-c", before + CODE, *leading]
    command = [*program, "verify", "--root", str(EXAMPLE), "--python", python, "--all", *arguments]
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )


def servers_in(folder: Path) -> list[str]:
    listing = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if f"-D {folder}/" in line]


def is_left_alone(temporary: Path, seconds: float = 30.0) -> bool:
    """Whether neither a server nor a folder is left, after a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not servers_in(temporary) and not list(temporary.iterdir()):
            return True
        time.sleep(0.05)
    return False


def assert_restored(process: subprocess.Popen[str]) -> None:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "10 revisions: 10 ok; 12 indexes at the end." in out
    assert "had the same indexes in 20 of 20 states" in out
    assert "statements executed" in out
    assert err == ""


def test_example(temporary: Path) -> None:
    assert_restored(start(temporary))
    assert list(temporary.iterdir()) == []


def ordinary_python() -> str | None:
    """A Python of this version that an account without rights can run."""
    if os.geteuid() != 0:
        return sys.executable
    version = ".".join(map(str, sys.version_info[:2]))
    for candidate in (sys.executable, shutil.which(f"python{version}", path="/usr/bin:/usr/local/bin")):
        if candidate is not None:
            try:
                done = subprocess.run([candidate, "-c", ""], user="nobody", check=False, cwd="/")
            except PermissionError:
                continue
            if done.returncode == 0:
                return candidate
    return None


def test_example_as_an_ordinary_user(temporary: Path) -> None:
    python = ordinary_python()
    if python is None:
        pytest.skip("no Python of this version can be run by another user")
    options = {} if os.geteuid() else {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "cwd": "/"}
    assert_restored(start(temporary, python=python, **options))
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda sent: sent.name)
def test_nothing_is_left_when_it_is_ended(temporary: Path, sent: signal.Signals) -> None:
    moments = random.Random(int(sent))
    for latest in (0.4, 1.0, 2.5):
        process = start(temporary)
        time.sleep(moments.uniform(latest / 4, latest))
        process.send_signal(sent)
        process.communicate(timeout=60)
        # The next start sweeps; what was killed after its server was up goes by itself.
        sweep(temporary)
        assert is_left_alone(temporary), sorted(temporary.rglob("*"))[:20]


KILLED = """
import importlib, os, signal, sys
module, _, name = sys.argv.pop(1).partition(":")
moment = sys.argv.pop(1)
owner = importlib.import_module(module)
*path, last = name.split(".")
for part in path:
    owner = getattr(owner, part)
original = getattr(owner, last)
def killed(*args, **kwargs):
    if moment == "after":
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, last, killed)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "function",
    [
        "lint_indexes.scratch:_take",
        "lint_indexes.server.embedded:EmbeddedServer._launch",
        "lint_indexes.probe.process:_started",
        "lint_indexes.probe.client:Probe.load_history",
        "lint_indexes.server.databases:ScratchDatabases.create",
        "lint_indexes.server.session:NestedSession.commit",
    ],
)
def test_the_next_start_removes_what_a_kill_left(temporary: Path, function: str, moment: str) -> None:
    process = start(temporary, before=KILLED, leading=(function, moment))
    _, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    sweep(temporary)
    assert is_left_alone(temporary), sorted(temporary.rglob("*"))[:20]


def test_interrupt_while_the_server_runs(temporary: Path) -> None:
    process = start(temporary)
    until = time.monotonic() + 60
    status = "lint-indexes-server-*/server/data/postmaster.pid"
    while not list(temporary.glob(status)) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert is_left_alone(temporary), sorted(temporary.rglob("*"))[:20]


def test_on_a_given_server(temporary: Path) -> None:
    with EmbeddedServer() as server:
        url = f"postgresql+psycopg://postgres@/postgres?host={server.socket_folder}"
        assert_restored(start(temporary, "--database-url", url))
        connection = Connection(Address(str(server.socket_folder), "postgres", "postgres"))
        names = connection.execute("SELECT datname FROM pg_database ORDER BY 1").rows
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").rows
        connection.close()
    assert json.dumps(names) == '[["postgres"], ["template0"], ["template1"]]'
    assert tables == ((0,),)


def test_an_existing_database_is_begun_with_and_never_changed(temporary: Path) -> None:
    with EmbeddedServer() as server:
        server.psql("CREATE DATABASE shop")
        server.psql("CREATE TABLE company (id int)", database="shop")
        url = f"postgresql://postgres@/shop?host={server.socket_folder}"
        process = start(temporary, "--database-url", url, "--allow-existing")
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 1
        assert 'relation "company" already exists' in out
        assert server.psql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database="shop"
        ) == ("company\n")


def test_without_a_url_there_is_nothing_existing(temporary: Path) -> None:
    process = start(temporary, "--allow-existing")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "--allow-existing goes with --database-url" in err
