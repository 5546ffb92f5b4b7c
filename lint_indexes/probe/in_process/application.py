"""What ``metadata`` names: MetaData, a declarative base, a Flask-SQLAlchemy db, an application, a factory."""

from __future__ import annotations

import ast
import importlib
import os
import re

from sqlalchemy import MetaData

from .problems import FACTORY_HINT, Problem, problem_of

_SPECIFICATION = re.compile(r"^\s*([\w.]+)\s*:\s*(.+?)\s*$")


def load_metadata(specification):
    """The MetaData objects that ``module:attribute`` or ``module:factory()`` leads to.

    The context of a Flask application is pushed and stays.

    Raises:
        Problem: it is malformed, cannot be imported, or leads to something else.
    """
    match = _SPECIFICATION.match(specification)
    if match is None:
        raise Problem(f'metadata "{specification}" is not of the form "module:attribute"')
    module_name, expression = match.groups()
    module = _import(module_name)
    value = _evaluated(module, expression, specification)
    return _metadata_of(value, specification)


def _import(name):
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise problem_of(error, f"importing {name}") from None


def _evaluated(module, expression, specification):
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise Problem(f'metadata "{specification}" cannot be read: {expression!r}') from None
    arguments = None
    if isinstance(tree, ast.Call):
        try:
            positional = [ast.literal_eval(argument) for argument in tree.args]
            named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in tree.keywords}
        except ValueError:
            raise Problem(f'metadata "{specification}": arguments must be literals') from None
        arguments = (positional, named)
        tree = tree.func
    value = module
    for name in _dotted(tree, specification):
        if not hasattr(value, name):
            raise Problem(f'metadata "{specification}": {module.__name__} has no {name!r}')
        value = getattr(value, name)
    if arguments is None:
        return value
    try:
        return value(*arguments[0], **arguments[1])
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise problem_of(error, f"calling {expression} of {module.__name__}") from None


def _dotted(tree, specification):
    if isinstance(tree, ast.Name):
        return [tree.id]
    if isinstance(tree, ast.Attribute):
        return [*_dotted(tree.value, specification), tree.attr]
    raise Problem(f'metadata "{specification}" is not a name or a call')


def _metadata_of(value, specification):
    if isinstance(value, MetaData):
        return [value]
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in _metadata_of(item, specification)]
    if is_flask_application(value):
        push_context(value)
        return _metadata_of(_database_of(value), specification)
    if isinstance(getattr(value, "metadatas", None), dict):
        return list(value.metadatas.values())
    if isinstance(getattr(value, "metadata", None), MetaData):
        return [value.metadata]
    hint = (
        f'call it: metadata = "{specification}()"'
        if callable(value) and not isinstance(value, type)
        else None
    )
    raise Problem(
        f'metadata "{specification}" is {type(value).__name__}, not MetaData',
        hint or 'name a MetaData, a declarative base, a Flask-SQLAlchemy db, or "module:create_app()"',
    )


def is_flask_application(value):
    return callable(getattr(value, "app_context", None)) and isinstance(
        getattr(value, "extensions", None), dict
    )


def push_context(application):
    """Enter the application's context for good: env.py and the migrations run in it."""
    application.app_context().push()


def _database_of(application):
    extension = application.extensions.get("sqlalchemy")
    if extension is None:
        raise Problem("the application has no Flask-SQLAlchemy: nothing in app.extensions['sqlalchemy']")
    return getattr(extension, "db", extension)


def load_flask_application():
    """The application that the ``flask`` command would find, its context pushed.

    Raises:
        Problem: there is none, or it cannot be loaded.
    """
    try:
        from flask import cli

        cli.load_dotenv()
        application = cli.ScriptInfo(app_import_path=os.environ.get("FLASK_APP")).load_app()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        problem = problem_of(error, "loading the Flask application")
        raise Problem(problem.message, FACTORY_HINT, problem.details) from None
    push_context(application)
    return application
