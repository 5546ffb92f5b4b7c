"""Async engines that need neither an event loop of their own nor greenlet: every answer is there at once."""

from __future__ import annotations

import asyncio
import contextlib

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .dialect import RemoteDialect


class RemoteAsyncEngine(AsyncEngine):
    """An AsyncEngine over a synchronous one."""

    __slots__ = ()

    def __init__(self, sync_engine):
        self.sync_engine = self._assign_proxied(sync_engine)

    def connect(self):
        return RemoteAsyncConnection(self)

    @contextlib.asynccontextmanager
    async def begin(self):
        async with self.connect() as connection, connection.begin():
            yield connection

    async def raw_connection(self):
        return self.sync_engine.raw_connection()

    def execution_options(self, **options):
        return RemoteAsyncEngine(self.sync_engine.execution_options(**options))

    async def dispose(self, close=True):
        self.sync_engine.dispose()


class RemoteAsyncConnection(AsyncConnection):
    """An AsyncConnection whose methods call the synchronous ones."""

    __slots__ = ()

    def __init__(self, engine, sync_connection=None):
        self.engine = engine
        self.sync_engine = engine.sync_engine
        self.sync_connection = self._assign_proxied(sync_connection)

    async def start(self, is_ctxmanager=False):
        if self.sync_connection is None:
            self.sync_connection = self._assign_proxied(self.sync_engine.connect())
        return self

    def __await__(self):
        return self.start().__await__()

    async def __aenter__(self):
        return await self.start()

    async def __aexit__(self, *error):
        await self.close()

    def begin(self):
        return RemoteAsyncTransaction(lambda: self._proxied.begin())

    def begin_nested(self):
        return RemoteAsyncTransaction(lambda: self._proxied.begin_nested())

    async def run_sync(self, function, *args, **kwargs):
        return function(self._proxied, *args, **kwargs)

    async def execute(self, statement, parameters=None, *, execution_options=None):
        return self._proxied.execute(statement, parameters, execution_options=execution_options or {})

    async def exec_driver_sql(self, statement, parameters=None, execution_options=None):
        return self._proxied.exec_driver_sql(statement, parameters, execution_options)

    async def scalar(self, statement, parameters=None, *, execution_options=None):
        return (await self.execute(statement, parameters)).scalar()

    async def scalars(self, statement, parameters=None, *, execution_options=None):
        return (await self.execute(statement, parameters)).scalars()

    async def execution_options(self, **options):
        self.sync_connection = self._assign_proxied(self._proxied.execution_options(**options))
        return self

    async def get_raw_connection(self):
        return self._proxied.connection

    async def commit(self):
        self._proxied.commit()

    async def rollback(self):
        self._proxied.rollback()

    async def close(self):
        if self.sync_connection is not None:
            self.sync_connection.close()

    aclose = close


def accept_synchronous_engines():
    """Let ``AsyncEngine(engine_from_config(...))``, as older env.py files have it, become one of ours."""
    original = AsyncEngine.__init__

    def init(self, sync_engine):
        if isinstance(sync_engine.dialect, RemoteDialect):
            self.__class__ = RemoteAsyncEngine
            RemoteAsyncEngine.__init__(self, sync_engine)
        else:
            original(self, sync_engine)

    AsyncEngine.__init__ = init


def run_async(operations, function, *args, **kwargs):
    """``op.run_async()``: the function gets an asynchronous view of the migration's connection."""
    connection = operations.get_bind()
    view = RemoteAsyncConnection(RemoteAsyncEngine(connection.engine), connection)
    return asyncio.run(function(view, *args, **kwargs))


class RemoteAsyncTransaction:
    """``async with connection.begin()``, or ``await`` it."""

    def __init__(self, begin):
        self._begin = begin
        self.sync_transaction = None

    async def start(self, is_ctxmanager=False):
        self.sync_transaction = self._begin()
        return self

    def __await__(self):
        return self.start().__await__()

    async def __aenter__(self):
        return await self.start()

    async def __aexit__(self, kind, error, traceback):
        if kind is None:
            self.sync_transaction.commit()
        else:
            self.sync_transaction.rollback()

    @property
    def is_active(self):
        return self.sync_transaction is not None and self.sync_transaction.is_active

    async def commit(self):
        self.sync_transaction.commit()

    async def rollback(self):
        self.sync_transaction.rollback()

    async def close(self):
        self.sync_transaction.close()
