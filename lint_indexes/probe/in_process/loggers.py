"""The project's logging: files become an empty device, and Alembic does not tell what it does."""

from __future__ import annotations

import logging
import os

from .guard import WRITES


def silence_log_files(guard, allow):
    """Let a logger that wants to write a file have an empty device instead."""
    if WRITES in allow:
        return
    original = logging.FileHandler._open

    def open_stream(self):
        if guard.is_free(self.baseFilename):
            return original(self)
        return open(os.devnull, self.mode, encoding=self.encoding)

    logging.FileHandler._open = open_stream


def quieten_alembic():
    """Drop Alembic's own messages below a warning, whatever env.py's fileConfig() asks for.

    They tell of a run that is no real one, and would stand as the project's output beside an error.
    """
    for name in list(logging.root.manager.loggerDict):
        if name == "alembic" or name.startswith("alembic."):
            logging.getLogger(name).addFilter(_is_worth_telling)


def _is_worth_telling(record):
    return record.levelno >= logging.WARNING
