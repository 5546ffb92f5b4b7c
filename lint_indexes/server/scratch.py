"""A scratch folder that is gone at the latest when the next one is made, even if its owner was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lint_indexes.errors import LintIndexesError
from lint_indexes.server.binaries import reachable

PREFIX = "lint-indexes-server-"
LOCK = "owner.lock"
PID_FILE = Path("server", "data", "postmaster.pid")

_LONGEST_PARENT = 60
"""Characters: the path of a Unix socket has room for 107 bytes."""
_UNLOCKED_SECONDS = 60.0
"""How old a folder without a lock must be until nobody can be about to lock it."""
_ATTEMPTS = 20


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that any user may enter. Those that killed processes have left are removed first.

    Its owner holds a lock on a file in it, which the operating system lets go of when the process ends,
    however it does.

    Raises:
        LintIndexesError: no folder for temporary files may be read by every user.
    """
    parent = _parent()
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder.chmod(0o755)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Stop the servers and remove the folders whose owners are gone."""
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_abandoned(folder):
            _stop_server(folder)
            _remove(folder)


def _parent() -> Path:
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):
        if len(str(parent)) < _LONGEST_PARENT and reachable(parent):
            return parent
    raise LintIndexesError("there is no folder for temporary files that every user may read")


def _is_abandoned(folder: Path) -> bool:
    try:
        with (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except FileNotFoundError:
        return _age(folder) > _UNLOCKED_SECONDS
    except OSError:  # it is locked, or somebody else's
        return False


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _stop_server(folder: Path) -> None:
    """End a server that outlived its keeper. A process of that id counts only if it runs in the folder."""
    try:
        process = int((folder / PID_FILE).read_text().split("\n", 1)[0])
        command = subprocess.run(
            ["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False
        ).stdout
        if str(folder) in command:
            os.kill(process, signal.SIGQUIT)
    except (OSError, ValueError):
        return


def _remove(folder: Path) -> None:
    """Remove a folder that a program may still be writing to."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)
