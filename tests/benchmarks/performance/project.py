"""A project to measure: a synthetic one, or what a TOML file says about any other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthetic.history import Size
from synthetic.project import PACKAGE, write_project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NOT_COPIED = ".git", ".venv", "venv", "node_modules", "__pycache__", ".lint_indexes_cache"


@dataclass(frozen=True)
class Project:
    """``root`` is a copy, which may be changed; ``python`` is an interpreter with what the project needs.

    ``models`` is Python code that imports the models, ``model`` a file among them. ``scripts`` is the folder
    that Alembic calls script_location. ``upgrade`` and ``check`` are command lines; in them and in ``env``
    stand {python}, {user}, {host}, {port} and {database}, of which {host} may be the folder of a socket.
    """

    name: str
    root: Path
    python: str
    models: str
    model: str
    scripts: str = "migrations"
    upgrade: tuple[str, ...] = ("{python}", "-m", "alembic", "upgrade", "head")
    check: tuple[str, ...] = ("{python}", "-m", "alembic", "check")
    env: dict[str, str] = field(default_factory=dict)


def synthetic(size: Size, folder: Path) -> Project:
    """A new project of a size in a folder; this very interpreter runs it, with psycopg."""
    root = folder / f"synthetic_{size.revisions}"
    write_project(root, size)
    _make_repository(root)
    url = "postgresql+psycopg://{user}@/{database}?host={host}&port={port}"
    return Project(
        name=f"synthetic, {size.revisions:,} revisions",
        root=root,
        python=sys.executable,
        models=f"import {PACKAGE}.models",
        model=f"{PACKAGE}/models/part_000.py",
        env={"DATABASE_URL": url},
    )


def described(file: Path, folder: Path) -> Project:
    """The project that a TOML file describes, with the keys of Project, copied into a folder.

    Paths in it are relative to the file.
    """
    given: dict[str, Any] = tomllib.loads(file.read_text())
    root = folder / given["name"]
    shutil.copytree(
        file.parent / given["root"], root, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED)
    )
    _make_repository(root)
    commands = {key: tuple(given[key]) for key in ("upgrade", "check") if key in given}
    # Not resolved: the link of an environment's python would lead to the one that it was made with.
    python = str(file.parent.absolute() / given["python"])
    return Project(**{**given, **commands, "root": root, "python": python})


def _make_repository(root: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "add", "--all"], check=True)
