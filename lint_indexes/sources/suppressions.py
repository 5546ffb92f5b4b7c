"""The comments that suppress findings, and the baseline, from their files."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from lint_indexes.errors import ConfigurationError
from lint_indexes.model.origin import Origin
from lint_indexes.suppressions.baseline import FILE_NAME, HINT, Entry, parse_baseline
from lint_indexes.suppressions.comments import IgnoreComment, read_comments

_IN_EVERY_COMMENT = b"lint"
"""However a comment of ours is misspelt: a file without this need not be decoded."""


def load_comments(
    files: Iterable[Origin], overlay: Mapping[str, str] = MappingProxyType({})
) -> tuple[IgnoreComment, ...]:
    """The comments of some Python files, in their order; what cannot be read has none.

    ``overlay`` has texts that stand for the files at their paths.
    """
    return tuple(comment for file in files for comment in read_comments(_source(file.path, overlay), file))


def _source(path: str | None, overlay: Mapping[str, str]) -> str:
    if path is None or not path.endswith(".py"):
        return ""
    if path in overlay:
        return overlay[path]
    try:
        content = Path(path).read_bytes()
        if _IN_EVERY_COMMENT not in content.lower():
            return ""
        # As Python reads a source file: with the encoding that it declares, whatever a comment is made of.
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace").read()
    except (OSError, SyntaxError):
        return ""


def baseline_path(root: Path) -> Path:
    """Where the baseline of a project is: beside its configuration."""
    return root / FILE_NAME


def load_baseline(root: Path) -> tuple[Entry, ...]:
    """The entries of a project's baseline; none where there is no file.

    Raises:
        ConfigurationError: it cannot be read, or is none.
    """
    path = baseline_path(root)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8: {error.reason}", hint=HINT) from error
    return parse_baseline(text, str(path))
