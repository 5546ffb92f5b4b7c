"""Executables: where an environment has them, what they have, what they print."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

WINDOWS = os.name == "nt"
REQUIRED = ("sqlalchemy", "alembic")
START_SECONDS = 20.0
_MISSING_SCRIPT = (
    "import importlib.util as u;"
    "print(','.join(n for n in ('sqlalchemy','alembic') if u.find_spec(n) is None))"
)


def python_of(environment: Path) -> Path:
    """The executable of a virtual or conda environment."""
    if WINDOWS:
        in_scripts = environment / "Scripts" / "python.exe"
        return in_scripts if in_scripts.exists() else environment / "python.exe"
    return environment / "bin" / "python"


def missing_packages(python: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The required packages that an interpreter lacks; it is started only if its folders do not tell."""
    if all(_has_package(python, name) for name in REQUIRED):
        return ()
    answer = output_of([str(python), "-c", _MISSING_SCRIPT], None, environ)
    if answer is None:
        return REQUIRED
    return tuple(name for name in answer.strip().split(",") if name)


def _has_package(python: Path, name: str) -> bool:
    return any((folder / name).exists() for folder in _site_folders(python))


def _site_folders(python: Path) -> list[Path]:
    """Where an environment has its packages."""
    environment = python.parent.parent
    return [*environment.glob("lib*/python3*/*-packages"), environment / "Lib" / "site-packages"]


def package_folders(python: Path) -> Iterator[Path]:
    """Where the required packages would have to be."""
    return (folder / name for folder in _site_folders(python) for name in REQUIRED)


def is_script(python: Path) -> bool:
    """Whether it is a text that starts something, as pyenv has them."""
    try:
        with python.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def output_of(command: Sequence[str], folder: Path | None, environ: Mapping[str, str]) -> str | None:
    clean = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_SECONDS,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
