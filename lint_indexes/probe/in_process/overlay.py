"""Texts that stand for files: what a fix would write is imported and replayed before it is written."""

from __future__ import annotations

import io
import linecache
import os
from importlib.machinery import SourceFileLoader

_TEXTS = {}


def install(texts):
    """Let ``texts`` ({path: text}) be what imports and ``read`` find there."""
    if not texts:
        return
    for path, text in texts.items():
        _TEXTS[os.path.realpath(path)] = text.encode("utf-8", "surrogateescape")
    original_data, original_stats = SourceFileLoader.get_data, SourceFileLoader.path_stats

    def get_data(self, path):
        text = _TEXTS.get(os.path.realpath(path))
        return original_data(self, path) if text is None else text

    def path_stats(self, path):
        if os.path.realpath(path) in _TEXTS:
            raise OSError(f"{path} is not on disk")  # or its compiled file would be used
        return original_stats(self, path)

    SourceFileLoader.get_data, SourceFileLoader.path_stats = get_data, path_stats
    for path in texts:
        lines = io.StringIO(_TEXTS[os.path.realpath(path)].decode("utf-8", "replace")).readlines()
        linecache.cache[path] = (0, None, lines, path)


def read(path):
    """The bytes of a file.

    Raises:
        OSError: there is none.
    """
    if _TEXTS and (text := _TEXTS.get(os.path.realpath(path))) is not None:
        return text
    with open(path, "rb") as file:
        return file.read()


def paths_in(folder):
    """The paths directly in a folder that only the overlay has."""
    wanted = os.path.realpath(folder)
    return sorted(path for path in _TEXTS if os.path.dirname(path) == wanted and not os.path.exists(path))
