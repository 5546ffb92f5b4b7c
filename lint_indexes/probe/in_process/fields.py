"""The line of a field whose column a library makes when the class is complete, as SQLModel does."""

from __future__ import annotations

import ast
import functools

from . import overlay


def field_line(path, line, name):
    """The line that assigns the name in the class whose statement is at a line, or in its bases in that file.

    None where no class begins at the line, or none assigns the name.
    """
    classes = _classes(path)
    pending = [node for node in classes if line in _first_lines(node)]
    seen = []
    while pending:
        node = pending.pop(0)
        seen.append(node)
        found = _assignment(node, name)
        if found is not None:
            return found
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        pending.extend(one for one in classes if one.name in bases and one not in seen)
    return None


@functools.lru_cache(maxsize=None)
def _classes(path):
    try:
        tree = ast.parse(overlay.read(path), path)
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _first_lines(node):
    """The interpreter may give a decorated class the line of its decorator."""
    return (node.lineno, *(decorator.lineno for decorator in node.decorator_list))


def _assignment(node, name):
    for statement in node.body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return statement.lineno
    return None
