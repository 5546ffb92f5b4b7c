"""Replaces what connects without an audit event: libpq's users."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys

from .guard import NETWORK


class _Patcher(importlib.abc.MetaPathFinder):
    """Runs a patch on a module right after its import."""

    def __init__(self, patches):
        self._patches = patches
        self._looking = False

    def find_spec(self, name, path=None, target=None):
        patch = self._patches.get(name)
        if patch is None or self._looking:
            return None
        self._looking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._looking = False
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                patch(module)

            spec.loader.exec_module = exec_module
        return spec


def _refusal(guard):
    def connect(*args, **kwargs):
        target = (
            kwargs.get("host") or kwargs.get("dsn") or kwargs.get("conninfo") or (args[0] if args else "")
        )
        guard.refuse(NETWORK, f"tried to connect to {_without_password(str(target))}".rstrip(" to"))

    return connect


def _without_password(target):
    scheme, separator, rest = target.partition("://")
    if separator and "@" in rest:
        return scheme + separator + rest.rpartition("@")[2]
    return " ".join(word for word in target.split() if not word.startswith("password="))


def replace_connects(guard):
    """Make psycopg2's, psycopg's and MySQLdb's connect refuse, whenever they are imported."""
    connect = _refusal(guard)

    def patch_psycopg2(module):
        module._connect = connect

    def patch_psycopg(module):
        async def connect_async(*args, **kwargs):
            connect(*args, **kwargs)

        module.Connection.connect = module.connect = connect
        module.AsyncConnection.connect = connect_async

    def patch_mysqldb(module):
        module.connect = module.Connection = module.Connect = connect

    patches = {"psycopg2": patch_psycopg2, "psycopg": patch_psycopg, "MySQLdb": patch_mysqldb}
    sys.meta_path.insert(0, _Patcher(patches))
