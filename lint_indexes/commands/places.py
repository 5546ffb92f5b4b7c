"""Where a project that has no configuration yet is to have it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lint_indexes.commands.options import InitOptions
from lint_indexes.config.files import (
    OWN_FILE,
    PYPROJECT,
    decoded,
    find_config,
    holds_config,
    parsed,
    read_bytes,
)
from lint_indexes.errors import ConfigurationError, LintIndexesError, ProbeError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.probe.alembic_settings import INI_FILES, find_alembic
from lint_indexes.sources.files import relative_path
from lint_indexes.sources.git import GitFailedError, top_of
from lint_indexes.sources.repository import tracked_files

_APPLICATION_FILES = ("*.py", "*/__init__.py", "*/app.py", "*/factory.py")
_FACTORY = re.compile(r"^def (create_app|make_app)\(", re.M)
_APPLICATION = re.compile(r"^(app|application) *=.*?(Flask|create_app|make_app)", re.M)
"""The names that Flask itself looks for (its documentation, Application Discovery)."""
_MODULES_OF_APPLICATIONS = frozenset(("app", "application", "autoapp", "main", "run", "wsgi"))
"""Others have one too, with more around it: workers, say."""
_MOST_APPLICATIONS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A file to configure in. ``alembic`` is the value of that key, None where Alembic's own configuration
    is found without; ``application`` that of ``metadata``, None where env.py knows the models by itself.
    """

    path: Path
    alembic: str | None = None
    application: str | None = None


def places(options: InitOptions) -> list[Place]:
    """Where the configuration may be, the likeliest first; the one with which the project loads is right.

    Each is there once more for all in the project that looks like a Flask application or makes one, unless
    it is known where the models are.

    Raises:
        ConfigurationError: no Alembic configuration, or several.
    """
    found = _files(options)
    if options.metadata:
        return found
    return [
        replace(place, application=application)
        for place in found
        for application in (None, *_applications(place.path.parent))
    ]


def _applications(root: Path) -> list[str]:
    """What may be a Flask application, as values of ``metadata``: factories before what is made already.

    Factories of other frameworks have the same names; a file with one of Flask's mentions it.
    """
    modules = list(_modules(root))
    factories = [
        f"{module}:{name}()"
        for module, text in modules
        if "flask" in text.lower()
        for name in _FACTORY.findall(text)
    ]
    made = [
        f"{module}:{name}"
        for module, text in modules
        if module.rpartition(".")[2] in _MODULES_OF_APPLICATIONS
        for name, maker in _APPLICATION.findall(text)
        if maker == "Flask" or factories
    ]
    return [*factories, *made][:_MOST_APPLICATIONS]


def _modules(root: Path) -> Iterator[tuple[str, str]]:
    """The names and texts of the modules that an application is looked for in."""
    for base in (root, root / "src"):
        for pattern in _APPLICATION_FILES:
            for path in sorted(base.glob(pattern)):
                parts = path.relative_to(base).with_suffix("").parts
                module = parts[:-1] if parts[-1] == "__init__" else parts
                if module and all(part.isidentifier() for part in module) and path.is_file():
                    yield ".".join(module), path.read_text(encoding="utf-8", errors="replace")


def _files(options: InitOptions) -> list[Place]:
    """The configuration files.

    That is the configuration that there is, upwards. Else it is in the folder that Alembic is run from: the
    nearest one upwards that has Alembic's configuration in one of the usual places; or, with one alembic.ini
    below, the nearest folder above that with a pyproject.toml, or the one that the ini is usual for. It is in
    the pyproject.toml of that folder, or in a lint-indexes.toml: no folder becomes a Python project by this.

    Raises:
        ConfigurationError: no Alembic configuration, or several.
    """
    start = (options.root or Path.cwd()).absolute()
    ini = options.alembic.absolute() if options.alembic else None
    given = options.config.absolute() if options.config else find_config(start)
    if given is not None:
        if given.name == PYPROJECT and not given.is_file():
            raise ConfigurationError(
                f"{given} does not exist, and is not made: it would make the folder a Python project",
                hint=f"name a {OWN_FILE} instead",
            )
        return [Place(given, _alembic_key(given.parent, ini))]
    top = _top(start)
    if ini is None:
        root = next((folder for folder in _upwards(start, top) if _has_alembic(folder)), None)
        if root is not None:
            return [Place(_file_in(root))]
        ini = _only_ini(_project_folder(start, top) or start)
    roots = dict.fromkeys(filter(None, (_project_folder(ini.parent, top), _usual_root(ini))))
    return [Place(_file_in(root), _alembic_key(root, ini)) for root in roots]


def _top(start: Path) -> Path:
    """The top of the working tree, or else the folder itself: what is above has nothing to do with it."""
    try:
        top = top_of(start)
    except (GitFailedError, LintIndexesError):
        return start
    # git resolves links; the folder may be known by another name.
    return next((folder for folder in (start, *start.parents) if folder.resolve() == top), start)


def _upwards(folder: Path, top: Path) -> Iterator[Path]:
    yield folder
    while folder != top and folder != folder.parent and folder.is_relative_to(top):
        folder = folder.parent
        yield folder


def _project_folder(folder: Path, top: Path) -> Path | None:
    return next((one for one in _upwards(folder, top) if (one / PYPROJECT).is_file()), None)


def _has_alembic(folder: Path) -> bool:
    try:
        find_alembic(folder, None)
    except ProbeError:
        toml = folder / PYPROJECT
        if toml.is_file():
            # One that cannot be read must not be passed over.
            parsed(toml, decoded(toml, read_bytes(toml)))
        return False
    return True


def _only_ini(folder: Path) -> Path:
    """The one alembic.ini that git knows below a folder."""
    try:
        found = tracked_files(folder, "**/alembic.ini")
    except LintIndexesError:
        found = ()
    if len(found) == 1:
        return found[0]
    usual = ", ".join(("[tool.alembic] in pyproject.toml", *INI_FILES))
    if not found:
        raise ConfigurationError(
            f"no Alembic configuration in {folder}, above it, or below it as far as git knows",
            hint=f"looked for {usual}; name another with --alembic",
        )
    listed = ", ".join(relative_path(str(ini), folder) for ini in found)
    example = relative_path(str(_usual_root(found[0])), Path())
    raise ConfigurationError(
        f"several Alembic configurations below {folder}: {listed}",
        hint=f"choose the project with --root, such as --root {example}, or the file with --alembic",
    )


def _usual_root(ini: Path) -> Path:
    """The folder from which Alembic is run: that of the file, or in Flask-Migrate's layout the one above."""
    folder = ini.parent
    return folder.parent if folder.name == "migrations" and (folder / "env.py").is_file() else folder


def _alembic_key(root: Path, ini: Path | None) -> str | None:
    """The key that names an ini file; None for one that is found without."""
    if ini is None:
        return None
    try:
        found = find_alembic(root, None)
    except ProbeError:
        found = None
    if found is not None and (found.ini == ini or (found.ini is None and found.toml == ini)):
        return None
    return Path(os.path.relpath(ini, root)).as_posix()


def _file_in(folder: Path) -> Path:
    names = [name for name in (OWN_FILE, PYPROJECT) if holds_config(folder / name)]
    if names:
        return folder / names[0]
    return folder / (PYPROJECT if (folder / PYPROJECT).is_file() else OWN_FILE)
