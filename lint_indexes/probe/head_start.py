"""The project's Python, started while the tool still loads what it needs for the rest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TypeGuard

from lint_indexes.errors import ProbeError
from lint_indexes.probe.interpreter import Interpreter, choose_interpreter
from lint_indexes.probe.process import ProbeProcess


class HeadStart:
    """A process that begins to load SQLAlchemy and Alembic when the context is entered, for whoever takes it;
    it is ended at exit.

    Parameters:
        table: the configuration, unchecked: where it makes no sense nothing is started, and whoever checks it
            says why.
        root: the folder of the configuration.
        python: an interpreter that goes before the configured one.
    """

    def __init__(self, table: Mapping[str, object], root: Path, python: str | None) -> None:
        self._root = root
        self._env, self._configured, self._python = table.get("env", {}), table.get("python"), python
        self._interpreter: Interpreter | None = None
        self._process: ProbeProcess | None = None

    def __enter__(self) -> HeadStart:
        configured = self._configured
        if _are_variables(self._env) and (configured is None or isinstance(configured, str)):
            # What else is wrong with the configuration may be anything.
            with suppress(ProbeError, OSError, RuntimeError, ValueError):
                self._interpreter = choose_interpreter(self._root, configured, self._python)
                self._process = ProbeProcess(self._interpreter.path, self._root, os.environ, self._env)
        return self

    def interpreter(self, root: Path, configured: str | None, python: str | None) -> Interpreter | None:
        """The one that was chosen, if that was for these reasons."""
        asked = (root, configured, python)
        return self._interpreter if asked == (self._root, self._configured, self._python) else None

    def take(self, python: Path, root: Path, env: Mapping[str, str]) -> ProbeProcess | None:
        """The process, if it was started with these; once."""
        process, interpreter = self._process, self._interpreter
        if process is None or interpreter is None or process.lent:
            return None
        if (interpreter.path, self._root, self._env) != (python, root, env):
            return None
        process.lent = True
        return process

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            if not self._process.lent:
                self._process.idle = False  # it does not listen yet
            self._process.close()


def _are_variables(value: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values())
