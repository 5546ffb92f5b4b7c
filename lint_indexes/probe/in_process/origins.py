"""Which line of the user's code is responsible: frames on the stack, and lines remembered by schema items."""

from __future__ import annotations

import functools
import linecache
import os
import sys
import sysconfig
import threading

from sqlalchemy import schema

from .fields import field_line

_LIBRARY_FOLDERS = ("site-packages", "dist-packages")
_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD_LIBRARY = tuple(
    os.path.join(os.path.realpath(sysconfig.get_paths()[name]), "") for name in ("stdlib", "platstdlib")
)
# A user's base class or metaclass that stands between a class statement and SQLAlchemy.
_CLASS_HOOKS = frozenset(
    ("__init_subclass__", "__new__", "__init__", "__set_name__", "__prepare__", "__call__")
)
_ATTRIBUTE = "_lint_indexes_line"


@functools.lru_cache(maxsize=None)
def is_user_file(filename):
    """Whether a code object's file is the project's: not a library's, not the interpreter's, not ours."""
    if filename.startswith("<"):
        return False
    path = os.path.abspath(filename)
    if any(folder in path.split(os.sep) for folder in _LIBRARY_FOLDERS):
        return False
    return not path.startswith(_OWN_FOLDER) and not os.path.realpath(path).startswith(_STANDARD_LIBRARY)


def is_standard_library(filename):
    """Whether a code object's file is the interpreter's own."""
    path = os.path.realpath(filename)
    return path.startswith(_STANDARD_LIBRARY) and not any(
        folder in path.split(os.sep) for folder in _LIBRARY_FOLDERS
    )


def stack(frame):
    """The frame and its callers, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def current_stack(frame):
    """The same, followed by the main thread's: a child thread has no line of the migration on its own."""
    yield from stack(frame)
    if threading.current_thread() is not threading.main_thread():
        yield from stack(sys._current_frames().get(threading.main_thread().ident))


def line_in(path, frame):
    """The line of the innermost frame that is in one file, None if there is none."""
    return next((f.f_lineno for f in current_stack(frame) if f.f_code.co_filename == path), None)


def user_line(frame):
    """(path, line) of the innermost frame of the user's code, None if there is none."""
    for found in current_stack(frame):
        if is_user_file(found.f_code.co_filename):
            return os.path.abspath(found.f_code.co_filename), found.f_lineno
    return None


def _declaring_line(frame):
    """Like user_line, but past the user's own class hooks, to the class statement itself."""
    first = None
    for found in stack(frame):
        code = found.f_code
        if is_user_file(code.co_filename):
            line = (os.path.abspath(code.co_filename), found.f_lineno)
            if code.co_name not in _CLASS_HOOKS:
                return line
            first = first or line
    return first


def origin(source, path, line, revision=None):
    """A place as the protocol has it; its column is where the text of the line begins, counted from 1."""
    text = _text(path, line) if path and line else ""
    column = len(text) - len(text.lstrip()) + 1 if text.strip() else None
    return {"source": source, "path": path, "line": line, "column": column, "revision": revision}


def _text(path, line):
    try:
        return linecache.getline(path, line)
    except (SyntaxError, UnicodeDecodeError):
        return ""  # Python 3.9 does not catch what is wrong with a file's encoding.


class Recorder:
    """Makes every table, column, index and constraint remember the line that declared it."""

    def __init__(self):
        self._originals = []

    def install(self):
        for kind in (schema.Table, schema.Column, schema.Index, schema.Constraint):
            self._wrap_init(kind)
        self._wrap_copy()

    def _wrap_init(self, kind):
        original = kind.__init__
        self._originals.append((kind, original))

        @functools.wraps(original)
        def init(self, *args, **kwargs):
            if _ATTRIBUTE not in self.__dict__:
                self.__dict__[_ATTRIBUTE] = _declaring_line(sys._getframe(1))
            original(self, *args, **kwargs)

        kind.__init__ = init

    def stop(self):
        """What is made from now on remembers nothing: migrations make thousands of schema items."""
        for kind, original in self._originals:
            kind.__init__ = original
        self._originals.clear()

    def _wrap_copy(self):
        """A column of a mixin is copied into each class: it keeps the line where it was written."""
        original = schema.Column._copy

        @functools.wraps(original)
        def copy(self, *args, **kwargs):
            copied = original(self, *args, **kwargs)
            if self.__dict__.get(_ATTRIBUTE) is not None:
                copied.__dict__[_ATTRIBUTE] = self.__dict__[_ATTRIBUTE]
            return copied

        schema.Column._copy = copy


def _field_line(path, line, name):
    """The line of a field, where what is known is that of its class: then the file has to be parsed."""
    begins_a_class = _text(path, line).lstrip().startswith(("class", "@"))
    return field_line(path, line, name) if begins_a_class else None


def line_of(item):
    """(path, line) that declared a schema item, None where it is not known.

    The index of a column with ``index=True`` is declared where the column is.
    """
    if getattr(item, "_column_flag", False):
        for column in getattr(item, "columns", ()):
            found = column.__dict__.get(_ATTRIBUTE)
            if found is not None:
                return found[0], _field_line(*found, column.key) or found[1]
    found = getattr(item, "__dict__", {}).get(_ATTRIBUTE)
    if found is None and getattr(item, "table", None) is not None:
        return item.table.__dict__.get(_ATTRIBUTE)
    return found
