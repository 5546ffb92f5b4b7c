"""What a replay must not do is refused with the migration's line, and what is innocent stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint_indexes.errors import ProbeError
from lint_indexes.model.history import FailureKind

SWALLOWED = """
try:
    {code}
except BaseException as error:
    assert isinstance(error, {kind}), repr(error)
"""


def test_a_migration_that_swallows_the_refusal_is_still_reported(project, start, server):
    codes = {
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)": "ConnectionRefusedError",
        "import socket; socket.gethostbyname('db.example.org')": "OSError",
        "import os; os.remove('models.py')": "PermissionError",
        "import subprocess; subprocess.run(['true'])": "PermissionError",
    }
    for number, (code, kind) in enumerate(codes.items()):
        swallowed = SWALLOWED.format(code=code, kind=kind)
        project.migration(f"r{number}", None, swallowed + "op.execute('SELECT 1')")
    probe = start()
    probe.load_history()

    for number, code in enumerate(codes):
        server.log.clear()
        failure = probe.run(f"r{number}", "upgrade", server)

        assert failure is not None, code
        assert (failure.kind, failure.origin.line) == (FailureKind.REFUSED, 9), code
        assert failure.exception is None, "the migration ran to its end"
        assert server.log == ["BEGIN", "SELECT 1", "COMMIT"]


def test_all_that_was_refused_is_told(project, start, server):
    tried = """
    for _ in range(2):
        try:
            open('made', 'w')
        except OSError:
            pass
    import socket
    socket.create_connection(('127.0.0.1', 9), 1)
    """
    project.migration("a1", None, tried)
    probe = start()
    probe.load_history()

    failure = probe.run("a1", "upgrade", server)

    assert failure is not None
    assert failure.message == "tried to write made, and tried to connect to 127.0.0.1:9 (line 14)"
    assert (failure.kind, failure.origin.line, failure.exception) == (
        FailureKind.REFUSED, 10, "ConnectionRefusedError"
    )  # fmt: skip


def test_a_refusal_while_the_migration_is_imported_is_reported_by_its_run(project, start, server):
    project.migration("a1", None, head="try:\n    open('made', 'w')\nexcept OSError:\n    pass")
    probe = start()
    assert probe.load_history().broken == ()

    failure = probe.run("a1", "upgrade", server)

    assert failure is not None
    assert (failure.kind, failure.origin.line) == (FailureKind.REFUSED, 7)
    assert not (project.root / "made").exists()


def test_drivers_connect_is_replaced(project, start, server):
    project.write(
        "psycopg2.py",
        "def _connect(*a, **k):\n    raise RuntimeError\n\ndef connect(dsn):\n    return _connect(dsn)\n",
    )
    project.migration(
        "a1", None, "import psycopg2; psycopg2.connect('postgresql://u:secret@db.example.org/x')"
    )
    probe = start()
    probe.load_history()

    failure = probe.run("a1", "upgrade", server)

    assert failure is not None
    assert failure.message == "tried to connect to postgresql://db.example.org/x"


INNOCENT = [
    "import ctypes.util; ctypes.util.find_library('m')",
    "import platform; platform.platform(); platform.processor(); platform.uname()",
    "import uuid; uuid.uuid1()",
    "import tempfile, os; f = tempfile.NamedTemporaryFile('w'); f.write('x'); f.close()",
    "import tempfile, os; t = tempfile.TemporaryDirectory(); os.mkdir(t.name + '/a'); t.cleanup()",
    "import os; open(os.devnull, 'w').write('x')",
    "import os; os.makedirs('migrations', exist_ok=True)",
    "import asyncio; asyncio.run(asyncio.sleep(0))",
    "import logging; logging.FileHandler('app.log').emit(logging.makeLogRecord({'msg': 'x'}))",
    "import socket; socket.getfqdn(); socket.gethostname(); socket.getaddrinfo('localhost', 80)",
    "import sqlite3; sqlite3.connect(':memory:').execute('select 1')",
    "import os; os.kill(os.getpid(), 0)",
    "import subprocess, os; print(os.fdopen(os.dup(2), 'w'))",
]


def test_innocent_code_lives(project, start, server):
    for number, code in enumerate(INNOCENT):
        project.migration(f"r{number}", None, code)
    before = sorted(project.root.rglob("*"))
    probe = start()
    probe.load_history()

    for number, code in enumerate(INNOCENT):
        assert probe.run(f"r{number}", "upgrade", server) is None, code
    assert sorted(project.root.rglob("*")) == before


def test_what_is_allowed_is_done(project, start, server):
    project.migration(
        "a1",
        None,
        "import subprocess, sys\nopen('made', 'w').close()\nsubprocess.run([sys.executable, '-V'])",
    )
    probe = start(allow=frozenset(("writes", "processes")))
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None
    assert (project.root / "made").is_file()


def test_a_refusal_at_import_is_a_warning(project, start, server):
    with (project.root / "models.py").open("a") as file:
        file.write(
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError: pass\n"
        )

    listing = start().load_metadata(server)

    assert listing is not None
    (warning,) = listing.warnings
    assert "tried to connect to 127.0.0.1:9" in warning
    assert f"{project.root / 'models.py'}:22" in warning


@pytest.mark.parametrize("settings", [{}, {"metadata": ("models:Base",)}])
def test_a_refusal_that_stops_the_import_says_what_to_allow(project, start, server, settings):
    with (project.root / "models.py").open("a") as file:
        file.write("open('made', 'w')\n")

    with pytest.raises(ProbeError) as caught:
        start(**settings).load_metadata(server)

    assert "tried to write" in caught.value.message
    assert caught.value.hint == 'allow it with allow = ["writes"] in the configuration'
    assert not Path(project.root / "made").exists()
