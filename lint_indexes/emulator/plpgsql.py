"""DO blocks: an interpreter of the trees that PL/pgSQL's own parser makes (PostgreSQL manual, 43)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pglast.parser import ParseError, parse_plpgsql_json

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import ParsedStatement
from lint_indexes.ddl.result import Result
from lint_indexes.emulator import plpgsql_loops, plpgsql_messages, plpgsql_tree
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.expressions import truth
from lint_indexes.emulator.plpgsql_tree import Flow, Signal, Tree
from lint_indexes.emulator.plpgsql_variables import Variables
from lint_indexes.emulator.values import UNKNOWN, text_of
from lint_indexes.model.names import QualifiedName

if TYPE_CHECKING:
    from lint_indexes.emulator.executor import Executor


def run_block(executor: Executor, statement: ParsedStatement) -> None:
    """Run a DO statement.

    What is dynamic and not known becomes a doubt about just the tables that its text names.

    Raises:
        SqlError: an error that the block does not catch.
    """
    options = {option.defname: option.arg for option in statement.node.args or ()}
    body, language = options["as"].sval, options.get("language")
    if language is not None and language.sval != "plpgsql":
        _opaque(executor, f"a DO block in {language.sval}", body)
        return
    try:
        function = json.loads(parse_plpgsql_json(_quoted(body)))[0]["PLpgSQL_function"]
    except ParseError as error:
        message = str(error.args[0])
        state = "42704" if message.startswith("unrecognized exception condition") else "42601"
        raise SqlError(state, message) from None
    Interpreter(executor, function).run()


def _quoted(body: str) -> str:
    tag = "block"
    while f"${tag}$" in body:
        tag += "_"
    return f"DO ${tag}${body}${tag}$"


def _opaque(executor: Executor, reason: str, text: str) -> None:
    executor.backend.doubt(f"cannot be followed: {reason}", _tables_in(executor, text))


def _tables_in(executor: Executor, text: str) -> list[QualifiedName]:
    """The tables whose names, or whose indexes' names, stand in a text."""
    words = set(re.findall(r"[\w$]+", text))
    catalog = executor.backend.catalog
    tables = {table for table in catalog.tables if table.name in words}
    return sorted(tables | {index.table for index in catalog.indexes.values() if index.name.name in words})


class Interpreter:
    """Runs one function body."""

    def __init__(self, executor: Executor, function: Tree) -> None:
        self.executor = executor
        self.variables = Variables(executor.backend, function.get("datums", ()))
        self.action = function["action"]
        self.row_count = 0
        self.error: SqlError | None = None

    def run(self) -> None:
        backend = self.executor.backend
        around, backend.in_function = backend.in_function, True
        try:
            self.variables.declare(self.evaluate)
            self._statement(self.action)
        finally:
            backend.in_function = around

    def evaluate(self, expression: Tree) -> Any:
        """The value of an expression.

        Raises:
            Unsupported: where it is not known.
        """
        rows = self.query(f"SELECT {plpgsql_tree.text(expression)}")[1]
        return rows[0][0] if rows and rows[0] else None

    def query(self, sql: str) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
        """The columns and rows of a SELECT, or of another statement that returns rows."""
        statement = nodes.parse_statements(sql)[0].stmt
        if type(statement).__name__ == "SelectStmt":
            return self.executor.rows(self.executor.compiler((), self.variables.values), statement)
        result = self.executor.run_text(sql, self.variables.values)
        return result.columns, list(result.rows)

    def run_statements(self, statements: Sequence[Tree] | None) -> Flow:
        """Run a list of statements, to its end or until one leaves it."""
        for statement in statements or ():
            flow = self._statement(statement)
            if flow is not None:
                return flow
        return None

    def _statement(self, statement: Tree) -> Flow:
        kind, tree = next(iter(statement.items()))
        handler = _HANDLERS.get(kind)
        try:
            if handler is None:
                raise Unsupported(kind.removeprefix("PLpgSQL_stmt_").upper())
            return handler(self, tree)
        except Unsupported as unsupported:
            texts = " ".join(plpgsql_tree.texts(tree))
            _opaque(self.executor, unsupported.reason, texts)
            for name in plpgsql_tree.targets(tree, self.variables.datums):
                self.variables.values[name] = UNKNOWN
            return None

    def block(self, tree: Tree) -> Flow:
        caught = tree.get("exceptions")
        if caught is None:
            return plpgsql_tree.leave_block(self.run_statements(tree.get("body")), tree.get("label"))
        before = self.executor.backend.state
        try:
            return self.run_statements(tree.get("body"))
        except SqlError as error:
            handler = plpgsql_tree.find_handler(caught["PLpgSQL_exception_block"]["exc_list"], error.sqlstate)
            if handler is None:
                raise
            self.executor.backend.state = before
            outer, self.error = self.error, error
            self.variables.values |= {"sqlstate": error.sqlstate, "sqlerrm": error.message}
            flow = self.run_statements(handler.get("action"))
            self.error = outer
            return flow

    def assign(self, tree: Tree) -> Flow:
        text = re.sub(r"^.*?:?=", "", plpgsql_tree.text(tree["expr"]), count=1, flags=re.DOTALL)
        try:
            value = self.evaluate({"PLpgSQL_expr": {"query": text}})
        except Unsupported:
            value = UNKNOWN
        self.variables.set(tree["varno"], value)
        return None

    def conditional(self, tree: Tree) -> Flow:
        if self.truth(tree["cond"]):
            return self.run_statements(tree.get("then_body"))
        for branch in tree.get("elsif_list", ()):
            inner = branch["PLpgSQL_if_elsif"]
            if self.truth(inner["cond"]):
                return self.run_statements(inner.get("stmts"))
        return self.run_statements(tree.get("else_body"))

    def truth(self, expression: Tree) -> bool:
        return bool(truth(self.evaluate(expression)))

    def case(self, tree: Tree) -> Flow:
        if "t_expr" in tree:
            self.variables.set(tree["t_varno"], self.evaluate(tree["t_expr"]))
        for branch in tree["case_when_list"]:
            inner = branch["PLpgSQL_case_when"]
            if self.truth(inner["expr"]):
                return self.run_statements(inner.get("stmts"))
        if not tree.get("have_else"):
            raise SqlError("20000", "case not found")
        return self.run_statements(tree.get("else_stmts"))

    def sql(self, tree: Tree) -> Flow:
        text = plpgsql_tree.text(tree["sqlstmt"])
        if tree.get("into"):
            self._take(tree, *self.query(text))
        else:
            self._count(self.executor.run_text(text, self.variables.values))
        return None

    def _count(self, result: Result) -> None:
        self.row_count = max(result.rowcount, 0)
        self.variables.values["found"] = self.row_count > 0

    def _take(self, tree: Tree, columns: tuple[str, ...], rows: list[Sequence[Any]]) -> None:
        """INTO: the first row, or NULLs; with STRICT just one row."""
        self.row_count = len(rows)
        self.variables.values["found"] = bool(rows)
        if tree.get("strict") and not rows:
            raise SqlError("P0002", "query returned no rows")
        if tree.get("strict") and len(rows) > 1:
            raise SqlError("P0003", "query returned more than one row")
        self.variables.into(tree["target"], columns, rows[0] if rows else None)

    def perform(self, tree: Tree) -> Flow:
        columns, rows = self.query(plpgsql_tree.text(tree["expr"]))
        self._count(Result(columns, (), len(rows)))
        return None

    def dynamic_text(self, tree: Tree) -> str:
        """The text that EXECUTE runs."""
        text = self.evaluate(tree["query"])
        if text is None:
            raise SqlError("22004", "query string argument of EXECUTE is null")
        if tree.get("params"):
            raise Unsupported("EXECUTE with USING")
        return text_of(text)

    def execute(self, tree: Tree) -> Flow:
        text = self.dynamic_text(tree)
        if tree.get("into"):
            self._take(tree, *self.query(text))
        else:
            found = self.variables.values.get("found")
            self._count(self.executor.run_text(text, {}))
            self.variables.values["found"] = found  # EXECUTE does not change FOUND (43.5.5).
        return None

    def leave(self, tree: Tree) -> Flow:
        if "cond" in tree and not self.truth(tree["cond"]):
            return None
        return (Signal.EXIT if tree.get("is_exit") else Signal.CONTINUE), tree.get("label")

    def return_(self, tree: Tree) -> Flow:
        return Signal.RETURN, None

    def end_transaction(self, tree: Tree) -> Flow:
        if self.executor.backend.in_transaction:
            raise SqlError("2D000", "invalid transaction termination")
        raise Unsupported("a transaction that a DO block ends")


_HANDLERS: dict[str, Callable[[Interpreter, Tree], Flow]] = {
    "PLpgSQL_stmt_block": Interpreter.block,
    "PLpgSQL_stmt_assign": Interpreter.assign,
    "PLpgSQL_stmt_if": Interpreter.conditional,
    "PLpgSQL_stmt_case": Interpreter.case,
    "PLpgSQL_stmt_loop": plpgsql_loops.loop,
    "PLpgSQL_stmt_while": plpgsql_loops.while_loop,
    "PLpgSQL_stmt_fori": plpgsql_loops.for_integers,
    "PLpgSQL_stmt_fors": plpgsql_loops.for_rows,
    "PLpgSQL_stmt_dynfors": plpgsql_loops.for_dynamic_rows,
    "PLpgSQL_stmt_foreach_a": plpgsql_loops.for_array,
    "PLpgSQL_stmt_execsql": Interpreter.sql,
    "PLpgSQL_stmt_dynexecute": Interpreter.execute,
    "PLpgSQL_stmt_perform": Interpreter.perform,
    "PLpgSQL_stmt_raise": plpgsql_messages.raise_error,
    "PLpgSQL_stmt_assert": plpgsql_messages.check_assertion,
    "PLpgSQL_stmt_exit": Interpreter.leave,
    "PLpgSQL_stmt_return": Interpreter.return_,
    "PLpgSQL_stmt_getdiag": plpgsql_messages.diagnostics,
    "PLpgSQL_stmt_commit": Interpreter.end_transaction,
    "PLpgSQL_stmt_rollback": Interpreter.end_transaction,
}
