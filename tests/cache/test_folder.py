"""The cache's folder: bounded, left alone by git, and never in the way of what is the user's."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lint_indexes.cache import folder as folders
from lint_indexes.cache.folder import CacheFolder

KEY = "0123456789abcdef01234567"


def contents(folder: CacheFolder, key: str = KEY) -> list[bytes]:
    return [content for _, content in folder.entries(key)]


def write(folder: CacheFolder, variant: int, *, key: str = KEY, content: bytes = b"{}") -> Path:
    """An entry that was written the later the greater its number is."""
    folder.write(key, f"{variant:016x}", content)
    path = folder.path / f"lint-indexes-report-{key}-{variant:016x}.json"
    if path.exists():
        os.utime(path, (1_000_000_000 + variant, 1_000_000_000 + variant))
    return path


def git_status(root: Path) -> str:
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def folder(tmp_path: Path) -> CacheFolder:
    return CacheFolder(tmp_path / "project" / ".lint_indexes_cache")


def test_entries_come_back_the_last_one_first(folder: CacheFolder) -> None:
    assert contents(folder) == []
    write(folder, 1, content=b"one")
    write(folder, 2, content=b"two")
    write(folder, 3, key="f" * 24, content=b"of another key")
    assert contents(folder) == [b"two", b"one"]


def test_an_entry_that_was_of_use_comes_first(folder: CacheFolder) -> None:
    first = write(folder, 1, content=b"one")
    second = write(folder, 2, content=b"two")
    folder.use(first, None)
    assert contents(folder) == [b"one", b"two"]
    folder.use(second, b"two again")
    assert contents(folder) == [b"two again", b"one"]


def test_few_entries_of_a_key_are_kept(folder: CacheFolder) -> None:
    for variant in range(7):
        write(folder, variant, content=str(variant).encode())
    assert contents(folder) == [b"6", b"5", b"4", b"3"]


def test_all_entries_together_are_bounded(folder: CacheFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_TOTAL_BYTES", 2500)
    for variant in range(5):
        write(folder, variant, key=f"{variant:024x}", content=b"x" * 1000)
    kept = [variant for variant in range(5) if contents(folder, f"{variant:024x}")]
    assert kept == [3, 4]


def test_one_that_is_too_large_drives_out_no_other(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_TOTAL_BYTES", 2500)
    for variant, size in enumerate((1000, 1000, 3000)):
        write(folder, variant, key=f"{variant:024x}", content=b"x" * size)
    kept = [variant for variant in range(3) if contents(folder, f"{variant:024x}")]
    assert kept == [0, 1]


def test_what_a_killed_process_was_writing_goes_in_time(folder: CacheFolder) -> None:
    write(folder, 1)
    abandoned, current = (folder.path / f"lint-indexes-report-{name}.tmp" for name in ("old", "new"))
    abandoned.touch()
    os.utime(abandoned, (1_000_000_000, 1_000_000_000))
    current.touch()
    write(folder, 2)
    assert not abandoned.exists()
    assert current.exists()


def test_git_does_not_see_the_folder(folder: CacheFolder, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path / "project"], check=True)
    write(folder, 1)
    (folder.path / "lint-indexes-report-half.tmp").touch()
    assert git_status(tmp_path / "project") == ""


@pytest.mark.parametrize("existing", [True, False])
def test_git_goes_on_to_see_what_is_the_users(tmp_path: Path, existing: bool) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    path = tmp_path / "build"
    if existing:
        path.mkdir()
    write(CacheFolder(path), 1)
    (path / "report-2026.json").write_text("{}")
    (path / "index.html").touch()
    shown = git_status(tmp_path)
    assert "build/report-2026.json" in shown
    assert "build/index.html" in shown


def test_an_empty_folder_of_the_users_gets_no_marks(tmp_path: Path) -> None:
    path = write(CacheFolder(tmp_path), 1)
    assert list(tmp_path.iterdir()) == [path]


def test_marks_that_a_killed_process_did_not_write_are_written_later(folder: CacheFolder) -> None:
    folder.path.mkdir(parents=True)
    write(folder, 1)
    assert (folder.path / ".gitignore").exists()
    assert (
        (folder.path / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def test_cleaning_removes_the_folder(folder: CacheFolder) -> None:
    assert not folder.clean()
    write(folder, 1)
    assert folder.clean()
    assert not folder.path.exists()
    assert not folder.clean()


def test_cleaning_removes_nothing_of_the_users(tmp_path: Path) -> None:
    users = {
        ".gitignore": "*.log\n",
        "CACHEDIR.TAG": "mine\n",
        "report-0123.json": "{}",
        "lint-indexes.toml": "",
        "notes/lint-indexes-report-1.json": "{}",
    }
    for name, text in users.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    folder = CacheFolder(tmp_path)
    for variant in range(6):
        write(folder, variant)
    assert folder.clean()
    left = {
        str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert left == users
    assert not folder.clean()


def test_many_may_write_at_once(folder: CacheFolder) -> None:
    texts = [bytes([65 + number]) * 100_000 for number in range(8)]

    def write_and_read(number: int) -> list[bytes]:
        folder.write(KEY, f"{number % 3:016x}", texts[number])
        return contents(folder)

    with ThreadPoolExecutor(8) as pool:
        seen = [content for found in pool.map(write_and_read, range(8)) for content in found]
    assert set(seen) <= set(texts)  # never half of one, nor two mixed
    assert 1 <= len(contents(folder)) <= 3
    assert not list(folder.path.glob("*.tmp"))


def test_what_is_no_folder_cannot_be_written_and_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    folder = CacheFolder(tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        write(folder, 1)
    assert contents(folder) == []
    assert not folder.clean()
    assert (tmp_path / "file").read_text() == "mine"
