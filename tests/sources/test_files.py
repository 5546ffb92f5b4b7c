from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from lint_indexes.errors import LintIndexesError
from lint_indexes.sources.files import write_whole


def test_a_new_file_and_one_that_exists(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    write_whole(path, "naïve\n")
    assert path.read_bytes() == "naïve\n".encode()
    path.chmod(0o640)
    write_whole(path, "b\n")
    assert path.read_text() == "b\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.txt"]


def test_a_new_file_may_be_read_by_others(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "report.txt", "")
        assert (tmp_path / "report.txt").stat().st_mode & 0o777 == 0o644
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "report.txt")
    write_whole(link, "a")
    assert link.is_symlink()
    assert (tmp_path / "report.txt").read_text() == "a"


def test_a_device_is_written_directly() -> None:
    write_whole(Path(os.devnull), "a")
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="the system has no /dev/fd")
def test_a_pipe_is_written_directly() -> None:
    reading, writing = os.pipe()
    write_whole(Path(f"/dev/fd/{writing}"), "a")
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "a"


def test_what_utf8_lacks(tmp_path: Path) -> None:
    write_whole(tmp_path / "report.txt", "a\ud800")
    assert (tmp_path / "report.txt").read_text() == "a\\ud800"


def test_nothing_is_left_of_a_write_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    path.write_text("before")

    def full(descriptor: int, mode: str) -> None:
        os.close(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(LintIndexesError, match="No space left"):
        write_whole(path, "a")
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.txt"]


@pytest.mark.parametrize(
    ("name", "reason"), [("missing/report.txt", "No such file"), ("folder", "Is a directory")]
)
def test_what_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(LintIndexesError, match=reason) as caught:
        write_whole(path, "a")
    assert str(path) in caught.value.message
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
