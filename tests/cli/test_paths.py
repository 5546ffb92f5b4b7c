from __future__ import annotations

from pathlib import Path

import pytest

from lint_indexes.cli.paths import read_line, show_path


def test_paths_are_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert show_path(str(folder / "app" / "models.py")) == "app/models.py"
    assert show_path(str(tmp_path / "models.py")) == "../models.py"
    assert show_path("app/models.py") == "app/models.py"


def test_a_path_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path / "real")
    assert show_path(str(tmp_path / "link" / "models.py")) == "models.py"


def test_a_working_directory_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert show_path("/app/models.py") == "/app/models.py"


@pytest.mark.parametrize(
    ("content", "line", "text"),
    [
        (b"one\n\ttwo  \nthree", 2, "\ttwo  "),
        (b"one\r\ntwo\r\n", 2, "two"),
        (b"one\n\nthree", 2, None),
        (b"one\n", 2, None),
        (b"one\n", 0, None),
        ("# café\n".encode(), 1, "# café"),
        (b"# -*- coding: latin-1 -*-\n# caf\xe9\n", 2, "# café"),
        (b"# caf\xe9\n", 1, None),
        (b"# -*- coding: nonsense -*-\n", 1, None),
    ],
)
def test_lines_of_sources(tmp_path: Path, content: bytes, line: int, text: str | None) -> None:
    path = tmp_path / "models.py"
    path.write_bytes(content)
    assert read_line(str(path), line) == text


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert read_line(str(tmp_path / "models.py"), 1) is None
    assert read_line(str(tmp_path), 1) is None
