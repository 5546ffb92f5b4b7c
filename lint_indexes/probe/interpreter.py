"""Finds the project's Python: the one that has its SQLAlchemy, Alembic and models."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from lint_indexes.errors import ProbeError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.inputs import ABSENT, Inputs, kind_of, read_now
from lint_indexes.probe.executables import (
    is_script,
    missing_packages,
    output_of,
    package_folders,
    python_of,
)

PYTHON_VARIABLE = "LINT_INDEXES_PYTHON"
"""The environment variable that names an interpreter."""

_FOLDERS = (".venv", "venv", "env")
_MANAGERS = (
    ("uv.lock", "uv", ("uv", "python", "find")),
    ("poetry.lock", "poetry", ("poetry", "env", "info", "-e")),
    ("pdm.lock", "pdm", ("pdm", "info", "--python")),
    ("hatch.toml", "hatch", ("hatch", "env", "find")),
)
_MANAGER_TABLES = {
    "uv": "[tool.uv",
    "poetry": "[tool.poetry",
    "pdm": "[tool.pdm",
    "hatch": "[tool.hatch.envs",
}
_READ_BY_MANAGERS = """
    .pdm-python .python-version hatch.toml pdm.lock pdm.toml poetry.lock poetry.toml pyproject.toml uv.lock
    uv.toml
""".split()
_VARIABLES = frozenset(
    ("CONDA_PREFIX", "HOME", "PATH", PYTHON_VARIABLE, "USERPROFILE", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV")
)
"""What the choice may depend on."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python executable, not resolved (a venv's link means the venv), and why it was chosen.

    ``inputs`` is what was looked at for that, None where it is a script, which may start any other.
    """

    path: Path
    reason: str
    inputs: Inputs | None = field(default_factory=Inputs)


def find_interpreter(
    root: Path,
    requested: str | None,
    environ: Mapping[str, str],
    *,
    requested_by: str = "requested",
    own_prefix: Path | None = None,
    own_executable: Path | None = None,
    git_common_dir: Path | None = None,
) -> Interpreter:
    """Look where developers keep environments, in a fixed order, for one with SQLAlchemy and Alembic.

    Args:
        root: the folder of the configuration.
        requested: what ``--python`` or the configuration names: an executable, an environment's folder, or a
            command; nothing else is looked at then.
        environ: the environment variables.
        requested_by: who named it, which is then the reason.
        own_prefix: the environment that runs the tool, this one by default; never taken for the project's.
        own_executable: the last resort, this interpreter by default.
        git_common_dir: the repository's, None to ask git: a linked worktree has no environment of its own.

    Raises:
        ProbeError: what was requested does not exist, or lacks a package.
    """
    search = _Search(root, environ, own_prefix or Path(sys.prefix), git_common_dir)
    if requested is not None:
        return search.requested(requested, requested_by)
    if environ.get(PYTHON_VARIABLE):
        return search.requested(environ[PYTHON_VARIABLE], PYTHON_VARIABLE)
    return search.around(own_executable or Path(sys.executable))


def choose_interpreter(root: Path, configured: str | None, python: str | None) -> Interpreter:
    """The Python of ``--python``, of the configuration in the folder ``root``, or one that is found.

    Raises:
        ProbeError: the one that was named cannot be used.
    """
    named_by = "--python" if python else 'the key "python"'
    return find_interpreter(root, python or configured, os.environ, requested_by=named_by)


@dataclass(frozen=True, slots=True)
class _Search:
    """One search. What it looks at is written down: ``looked_for`` are files whose presence was asked for,
    ``read`` those that were read, ``listed`` the folders that a manager has its environments in.
    """

    root: Path
    environ: Mapping[str, str]
    own_prefix: Path
    git_common_dir: Path | None
    looked_for: dict[str, str] = field(default_factory=dict)
    read: set[Path] = field(default_factory=set)
    listed: set[Path] = field(default_factory=set)

    def requested(self, value: str, source: str) -> Interpreter:
        """What somebody names.

        Raises:
            ProbeError: it does not exist, or lacks a package.
        """
        path = Path(value).expanduser()
        found = self._on_path(value) if path.parent == Path() else None
        # --python is written from the working directory, the configuration's from its own folder.
        place = path.absolute() if self._exists(path.absolute()) else self.root.absolute() / path
        executable = place if found is None else Path(found)
        python = python_of(place) if self._exists(place) and place.is_dir() else executable
        if not self._exists(python) or not python.is_file():
            message = f"the interpreter {value} ({source}) does not exist"
            raise ProbeError(message, hint=f"looked for {python}")
        missing = missing_packages(python, self.environ)
        if missing:
            raise ProbeError(
                f"the interpreter {python} ({source}) lacks {' and '.join(missing)}",
                hint="install the project's packages there, or name another interpreter",
            )
        return self._chosen(python, source)

    def around(self, own: Path) -> Interpreter:
        """Where developers keep environments; ``own`` is the last resort."""
        seen: set[Path] = set()
        for python, reason in self._candidates():
            if python not in seen and self._exists(python) and python.is_file():
                if not missing_packages(python, self.environ):
                    return self._chosen(python, reason)
                for folder in package_folders(python):
                    self._exists(folder)
            seen.add(python)
        return self._chosen(
            own, "the tool's own interpreter: no environment with SQLAlchemy and Alembic was found"
        )

    def _chosen(self, python: Path, reason: str) -> Interpreter:
        if is_script(python):
            return Interpreter(python, reason, None)
        self.read.add(python)
        looked_for = frozenset(self.looked_for.items())
        listed = read_now(self.listed)
        inputs = Inputs(
            read_now(self.read), looked_for, listed=listed, variables=_VARIABLES, every_variable=bool(listed)
        )
        return Interpreter(python, reason, inputs)

    def _exists(self, path: Path) -> bool:
        place = str(path.absolute())
        return self.looked_for.setdefault(place, kind_of(place)) != ABSENT

    def _on_path(self, command: str) -> str | None:
        """What a shell would start."""
        for folder in self.environ.get("PATH", "").split(os.pathsep):
            self._exists(Path(folder, command))
        return shutil.which(command, path=self.environ.get("PATH"))

    def _candidates(self) -> Iterator[tuple[Path, str]]:
        active = self.environ.get("VIRTUAL_ENV")
        if active and not _same(Path(active), self.own_prefix):
            yield python_of(Path(active)), f"the activated environment {active} (VIRTUAL_ENV)"
        for folder in self.environ.get("PATH", "").split(os.pathsep):
            environment = Path(folder).parent
            marked = folder and self._exists(environment / "pyvenv.cfg")
            if marked and not _same(environment, self.own_prefix):
                yield python_of(environment), f"the activated environment {environment} (PATH)"
        if self.environ.get("CONDA_PREFIX"):
            yield python_of(Path(self.environ["CONDA_PREFIX"])), "the conda environment (CONDA_PREFIX)"
        yield from self._beside()
        yield from self._managed()

    def _beside(self) -> Iterator[tuple[Path, str]]:
        """Environments in the project's folder, at the top of the worktree, and in the main worktree."""
        for folder in dict.fromkeys([self.root, *self._worktrees()]):
            if self.environ.get("UV_PROJECT_ENVIRONMENT"):
                environment = folder / self.environ["UV_PROJECT_ENVIRONMENT"]
                yield python_of(environment), f"{environment} (UV_PROJECT_ENVIRONMENT)"
            for name in _FOLDERS:
                environment = folder / name
                if not _same(environment, self.own_prefix):
                    yield python_of(environment), f"{environment}"

    def _worktrees(self) -> list[Path]:
        """The top of the worktree, then the folder (of the same place in the tree) in the main worktree."""
        for folder in (self.root, *self.root.parents):
            if self._exists(folder / ".git") and (folder / ".git").is_file():
                self.read.add(folder / ".git")
        command = ["git", "rev-parse", "--show-toplevel", "--git-common-dir"]
        answer = output_of(command, self.root, self.environ)
        lines = answer.splitlines() if answer else []
        if len(lines) != 2:
            return []
        top = Path(lines[0])
        common = self.git_common_dir or Path(lines[1])
        main = (self.root / common).resolve().parent
        try:
            below = self.root.resolve().relative_to(top.resolve())
        except ValueError:
            below = Path()
        return [top, main / below, main]

    def _managed(self) -> Iterator[tuple[Path, str]]:
        """What a manager answers, if the project is its: its lock file or its table is there."""
        clean = _without_own(self.environ, self.own_prefix)
        self.read.update(self.root / name for name in _READ_BY_MANAGERS)
        for lock, name, command in _MANAGERS:
            has_lock = self._exists(self.root / lock)
            if not has_lock and not _has_table(self.root / "pyproject.toml", _MANAGER_TABLES[name]):
                continue
            program = shutil.which(command[0], path=clean.get("PATH"))
            answer = output_of([program, *command[1:]], self.root, clean) if program else None
            if answer:
                path = Path(answer.strip().splitlines()[-1])
                python = python_of(path) if path.is_dir() else path
                environments = python.parent.parent.parent
                self.listed.add(environments)
                self.read.add(environments / "envs.toml")  # what poetry env use has chosen
                yield python, f"the environment of {name}"


def _has_table(path: Path, beginning: str) -> bool:
    try:
        return beginning in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _without_own(environ: Mapping[str, str], own_prefix: Path) -> dict[str, str]:
    """The environment without the tool's own: a manager would take it for the project's."""
    clean = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
    if "VIRTUAL_ENV" in clean and _same(Path(clean["VIRTUAL_ENV"]), own_prefix):
        del clean["VIRTUAL_ENV"]
    folders = clean.get("PATH", "").split(os.pathsep)
    kept = [folder for folder in folders if not folder or not _same(Path(folder).parent, own_prefix)]
    clean["PATH"] = os.pathsep.join(kept)
    return clean


def _same(left: Path, right: Path) -> bool:
    """Whether two environments are one; only folders are resolved, never executables."""
    return os.path.realpath(left) == os.path.realpath(right)
