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
_OURS = __name__.partition(".")[0]


def find_alterations():
    """{"definers": modules whose functions stand in classes of both packages, "signature": a list of texts
    that is the same wherever the same has been changed}.
    """
    names, definers = [], set()
    targets = {}
    for module_name in sorted(name for name in list(sys.modules) if _is_looked_at(name)):
        module = sys.modules[module_name]
        for name, value in list(vars(module).items()):
            if isinstance(value, type) and value.__module__ == module_name:
                targets[id(value)] = f"{module_name}.{name}"
                _look_through(value, f"{module_name}.{name}", names, definers)
    names += [f"operation {name}" for name in sorted({*dir(Operations)})]
    names += [f"type {name}" for name in sorted(ischema_names)]
    listened = sorted(
        f"event {targets[key[0]]} {key[1]}" for key in list(registry._key_to_collection) if key[0] in targets
    )
    return {"definers": sorted(definers), "signature": names + listened}


def _is_looked_at(name):
    return name.partition(".")[0] in _PACKAGES and not name.startswith(_LEFT_OUT)


def _look_through(owner, path, names, definers):
    if "_compiler_dispatcher" in vars(owner):  # @compiles
        names.append(f"compiler {path}")
    for name, value in list(vars(owner).items()):
        function = _function_of(value)
        definer = getattr(function, "__module__", None) if function is not None else None
        if isinstance(definer, str) and definer.partition(".")[0] not in (*_PACKAGES, _OURS, "builtins"):
            root = definer.partition(".")[0]
            if root not in _STANDARD and function.__name__ != "<lambda>":
                names.append(f"{path}.{name} of {definer}")
                definers.add(definer)


def _function_of(value):
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    elif isinstance(value, property):
        value = value.fget
    return value if isinstance(value, types.FunctionType) else None


_STANDARD = frozenset(getattr(sys, "stdlib_module_names", ())) | frozenset(
    ("abc", "collections", "contextlib", "dataclasses", "enum", "functools", "typing", "reprlib")
)
