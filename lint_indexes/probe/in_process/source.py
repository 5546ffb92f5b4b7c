"""A migration's file, read without running it: its ids, its functions, what it imports."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize

from . import overlay

_ID_NAMES = ("revision", "down_revision", "depends_on", "branch_labels")
_ASSIGNMENT = re.compile(r"^(revision|down_revision|depends_on|branch_labels)\b[^=\n]*=\s*(.+?)\s*$", re.M)
_IRREVERSIBLE = re.compile(r"#.*\blint-indexes:\s*irreversible\s+(\S.*?)\s*$")
_LOG_METHODS = frozenset(
    ("debug", "info", "warning", "warn", "error", "critical", "exception", "log", "echo")
)


class Source:
    """``problem`` is (line, message, hint) where the file cannot be parsed.

    ``message`` is the first paragraph of the docstring, as Alembic shows it; ``imports`` are the modules that
    the file cannot do without: absolute ones, outside try/except ImportError. ``content`` are the bytes of a
    file that is not on disk, ``text`` is what they say. Whoever has made use of the ``tree`` lets go of it:
    those of thousands of files take more memory than all else.
    """

    def __init__(self, path, content=None):
        self.path = path
        self.problem = None
        self.values = {}
        self.lines = {}
        self.text = self._decoded(self._read() if content is None else content)
        self.tree = tree = self._parsed() if self.problem is None else None
        if tree is None:
            self._guess_ids()
        else:
            self._read_ids(tree)
        self.message = _first_paragraph(tree)
        self.imports = _imports(tree.body) if tree is not None else set()
        self._functions = {name: self._function(tree, name) for name in ("upgrade", "downgrade")}

    def _read(self):
        try:
            return overlay.read(self.path)
        except OSError as error:
            self.problem = (1, f"the file cannot be read: {error.strerror or error}", None)
            return b""

    def _decoded(self, content):
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            if not _is_accepted(content):
                line = content.count(b"\n", 0, error.start) + 1
                hint = "save it in that encoding, or declare the one that it has"
                self.problem = (line, f"the file is not {error.encoding.upper()}: {error.reason}", hint)
        except SyntaxError as error:
            self.problem = (
                1,
                f"the file is not UTF-8: {error.msg}",
                "save it as UTF-8 or declare its encoding",
            )
        return content.decode("utf-8", "replace")

    def _parsed(self):
        try:
            return ast.parse(self.text, self.path)
        except SyntaxError as error:
            self.problem = (error.lineno or 1, f"{type(error).__name__}: {error.msg}", None)
        except ValueError as error:
            self.problem = (1, f"the file cannot be parsed: {error}", None)
        return None

    def _guess_ids(self):
        for match in _ASSIGNMENT.finditer(self.text):
            self._note(match.group(1), match.group(2), self.text.count("\n", 0, match.start()) + 1)

    def _read_ids(self, tree):
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            value = getattr(node, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and target.id in _ID_NAMES and value is not None:
                    self._note(target.id, value, node.lineno)

    def _note(self, name, value, line):
        self.lines[name] = line
        try:
            self.values[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            self.values.pop(name, None)

    def compiled(self):
        """The file's code."""
        if self.tree is not None:
            with contextlib.suppress(RecursionError):  # before 3.13, a text may be nested deeper
                return compile(self.tree, self.path, "exec", dont_inherit=True)
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def function(self, name):
        """How the file defines upgrade() or downgrade(): {"definition", "line", "irreversible"}."""
        return self._functions[name]

    def _function(self, tree, name):
        if tree is None:
            return {"definition": "body", "line": 1, "irreversible": None}
        found = _defined(tree.body, name)
        if found is None:
            return {"definition": "missing", "line": 1, "irreversible": None}
        definition = _definition(found)
        parts = _dispatched(tree, found, name) if "globals" in self.text else []
        if parts:
            kinds = {_definition(part) for part in parts}
            definition = kinds.pop() if len(kinds) == 1 else "body"
        return {"definition": definition, "line": found.lineno, "irreversible": self._irreversible(found)}

    def _irreversible(self, node):
        """The reason in a comment that says that the function does not undo on purpose."""
        lines = self.text.splitlines()[node.lineno - 1 : node.end_lineno]
        found = (_IRREVERSIBLE.search(line) for line in lines)
        return next((match.group(1) for match in found if match), None)

    def import_at(self, line):
        """The module that the import statement on a line names, None if there is none."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno <= line <= node.end_lineno:
                return node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        return None


def _first_paragraph(tree):
    text = (ast.get_docstring(tree) if tree is not None else None) or ""
    return " ".join(re.split(r"\n\s*\n", text.strip())[0].split())


def _is_accepted(content):
    """Whether Python runs it all the same: it looks at what is no letter in strings and names only."""
    try:
        ast.parse(content)
    except (SyntaxError, ValueError):
        return False
    return True


def _defined(body, name):
    """The last statement of the module that binds the name, also below if, try and with."""
    found = None
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = node if node.name == name else found
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            if any((alias.asname or alias.name) == name for alias in node.names):
                found = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                found = node
        elif not isinstance(node, ast.ClassDef):
            found = _defined(_below(node), name) or found
    return found


def _definition(node):
    if not isinstance(node, ast.FunctionDef):
        return "body"
    rest = [statement for statement in node.body if not _does_nothing(statement)]
    if not rest:
        return "empty"
    return "raises" if isinstance(rest[0], ast.Raise) else "body"


def _does_nothing(statement):
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return isinstance(value, ast.Constant) or (isinstance(value, ast.Call) and _is_log_call(value.func))


def _is_log_call(function):
    if isinstance(function, ast.Name):
        return function.id == "print"
    if not isinstance(function, ast.Attribute) or function.attr not in _LOG_METHODS:
        return False
    owner = function.value
    if isinstance(owner, ast.Call):
        owner = owner.func
    text = getattr(owner, "id", None) or getattr(owner, "attr", "")
    return "log" in text.lower() or text == "click"


def _dispatched(tree, function, name):
    """The upgrade_<engine>() behind the multidb template's ``globals()["upgrade_%s" % engine]()``."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    if not any(isinstance(call.func, ast.Name) and call.func.id == "globals" for call in calls):
        return []
    return [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(name + "_")
    ]


def _imports(statements):
    found = set()
    for statement in statements:
        if isinstance(statement, ast.Import):
            found.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            if statement.level == 0 and statement.module:
                found.add(statement.module)
        elif not _is_optional(statement):
            found |= _imports(_below(statement))
    return found


def _below(statement):
    """The statements directly below one."""
    for field in ("body", "orelse", "finalbody"):
        yield from getattr(statement, field, ())
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from part.body


def _is_optional(node):
    """Whether imports below the statement are not needed to run."""
    if isinstance(node, ast.Try):
        return any(_catches_import_error(handler) for handler in node.handlers)
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _catches_import_error(handler):
    names = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else None
    )
    return names is None or bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
