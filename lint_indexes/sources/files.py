"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from lint_indexes.errors import LintIndexesError


def write_whole(path: Path, text: str) -> None:
    """Write a text file as UTF-8, through a file beside it, so that nobody ever sees half of it.

    What UTF-8 lacks (a lone surrogate of an undecodable path) is written with backslashes.
    What is no regular file (a device, a pipe) is written directly; a link is followed.

    Raises:
        LintIndexesError: it cannot be written; then it is as it was before.
    """
    content = text.encode(errors="backslashreplace")
    try:
        target = path.resolve()
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise LintIndexesError(
            f"cannot write {path}: {reason}", hint="give a file in a folder that exists and can be written"
        ) from error


def _replace(target: Path, content: bytes) -> None:
    # A file that exists keeps its permissions; a new one gets those that open() would give it.
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    scratch = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        scratch.chmod(mode)
        scratch.replace(target)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def _umask() -> int:
    # It can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
