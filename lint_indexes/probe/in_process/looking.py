"""Looks at files without its being written down (inputs.py): by the functions as they were at first."""

from __future__ import annotations

import importlib.util
import os
import stat

_stat, _lstat, _readlink = os.stat, os.lstat, os.readlink


def absolute(path):
    return os.path.abspath(os.fsdecode(path))


def state_of(path):
    """What tells that a file or folder has changed; None where there is none."""
    try:
        found = _stat(path)
    except (OSError, ValueError):
        return None
    size = 0 if stat.S_ISDIR(found.st_mode) else found.st_size
    return [size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def kind_of(path):
    """What there is at a path, links followed: "absent", "folder", or "file of N bytes"."""
    return _kind(_stat, path)


def link_of(path):
    """The same without following a link, which is "-> target"."""
    kind = _kind(_lstat, path)
    return f"-> {target_of(path)}" if kind == "link" else kind


def target_of(path):
    """Where a link leads to; an OSError where there is none."""
    return os.fsdecode(_readlink(path))


def is_folder(path):
    return kind_of(path) == "folder"


def source_of(path):
    """Where a compiled file comes from: whether there is one makes no difference."""
    if not path.endswith(".pyc"):
        return path
    try:
        source = importlib.util.source_from_cache(path)
    except (ValueError, NotImplementedError):
        return path
    return path if state_of(source) is None else source


def _kind(function, path):
    try:
        found = function(path)
    except (OSError, ValueError):
        return "absent"
    if stat.S_ISLNK(found.st_mode):
        return "link"
    return "folder" if stat.S_ISDIR(found.st_mode) else f"file of {found.st_size} bytes"
