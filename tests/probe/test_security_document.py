"""Every line of docs/security.md, tried: what it says is refused is refused, what it says passes, passes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lint_indexes.model.history import FailureKind

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
REFUSED = ("Network", "Processes", "Files")
PASSES = "What is not refused"
LINE = 8
"""Of the first statement of a migration's upgrade()."""
DRIVERS = {
    "psycopg2": "def connect(dsn): return _connect(dsn)\ndef _connect(dsn): raise RuntimeError\n",
    "psycopg": "class Connection: pass\nclass AsyncConnection: pass\n",
    "MySQLdb": "",
}
SWALLOWED = "try:\n    {}\nexcept BaseException:\n    pass\nop.execute('SELECT 1')"


@dataclass(frozen=True)
class Row:
    """A line of a table: all of its cells, and the code in them."""

    line: str
    code: tuple[str, ...]


def rows(heading: str) -> list[Row]:
    """The lines of the table below a heading."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    section = re.split(r"^#", section, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [
        Row(line, tuple(code.replace("\\|", "|") for code in re.findall(r"`([^`]+)`", line)))
        for line in lines
    ]


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below a folder, with its mode, its time and its content."""
    return {
        str(path): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def write_migrations(project, examples: list[str]) -> None:
    for name, text in DRIVERS.items():
        project.write(f"{name}.py", text)
    (project.root / "empty").mkdir()
    for number, code in enumerate(examples):
        project.migration(f"r{number}", None, code)


def test_every_line_that_says_refused_is_refused(project, start, server) -> None:
    listed = [row for heading in REFUSED for row in rows(heading)]
    assert len(listed) > 30
    write_migrations(project, [row.code[0] for row in listed])
    before = state(project.root)
    probe = start()
    probe.load_history()

    for number, row in enumerate(listed):
        failure = probe.run(f"r{number}", "upgrade", server)

        assert len(row.code) == 2, row.line
        assert failure is not None, row.line
        assert failure.kind is FailureKind.REFUSED, row.line
        assert failure.message.startswith(row.code[1]), (row.line, failure)
        assert "secret" not in failure.message
        assert (failure.origin.revision, failure.origin.line) == (f"r{number}", LINE), row.line
        assert Path(failure.origin.path or "").name == f"r{number}.py"
    assert state(project.root) == before


def test_every_line_that_says_refused_is_reported_when_it_is_swallowed(project, start, server) -> None:
    listed = [row for heading in REFUSED for row in rows(heading)]
    write_migrations(project, [SWALLOWED.format(row.code[0]) for row in listed])
    before = state(project.root)
    probe = start()
    probe.load_history()

    for number, row in enumerate(listed):
        server.log.clear()
        failure = probe.run(f"r{number}", "upgrade", server)

        assert failure is not None, row.line
        assert (failure.kind, failure.exception) == (FailureKind.REFUSED, None), row.line
        assert (failure.message.startswith(row.code[1]), failure.origin.line) == (True, LINE + 1), row.line
        assert server.log == ["BEGIN", "SELECT 1", "COMMIT"], row.line
    assert state(project.root) == before


def test_every_line_that_says_it_passes_does(project, start, server) -> None:
    listed = rows(PASSES)
    assert len(listed) > 5
    write_migrations(project, [row.code[0] for row in listed])
    probe = start()
    probe.load_history()

    for number, row in enumerate(listed):
        made = project.root / "made"
        assert len(row.code) == 1, row.line
        assert probe.run(f"r{number}", "upgrade", server) is None, row.line
        assert made.exists() is ("made" in row.code[0]), row.line
        if made.is_dir():
            made.rmdir()
        elif made.exists():
            made.unlink()


def test_what_is_allowed_is_no_longer_refused(project, start, server) -> None:
    write_migrations(project, ["open('made', 'w').close()", "import os; os.system('true')"])
    probe = start(allow=frozenset(("writes",)))
    probe.load_history()

    assert probe.run("r0", "upgrade", server) is None
    assert (project.root / "made").exists()
    failure = probe.run("r1", "upgrade", server)
    assert failure is not None
    assert failure.kind is FailureKind.REFUSED
