"""RAISE, ASSERT and GET DIAGNOSTICS of PL/pgSQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator import conditions
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.plpgsql_tree import Flow, Tree
from lint_indexes.emulator.values import output, text_of

if TYPE_CHECKING:
    from lint_indexes.emulator.plpgsql import Interpreter

_ERROR_LEVEL = 21
"""elog's ERROR; lower levels are messages (PostgreSQL source, utils/elog.h)."""


def raise_error(interpreter: Interpreter, tree: Tree) -> Flow:
    """RAISE: only what is an error has an effect here."""
    if tree.get("elog_level", _ERROR_LEVEL) < _ERROR_LEVEL:
        return None
    options = {option["PLpgSQL_raise_option"]["opt_type"]: option for option in tree.get("options", ())}
    if not options and "message" not in tree and "condname" not in tree:
        raise interpreter.error or SqlError(
            "0Z002", "RAISE without parameters cannot be used outside a handler"
        )
    state = conditions.SQLSTATES.get(tree.get("condname", ""), tree.get("condname")) or "P0001"
    if 0 in options:
        code = text_of(interpreter.evaluate(options[0]["PLpgSQL_raise_option"]["expr"]))
        state = conditions.SQLSTATES.get(code, code)
    message = _message(interpreter, tree)
    if 1 in options:
        message = text_of(interpreter.evaluate(options[1]["PLpgSQL_raise_option"]["expr"]))
    raise SqlError(state, message or tree.get("condname") or state)


def _message(interpreter: Interpreter, tree: Tree) -> str:
    values = iter(tree.get("params", ()))
    parts = re.split(r"(%%|%)", tree.get("message", ""))
    return "".join(
        _shown(interpreter, next(values)) if part == "%" else part.replace("%%", "%") for part in parts
    )


def _shown(interpreter: Interpreter, expression: Tree) -> str:
    try:
        value = interpreter.evaluate(expression)
    except Unsupported:
        return "?"
    return "<NULL>" if value is None else output(value)


def check_assertion(interpreter: Interpreter, tree: Tree) -> Flow:
    """ASSERT."""
    if not interpreter.truth(tree["cond"]):
        message = text_of(interpreter.evaluate(tree["message"])) if "message" in tree else "assertion failed"
        raise SqlError("P0004", message)
    return None


def diagnostics(interpreter: Interpreter, tree: Tree) -> Flow:
    """GET DIAGNOSTICS."""
    values: dict[str, Any] = {"ROW_COUNT": interpreter.row_count}
    if interpreter.error is not None:
        values |= {"RETURNED_SQLSTATE": interpreter.error.sqlstate, "MESSAGE_TEXT": interpreter.error.message}
    for item in tree["diag_items"]:
        inner = item["PLpgSQL_diag_item"]
        interpreter.variables.set(inner["target"], values.get(inner["kind"], ""))
    return None
