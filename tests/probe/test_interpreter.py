"""Where the project's Python is looked for, and in which order."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lint_indexes.errors import ProbeError
from lint_indexes.probe.executables import python_of
from lint_indexes.probe.interpreter import find_interpreter

# Without the environment that these tests may be run in.
PATH = os.pathsep.join(
    folder
    for folder in os.environ["PATH"].split(os.pathsep)
    if not Path(folder).parent.joinpath("pyvenv.cfg").exists()
)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="writes POSIX environments")


def environment(folder: Path, *packages: str) -> Path:
    """A folder that looks like a virtual environment; its Python answers nothing."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    for package in packages:
        (folder / "lib/python3.12/site-packages" / package).mkdir(parents=True)
    return folder


def complete(folder: Path) -> Path:
    return environment(folder, "sqlalchemy", "alembic")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_the_order(root, tmp_path):
    active = complete(tmp_path / "active")
    on_path = complete(tmp_path / "on_path")
    conda = complete(tmp_path / "conda")
    places = [complete(root / name) for name in (".uv", ".venv", "venv", "env")]
    variables = {
        "VIRTUAL_ENV": str(active),
        "PATH": os.pathsep.join((str(on_path / "bin"), PATH)),
        "CONDA_PREFIX": str(conda),
        "UV_PROJECT_ENVIRONMENT": ".uv",
    }
    found = []
    for folder in (active, on_path, conda, *places):
        interpreter = find_interpreter(root, None, variables, own_prefix=tmp_path / "own")
        found.append(interpreter.path)
        assert str(folder) in interpreter.reason or "CONDA" in interpreter.reason
        (folder / "lib").rename(folder / "gone")

    assert found == [python_of(folder) for folder in (active, on_path, conda, *places)]
    last = find_interpreter(root, None, variables, own_prefix=tmp_path / "own")
    assert last.path == Path(sys.executable)
    assert "own interpreter" in last.reason


def test_our_own_environment_is_never_the_projects(root, tmp_path):
    own = complete(tmp_path / "own")
    link = tmp_path / "link"
    link.symlink_to(own)
    active = complete(tmp_path / "active")
    variables = {"VIRTUAL_ENV": str(link), "PATH": os.pathsep.join((f"{link}/bin", f"{active}/bin"))}

    found = find_interpreter(root, None, variables, own_prefix=own)

    assert found.path == active / "bin/python"


def test_links_are_not_resolved(root, tmp_path):
    base = complete(tmp_path / "base")
    venv = complete(root / ".venv")
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to(base / "bin/python")

    assert find_interpreter(root, None, {}).path == venv / "bin/python"


def test_a_linked_worktree_uses_the_main_ones_environment(tmp_path):
    main = tmp_path / "main"
    (main / "backend").mkdir(parents=True)
    (main / "backend/keep").write_text("")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "-q"], cwd=main, check=True)
    subprocess.run([*git, "add", "."], cwd=main, check=True)
    subprocess.run([*git, "commit", "-qm", "x"], cwd=main, check=True)
    subprocess.run([*git, "worktree", "add", "-q", str(tmp_path / "linked")], cwd=main, check=True)
    venv = complete(main / "backend/.venv")
    variables = {"PATH": PATH, "GIT_DIR": "/nowhere"}

    found = find_interpreter(tmp_path / "linked/backend", None, variables, own_prefix=tmp_path)

    assert found.path == venv / "bin/python"


@pytest.mark.parametrize("how", ["folder", "executable", "relative", "variable"])
def test_what_is_requested_is_taken(root, tmp_path, how):
    venv = complete(root / "mine")
    complete(root / ".venv")
    requested = {"folder": str(venv), "executable": str(venv / "bin/python"), "relative": "mine/bin/python"}

    found = find_interpreter(root, requested.get(how), {"LINT_INDEXES_PYTHON": str(venv)})

    assert found.path == venv / "bin/python"


def test_a_command_is_looked_up(root, tmp_path):
    venv = complete(tmp_path / "venv")

    assert find_interpreter(root, "python", {"PATH": f"{venv}/bin"}).path == venv / "bin/python"


def test_a_requested_interpreter_that_lacks_a_package_is_an_error(root, tmp_path):
    python = environment(root / "mine", "sqlalchemy") / "bin/python"
    python.write_text("#!/bin/sh\necho alembic\n")

    with pytest.raises(ProbeError, match="lacks alembic"):
        find_interpreter(root, str(python), {})


def test_a_requested_interpreter_that_does_not_exist_is_an_error(root):
    with pytest.raises(ProbeError, match="does not exist"):
        find_interpreter(root, "nowhere/python", {})


def test_a_manager_is_asked_if_the_project_is_its(root, tmp_path):
    venv = complete(tmp_path / "managed")
    tools = tmp_path / "tools/bin"
    tools.mkdir(parents=True)
    poetry = tools / "poetry"
    poetry.write_text(f'#!/bin/sh\ntest -z "$VIRTUAL_ENV" && echo {venv}/bin/python\n')
    poetry.chmod(0o755)
    own = environment(tmp_path / "own")
    variables = {"PATH": f"{own}/bin:{tools}:{PATH}", "VIRTUAL_ENV": str(own)}

    assert find_interpreter(root, None, variables, own_prefix=own).path == Path(sys.executable)
    (root / "poetry.lock").write_text("")
    found = find_interpreter(root, None, variables, own_prefix=own)

    assert (found.path, found.reason) == (venv / "bin/python", "the environment of poetry")
