"""Calls of functions and operators: which one is meant, and the casts of its arguments."""

from __future__ import annotations

from collections.abc import Sequence

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.normalize.coerce import Coercer, construct
from lint_indexes.ddl.normalize.coercion import EXPLICIT, Types
from lint_indexes.ddl.normalize.form import UNKNOWN, UNRESOLVED, Form, Kind
from lint_indexes.ddl.normalize.overload import Overloads, Resolution
from lint_indexes.ddl.normalize.remarks import Remarks
from lint_indexes.ddl.normalize.scope import Scope, TypeUse
from lint_indexes.ddl.system_catalog import Routine
from lint_indexes.model.names import ObjectName

_PREDICATES = frozenset("= <> < > <= >= ~~ !~~ ~~* !~~* ~ !~ ~* !~* @> <@ && ? ?| ?& @@".split())
"""Operators of which every variant gives a boolean."""


class Calls:
    """Builds the forms of calls within one scope."""

    def __init__(self, types: Types, coercer: Coercer, scope: Scope, remarks: Remarks) -> None:
        self._types = types
        self._coercer = coercer
        self._scope = scope
        self._overloads = Overloads(types)
        self._remarks = remarks
        self._doubt = remarks.doubt

    def operator(self, name: str, *operands: Form) -> Form:
        """An operator with one or two operands."""
        found = self._resolve_operator(name, operands)
        if found is None:
            result = "bool" if name in _PREDICATES else None
            return Form(Kind.OPERATOR, result, (name, UNRESOLVED), operands)
        return Form(Kind.OPERATOR, found.result, (name,), self._convert(operands, found))

    def _resolve_operator(self, name: str, operands: Sequence[Form]) -> Resolution | None:
        actual = _types_of(operands)
        return None if actual is None else self._find_operator(name, actual)

    def _find_operator(self, name: str, actual: tuple[str, ...]) -> Resolution | None:
        found = self._overloads.operator(name, actual)
        if found is not None:
            self._remarks.uses(found.volatility, found.extension)
            return found
        self._doubt(f"there is no operator {name} known for {' and '.join(actual)}")
        if not self._overloads.accepts_operator(name, actual):
            shown = f" {name} ".join(actual) if len(actual) > 1 else f"{name} {actual[0]}"
            self._remarks.fault("42883", f"operator does not exist: {shown}")
        return None

    def _convert(self, forms: Sequence[Form], found: Resolution) -> tuple[Form, ...]:
        pairs = zip(forms, found.arguments, strict=True)
        return tuple(self._coercer.to_type(form, target) for form, target in pairs)

    def quantified(self, name: str, any_of: bool, left: Form, right: Form) -> Form:
        """``left name ANY (right)``, or ALL, where right is an array."""
        value = (name, "any" if any_of else "all")
        if left.type is None or right.type is None:
            return Form(Kind.QUANTIFIED, "bool", (*value, UNRESOLVED), (left, right))
        element = UNKNOWN if right.type == UNKNOWN else self._types.element(right.type)
        found = None
        if element is not None:
            found = self._find_operator(name, (left.type, element))
        else:
            self._doubt(f"there is no operator {name} known for {left.type} and {right.type}")
            self._remarks.fault("42809", "op ANY/ALL (array) requires array on right side")
        if found is None:
            return Form(Kind.QUANTIFIED, "bool", (*value, UNRESOLVED), (left, right))
        array = self._coercer.to_type(right, f"{found.arguments[1]}[]")
        return Form(Kind.QUANTIFIED, "bool", value, (self._coercer.to_type(left, found.arguments[0]), array))

    def function(self, name: ObjectName, arguments: tuple[Form, ...], *, variadic: bool = False) -> Form:
        """A function call, or a cast that is written like one; what VARIADIC gathers is an array."""
        in_path = name.schema in (None, "pg_catalog", *self._scope.search_path)
        actual = _types_of(arguments)
        routines = self._routines(name, in_path=in_path)
        of_extension = bool(routines) and all(one.extension for one in routines or ())
        shown = (name.name,) if in_path or of_extension else (name.schema, name.name)
        if actual is None or routines is None:
            if routines is None:
                self._doubt(f"the arguments of function {name} are not known")
            return Form(Kind.FUNCTION, None, (*shown, UNRESOLVED), arguments)
        found = self._overloads.function(routines, actual, variadic=variadic)
        if found is None and len(arguments) == 1 and in_path:
            cast = self._cast_call(name, arguments[0])
            if cast is not None:
                return cast
        if found is None:
            self._doubt(f"function {name} is not known")
            if not self._overloads.accepts_function(routines, actual):
                self._remarks.fault("42883", f"function {name}({', '.join(actual)}) does not exist")
            return Form(Kind.FUNCTION, None, (*shown, UNRESOLVED), arguments)
        self._remarks.uses(found.volatility, found.extension)
        if found.result is None:
            self._doubt(f"the result of function {name} is not known")
        converted = self._convert(arguments, found)
        if found.array is not None:
            gathered = construct(found.array, "array", *converted[found.gathered :])
            converted = (*converted[: found.gathered], gathered)
        return Form(Kind.FUNCTION, found.result, shown, converted)

    def _routines(self, name: ObjectName, *, in_path: bool) -> tuple[Routine, ...] | None:
        """The functions of a name; None where one of the user's own has unknown arguments.

        An extension's functions may be in any schema.
        """
        builtin = system_catalog.functions_named(name.name)
        known = [one for one in builtin if in_path or one.extension]
        for user in dict(self._scope.functions).get(name, ()):
            if user.arguments is None:
                return None
            known.append(Routine(name.name, user.arguments, user.result, volatility=user.volatility))
        return tuple(known)

    def _cast_call(self, name: ObjectName, argument: Form) -> Form | None:
        """``int4(x)`` and the like: a type's name used as a function (manual, 4.2.9 Type Casts)."""
        known = system_catalog.types().get(name.name)
        if known is None or argument.type is None:
            return None
        if argument.type != UNKNOWN and not self._types.has_pathway(argument.type, known.name, EXPLICIT):
            return None
        return self._coercer.to_use(argument, TypeUse(known.name))


def _types_of(forms: Sequence[Form]) -> tuple[str, ...] | None:
    """The types of all forms, None where one is not known."""
    found = tuple(form.type for form in forms if form.type is not None)
    return found if len(found) == len(forms) else None
