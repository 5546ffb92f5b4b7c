from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lint_indexes.server import scratch


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the scratch folders of the test are made."""
    monkeypatch.setattr(scratch, "_parent", lambda: tmp_path)
    return tmp_path


def test_is_removed_with_what_is_in_it(parent: Path) -> None:
    with scratch.scratch_folder() as folder:
        (folder / "server").mkdir()
        assert folder.parent == parent
    assert list(parent.iterdir()) == []


def test_folders_of_the_dead_are_removed_and_those_of_the_living_stay(parent: Path) -> None:
    dead = parent / f"{scratch.PREFIX}dead"
    (dead / "server" / "data").mkdir(parents=True)
    (dead / scratch.LOCK).touch()
    other = parent / "lint-indexes-of-mine"
    other.mkdir()
    with scratch.scratch_folder() as living, scratch.scratch_folder():
        assert not dead.exists()
        assert living.exists()
    assert list(parent.iterdir()) == [other]


def test_what_still_works_in_a_folder_of_the_dead_is_ended(parent: Path) -> None:
    dead = parent / f"{scratch.PREFIX}dead"
    dead.mkdir()
    (dead / scratch.LOCK).touch()
    waiting = "import sys, time; time.sleep(60)"
    with (
        subprocess.Popen([sys.executable, "-c", waiting, str(dead / "server")]) as initdb,
        subprocess.Popen([sys.executable, "-c", waiting, str(parent)]) as bystander,
    ):
        scratch.sweep(parent)
        assert initdb.wait(timeout=30) == -signal.SIGKILL
        assert bystander.poll() is None
        bystander.kill()
    assert not dead.exists()


def test_a_folder_without_a_lock_is_left_alone_while_it_is_young(parent: Path) -> None:
    young, old = (parent / f"{scratch.PREFIX}{name}" for name in ("young", "old"))
    young.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    scratch.sweep(parent)
    assert list(parent.iterdir()) == [young]


def test_the_lock_is_what_counts(parent: Path) -> None:
    folder = parent / f"{scratch.PREFIX}held"
    folder.mkdir()
    with (folder / scratch.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        scratch.sweep(parent)
        assert folder.exists()
    scratch.sweep(parent)
    assert not folder.exists()
