"""What the inputs of an outcome were like, and whether they are the same now."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from importlib.machinery import all_suffixes

from lint_indexes.config.files import CACHE_FOLDER
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.inputs import Inputs
from lint_indexes.probe.environment import probe_environment
from lint_indexes.sources.commits import left_out

Stat = list[int]
"""Size (0 for a folder), time of the last change to the content, and to the entry, in ns, and the inode."""
State = tuple[Stat, str]
"""A Stat and the hash of the content, which is empty where only the Stat counts."""
States = dict[str, "State | None"]
"""By path; None stands for what is not there."""

_LARGE = 8 * 2**20
"""Bytes; a larger file is not read again: one that was touched has changed."""
_FINE_MARGIN = 50_000_000
_COARSE_MARGIN = 2_000_000_000
"""How much younger than it says a file may be, in ns: clocks of kernels tick every 10 ms at worst, those of
some file systems every two seconds."""
_NOT_COUNTED = frozenset((CACHE_FOLDER, "__pycache__"))
_IMPORTABLE = tuple(all_suffixes())
# They differ from terminal to terminal, or from run to run, and say nothing of a project.
_VOLATILE = frozenset(
    """
    _ COLUMNS INVOCATION_ID JOURNAL_STREAM LINES OLDPWD PWD SHLVL SSH_CLIENT SSH_CONNECTION SSH_TTY
    TERM_SESSION_ID TMUX_PANE TTY WINDOWID WT_SESSION XDG_SESSION_ID
    """.split()
)


class ChangedMeanwhileError(Exception):
    """An input is too young: what was made from it may be of what it was before. The argument is which."""


@dataclass(slots=True)
class Fingerprint:
    """The state of all inputs. Of contents there are hashes only, of variables as well.

    ``environment`` is the hash of all variables, None where only those in ``variables`` were asked for;
    ``committed`` has the paths that a commit is to have, and the hash of which of them it lacks.
    ``renewed`` says that a Stat was taken over.
    """

    files: States
    listed: States
    packages: States
    looked_for: dict[str, str]
    variables: dict[str, str | None]
    environment: str | None = None
    committed: tuple[list[str], str] | None = None
    renewed: bool = field(default=False, init=False)

    def to_json(self) -> dict[str, object]:
        """The arguments of the constructor."""
        return {part.name: getattr(self, part.name) for part in fields(self) if part.init}

    def difference(self, environ: Mapping[str, str]) -> str | None:
        """The first input that is not what it was, None where all are. Where only the Stat of one has
        changed, the new one is taken over.
        """
        now = time.time_ns()
        seen = probe_environment(environ, {}, "")
        for name, known in self.variables.items():
            if _hash_of_variable(seen, name) != known:
                return f"the environment variable {name}"
        if self.environment is not None and _hash_of_environment(seen) != self.environment:
            return "the environment variables"
        for path, kind in self.looked_for.items():
            if _kind(path) != kind:
                return path
        for entries, content in self._contents():
            for path, known_state in entries.items():
                if not self._is_same(entries, path, known_state, content, now):
                    return path
        if self.committed is not None and _hash_of_commit(self.committed[0]) != self.committed[1]:
            return "what git is about to commit"
        return None

    def _is_same(
        self, entries: States, path: str, known: State | None, content: Callable[[str], bytes], now: int
    ) -> bool:
        found = _stat(path)
        if found is None or known is None:
            return found is None and known is None
        if found == known[0]:
            return True
        try:
            if not known[1] or _hash(content(path)) != known[1]:
                return False
        except OSError:
            return False
        if _is_older(found, now):
            entries[path] = (found, known[1])
            self.renewed = True
        return True

    def _contents(self) -> Iterator[tuple[States, Callable[[str], bytes]]]:
        yield self.files, _read
        yield self.listed, _names
        yield self.packages, _importable_names


def fingerprint(inputs: Inputs, environ: Mapping[str, str], since: int) -> Fingerprint:
    """The state of the inputs of something that was made after ``since`` (ns of the epoch).

    Raises:
        ChangedMeanwhileError: one of them is younger.
        OSError: one of them cannot be read any more.
    """
    seen = probe_environment(environ, {}, "")

    def states(paths: frozenset[str], content: Callable[[str], bytes]) -> States:
        return {path: _state(path, content, since) for path in sorted(paths)}

    return Fingerprint(
        files=states(inputs.files, _read),
        listed=states(inputs.listed, _names),
        packages=states(inputs.packages, _importable_names),
        looked_for={path: _kind(path) for path in sorted(inputs.looked_for)},
        variables={name: _hash_of_variable(seen, name) for name in sorted(inputs.variables)},
        environment=_hash_of_environment(seen) if inputs.every_variable else None,
        committed=None if inputs.committed is None else _commit(sorted(inputs.committed)),
    )


def _state(path: str, content: Callable[[str], bytes], since: int) -> State | None:
    known = _stat(path)
    if known is None:
        return None
    if not _is_older(known, since):
        raise ChangedMeanwhileError(path)
    try:
        return known, ("" if known[0] > _LARGE else _hash(content(path)))
    except NotADirectoryError:  # a zip file with modules, say
        return known, ""


def _stat(path: str) -> Stat | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    size = 0 if stat.S_ISDIR(found.st_mode) else found.st_size
    return [size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _is_older(known: Stat, since: int) -> bool:
    """Whether a file has not changed since a moment, as far as its clock tells."""
    newest = max(known[1], known[2])
    coarse = newest % 1_000_000_000 == 0
    return newest < since - (_COARSE_MARGIN if coarse else _FINE_MARGIN)


def _kind(path: str) -> str:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return "absent"
    return "folder" if stat.S_ISDIR(mode) else "file"


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _names(path: str) -> bytes:
    return _joined(
        name for name in os.listdir(path) if name not in _NOT_COUNTED and not name.endswith(".pyc")
    )


def _importable_names(path: str) -> bytes:
    with os.scandir(path) as entries:
        return _joined(entry.name for entry in entries if _is_importable(entry))


def _is_importable(entry: os.DirEntry[str]) -> bool:
    if entry.name.endswith(_IMPORTABLE):
        return not entry.name.endswith(".pyc")
    return entry.name not in _NOT_COUNTED and entry.name.isidentifier() and entry.is_dir()


def _joined(names: Iterator[str]) -> bytes:
    return os.fsencode("\0".join(sorted(names)))


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _commit(paths: list[str]) -> tuple[list[str], str]:
    return paths, _hash_of_commit(paths)


def _hash_of_commit(paths: list[str]) -> str:
    """What the commit that is being made lacks; not being able to tell is a state as well."""
    try:
        lacking = [f"{path}\0{file}" for path, file in sorted(left_out(paths).left_out.items())]
    except LintIndexesError as error:
        lacking = [error.message]
    return _hash(os.fsencode("\0".join(lacking)))


def _hash_of_variable(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name)
    return None if value is None else _hash(os.fsencode(value))


def _hash_of_environment(environ: Mapping[str, str]) -> str:
    pairs = sorted(f"{name}={value}" for name, value in environ.items() if name not in _VOLATILE)
    return _hash(os.fsencode("\0".join(pairs)))
