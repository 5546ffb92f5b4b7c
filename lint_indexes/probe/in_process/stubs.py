"""Stands in for modules that only migrations import and the interpreter lacks, by name."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

from sqlalchemy.types import UserDefinedType


class Stubs(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """``names`` are the modules that were stood in for; those below them are as well."""

    def __init__(self):
        self.names = set()
        self._known = {}

    def install(self):
        sys.meta_path.append(self)

    def add(self, name):
        """Stand in for a module from now on."""
        self.names.add(name)

    def is_missing(self, module):
        """Whether the top level package of a module is nowhere to be found."""
        root = module.partition(".")[0]
        if root not in self._known:
            self._known[root] = root not in sys.modules and _cannot_find(root)
        return self._known[root]

    def used_by(self, modules):
        """Which stand-ins a file with these imports uses."""
        return {name for name in self.names if any(_is_below(module, name) for module in modules)}

    def find_spec(self, name, path=None, target=None):
        if not any(_is_below(name, stub) for stub in self.names):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StubModule(spec.name)

    def exec_module(self, module):
        pass


def _cannot_find(root):
    try:
        return importlib.util.find_spec(root) is None
    except (ImportError, ValueError):
        return True


def _is_below(module, name):
    return module == name or module.startswith(name + ".")


class StubModule(types.ModuleType):
    """Has every attribute: a type where the name is a class's, else an object that does nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = StubType(name, (_StubBase,), {}) if name[:1].isupper() else StubObject(name)
        setattr(self, name, value)
        return value


class StubType(type):
    """The class of stand-in classes: they can be column types, enums, bases, anything."""

    __members__ = {}  # noqa: RUF012 - what makes sqlalchemy.Enum take the class for an enum without labels

    def __getattr__(cls, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return StubObject(name)

    def __iter__(cls):
        return iter(())


class _StubBase(UserDefinedType, metaclass=StubType):
    cache_ok = True

    def __init__(self, *args, **kwargs):
        self.arguments = tuple(str(argument) for argument in args if isinstance(argument, (int, str)))

    def get_col_spec(self, **options):
        name = type(self).__name__.lower()
        return f"{name}({', '.join(self.arguments)})" if self.arguments else name


class StubObject:
    """Can be called, read, entered and looped over, to no effect."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StubObject(name)

    def __call__(self, *args, **kwargs):
        return StubObject(self._name)

    def __getitem__(self, key):
        return StubObject(self._name)

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def __str__(self):
        return self._name

    __repr__ = __str__
