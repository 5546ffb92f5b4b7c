"""Writes down what the project's code looks at: files, folders, variables; a cached outcome depends on it.

What raises no audit event and is no call of Python's (code in C that reads a file by itself) is not seen.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import site
import sys
import types

_NO_FILES = ("/proc/", "/sys/", "/dev/")
# Python reads them before anything of ours runs.
_READ_AT_START = """
    HOME LANG LC_ALL LC_CTYPE PYTHONCASEOK PYTHONHOME PYTHONIOENCODING PYTHONNOUSERSITE PYTHONOPTIMIZE
    PYTHONPATH PYTHONPLATLIBDIR PYTHONSAFEPATH PYTHONSTARTUP PYTHONUSERBASE PYTHONUTF8 PYTHONWARNINGS
""".split()


class Inputs:
    """What was looked at since ``install``, and every module that is loaded. ``scratch`` is left out."""

    def __init__(self, scratch):
        self._scratch = os.path.realpath(scratch)
        self._files = set()
        self._looked_for = set()
        self._listed = set()
        self._variables = set(_READ_AT_START)
        self._every_variable = False

    def install(self):
        """Start to write down; there is no way back (sys.addaudithook)."""
        notes = {"open": self._open, "os.listdir": self._list, "os.scandir": self._list}

        def hook(event, arguments):
            note = notes.get(event)
            if note is not None:
                note(*arguments)

        sys.addaudithook(hook)
        for name in ("stat", "lstat", "access"):
            self._replace(name)
        environment = self._environment()
        os.environ.__class__ = environment
        if os.supports_bytes_environ:
            os.environb.__class__ = environment

    def _open(self, path, mode, flags):
        if isinstance(path, (str, bytes, os.PathLike)):
            self._files.add(_absolute(path))

    def _list(self, path):
        if not isinstance(path, int):
            self._listed.add(_absolute("." if path is None else path))

    def _replace(self, name):
        """Let a function of os write its paths down."""
        looked_for = self._looked_for
        function = getattr(os, name)

        @functools.wraps(function)
        def noting(path, *arguments, **options):
            if isinstance(path, (str, bytes, os.PathLike)) and options.get("dir_fd") is None:
                looked_for.add(_absolute(path))
            return function(path, *arguments, **options)

        for able in (
            os.supports_dir_fd,
            os.supports_fd,
            os.supports_follow_symlinks,
            os.supports_effective_ids,
        ):
            if function in able:
                able.add(noting)
        setattr(os, name, noting)

    def _environment(self):
        """A class for os.environ, with the names that are asked for written down."""
        inputs = self
        base = type(os.environ)

        class Environment(base):
            def __getitem__(self, name):
                inputs._variables.add(os.fsdecode(name))
                return base.__getitem__(self, name)

            def __iter__(self):
                inputs._every_variable = True
                return base.__iter__(self)

        return Environment

    def described(self):
        """The inputs so far, as the protocol has them."""
        opened, looked_for, listed = set(self._files), set(self._looked_for), set(self._listed)
        files = {_source_of(path) for path in opened | _module_files() | _site_files()}
        packages = {os.path.abspath(path) for path in sys.path_importer_cache}
        return {
            "files": self._kept(path for path in files if not os.path.isdir(path)),
            "looked_for": self._kept(looked_for - files - packages),
            "listed": self._kept(listed),
            "packages": self._kept(packages),
            "variables": sorted(self._variables),
            "every_variable": self._every_variable,
        }

    def _kept(self, paths):
        return sorted(
            path
            for path in paths
            if not path.startswith(_NO_FILES) and not path.startswith(self._scratch) and "\0" not in path
        )


def _absolute(path):
    return os.path.abspath(os.fsdecode(path))


def _source_of(path):
    """Where a compiled file comes from: whether there is one makes no difference."""
    if not path.endswith(".pyc"):
        return path
    try:
        source = importlib.util.source_from_cache(path)
    except (ValueError, NotImplementedError):
        return path
    return source if os.path.exists(source) else path


def _module_files():
    """The files of the modules that are loaded, some before ``install``."""
    found = set()
    for module in list(sys.modules.values()):
        path = vars(module).get("__file__") if isinstance(module, types.ModuleType) else None
        if isinstance(path, str) and os.path.isabs(path):
            found.add(path)
    return found


def _site_files():
    """What made sys.path."""
    found = {os.path.join(os.path.dirname(os.path.dirname(sys.executable)), "pyvenv.cfg"), sys.executable}
    for folder in dict.fromkeys([*site.getsitepackages(), *sys.path]):
        if os.path.isdir(folder):
            found.update(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".pth"))
    return found
