from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

from lint_indexes.scratch import LOCK, ScratchFolder, sweep

NOBODY = 2**22 + 1
"""A number that no process has: Linux ends before it, macOS much earlier."""


def named(parent: Path, process: int = NOBODY, kind: str = "server") -> Path:
    return parent / f"lint-indexes-{kind}-{process}-0123456789ab"


def test_is_removed_with_what_is_in_it(tmp_path: Path) -> None:
    with ScratchFolder("server", tmp_path) as folder:
        (folder.path / "server").mkdir()
        assert folder.path.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_folders_of_the_dead_are_removed_and_those_of_the_living_stay(tmp_path: Path) -> None:
    dead = named(tmp_path)
    (dead / "server" / "data").mkdir(parents=True)
    (dead / LOCK).touch()
    other = tmp_path / "lint-indexes-of-mine"
    other.mkdir()
    with ScratchFolder("server", tmp_path) as living, ScratchFolder("probe", tmp_path):
        assert not dead.exists()
        assert living.path.exists()
    assert list(tmp_path.iterdir()) == [other]


def test_what_still_works_in_a_folder_of_the_dead_is_ended(tmp_path: Path) -> None:
    dead = named(tmp_path, kind="probe")
    dead.mkdir()
    (dead / LOCK).touch()
    waiting = "import sys, time; time.sleep(60)"
    with (
        subprocess.Popen([sys.executable, "-c", waiting, str(dead / "server")]) as initdb,
        subprocess.Popen([sys.executable, "-c", waiting, str(tmp_path)]) as bystander,
    ):
        sweep(tmp_path)
        assert initdb.wait(timeout=30) == -signal.SIGKILL
        assert bystander.poll() is None
        bystander.kill()
    assert not dead.exists()


def test_a_folder_without_a_lock_is_removed_when_its_owner_is_gone(tmp_path: Path) -> None:
    """Its owner was killed before it could lock it."""
    gone, running, ours = (named(tmp_path, process) for process in (NOBODY, os.getppid(), os.getpid()))
    for folder in (gone, running, ours):
        folder.mkdir()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [running]
    os.utime(running, (0, 0))  # nobody takes a minute for that: another process has the number now
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_lock_is_what_counts(tmp_path: Path) -> None:
    folder = named(tmp_path)
    folder.mkdir()
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(tmp_path)
        assert folder.exists()
    sweep(tmp_path)
    assert not folder.exists()


def test_what_is_not_removed_in_time_is_removed_at_the_end(tmp_path: Path) -> None:
    program = (
        "from lint_indexes.scratch import *;"
        f"ScratchFolder('probe', Path({str(tmp_path)!r})); raise KeyboardInterrupt"
    )
    subprocess.run([sys.executable, "-c", program], check=False, stderr=subprocess.DEVNULL)
    assert list(tmp_path.iterdir()) == []
