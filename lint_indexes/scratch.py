"""A scratch folder that is gone at the latest when the next one is made, even if its owner was killed."""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO

if sys.platform != "win32":
    import fcntl

LOCK = "owner.lock"

_NAME = re.compile(r"lint-indexes-(?:server|probe)-(\d+)-\w+")
_SETTLED_SECONDS = 60.0
"""How old a folder is when its owner has locked it or is gone, whoever has the owner's number now."""
_ATTEMPTS = 100

_own: set[Path] = set()


class ScratchFolder(AbstractContextManager["ScratchFolder"]):
    """A new folder below ``parent``; those there that killed processes have left are removed first.

    Its owner holds a lock on a file in it, which the operating system lets go of when the process ends,
    however it does. Its name has the owner's number, for the moment before the lock.

    Args:
        kind: ``server`` or ``probe``.
    """

    def __init__(self, kind: str, parent: Path | None = None) -> None:
        parent = parent or Path(tempfile.gettempdir())
        sweep(parent)
        self.path = parent / f"lint-indexes-{kind}-{os.getpid()}-{secrets.token_hex(6)}"
        _own.add(self.path)
        try:
            self.path.mkdir(mode=0o700)
            self._lock = (self.path / LOCK).open("w")
            _take(self._lock)
        except BaseException:
            self.remove()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove the folder, and let go of the lock."""
        lock: IO[str] | None = getattr(self, "_lock", None)
        if sys.platform == "win32" and lock is not None:
            lock.close()  # what is open cannot be removed there
        _remove(self.path)
        if lock is not None:
            lock.close()
        _own.discard(self.path)


@atexit.register
def _remove_own() -> None:
    """What an interrupt at the wrong moment has left: Ctrl-C leaves nothing behind."""
    for folder in tuple(_own):
        _remove(folder)


def sweep(parent: Path) -> None:
    """Stop the processes and remove the folders whose owners are gone."""
    for folder in parent.glob("lint-indexes-*"):
        if _is_abandoned(folder):
            _stop_processes(folder)
            _remove(folder)


def _is_abandoned(folder: Path) -> bool:
    named = _NAME.fullmatch(folder.name)
    if named is None or folder in _own or not folder.is_dir():
        return False
    if not _can_be_locked(folder / LOCK):
        return False
    return not _is_running(int(named[1])) or _age(folder) > _SETTLED_SECONDS


def _take(lock: IO[str]) -> None:
    """Lock the file, as long as it is open; on Windows an open file is one that nobody can remove."""
    if sys.platform != "win32":
        fcntl.flock(lock, fcntl.LOCK_EX)


def _can_be_locked(path: Path) -> bool:
    """Whether nobody holds the lock, or there is none yet."""
    try:
        if sys.platform == "win32":
            path.unlink()
        else:
            with path.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:  # it is locked, or somebody else's
        return False
    return True


def _is_running(process: int) -> bool:
    if process == os.getpid():  # an earlier process had our number: what is ours is known
        return False
    if sys.platform == "win32":
        return True  # os.kill() would not only ask
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _stop_processes(folder: Path) -> None:
    """End what outlived its owner: a server, its keeper, a probe whose project's code waits for something.

    Each has the folder's unique name in its command line; a server's own children end with it.
    """
    if sys.platform == "win32":
        return
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
