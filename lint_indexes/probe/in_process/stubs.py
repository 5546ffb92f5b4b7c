"""Stands in for modules that only migrations import and the interpreter lacks, by name."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

from sqlalchemy.types import UserDefinedType

from . import sqlstates

# What follows "except" has to be a real class.
_EXCEPTION_ENDINGS = ("Error", "Exception", "Violation", "Warning")
_EXCEPTION_MODULES = frozenset(("errors", "exceptions", "exc"))


class Stubs(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """``names`` are the modules that were stood in for; those below them are as well."""

    def __init__(self):
        self.names = set()
        self._known = {}

    def install(self):
        sys.meta_path.insert(0, self)

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
    """Has every attribute: an exception, a StubClass or a StubObject, whatever the name looks like."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(self.__name__, name)
        setattr(self, name, value)
        return value


def _stand_in(owner, name):
    """What stands in for an attribute, by its name: an exception, a class or anything else."""
    if not name[:1].isupper():
        return StubObject(name)
    if name.endswith(_EXCEPTION_ENDINGS) or owner.rpartition(".")[2] in _EXCEPTION_MODULES:
        return sqlstates.named(owner.partition(".")[0], name) or type(name, (Exception,), {})
    return StubClass(name)


class StubObject:
    """Can be called, read, entered, looped over and derived from, to no effect.

    Not a class, even where it stands in for one: it could not be a base beside another metaclass's class.
    """

    def __init__(self, name):
        self.__name__ = self.__qualname__ = name

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        value = _stand_in(self.__name__, name)
        return StubObject(name) if isinstance(value, StubClass) else value

    def __call__(self, *args, **kwargs):
        return StubObject(self.__name__)

    def __getitem__(self, key):
        return self

    def __or__(self, other):
        return self

    __ror__ = __or__

    def __iter__(self):
        return iter(())

    def __mro_entries__(self, bases):
        return ()

    def __instancecheck__(self, instance):
        return False

    __subclasscheck__ = __instancecheck__

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def __str__(self):
        return self.__name__

    __repr__ = __str__


class StubClass(StubObject):
    """Called, it is a column type of its own name; to sqlalchemy.Enum it is an enum without labels."""

    _sqla_type = True
    __members__ = {}  # noqa: RUF012 - as an enum class has it

    def __call__(self, *args, **kwargs):
        return StubType(self.__name__, args)


class StubType(UserDefinedType):
    """A type that is spelt like the class that it stands in for."""

    cache_ok = True

    def __init__(self, name, arguments=()):
        self.name = name
        self.arguments = tuple(str(argument) for argument in arguments if isinstance(argument, (int, str)))

    def get_col_spec(self, **options):
        name = self.name.lower()
        return f"{name}({', '.join(self.arguments)})" if self.arguments else name
