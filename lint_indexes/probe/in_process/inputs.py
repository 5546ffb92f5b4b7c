"""Writes down what the project's code looks at: files, folders, variables; a cached outcome depends on it.

Each path is written down with what it was like when it was first looked at: it may change during the run.
What raises no audit event and is no call of Python's (code in C that reads a file by itself) is not seen.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import site
import stat
import sys
import sysconfig
import types

_stat, _lstat, _readlink = os.stat, os.lstat, os.readlink

_OWN_FILE = __file__
_NO_FILES = ("/proc/", "/sys/", "/dev/")
# Python, or the C library, reads them before anything of ours runs, or without a call that could be seen.
_UNSEEN_VARIABLES = ("DYLD_*", "HOME", "LANG*", "LC_*", "LD_*", "PYTHON*", "TZ", "TZDIR", "USERPROFILE")
_UNSEEN_FILES = ("/etc/localtime",)
_ASKING = "exists lexists isfile isdir islink isjunction isdevdrive ismount getsize getmtime".split()
_IMPORTLIB = "<frozen importlib"
_NOT_REPLACED = frozenset(("posix", "nt", __name__))


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
        for path in (*_module_files(), *_UNSEEN_FILES):
            self._read(path)
        if "importlib.metadata" in sys.modules:  # it remembers what it has listed
            self._layer.listed.update((folder, _state(folder)) for folder in map(_absolute, sys.path))

    def _open(self, path, mode, flags):
        # Whoever only writes is refused, whatever is there.
        if isinstance(path, (str, bytes, os.PathLike)) and flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY:
            self._read(_absolute(path))

    def _read(self, path):
        path = _source_of(path)
        if path not in self._layer.files:
            self._layer.files[path] = _state(path)

    def _list(self, path):
        if sys._getframe(2).f_code.co_filename.startswith(_IMPORTLIB):
            return  # of what it lists, packages have what counts
        folder = self._resolved("." if path is None else path, None)
        if folder is not None and folder not in self._layer.listed:
            self._layer.listed[folder] = _state(folder)

    def _import(self, module, filename, path, *rest):
        for entry in path or ():
            if isinstance(entry, str) and entry not in self._path:
                self._path[entry] = _absolute(entry or ".")

    def _resolved(self, path, folder):
        """The absolute path that a descriptor, or a path in the folder of a descriptor, means."""
        if isinstance(path, int) or (folder is not None and not os.path.isabs(path)):
            descriptor, rest = (path, "") if isinstance(path, int) else (folder, os.fsdecode(path))
            try:
                return os.path.join(_readlink(f"/proc/self/fd/{descriptor}"), rest).rstrip(os.sep)
            except OSError:
                self._layer.complete = False
                return None
        return _absolute(path)

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
                self._layer.looked_for[place] = _kind(_stat, place)

    def _note_link(self, path, options):
        place = self._resolved(path, options.get("dir_fd"))
        if place is not None and place not in self._layer.links:
            kind = _kind(_lstat, place)
            self._layer.links[place] = f"-> {os.fsdecode(_readlink(place))}" if kind == "link" else kind

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
        packages = _package_folders() | set(self._path.values())
        return {
            "base": self._described(self._base, packages),
            "rest": self._described(self._rest or Layer(), packages),
            "layers": [self._described(layer, packages) for layer in layers],
            "packages": sorted(self._kept(dict.fromkeys(packages))),
            "library_folders": library_folders(),
        }

    def _read_modules(self, layer):
        with self.noted_in(layer):
            for path in (*_module_files(), *_site_files()):
                if _source_of(path) not in self._base.files:
                    self._read(path)

    def _described(self, layer, packages):
        folders = {path: "folder" for path in list(layer.files) if _is_folder(path)}
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


def _absolute(path):
    return os.path.abspath(os.fsdecode(path))


def _state(path):
    """What tells that a file or folder has changed; None where there is none."""
    try:
        found = _stat(path)
    except (OSError, ValueError):
        return None
    size = 0 if stat.S_ISDIR(found.st_mode) else found.st_size
    return [size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _kind(function, path):
    try:
        found = function(path)
    except (OSError, ValueError):
        return "absent"
    if stat.S_ISLNK(found.st_mode):
        return "link"
    return "folder" if stat.S_ISDIR(found.st_mode) else f"file of {found.st_size} bytes"


def _is_folder(path):
    return _kind(_stat, path) == "folder"


def _source_of(path):
    """Where a compiled file comes from: whether there is one makes no difference."""
    if not path.endswith(".pyc"):
        return path
    try:
        source = importlib.util.source_from_cache(path)
    except (ValueError, NotImplementedError):
        return path
    return path if _state(source) is None else source


def _module_files():
    """The files of the modules that are loaded, some before ``install``."""
    found = set()
    for module in list(sys.modules.values()):
        path = vars(module).get("__file__") if isinstance(module, types.ModuleType) else None
        if isinstance(path, str) and os.path.isabs(path):
            found.add(os.path.normpath(path))
    return found


def _site_files():
    """What made sys.path."""
    beside = os.path.dirname(sys.executable)
    found = {sys.executable, os.path.join(beside, "pyvenv.cfg")}
    found.add(os.path.join(os.path.dirname(beside), "pyvenv.cfg"))
    for folder in dict.fromkeys([*_site_folders(), *sys.path]):
        if _is_folder(folder):
            found.update(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".pth"))
    return found


def _site_folders():
    folders = site.getsitepackages() if hasattr(site, "getsitepackages") else []
    return [*folders, site.getusersitepackages()] if site.ENABLE_USER_SITE is not None else folders


def library_folders():
    """Where the standard library and what is installed are, our own files, and what makes sys.path."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [*map(sysconfig.get_path, kinds), *_site_folders(), os.path.dirname(_OWN_FILE)]
    found = {_absolute(folder) for folder in folders}
    return sorted(found | {os.path.realpath(folder) for folder in found})


def _package_folders():
    """Where modules were looked for, or would be now; and folders of their names that are no packages yet."""
    folders = {*_site_folders(), *sys.path, *sys.path_importer_cache}
    for module in list(sys.modules.values()):
        path = vars(module).get("__path__") if isinstance(module, types.ModuleType) else None
        try:
            folders.update(path or ())
        except Exception:  # whatever stands in for a module may do anything
            continue
    names = {name.rpartition(".")[2] for name in list(sys.modules)}
    for folder, finder in list(sys.path_importer_cache.items()):
        same = names.intersection(getattr(finder, "_path_cache", ()))
        folders.update(path for name in same if _is_folder(path := os.path.join(folder, name)))
    return {_absolute(folder or ".") for folder in folders if isinstance(folder, str)}
