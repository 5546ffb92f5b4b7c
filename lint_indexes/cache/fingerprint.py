"""What the inputs of an outcome were like, and whether they are the same now."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from importlib.machinery import all_suffixes

from lint_indexes.config.files import CACHE_FOLDER
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.inputs import Inputs, Stat, kind_of, link_of, stat_of
from lint_indexes.probe.environment import probe_environment
from lint_indexes.sources.commits import lacking_in, left_out

State = tuple[list[int], str]
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
_IMPORTABLE = (*all_suffixes(), ".pth")
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

    files: States = field(default_factory=dict)
    listed: States = field(default_factory=dict)
    packages: States = field(default_factory=dict)
    looked_for: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    environment: str | None = None
    committed: tuple[list[str], str] | None = None
    renewed: bool = field(default=False, init=False)

    def to_json(self) -> dict[str, object]:
        """The arguments of the constructor, those that are empty left out."""
        found = {part.name: getattr(self, part.name) for part in fields(self) if part.init}
        return {name: value for name, value in found.items() if value}

    def difference(self, environ: Mapping[str, str]) -> str | None:
        """The first input that is not what it was, None where all are. Where only the Stat of one has
        changed, the new one is taken over.
        """
        return next(self._differences(environ), None)

    def _differences(self, environ: Mapping[str, str]) -> Iterator[str]:
        for name, known in self.variables.items():
            if _hash_of_variables(environ, name) != known:
                yield f"the environment variable {name}"
        if self.environment is not None and _hash_of_environment(environ) != self.environment:
            yield "the environment variables"
        now = time.time_ns()
        # Folders first: most often a file is new.
        for entries, content in self._contents():
            for path, found in _other_stats(entries):
                if not self._is_same(entries, path, found, content, now):
                    yield path
        yield from (path for path, kind in self.looked_for.items() if kind_of(path) != kind)
        yield from (path for path, kind in self.links.items() if link_of(path) != kind)
        if self.committed is not None and _hash_of_commit(self.committed[0]) != self.committed[1]:
            yield "what git is about to commit"

    def _is_same(
        self, entries: States, path: str, found: Stat | None, content: Callable[[str], bytes], now: int
    ) -> bool:
        """Whether a path with another Stat has the content that it had."""
        known = entries[path]
        if found is None or known is None:
            return False
        try:
            if not known[1] or _hash(content(path)) != known[1]:
                return False
        except OSError:
            return False
        if _is_older(found, now):
            entries[path] = (list(found), known[1])
            self.renewed = True
        return True

    def _contents(self) -> Iterator[tuple[States, Callable[[str], bytes]]]:
        yield self.listed, _names
        yield self.packages, _importable_names
        yield self.files, _read


def fingerprint(
    inputs: Inputs, environ: Mapping[str, str], since: int, known: Iterable[Fingerprint] = ()
) -> Fingerprint:
    """The state of the inputs of something that was made after ``since`` (ns of the epoch).

    Args:
        known: Others that held when this run began: what is in one as it was seen is not looked at again.

    Raises:
        ChangedMeanwhileError: one of them is younger, or not what it was when it was looked at.
        OSError: one of them cannot be read any more.
    """
    earlier = merged(known)
    # How they were when they were looked through is not known: they must not have changed at all.
    packages = ((path, stat_of(path)) for path in inputs.packages)
    # Whoever goes through all of them reads these as well, and means none of them.
    variables = inputs.variables - _VOLATILE if inputs.every_variable else inputs.variables
    return Fingerprint(
        files=_states(inputs.files, _read, since, earlier.files),
        listed=_states(inputs.listed, _names, since, earlier.listed),
        packages=_states(packages, _importable_names, since, earlier.packages),
        looked_for=_kinds(inputs.looked_for, kind_of, earlier.looked_for),
        links=_kinds(inputs.links, link_of, earlier.links),
        variables={name: _hash_of_variables(environ, name) for name in sorted(variables)},
        environment=_hash_of_environment(environ) if inputs.every_variable else None,
        committed=None
        if inputs.committed is None
        else (sorted(inputs.committed), _hash_of_lacking(inputs.lacking)),
    )


def _other_stats(entries: States) -> Iterator[tuple[str, Stat | None]]:
    """Those whose Stat is another one now, with that."""
    for path, state in entries.items():
        found = stat_of(path)
        if found != (None if state is None else tuple(state[0])):
            yield path, found


def merged(parts: Iterable[Fingerprint]) -> Fingerprint:
    """The state of all that any of them has; of what is in several, that of the last."""
    found = Fingerprint()
    for part in parts:
        found.files.update(part.files)
        found.listed.update(part.listed)
        found.packages.update(part.packages)
        found.looked_for.update(part.looked_for)
        found.links.update(part.links)
        found.variables.update(part.variables)
        found.environment = part.environment or found.environment
        found.committed = part.committed or found.committed
        found.renewed = found.renewed or part.renewed
    return found


def _states(
    seen: Iterable[tuple[str, Stat | None]], content: Callable[[str], bytes], since: int, known: States
) -> States:
    return {path: _state(path, stat, content, since, known) for path, stat in seen}


def _state(
    path: str, seen: Stat | None, content: Callable[[str], bytes], since: int, known: States
) -> State | None:
    if path in known:
        return _as_known(path, seen, known[path])
    found = stat_of(path)
    if found != seen:
        raise ChangedMeanwhileError(path)
    if found is None:
        return None
    if not _is_older(found, since):
        raise ChangedMeanwhileError(path)
    try:
        return list(found), ("" if found[0] > _LARGE else _hash(content(path)))
    except NotADirectoryError:  # a zip file with modules, say
        return list(found), ""


def _as_known(path: str, seen: Stat | None, known: State | None) -> State | None:
    if (None if known is None else known[0]) != (None if seen is None else list(seen)):
        raise ChangedMeanwhileError(path)
    return known


def _kinds(
    seen: Collection[tuple[str, str]], now: Callable[[str], str], known: Mapping[str, str]
) -> dict[str, str]:
    for path, kind in seen:
        if (known[path] if path in known else now(path)) != kind:
            raise ChangedMeanwhileError(path)
    return dict(sorted(seen))


def _is_older(known: Stat, since: int) -> bool:
    """Whether a file has not changed since a moment, as far as its clock tells."""
    changed = max(known[1], known[2])
    coarse = changed % 1_000_000_000 == 0
    return changed < since - (_COARSE_MARGIN if coarse else _FINE_MARGIN)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _names(path: str) -> bytes:
    with os.scandir(path) as entries:
        return _joined(
            entry for entry in entries if entry.name not in _NOT_COUNTED and not entry.name.endswith(".pyc")
        )


def _importable_names(path: str) -> bytes:
    with os.scandir(path) as entries:
        return _joined(entry for entry in entries if _is_importable(entry))


def _is_importable(entry: os.DirEntry[str]) -> bool:
    if entry.name.endswith(_IMPORTABLE):
        return True
    return entry.name not in _NOT_COUNTED and "." not in entry.name and entry.is_dir()


def _joined(entries: Iterable[os.DirEntry[str]]) -> bytes:
    names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries)
    return os.fsencode("\0".join(names))


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _hash_of_commit(paths: list[str]) -> str:
    """What the commit that is being made lacks; not being able to tell is a state as well."""
    try:
        return _hash_of_lacking(lacking_in(left_out(paths)))
    except LintIndexesError as error:
        return _hash_of_lacking((error.message,))


def _hash_of_lacking(lacking: Iterable[str]) -> str:
    return _hash(os.fsencode("\0".join(lacking)))


def _hash_of_variables(environ: Mapping[str, str], name: str) -> str:
    """The hash of a variable, whether it is set or not; ``NAME*`` stands for all that begin so."""
    if name.endswith("*"):
        names = sorted(known for known in environ if known.startswith(name[:-1]))
    else:
        names = [name] if name in environ else []
    return _hash_of_pairs((known, environ[known]) for known in names)


def _hash_of_environment(environ: Mapping[str, str]) -> str:
    seen = probe_environment(environ, {}, "")
    return _hash_of_pairs((name, seen[name]) for name in sorted(seen) if name not in _VOLATILE)


def _hash_of_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return _hash(os.fsencode("\0".join(f"{name}={value}" for name, value in pairs)))
