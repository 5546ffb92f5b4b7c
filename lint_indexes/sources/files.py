"""Paths as they are shown, and files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from lint_indexes.errors import LintIndexesError

if TYPE_CHECKING:
    from lint_indexes.model.edits import FileChange


def relative_path(path: str, folder: Path) -> str:
    """A path as seen from a folder, with forward slashes."""
    return PurePath(_relative(path, folder)).as_posix()


def _relative(path: str, folder: Path) -> str:
    try:
        relative = os.path.relpath(path, folder)
        if not relative.startswith(os.pardir):
            return relative
        # The folder may be known by its real name, and the file through a link.
        resolved = os.path.relpath(os.path.realpath(path), os.path.realpath(folder))
    except (OSError, ValueError):
        # The working directory is gone, the file is on another drive, or its name is none that can be.
        return path
    return relative if resolved.startswith(os.pardir) else resolved


def write_whole(path: Path, text: str) -> None:
    """Write a text file as UTF-8, through a file beside it, so that nobody ever sees half of it.

    What UTF-8 lacks (a lone surrogate of an undecodable path) is written with backslashes.
    What is no regular file (a device, a pipe) is written directly; a link is followed.

    Raises:
        LintIndexesError: it cannot be written; then it is as it was before.
    """
    content = text.encode(errors="backslashreplace")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            # Not by its resolved path: that of /dev/stdout in a pipeline leads nowhere.
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise LintIndexesError(
            f"cannot write {path}: {reason}", hint="give a file in a folder that exists and can be written"
        ) from error


def write_all(changes: Sequence[FileChange]) -> None:
    """Write several files: all of them, or none.

    Raises:
        LintIndexesError: one of them changed meanwhile, or cannot be written; then all are as they were.
    """
    for change in changes:
        if _content(change.path) != change.before:
            raise LintIndexesError(
                f"{change.path} changed while it was looked at; nothing was written", hint="run it again"
            )
    staged: list[tuple[Path, FileChange]] = []
    done: list[FileChange] = []
    try:
        for change in changes:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            staged.append((_staged(change.path.resolve(), change.after), change))
        for scratch, change in staged:
            scratch.replace(change.path.resolve())
            done.append(change)
    except OSError as error:
        for change in reversed(done):
            _take_back(change)
        raise LintIndexesError(
            f"cannot write {change.path}: {error.strerror or error}; nothing was changed",
            hint="make the folder writable, or make room, and run it again",
        ) from error
    finally:
        for scratch, _ in staged:
            scratch.unlink(missing_ok=True)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _take_back(change: FileChange) -> None:
    if change.before is None:
        change.path.unlink(missing_ok=True)
    else:
        _replace(change.path.resolve(), change.before)


def _replace(target: Path, content: bytes) -> None:
    scratch = _staged(target, content)
    try:
        scratch.replace(target)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def _staged(target: Path, content: bytes) -> Path:
    """A file beside the target with the content and permissions that it is to have."""
    import tempfile  # not needed where nothing is written

    # A file that exists keeps its permissions; a new one gets those that open() would give it.
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    scratch = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        scratch.chmod(mode)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    return scratch


def _umask() -> int:
    # It can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
