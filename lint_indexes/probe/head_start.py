"""The project's Python, started while the tool still loads what it needs for the rest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TypeGuard

from lint_indexes.errors import ProbeError
from lint_indexes.probe.interpreter import find_interpreter
from lint_indexes.probe.process import ProbeProcess


class HeadStart:
    """A process that begins to load SQLAlchemy and Alembic; as a context manager it is ended at exit, unless
    somebody has taken it.

    Parameters:
        table: the configuration, unchecked: where it makes no sense nothing is started, and whoever checks it
            says why.
        root: the folder of the configuration.
        python: an interpreter that goes before the configured one.
    """

    def __init__(self, table: Mapping[str, object], root: Path, python: str | None) -> None:
        self._process: ProbeProcess | None = None
        env, requested = table.get("env", {}), python or table.get("python")
        if not _are_variables(env) or not (requested is None or isinstance(requested, str)):
            return
        try:
            interpreter = find_interpreter(root, requested, os.environ)
            self._process = ProbeProcess(interpreter.path, root, os.environ, env)
        except ProbeError:
            return
        self._started_with = (interpreter.path, root, env)

    def take(self, python: Path, root: Path, env: Mapping[str, str]) -> ProbeProcess | None:
        """The process, if it was started with these; once."""
        if self._process is None or self._started_with != (python, root, env):
            return None
        process, self._process = self._process, None
        return process

    def __enter__(self) -> HeadStart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.idle = False  # it does not listen yet
            self._process.close()


def _are_variables(value: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values())
