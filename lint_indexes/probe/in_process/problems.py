"""What is said to the user when their code fails: a message, a way out, the frames of their own code."""

from __future__ import annotations

import os
import re
import sys
import traceback

from .origins import is_user_file

ENVIRONMENT_HINT = "set it in the table [tool.lint-indexes.env] (init writes it there: --env NAME=VALUE)"
SETTINGS_HINT = (
    "env.py has to reach context.configure(); its settings go into the table [tool.lint-indexes.env]"
)
FACTORY_HINT = (
    'name the application or the models: metadata = "app:create_app()", "wsgi:app" or "app.models:db"'
)


_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Problem(Exception):  # noqa: N818 - it is not raised as a bug, but said
    """The run cannot go on: shown as a ProbeError."""

    def __init__(self, message, hint=None, details=None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def as_message(self):
        return {"message": self.message, "hint": self.hint, "details": self.details}


def problem_of(error, doing, refusals=()):
    """What to say about an exception of the user's code that stopped us from ``doing`` something."""
    if isinstance(error, Problem):
        return error
    message, hint = _explained(error)
    if hint is None and refusals:
        last = refusals[-1]
        hint = _allow(last.permission)
        message = f"{message}; it {last.what}"
    return Problem(f"{doing}: {message}", hint, user_traceback(error))


def _explained(error):
    """(message, hint) for the exceptions that have a known way out."""
    variable = _missing_variable(error)
    if variable is not None:
        return f"environment variable {variable} is not set", ENVIRONMENT_HINT
    if isinstance(error, ModuleNotFoundError) and error.name:
        return (
            f'no module named "{error.name}" for {sys.executable}',
            f"install what provides {error.name.partition('.')[0]} there, or name the project's interpreter"
            ' with --python or the key "python"',
        )
    if hasattr(error, "refused_permission"):
        return describe(error), _allow(error.refused_permission)
    if isinstance(error, SystemExit):
        return f"the code called sys.exit({error.code!r})", None
    if "application context" in str(error):
        return "it needs a Flask application context", FACTORY_HINT
    if type(error).__name__ == "NoAppException":
        return _outline(str(error)), FACTORY_HINT
    if type(error).__name__ == "ValidationError":
        wrong = len(_wrong_settings(error))
        of = f"{wrong} value{'' if wrong == 1 else 's'} of {_validated(error)}"
        message = f"ValidationError: {of} cannot be used" if wrong else describe(error)
        return message, "a setting may come from an environment variable: " + ENVIRONMENT_HINT
    if _VARIABLE.search(str(error)) or "environment" in str(error).lower():
        return describe(error), "if that is an environment variable, " + ENVIRONMENT_HINT
    return describe(error), None


def _allow(permission):
    return f'allow it with allow = ["{permission}"] in the configuration'


def _wrong_settings(error):
    """A line for each setting that pydantic (1 or 2) refuses; none where the error is another library's.

    What was given is left out: it may be a secret, and for a missing setting it is all the others.
    """
    try:
        return [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
    except (AttributeError, KeyError, TypeError):
        return []


def _validated(error):
    """The name of the class whose settings are wrong."""
    return getattr(error, "title", None) or getattr(getattr(error, "model", None), "__name__", "the settings")


def _outline(text):
    """The first and the last line of a message that has a traceback in it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1]}"


def _missing_variable(error):
    """The name of the environment variable that ``os.environ[...]`` did not find."""
    if not isinstance(error, KeyError) or error.__traceback__ is None:
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    last = frames[-1].f_code
    if last.co_name == "__getitem__" and os.path.basename(last.co_filename) in ("os.py", "<frozen os>"):
        return str(error.args[0])
    return str(error.args[0]) if last.co_filename == "<frozen os>" else None


def describe(error):
    """``TypeError: message``, on one line."""
    text = _ADDRESS.sub("", " ".join(str(error).split()))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def user_traceback(error):
    """The traceback, cut down to the frames of the user's own code."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if is_user_file(frame.filename):
            lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n')
            if frame.line:
                lines.append(f"    {frame.line}\n")
    wrong = _wrong_settings(error)
    if wrong:
        lines.append(f"{type(error).__name__}: {_validated(error)}\n")
        lines.extend(f"  {line}\n" for line in wrong)
    else:
        lines.extend(traceback.format_exception_only(type(error), error))
    return "".join(lines).rstrip()
