"""What happens when things go wrong; with real processes where the streams matter."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lint_indexes.errors import ProbeError
from lint_indexes.report import Report

Run = Callable[..., Any]
ReplaceCommand = Callable[[str, Callable[..., object]], None]

# A process whose check() is what the test says, so that its streams and signals can be looked at.
PROGRAM = """
import sys
from pathlib import Path
from types import ModuleType
from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report

def check(options, track):
    {body}
    violation = Violation("na\\u00efve", Origin(Source.MODELS, "models.py", 3))
    return [Report(Path.cwd(), (Finding("LI101", "policy-index-missing", Severity.ERROR, violation),))]

module = sys.modules["lint_indexes.commands.check"] = ModuleType("lint_indexes.commands.check")
module.check = check
from lint_indexes.__main__ import main
main()
"""


def program(*arguments: str, body: str = "pass") -> list[str]:
    return [sys.executable, "-c", PROGRAM.format(body=body), *arguments]


def raising(error: BaseException) -> Callable[..., object]:
    def command(*_: object) -> list[Report]:
        raise error

    return command


def test_an_error_is_told_on_stderr(lint_indexes: Run, replace_command: ReplaceCommand) -> None:
    error = ProbeError("cannot import app.models", details="Traceback:\n  line 1\n", hint="install flask")
    replace_command("check", raising(error))
    outcome = lint_indexes("--output-format", "json")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "error: cannot import app.models\nTraceback:\n  line 1\nhelp: install flask\n"


def test_an_error_without_details_and_hint(lint_indexes: Run, replace_command: ReplaceCommand) -> None:
    replace_command("show", raising(ProbeError("no")))
    outcome = lint_indexes("show", "--source", "models")
    assert (outcome.status, outcome.out, outcome.err) == (2, "", "error: no\n")


def test_an_interrupt(lint_indexes: Run, replace_command: ReplaceCommand) -> None:
    replace_command("check", raising(KeyboardInterrupt()))
    outcome = lint_indexes()
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "")


@pytest.mark.parametrize("error", [KeyError("x"), EOFError("x"), BrokenPipeError("x"), RecursionError("x")])
def test_a_defect_is_never_a_finding(
    lint_indexes: Run, replace_command: ReplaceCommand, error: Exception, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    replace_command("check", raising(error))
    outcome = lint_indexes()
    assert (outcome.status, outcome.out) == (2, "")
    assert f"internal error in lint-indexes 0.1.0: {type(error).__name__}: " in outcome.err
    assert "please report it" in outcome.err
    assert "Traceback (" not in outcome.err
    written = re.search(r"The traceback is in (.+)", outcome.err)
    assert written is not None
    trace = Path(written[1]).read_text(encoding="utf-8")
    assert trace.startswith("Traceback (most recent call last)")
    assert type(error).__name__ in trace


@pytest.mark.parametrize("flag", ["-v", "--verbose"])
def test_a_defect_with_its_traceback(
    lint_indexes: Run, replace_command: ReplaceCommand, flag: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    replace_command("check", raising(KeyError("x")))
    outcome = lint_indexes(flag)
    assert outcome.status == 2
    assert "Traceback (most recent call last)" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_defect_where_no_file_can_be_written(
    lint_indexes: Run, replace_command: ReplaceCommand, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    replace_command("check", raising(KeyError("x")))
    assert "Traceback (most recent call last)" in lint_indexes().err


def test_a_reader_that_went_away_changes_nothing() -> None:
    for arguments, status in (((), 1), (("rule",), 0), (("--help",), 0), (("--version",), 0)):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(program(*arguments), stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        assert (done.returncode, done.stderr) == (status, b""), arguments


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("environ", "colored"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colors_on_a_terminal(environ: dict[str, str], colored: bool) -> None:
    terminal, end = os.openpty()
    kept = {name: value for name, value in os.environ.items() if "COLOR" not in name}
    done = subprocess.run(program(), stdout=end, stderr=subprocess.PIPE, env=kept | environ, check=False)
    os.set_blocking(terminal, False)
    shown = os.read(terminal, 4096)
    os.close(end)
    os.close(terminal)
    assert done.returncode == 1, done.stderr
    assert b"LI101" in shown
    assert (b"\x1b[" in shown) is colored


def test_nobody_listens_on_stderr() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(program("--nix"), stdout=subprocess.PIPE, stderr=writing, check=False)
    os.close(writing)
    assert (done.returncode, done.stdout) == (2, b"")


def test_closed_streams() -> None:
    script = 'exec "$@" >&- 2>&-'
    for arguments, status in (((), 1), (("--nix",), 2), (("--help",), 0)):
        done = subprocess.run(["sh", "-c", script, "sh", *program(*arguments)], check=False)
        assert done.returncode == status, arguments


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(program(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"error: cannot write the report: No space left on device\n"


@pytest.mark.parametrize(
    ("encoding", "text"), [("ascii", b"na\\xefve"), ("latin-1", b"na\xefve"), ("utf-8", b"na\xc3\xafve")]
)
def test_a_terminal_that_lacks_letters(encoding: str, text: bytes) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": encoding}
    command = program("--output-format", "concise")
    done = subprocess.run(command, capture_output=True, env=environ, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"models.py:3: LI101 " + text + b"\n", b"")


@pytest.mark.parametrize("body", ["import time; open('started', 'w').close(); time.sleep(60)"])
def test_ctrl_c_in_the_middle(tmp_path: Path, body: str) -> None:
    with subprocess.Popen(
        program(body=body), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "started").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_python_dash_m() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lint_indexes", "--version"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.startswith("lint-indexes ")


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from lint_indexes.cli import run; run(['--help'])\n"
        "heavy = {'pglast', 'sqlalchemy', 'alembic', 'lint_indexes.rules', 'lint_indexes.linter'}\n"
        "sys.exit(sorted(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
