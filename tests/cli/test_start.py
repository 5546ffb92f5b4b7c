"""What a run in which nothing has changed goes without."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from synthetic.history import Size
from synthetic.project import write_project

HEAVY = {"alembic", "libcst", "pg8000", "pglast", "rich", "rpds", "sqlalchemy", "tomlkit", "yaml"}
NOT_NEEDED = {"commands.judging", "config.load", "ddl", "emulator", "linter", "probe.client", "rules"}
PROGRAM = """
import json, os, sys
os._exit = sys.exit  # so that there is something to say afterwards
started = []
sys.addaudithook(lambda event, about: started.append(about[1]) if event == "subprocess.Popen" else None)
from lint_indexes.__main__ import main
try:
    status = main()
except SystemExit as left:
    status = left.code
commands = [[str(word) for word in command] for command in started]
print(json.dumps([status, sorted(sys.modules), commands]), file=sys.stderr)
"""


def run(folder: Path) -> tuple[int, set[str], list[list[str]]]:
    """The exit status, the modules that were imported and the processes that were started."""
    command = [sys.executable, "-c", PROGRAM, "--python", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    status, modules, commands = json.loads(done.stderr.splitlines()[-1])
    return status, set(modules), commands


def test_a_clean_run_from_the_cache_imports_nothing_heavy_and_starts_no_python(tmp_path: Path) -> None:
    write_project(tmp_path, Size(3, 2, 4))
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    status, modules, commands = run(tmp_path)
    assert status == 0
    assert {"pglast", "rpds"} <= modules
    assert any("in_process" in " ".join(command) for command in commands)

    status, modules, commands = run(tmp_path)

    assert status == 0
    assert HEAVY & modules == set()
    assert {f"lint_indexes.{name}" for name in NOT_NEEDED} & modules == set()
    assert len(commands) <= 3
    assert {Path(command[0]).name for command in commands} <= {"git"}


def test_the_interpreter_is_started_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    program = """
import json, os, sys
imported = []
def seen(event, about):
    if event == "subprocess.Popen":
        imported.append(sorted(sys.modules))
sys.addaudithook(seen)
os._exit = sys.exit
from lint_indexes.__main__ import main
try:
    main()
except SystemExit:
    print(json.dumps(imported[0]), file=sys.stderr)
"""
    write_project(tmp_path, Size(3, 2, 4))
    command = [sys.executable, "-c", program, "--python", sys.executable]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    modules = set(json.loads(done.stderr.splitlines()[-1]))
    assert "lint_indexes.probe.process" in modules
    assert {"pglast", "rpds", "lint_indexes.model.catalog", "lint_indexes.rules"} & modules == set()
