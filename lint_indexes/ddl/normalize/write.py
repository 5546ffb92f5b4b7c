"""Canonical forms back to SQL, with every cast written out, as PostgreSQL prints what it has stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lint_indexes.ddl import nodes
from lint_indexes.ddl.normalize.form import UNKNOWN, UNRESOLVED, Form, Kind
from lint_indexes.model.names import QualifiedName, quote_identifier


class Unwritable(Exception):  # noqa: N818 - it is an answer, and no error of the expression
    """A form that has no text here: something in it was not analysed."""


def write(form: Form) -> str | None:
    """SQL whose analysis gives the form; None where it has parts that were not analysed."""
    try:
        return nodes.deparse(nodes.parse_expression(_write(form)))
    except Unwritable:
        return None


def _write(form: Form) -> str:
    return _WRITERS[form.kind](form)


def type_text(name: str, modifier: tuple[str, ...] | None = None) -> str:
    """A type as a cast names it; a user's own with its schema."""
    element = name.removesuffix("[]")
    schema, dot, own = element.partition(".")
    text = str(QualifiedName(schema, own)) if dot else _builtin(element, modifier)
    if modifier is not None and modifier[0] == "all":
        modifier = modifier[1:]
    shown = f"({', '.join(modifier)})" if modifier else ""
    return f"{text}{shown}{'[]' if name.endswith('[]') else ''}"


def _builtin(name: str, modifier: tuple[str, ...] | None) -> str:
    # The keywords char and bit have a length of one, which the types of those names have not.
    if name in ("char", "bit") and not modifier:
        return f'"{name}"'
    if name == "interval" and modifier and not modifier[0].isdigit() and modifier[0] != "all":
        raise Unwritable
    return name if name in _KEYWORDS else quote_identifier(name)


_KEYWORDS = frozenset({"bit", "char", "interval", "numeric", "time", "timestamp", "varchar"})


def _column(form: Form) -> str:
    return quote_identifier(str(form.value))


def _constant(form: Form) -> str:
    if form.value is None:
        text = "NULL"
    elif form.type == "bool":
        return "true" if form.value else "false"
    elif form.text is None:
        raise Unwritable
    elif form.type == "int4" and not form.text.startswith("-") and form.text.isdigit():
        return form.text
    else:
        text = "'" + form.text.replace("'", "''") + "'"
        if "\\" in form.text:
            text = " E" + text.replace("\\", "\\\\")
    if form.type in (None, UNKNOWN):
        return text
    return f"{text}::{type_text(form.type or '', form.modifier)}"


def _function(form: Form) -> str:
    name, _ = _value(form)
    shown = ".".join(quote_identifier(str(part)) for part in name)
    return f"{shown}({_list(form.arguments)})"


def _value(form: Form) -> tuple[tuple[object, ...], bool]:
    """The parts of a node's value, and whether the call was resolved."""
    parts = form.value if isinstance(form.value, tuple) else (form.value,)
    return (parts[:-1], False) if parts[-1:] == (UNRESOLVED,) else (parts, True)


def _list(forms: tuple[Form, ...]) -> str:
    return ", ".join(map(_write, forms))


def _operator(form: Form) -> str:
    ((name, *_), _resolved) = _value(form)
    return f"({f' {name} '.join(('', *map(_write, form.arguments))[-2:])})"


def _quantified(form: Form) -> str:
    ((name, quantifier, *_), _resolved) = _value(form)
    left, right = map(_write, form.arguments)
    return f"({left} {name} {str(quantifier).upper()} ({right}))"


def _cast(form: Form) -> str:
    if form.type is None:
        raise Unwritable
    return f"({_write(form.arguments[0])})::{type_text(form.type, form.modifier)}"


def _construct(form: Form) -> str:
    (name, *rest), _ = _value(form)
    if name == "case":
        return _case(form.arguments, has_subject=bool(rest[0]))
    if name == "collate":
        inner, collation = form.arguments
        return f"({_write(inner)} COLLATE {quote_identifier(str(collation.value))})"
    arguments = [_write(argument) for argument in form.arguments]
    if name in ("and", "or"):
        return f"({f' {str(name).upper()} '.join(arguments)})"
    if name == "not":
        return f"(NOT {arguments[0]})"
    if name in ("is null", "is not null") or str(name).startswith("is_"):
        return f"({arguments[0]} {str(name).replace('_', ' ').upper()})"
    if name in ("coalesce", "greatest", "least", "nullif"):
        return f"{str(name).upper()}({', '.join(arguments)})"
    if name == "array":
        return f"ARRAY[{', '.join(arguments)}]" + ("" if arguments else f"::{type_text(form.type or '')}")
    if name == "distinct":
        return f"({arguments[0]} IS DISTINCT FROM {arguments[1]})"
    if name == "row":
        return f"ROW({', '.join(arguments)})"
    if name == "field":
        return f"({arguments[0]}).{quote_identifier(str(rest[0]))}"
    return _construct_of_parts(form, str(name), rest, arguments)


def _construct_of_parts(form: Form, name: str, rest: list[object], arguments: list[str]) -> str:
    if name == "subscript":
        subject, *bounds = arguments
        is_slice, has_lower, has_upper = rest
        if not is_slice:
            return f"({subject})[{bounds[-1]}]"
        lower = bounds.pop(0) if has_lower else ""
        return f"({subject})[{lower}:{bounds.pop(0) if has_upper else ''}]"
    raise Unwritable


def _case(arguments: tuple[Form, ...], *, has_subject: bool) -> str:
    """The arguments are: the subject if there is one, conditions, the ELSE, results."""
    subject = f"{_write(arguments[0])} " if has_subject else ""
    parts = arguments[1:] if has_subject else arguments
    count = (len(parts) - 1) // 2
    conditions, otherwise, results = parts[:count], parts[count], parts[count + 1 :]
    if has_subject:
        # Each compares the subject, which stands for itself in it, with a value.
        conditions = tuple(_compared_value(condition) for condition in conditions)
    pairs = zip(conditions, results, strict=True)
    whens = (f"WHEN {_write(condition)} THEN {_write(result)}" for condition, result in pairs)
    return f"CASE {subject}{' '.join(whens)} ELSE {_write(otherwise)} END"


def _compared_value(condition: Form) -> Form:
    if condition.kind is not Kind.OPERATOR or len(condition.arguments) != 2:
        raise Unwritable
    return condition.arguments[1]


def _opaque(form: Form) -> str:
    raise Unwritable


_WRITERS: Mapping[Kind, Callable[[Form], str]] = {
    Kind.COLUMN: _column,
    Kind.CONSTANT: _constant,
    Kind.FUNCTION: _function,
    Kind.OPERATOR: _operator,
    Kind.QUANTIFIED: _quantified,
    Kind.CAST: _cast,
    Kind.CONSTRUCT: _construct,
    Kind.OPAQUE: _opaque,
}
