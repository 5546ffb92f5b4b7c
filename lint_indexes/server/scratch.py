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
from contextlib import contextmanager, suppress
from pathlib import Path

from lint_indexes.errors import LintIndexesError
from lint_indexes.server.binaries import reachable

PREFIX = "lint-indexes-server-"
LOCK = "owner.lock"

_LONGEST_PARENT = 60
"""Characters: the path of a Unix socket has room for 107 bytes."""
_UNLOCKED_SECONDS = 60.0
"""How old a folder without a lock must be until nobody can be about to lock it."""
_ATTEMPTS = 100


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
        _remove(folder)


def sweep(parent: Path) -> None:
    """Stop the servers and remove the folders whose owners are gone."""
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_abandoned(folder):
            _stop_processes(folder)
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


def _stop_processes(folder: Path) -> None:
    """End what outlived its owner: a server, its keeper, or an initdb that was still at work.

    Each has the folder's unique name in its command line; a server's own children end with it.
    """
    listing = ["ps", "-A", "-ww", "-o", "pid=,command="]
    processes = subprocess.run(listing, capture_output=True, text=True, check=False, errors="replace").stdout
    for line in processes.splitlines():
        process, _, command = line.strip().partition(" ")
        if str(folder) in command:
            with suppress(OSError):
                os.kill(int(process), signal.SIGKILL)


def _remove(folder: Path) -> None:
    """Remove a folder that a program which is just ending may still be writing to."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)
