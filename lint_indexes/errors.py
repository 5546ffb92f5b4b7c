"""Errors that are shown to the user: what went wrong, where, and the way out."""

from __future__ import annotations


class LintIndexesError(Exception):
    """The run cannot go on (exit status 2).

    ``message`` says what is wrong and names the file; ``hint`` says what to do about it;
    ``details`` are further lines (a traceback of the user's own code, say), shown as they are.
    """

    def __init__(self, message: str, *, hint: str | None = None, details: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details


class ConfigurationError(LintIndexesError):
    """The configuration cannot be used. One error may carry several problems, one per line of ``details``."""


class ProbeError(LintIndexesError):
    """The project's own code could not be loaded or run."""


class NoAnswerError(ProbeError):
    """The project's own code was silent for too long: nothing is known about it."""
