"""The folder with the entries: each a file, written whole, of which any may go at any time."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from lint_indexes.config.files import CACHE_FOLDER

_MARKS = {
    # Whatever else somebody puts there is theirs, and not ours to hide from git.
    ".gitignore": "# Made by lint-indexes.\n/.gitignore\n/CACHEDIR.TAG\n/lint-indexes-report-*\n"
    "/lint-indexes-replay-*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Made by lint-indexes.\n",
}
"""What makes git and backups (https://bford.info/cachedir) leave the folder alone."""
REPORT, REPLAY = "report", "replay"
"""The kinds of entries, which are in their names."""
_SUFFIXES = {REPORT: ".json", REPLAY: ".z"}
_ENTRIES = tuple(f"lint-indexes-{kind}-*{suffix}" for kind, suffix in _SUFFIXES.items())
_HALVES = tuple(f"lint-indexes-{kind}-*.tmp" for kind in _SUFFIXES)
_ABANDONED_SECONDS = 600.0
"""When a file that is being written is one that nobody writes any more."""
_VARIANTS = 4
"""How many entries of one key are kept: a branch each, say."""
_TOTAL_BYTES = 64 * 2**20


class CacheFolder:
    """The entries of one kind in ``path``. What cannot be read or written is as if it were not there."""

    def __init__(self, path: Path, kind: str = REPORT) -> None:
        self.path = path
        self._prefix = f"lint-indexes-{kind}-"
        self._suffix = _SUFFIXES[kind]

    def entries(self, key: str) -> Iterator[tuple[Path, bytes]]:
        """The entries of a key, the one that was used last first."""
        for path in self._variants(key):
            with contextlib.suppress(OSError):
                yield path, path.read_bytes()

    def write(self, key: str, variant: str, content: bytes) -> None:
        """Keep an entry, and let go of the oldest ones where there are too many.

        Raises:
            OSError: it cannot be written.
        """
        self._prepare()
        self._replace(self.path / f"{self._prefix}{key}-{variant}{self._suffix}", content)
        for path in self._variants(key)[_VARIANTS:]:
            _remove(path)
        room = _TOTAL_BYTES
        for path in _newest_first(self._all(_ENTRIES)):
            size = _size(path)
            if size > room:
                _remove(path)
            else:
                room -= size
        for path in self._all(_HALVES):
            if time.time() - _used(path) > _ABANDONED_SECONDS:
                _remove(path)

    def _variants(self, key: str) -> list[Path]:
        return _newest_first(self.path.glob(f"{self._prefix}{key}-*{self._suffix}"))

    def use(self, path: Path, content: bytes | None) -> None:
        """Note that an entry was of use, and replace what it says where that is given."""
        with contextlib.suppress(OSError):
            if content is None:
                os.utime(path)
            else:
                self._replace(path, content)

    def _replace(self, path: Path, content: bytes) -> None:
        """In one step: whoever reads it sees the old one or the new one."""
        import tempfile  # not needed where nothing has changed

        descriptor, name = tempfile.mkstemp(".tmp", self._prefix, self.path)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(name, path)
        except BaseException:
            _remove(Path(name))
            raise

    def _prepare(self) -> None:
        try:
            self.path.mkdir(parents=True)
        except FileExistsError:
            if self.path.name != CACHE_FOLDER or any(self.path.iterdir()):
                return  # it may be somebody else's
        for name, text in _MARKS.items():
            (self.path / name).write_text(text, encoding="utf-8")

    def _all(self, patterns: tuple[str, ...]) -> Iterator[Path]:
        return (path for pattern in patterns for path in self.path.glob(pattern))

    def clean(self) -> bool:
        """Remove what is the cache's, and the folder where nothing else is in it; False where nothing was.

        Raises:
            OSError: something cannot be removed.
        """
        found = [*self._all((*_ENTRIES, *_HALVES))]
        found += [path for name, text in _MARKS.items() if _has_text(path := self.path / name, text)]
        for path in found:
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()
        return bool(found)


def _has_text(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _newest_first(paths: Iterator[Path]) -> list[Path]:
    return sorted(paths, key=_used, reverse=True)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
