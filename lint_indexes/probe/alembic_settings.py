"""Where the project configures Alembic."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from lint_indexes.errors import ProbeError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.inputs import Inputs, kind_of, read_now

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

INI_FILES = ("alembic.ini", "migrations/alembic.ini")
"""Alembic's own place, and Flask-Migrate's."""


@dataclass(frozen=True, slots=True)
class AlembicSettings:
    """The files to configure Alembic from; ``table`` is [tool.alembic] of ``toml``."""

    ini: Path | None = None
    toml: Path | None = None
    table: Mapping[str, object] | None = None


def find_alembic(root: Path, given: Path | None) -> AlembicSettings:
    """The given ini or pyproject.toml, else the root's [tool.alembic], else alembic.ini or Flask-Migrate's.

    An alembic.ini beside a [tool.alembic] table is kept: Alembic reads both.

    Raises:
        ProbeError: there is none; says what was looked for.
    """
    if given is not None:
        return _given(root / given)
    toml = root / "pyproject.toml"
    table = _table(toml)
    ini = next((root / name for name in INI_FILES if (root / name).is_file()), None)
    if table is None and ini is None:
        looked_for = ", ".join(("[tool.alembic] in pyproject.toml", *INI_FILES))
        raise ProbeError(
            f"no Alembic configuration in {root}",
            hint=f'looked for {looked_for}; name another with the key "alembic"',
        )
    if table is not None and ini is not None and ini.parent != root:
        ini = None
    return AlembicSettings(ini, toml if table is not None else None, table)


def looked_at(root: Path, given: Path | None) -> Inputs:
    """What ``find_alembic`` is about to look at, whatever it finds."""
    if given is None:
        return Inputs(read_now([root / "pyproject.toml", *(root / name for name in INI_FILES)]))
    path = root.absolute() / given
    read = path / "alembic.ini" if path.is_dir() else path
    return Inputs(read_now([read]), frozenset(((str(path), kind_of(str(path))),)))


def _given(path: Path) -> AlembicSettings:
    if path.is_dir():
        path = path / "alembic.ini"
    if not path.is_file():
        raise ProbeError(f"{path} does not exist", hint='correct the key "alembic"')
    if path.suffix != ".toml":
        return AlembicSettings(ini=path)
    table = _table(path)
    if table is None:
        raise ProbeError(f"{path} has no table [tool.alembic]", hint='correct the key "alembic"')
    return AlembicSettings(toml=path, table=table)


def _table(path: Path) -> Mapping[str, object] | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ProbeError(f"{path} cannot be read: {error}") from None
    table = content.get("tool", {}).get("alembic")
    return table if isinstance(table, dict) else None
