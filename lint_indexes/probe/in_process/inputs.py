"""Writes down what the project's code looks at: files, folders, variables; a cached outcome depends on it.

Each path is written down with what it was like when it was first looked at: it may change during the run.
What raises no audit event and is no call of Python's (code in C that reads a file by itself) is not seen.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import types

from . import looking
from .looking import absolute, is_folder, kind_of, link_of, source_of, state_of, target_of
from .places import library_folders, module_files, package_folders, site_files

_NO_FILES = ("/proc/", "/sys/", "/dev/")
# Python, or the C library, reads them before anything of ours runs, or without a call that could be seen.
_UNSEEN_VARIABLES = ("DYLD_*", "HOME", "LANG*", "LC_*", "LD_*", "PYTHON*", "TZ", "TZDIR", "USERPROFILE")
_UNSEEN_FILES = ("/etc/localtime",)
_ASKING = "exists lexists isfile isdir islink isjunction isdevdrive ismount getsize getmtime".split()
_IMPORTLIB = "<frozen importlib"
_NOT_REPLACED = frozenset(("posix", "nt", looking.__name__))


class Layer:
    """What was looked at in one part of the run, each path with what it was like then."""

    def __init__(self):
        self.files = {}
        self.looked_for = {}
        self.links = {}
        self.listed = {}
        self.variables = set()
        self.every_variable = False
        self.complete = True


class Inputs:
    """What was looked at since ``install``, and every module that is loaded. ``scratch`` is left out."""

    def __init__(self, scratch):
        self._scratch = os.path.realpath(scratch)
        self._base = Layer()
        self._base.variables.update(_UNSEEN_VARIABLES)
        self._rest = None
        self._layer = self._base
        self._path = {}

    @contextlib.contextmanager
    def noted_in(self, layer):
        """Write down in a layer of its own what is looked at in this context."""
        before, self._layer = self._layer, layer
        try:
            yield
        finally:
            self._layer = before

    def install(self):
        """Start to write down; there is no way back (sys.addaudithook)."""
        notes = {
            "open": self._open,
            "os.listdir": self._list,
            "os.scandir": self._list,
            "import": self._import,
        }

        def hook(event, arguments):
            note = notes.get(event)
            if note is not None:
                try:
                    note(*arguments)
                except (OSError, ValueError):  # the working directory is gone, say
                    self._layer.complete = False

        sys.addaudithook(hook)
        self._replace_functions()
        environment = self._environment()
        os.environ.__class__ = environment
        if os.supports_bytes_environ:
            os.environb.__class__ = environment
        for path in (*module_files(), *_UNSEEN_FILES):
            self._read(path)
        if "importlib.metadata" in sys.modules:  # it remembers what it has listed
            self._layer.listed.update((folder, state_of(folder)) for folder in map(absolute, sys.path))

    def _open(self, path, mode, flags):
        # Whoever only writes is refused, whatever is there.
        if isinstance(path, (str, bytes, os.PathLike)) and flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY:
            self._read(absolute(path))

    def _read(self, path):
        path = source_of(path)
        if path not in self._layer.files:
            self._layer.files[path] = state_of(path)

    def _list(self, path):
        if sys._getframe(2).f_code.co_filename.startswith(_IMPORTLIB):
            return  # of what it lists, packages have what counts
        folder = self._resolved("." if path is None else path, None)
        if folder is not None and folder not in self._layer.listed:
            self._layer.listed[folder] = state_of(folder)

    def _import(self, module, filename, path, *rest):
        for entry in path or ():
            if isinstance(entry, str) and entry not in self._path:
                self._path[entry] = absolute(entry or ".")

    def _resolved(self, path, folder):
        """The absolute path that a descriptor, or a path in the folder of a descriptor, means."""
        if isinstance(path, int) or (folder is not None and not os.path.isabs(path)):
            descriptor, rest = (path, "") if isinstance(path, int) else (folder, os.fsdecode(path))
            try:
                return os.path.join(target_of(f"/proc/self/fd/{descriptor}"), rest).rstrip(os.sep)
            except OSError:
                self._layer.complete = False
                return None
        return absolute(path)

    def _replace_functions(self):
        """Let the functions that ask for a path write it down, also where modules have taken them already."""
        noted = {
            os.stat: _Noted(os.stat, self._note_stat),
            os.lstat: _Noted(os.lstat, self._note_link),
            os.readlink: _Noted(os.readlink, self._note_link),
            os.access: _Noted(os.access, self._note_stat),
        }
        for name in _ASKING:  # on Windows some are written in C
            function = getattr(os.path, name, None)
            if isinstance(function, types.BuiltinFunctionType):
                noted[function] = _Noted(function, self._note_stat)
        for able in (
            os.supports_dir_fd,
            os.supports_fd,
            os.supports_follow_symlinks,
            os.supports_effective_ids,
        ):
            able.update(noted[function] for function in noted if function in able)
        for holder in list(_holders()):
            _replace_in(holder, {id(function): replacement for function, replacement in noted.items()})

    def _note_stat(self, path, options):
        if options.get("follow_symlinks") is False:
            self._note_link(path, options)
        elif not isinstance(path, int):
            place = self._resolved(path, options.get("dir_fd"))
            if place is not None and place not in self._layer.looked_for:
                self._layer.looked_for[place] = kind_of(place)

    def _note_link(self, path, options):
        place = self._resolved(path, options.get("dir_fd"))
        if place is not None and place not in self._layer.links:
            self._layer.links[place] = link_of(place)

    def _environment(self):
        """A class for os.environ, with the names that are asked for written down."""
        inputs = self
        base = type(os.environ)

        class Environment(base):
            def __getitem__(self, name):
                inputs._layer.variables.add(os.fsdecode(name))
                return base.__getitem__(self, name)

            def __delitem__(self, name):
                inputs._layer.variables.add(os.fsdecode(name))
                base.__delitem__(self, name)

            def __iter__(self):
                inputs._layer.every_variable = True
                return base.__iter__(self)

            def __len__(self):
                inputs._layer.every_variable = True
                return base.__len__(self)

            def __repr__(self):
                inputs._layer.every_variable = True
                return base.__repr__(self)

        return Environment

    def end_base(self):
        """The project is loaded; modules that come from here on are no part of the base."""
        self._read_modules(self._base)
        self._rest = Layer()

    def in_rest(self):
        """Write down in this context what is no part of the base."""
        return self.noted_in(self._base if self._rest is None else self._rest)

    def described(self, layers=()):
        """The inputs so far, as the protocol has them: those of the base, the rest, and each layer's."""
        self._read_modules(self._base if self._rest is None else self._rest)
        packages = package_folders() | set(self._path.values())
        return {
            "base": self._described(self._base, packages),
            "rest": self._described(self._rest or Layer(), packages),
            "layers": [self._described(layer, packages) for layer in layers],
            "packages": sorted(self._kept(dict.fromkeys(packages))),
            "library_folders": library_folders(),
        }

    def _read_modules(self, layer):
        with self.noted_in(layer):
            for path in (*module_files(), *site_files()):
                if source_of(path) not in self._base.files:
                    self._read(path)

    def _described(self, layer, packages):
        folders = {path: "folder" for path in list(layer.files) if is_folder(path)}
        known = layer.files.keys() | packages
        looked_for = {path: kind for path, kind in dict(layer.looked_for).items() if path not in known}
        return {
            "files": self._kept({path: layer.files[path] for path in layer.files.keys() - folders}),
            "looked_for": self._kept({**looked_for, **folders}),
            "links": self._kept(dict(layer.links)),
            "listed": self._kept(dict(layer.listed)),
            "variables": sorted(layer.variables),
            "every_variable": layer.every_variable,
            "complete": layer.complete,
        }

    def _kept(self, found):
        left_out = (*_NO_FILES, self._scratch)
        return {
            path: state
            for path, state in sorted(found.items())
            if not path.startswith(left_out) and "\0" not in path
        }


class _Noted:
    """A function whose path is written down. No function of Python's: where a class takes it as an attribute,
    as pathlib did before Python 3.11, it must not become a method.
    """

    def __init__(self, function, note):
        functools.update_wrapper(self, function)
        self._function = function
        self._note = note

    def __call__(self, path, *arguments, **options):
        if isinstance(path, (str, bytes, os.PathLike)):
            with contextlib.suppress(OSError, ValueError):  # the function will say so
                self._note(path, options)
        return self._function(path, *arguments, **options)


def _holders():
    """The modules that are loaded, and their classes."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, types.ModuleType) and name not in _NOT_REPLACED:
            yield module
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__ == name:
                    yield value


def _replace_in(holder, noted):
    for name, value in list(vars(holder).items()):
        if isinstance(value, staticmethod):
            replacement = noted.get(id(value.__func__))
            if replacement is not None:
                setattr(holder, name, staticmethod(replacement))
        elif id(value) in noted:
            setattr(holder, name, noted[id(value)])
