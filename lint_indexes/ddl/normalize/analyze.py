"""From a parse tree to a canonical form: parse analysis as PostgreSQL does it (parse_expr.c, parse_func.c).

Types are inferred from the columns upwards, overloaded functions and operators are resolved, and every
implicit cast becomes a node. An explicit cast becomes the same node, so ``lower(email)`` on a varchar column
and the ``lower((email)::text)`` that PostgreSQL prints for it come out equal; ``CAST(n AS text)`` stays one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pglast import ast
from pglast.enums import A_Expr_Kind, BoolExprType, BoolTestType, MinMaxOp, NullTestType

from lint_indexes.ddl import nodes
from lint_indexes.ddl.normalize.calls import Calls
from lint_indexes.ddl.normalize.coerce import Coercer, constant, construct, untyped
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.ddl.normalize.form import UNKNOWN, Form, Kind
from lint_indexes.ddl.normalize.literals import read_literal
from lint_indexes.ddl.normalize.operators import OPERATOR_FORMS
from lint_indexes.ddl.normalize.remarks import Remarks
from lint_indexes.ddl.normalize.scope import Scope, TypeUse, read_type_name
from lint_indexes.model.names import quote_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping


class Analyzer:
    """Analyses the expressions of one scope. ``remarks`` collects what else is found out."""

    def __init__(self, scope: Scope) -> None:
        self.remarks = Remarks()
        self.types = Types(dict(scope.user_types))
        self.coercer = Coercer(self.types, self.remarks)
        self.calls = Calls(self.types, self.coercer, scope, self.remarks)
        self._columns = dict(scope.columns)
        self._names = dict(scope.names)
        self._case_tests: list[Form] = []

    def doubt(self, reason: str) -> None:
        self.remarks.doubt(reason)

    def analyze(self, node: nodes.Node) -> Form:
        """The form of any expression node."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return self.opaque(node)
        return handler(self, node)

    def analyze_all(self, found: tuple[nodes.Node, ...] | None) -> tuple[Form, ...]:
        return tuple(self.analyze(node) for node in found or ())

    def opaque(self, node: nodes.Node) -> Form:
        self.doubt(f"{type(node).__name__} is not analysed")
        self.remarks.mutable = self.remarks.mutable or isinstance(node, ast.SQLValueFunction)
        return Form(Kind.OPAQUE, None, nodes.deparse(node))

    def column(self, node: nodes.Node) -> Form:
        name = nodes.column_name(node)
        if name is None:
            return self.opaque(node)
        use = self._columns.get(name)
        if use is None or not self.types.is_known(use.type):
            self.doubt(f"the type of column {quote_identifier(name)} is not known")
            return Form(Kind.COLUMN, None, name)
        return Form(Kind.COLUMN, use.type, name, (), use.modifier)

    def literal(self, node: nodes.Node) -> Form:
        value = node.val
        if node.isnull or value is None:
            return untyped(None)
        if isinstance(value, ast.Integer):
            return constant("int4", value.ival, str(value.ival))
        if isinstance(value, ast.Float):
            return _number(str(value.fval))
        if isinstance(value, ast.Boolean):
            return constant("bool", value.boolval)
        if isinstance(value, ast.BitString):
            return constant("bit", read_literal("bit", str(value.bsval)), str(value.bsval))
        return untyped(value.sval)

    def cast(self, node: nodes.Node) -> Form:
        target = self.type_use(node.typeName)
        if isinstance(node.arg, ast.A_ArrayExpr) and target is not None and target.type.endswith("[]"):
            # PostgreSQL gives the cast to the elements.
            form = self.array(node.arg, target)
            return self.coercer.to_use(form, target) if form.type == target.type else form
        form = self.analyze(node.arg)
        if form.type is not None and target is not None and not self.coercer.can_cast(form.type, target.type):
            self.remarks.fault("42846", f"cannot cast type {form.type} to {target.type}")
        return self.coercer.to_use(form, target)

    def type_use(self, node: nodes.Node) -> TypeUse | None:
        written = read_type_name(node)
        use = self._names.get(written)
        if use is None or not self.types.is_known(use.type):
            self.doubt(f"type {written.name} is not known")
            return None
        return use

    def boolean(self, node: nodes.Node) -> Form:
        # One after the other, as transformBoolExpr() does it: the first fault is the one that is told.
        arguments = [self.coercer.to_boolean(self.analyze(argument)) for argument in node.args]
        if node.boolop == BoolExprType.NOT_EXPR:
            return construct("bool", "not", *arguments)
        return flat("and" if node.boolop == BoolExprType.AND_EXPR else "or", *arguments)

    def operation(self, node: nodes.Node) -> Form:
        return OPERATOR_FORMS[A_Expr_Kind(node.kind)](self, node)

    def null_test(self, node: nodes.Node) -> Form:
        name = "is null" if node.nulltesttype == NullTestType.IS_NULL else "is not null"
        return construct("bool", name, self.analyze(node.arg))

    def boolean_test(self, node: nodes.Node) -> Form:
        name = BoolTestType(node.booltesttype).name.lower()
        return construct("bool", name, self.coercer.to_boolean(self.analyze(node.arg)))

    def coalesce(self, node: nodes.Node) -> Form:
        return self._common("coalesce", self.analyze_all(node.args))

    def min_max(self, node: nodes.Node) -> Form:
        name = "greatest" if node.op == MinMaxOp.IS_GREATEST else "least"
        return self._common(name, self.analyze_all(node.args))

    def _common(self, name: str, forms: tuple[Form, ...]) -> Form:
        common, arguments = self.coercer.to_common(forms)
        modifier = self.coercer.common_modifier(common, arguments)
        return Form(Kind.CONSTRUCT, common, name, arguments, modifier)

    def case(self, node: nodes.Node) -> Form:
        """CASE: conditions, then the results converted to one type, the ELSE (or NULL) first."""
        subject = self.analyze(node.arg) if node.arg is not None else None
        if subject is not None and subject.type == UNKNOWN:
            subject = self.coercer.to_type(subject, "text")
        conditions = [self._when(subject, when.expr) for when in node.args]
        results = self.analyze_all(tuple(when.result for when in node.args))
        otherwise = self.analyze(node.defresult) if node.defresult is not None else untyped(None)
        common, converted = self.coercer.to_common((otherwise, *results))
        modifier = self.coercer.common_modifier(common, converted)
        arguments = (*([subject] if subject else []), *conditions, *converted)
        return Form(Kind.CONSTRUCT, common, ("case", subject is not None), arguments, modifier)

    def _when(self, subject: Form | None, node: nodes.Node) -> Form:
        if subject is None:
            return self.coercer.to_boolean(self.analyze(node))
        tested = construct(subject.type, "case value")
        return self.coercer.to_boolean(self.calls.operator("=", tested, self.analyze(node)))

    def array(self, node: nodes.Node, target: TypeUse | None = None) -> Form:
        """ARRAY[...]: the elements get a common type, or that of a cast around it."""
        nested = any(isinstance(element, ast.A_ArrayExpr) for element in node.elements or ())
        elements = tuple(
            self.array(element, target) if isinstance(element, ast.A_ArrayExpr) else self.analyze(element)
            for element in node.elements or ()
        )
        if target is not None:
            part = target if nested else TypeUse(target.type[:-2], target.modifier)
            converted = tuple(self.coercer.to_use(element, part) for element in elements)
            return construct(target.type, "array", *converted)
        if not elements:
            return construct(None, "array")
        common, converted = self.coercer.to_common(elements)
        if common is None:
            return construct(None, "array", *converted)
        return construct(common if common.endswith("[]") else f"{common}[]", "array", *converted)

    def collate(self, node: nodes.Node) -> Form:
        inner = self.analyze(node.arg)
        name = nodes.strings(node.collname)[-1]
        return Form(Kind.CONSTRUCT, inner.type, "collate", (inner, constant("name", name)))

    def function(self, node: nodes.Node) -> Form:
        decorated = ("agg_order", "agg_filter", "agg_star", "agg_distinct", "over")
        named = any(isinstance(argument, ast.NamedArgExpr) for argument in node.args or ())
        if named or any(getattr(node, attribute) for attribute in decorated):
            return self.opaque(node)
        name, arguments = nodes.object_name(node.funcname), self.analyze_all(node.args)
        return self.calls.function(name, arguments, variadic=bool(node.func_variadic))

    def indirection(self, node: nodes.Node) -> Form:
        """Subscripts of arrays and jsonb, and fields of composite types."""
        form = self.analyze(node.arg)
        for step in node.indirection:
            if isinstance(step, ast.A_Indices):
                form = self._subscript(form, step)
            else:
                form = (
                    self._field(form, str(step.sval)) if isinstance(step, ast.String) else self.opaque(node)
                )
        return form

    def _field(self, form: Form, name: str) -> Form:
        use = None if form.type is None else self.types.field(form.type, name)
        if use is None:
            self.doubt(f"the type of the field {quote_identifier(name)} is not known")
            return Form(Kind.CONSTRUCT, None, ("field", name), (form,))
        return Form(Kind.CONSTRUCT, use.type, ("field", name), (form,), use.modifier)

    def _subscript(self, form: Form, step: nodes.Node) -> Form:
        bounds = [self.analyze(bound) for bound in (step.lidx, step.uidx) if bound is not None]
        shape = (bool(step.is_slice), step.lidx is not None, step.uidx is not None)
        if form.type == "jsonb":
            typed = [self.coercer.to_type(one, "text") if one.is_literal else one for one in bounds]
            return Form(Kind.CONSTRUCT, "jsonb", ("subscript", *shape), (form, *typed))
        typed = [self.coercer.to_type(one, "int4") for one in bounds]
        result = None
        if form.type is not None and form.type.endswith("[]"):
            result = form.type if shape[0] else form.type[:-2]
        return Form(Kind.CONSTRUCT, result, ("subscript", *shape), (form, *typed), form.modifier)

    def is_json(self, node: nodes.Node) -> Form:
        """IS JSON: strings of any type are taken as text."""
        form = self.analyze(node.expr)
        if form.type is not None and self.types.category(form.type) in ("S", "X"):
            form = self.coercer.to_type(form, "text")
        return Form(Kind.CONSTRUCT, "bool", ("is json", int(node.item_type), bool(node.unique_keys)), (form,))

    def row(self, node: nodes.Node) -> Form:
        return construct("record", "row", *self.analyze_all(node.args))


def flat(name: str, *arguments: Form) -> Form:
    """AND or OR, with what is nested in it of the same kind: their order is kept."""
    parts: list[Form] = []
    for form in arguments:
        nested = form.kind is Kind.CONSTRUCT and form.value == name
        parts.extend(form.arguments if nested else (form,))
    return construct("bool", name, *parts)


def _number(text: str) -> Form:
    """A number that is no int4: an int8 where it fits, else numeric (manual, 4.1.2.6 Numeric Constants)."""
    value = read_literal("int8", text)
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return constant("int8" if not -(2**31) <= value < 2**31 else "int4", value, text)
    return constant("numeric", read_literal("numeric", text), text)


_HANDLERS: Mapping[type, Callable[[Analyzer, nodes.Node], Form]] = {
    ast.A_ArrayExpr: Analyzer.array,
    ast.A_Const: Analyzer.literal,
    ast.A_Expr: Analyzer.operation,
    ast.A_Indirection: Analyzer.indirection,
    ast.BoolExpr: Analyzer.boolean,
    ast.BooleanTest: Analyzer.boolean_test,
    ast.CaseExpr: Analyzer.case,
    ast.CoalesceExpr: Analyzer.coalesce,
    ast.CollateClause: Analyzer.collate,
    ast.ColumnRef: Analyzer.column,
    ast.FuncCall: Analyzer.function,
    ast.JsonIsPredicate: Analyzer.is_json,
    ast.MinMaxExpr: Analyzer.min_max,
    ast.NullTest: Analyzer.null_test,
    ast.RowExpr: Analyzer.row,
    ast.TypeCast: Analyzer.cast,
}
