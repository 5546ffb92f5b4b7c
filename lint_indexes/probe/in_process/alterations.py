"""What has been changed of SQLAlchemy and Alembic themselves, by the project or by what it installs there.

A migration may run otherwise where something was: an operation added, a compiler replaced, an event heard.
"""

from __future__ import annotations

import sys
import types

from alembic.operations import Operations
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.event import registry

_PACKAGES = ("alembic", "sqlalchemy")
# Nothing that a migration runs is in them.
_LEFT_OUT = ("alembic.testing", "sqlalchemy.ext", "sqlalchemy.orm", "sqlalchemy.testing")
# No run with an error (errors.py) is taken for that of another environment.
_OF_ERRORS = ("handle_error", "dbapi_error")


def find_alterations():
    """{"definers": modules that altered something, "signature": a list of texts that is the same wherever the
    same has been altered}. A definer that cannot be told is None.
    """
    found = _Alterations()
    for module_name in sorted(name for name in list(sys.modules) if _is_looked_at(name)):
        for name, value in list(vars(sys.modules[module_name]).items()):
            if isinstance(value, type) and value.__module__ == module_name:
                found.look_through(value, f"{module_name}.{name}")
    found.look_at_operations()
    found.look_at_events()
    found.signature += [f"type {name}" for name in sorted(ischema_names)]
    return {"definers": sorted(found.definers, key=str), "signature": found.signature}


class _Alterations:
    def __init__(self):
        self.signature = []
        self.definers = set()
        self._classes = {}

    def look_through(self, owner, path):
        """Methods that others have put into a class, and what compiles it (@compiles)."""
        self._classes[id(owner)] = path
        for name, value in list(vars(owner).items()):
            function = _function_of(value)
            # SQLAlchemy writes some methods itself, when they are first needed.
            if function is not None and not name.startswith("_generated_"):
                self._note(f"{path}.{name}", function)
        dispatcher = vars(owner).get("_compiler_dispatcher")
        for name, function in sorted(getattr(dispatcher, "specs", {}).items()):
            self._note(f"compiler of {path} for {name}", function)

    def look_at_operations(self):
        for key, function in list(Operations._to_impl._registry.items()):
            self._note(f"operation {key[0].__name__}", function)
        self.signature += [f"operation {name}" for name in sorted(dir(Operations))]

    def look_at_events(self):
        """Listeners to all objects of a class; those to a single object are no matter of a migration."""
        for (target, event, _), listeners in list(registry._key_to_collection.items()):
            if target in self._classes and event not in _OF_ERRORS:
                for reference in list(listeners.values()):
                    self._note(f"event {self._classes[target]} {event}", reference())

    def _note(self, what, function):
        # A method of Operations is made for the class of an operation, which somebody has registered.
        registered = getattr(function, "__globals__", {}).get("op_cls", function)
        definer = getattr(registered, "__module__", None)
        root = (definer or "").partition(".")[0]
        # The methods of a named tuple say that they are of a module of its own.
        if root not in _EXPECTED and not root.startswith("namedtuple_"):
            self.signature.append(f"{what} of {definer}")
            self.definers.add(definer)


def _is_looked_at(name):
    return name.partition(".")[0] in _PACKAGES and not name.startswith(_LEFT_OUT)


def _function_of(value):
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    elif isinstance(value, property):
        value = value.fget
    return value if isinstance(value, types.FunctionType) else None


# Python's own modules; before 3.10 it does not say which these are.
_STANDARD = frozenset(getattr(sys, "stdlib_module_names", ())) | frozenset(
    ("abc", "builtins", "collections", "contextlib", "dataclasses", "enum", "functools", "typing", "reprlib")
)
_EXPECTED = _STANDARD.union((*_PACKAGES, __name__.partition(".")[0]))
