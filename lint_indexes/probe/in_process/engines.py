"""Replaces SQLAlchemy's engine factories: every engine of the project talks to the server behind the link.

Done before any code of the project is imported, so that ``from sqlalchemy import create_engine`` gets ours.
No database driver has to be installed, and no URL leads anywhere.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys

import sqlalchemy
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.pool import NullPool

from .dialect import RemoteDialect

_ASYNCIO = "sqlalchemy.ext.asyncio"
_PLACEHOLDER_URL = "postgresql://localhost/postgres"
_ENGINE_OPTIONS = ("echo", "execution_options", "logging_name", "hide_parameters", "query_cache_size")
_TRUE = ("true", "yes", "on", "y", "t", "1")


class Factory:
    """The replacements, bound to one link."""

    def __init__(self, link):
        self.link = link

    def create_engine(self, url=None, **options):
        """As SQLAlchemy's, but that a missing URL is no error: nothing is connected to."""
        dialect_options = {}
        for name in ("isolation_level", "json_serializer", "json_deserializer", "label_length"):
            if options.get(name) is not None:
                dialect_options[name] = options[name]
        isolation_level = dialect_options.pop("isolation_level", None)
        dialect = RemoteDialect(self.link, dbapi=RemoteDialect.import_dbapi(), **dialect_options)
        pool = NullPool(dialect.connect, dialect=dialect)
        kept = {name: options[name] for name in _ENGINE_OPTIONS if options.get(name) is not None}
        if isinstance(kept.get("echo"), str):
            kept["echo"] = kept["echo"].lower() in _TRUE
        if isolation_level is not None:
            kept["execution_options"] = {
                "isolation_level": isolation_level,
                **kept.get("execution_options", {}),
            }
        return Engine(pool, dialect, _url(url), **kept)

    def engine_from_config(self, configuration, prefix="sqlalchemy.", **options):
        return self.create_engine(**_configured(configuration, prefix, options))

    def create_pool_from_url(self, url, **options):
        return self.create_engine(url, **options).pool

    def create_async_engine(self, url=None, **options):
        from .async_engines import RemoteAsyncEngine

        return RemoteAsyncEngine(self.create_engine(url, **options))

    def async_engine_from_config(self, configuration, prefix="sqlalchemy.", **options):
        return self.create_async_engine(**_configured(configuration, prefix, options))

    def install(self):
        """Put the replacements wherever SQLAlchemy itself has the originals."""
        modules = [
            sqlalchemy,
            importlib.import_module("sqlalchemy.engine"),
            importlib.import_module("sqlalchemy.engine.create"),
        ]
        _replace(modules, self, ("create_engine", "engine_from_config", "create_pool_from_url"))
        _allow_missing_greenlet()
        if _ASYNCIO in sys.modules:
            self._install_asynchronous()
        else:
            sys.meta_path.insert(0, _Afterwards(_ASYNCIO, self._install_asynchronous))

    def _install_asynchronous(self):
        modules = [sys.modules[_ASYNCIO], importlib.import_module(f"{_ASYNCIO}.engine")]
        names = ("create_async_engine", "async_engine_from_config", "create_async_pool_from_url")
        _replace(modules, self, names)
        from .async_engines import accept_synchronous_engines

        accept_synchronous_engines()


class _Afterwards(importlib.abc.MetaPathFinder):
    """Does something once a module has been imported, which takes long and may never be needed."""

    def __init__(self, name, act):
        self._name = name
        self._act = act

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                self._act()

            spec.loader.exec_module = exec_module
        return spec


def _replace(modules, factory, names):
    for module in modules:
        for name in names:
            if hasattr(module, name):
                setattr(module, name, getattr(factory, name.replace("create_async_pool", "create_pool")))


def _allow_missing_greenlet():
    """SQLAlchemy 2.1 refuses to import its asyncio extension without greenlet; ours needs none."""
    concurrency = importlib.import_module("sqlalchemy.util.concurrency")
    shim = getattr(concurrency, "_concurrency_shim_cls", None)
    if shim is None:
        return
    initialize = shim._initialize
    shim._initialize = lambda self, **options: initialize(self, raise_=False)


def _configured(configuration, prefix, options):
    found = {key[len(prefix) :]: value for key, value in configuration.items() if key.startswith(prefix)}
    return {**found, **options}


def _url(url):
    if isinstance(url, URL):
        return url
    if url is None or url == "":
        return make_url(_PLACEHOLDER_URL)
    return make_url(url if isinstance(url, str) else str(url))
