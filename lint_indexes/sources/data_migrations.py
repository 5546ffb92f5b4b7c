"""Migrations that only move rows: what is left of one when it stops half-way has no effect on the schema."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_DDL = re.compile(
    r"\b(?:alter|call|cluster|comment|create|do|drop|import|into|refresh|reindex|rename|security|set)\b", re.I
)
"""Words of statements that change a schema, or that may: INTO is in SELECT INTO, too."""
_INSERT = re.compile(r"\b(?:insert\s+into|do\s+(?:nothing|update\s+set)|update\s[^;]*?\bset)\b", re.I)
"""Where these words do not."""
_OPERATIONS = re.compile(r"(?:alter|batch|create|drop|rename)_?\w*|add_column|invoke|run_async|schemaitem")
"""Methods of Alembic's operations and of SQLAlchemy's MetaData and Table that change a schema."""
_INDIRECT = ("exec", "eval", "getattr", "__import__")
_PLAIN = frozenset({"alembic", "sqlalchemy", *sys.stdlib_module_names})
"""Modules that do nothing to a schema unless they are asked by one of these names."""


def moves_rows_only(path: Path) -> bool:
    """Whether a migration can be seen to change no schema, whatever part of it runs.

    It imports nothing but Alembic, SQLAlchemy and the standard library, calls no operation of theirs that
    changes a schema, and has no SQL that does.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    return not any(_may_change_schema(node) for node in _nodes(tree))


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes but the docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return (node for node in ast.walk(tree) if id(node) not in docstrings)


def _may_change_schema(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] not in _PLAIN for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] not in _PLAIN
    if isinstance(node, ast.Attribute):
        return _OPERATIONS.fullmatch(node.attr) is not None
    if isinstance(node, ast.Name):
        return node.id in _INDIRECT or _OPERATIONS.fullmatch(node.id) is not None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _DDL.search(_INSERT.sub(" ", node.value)) is not None
    return False
