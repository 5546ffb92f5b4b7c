"""Canonical forms of expressions, and the comparison of two of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field, replace
from enum import Enum
from functools import lru_cache

from lint_indexes.ddl.normalize.literals import LocalTime, Unread, read_literal
from lint_indexes.model.dataclass import dataclass

UNKNOWN = "unknown"
"""PostgreSQL's type of a quoted literal before its context gives it one."""


UNRESOLVED = "unresolved"
"""The last part of the value of a call whose function or operator is not known."""


class Verdict(str, Enum):
    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


class Kind(str, Enum):
    """What a node of a canonical form is."""

    COLUMN = "column"
    CONSTANT = "constant"
    FUNCTION = "function"
    OPERATOR = "operator"
    QUANTIFIED = "quantified"
    """``x = ANY (array)`` and ``x <> ALL (array)``."""
    CAST = "cast"
    CONSTRUCT = "construct"
    """Syntax of its own: AND, CASE, COALESCE, ARRAY[...], IS NULL, COLLATE; ``value`` says which."""
    OPAQUE = "opaque"
    """What is not analysed: ``value`` is its text."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why PostgreSQL refuses an expression: the SQLSTATE, and its message."""

    sqlstate: str
    message: str


@dataclass(frozen=True, slots=True)
class Form:
    """A node of a canonical form.

    Two expressions that PostgreSQL would store alike have equal forms. ``type`` is named as in
    system_catalog, a user's own type with its schema, None where it is not known; ``modifier`` is the type
    modifier. ``text`` is how a constant was written.
    """

    kind: Kind
    type: str | None
    value: Hashable = None
    arguments: tuple[Form, ...] = ()
    modifier: tuple[str, ...] | None = None
    text: str | None = field(default=None, compare=False)

    @property
    def is_literal(self) -> bool:
        """Whether it is a quoted literal (or NULL) that has no type yet."""
        return self.kind is Kind.CONSTANT and self.type == UNKNOWN

    def with_arguments(self, *arguments: Form) -> Form:
        return replace(self, arguments=arguments)


@lru_cache(maxsize=65536)
def is_certain(form: Form) -> bool:
    """Whether every type and every literal below is known, so that another form is another expression."""
    if form.type is None or form.kind is Kind.OPAQUE or isinstance(form.value, Unread | LocalTime):
        return False
    return all(is_certain(argument) for argument in form.arguments)


def compare_forms(left: Form, right: Form) -> Verdict:
    """Whether two expressions are the same; undecided only where a type or a literal is not known."""
    if left == right:
        return Verdict.SAME
    if is_certain(left) and is_certain(right):
        return Verdict.DIFFERENT
    if left.type != right.type and left.type not in (None, UNKNOWN) and right.type not in (None, UNKNOWN):
        return Verdict.DIFFERENT
    return _compare_loosely(left, right)


def _compare_loosely(left: Form, right: Form) -> Verdict:
    """Compare unequal forms of which one is not certain: PostgreSQL may add casts to either."""
    if left == right:
        return Verdict.SAME
    if left.kind is Kind.OPAQUE or right.kind is Kind.OPAQUE:
        return Verdict.UNDECIDED
    if left.kind is Kind.CONSTANT and right.kind is Kind.CONSTANT:
        return _compare_constants(left, right)
    bare = strip_casts(left), strip_casts(right)
    if bare != (left, right):
        return _worse(_compare_loosely(*bare), Verdict.UNDECIDED)
    if _outline(left) != _outline(right):
        return Verdict.DIFFERENT
    verdict = Verdict.SAME if left.type == right.type else Verdict.UNDECIDED
    for one, other in zip(left.arguments, right.arguments, strict=True):
        verdict = _worse(verdict, _compare_loosely(one, other))
    return verdict


def _outline(form: Form) -> tuple[object, ...]:
    """What a node is, whether or not the call in it could be resolved."""
    value = form.value
    if isinstance(value, tuple) and value[-1:] == (UNRESOLVED,):
        value = value[:-1]
    return form.kind, value, len(form.arguments)


def _worse(one: Verdict, other: Verdict) -> Verdict:
    for verdict in (Verdict.DIFFERENT, Verdict.UNDECIDED):
        if verdict in (one, other):
            return verdict
    return Verdict.SAME


def strip_casts(form: Form) -> Form:
    """The expression below the casts around it."""
    while form.kind is Kind.CAST:
        form = form.arguments[0]
    return form


def _compare_constants(left: Form, right: Form) -> Verdict:
    if left.is_literal and right.is_literal:
        return Verdict.SAME if left.value == right.value else Verdict.UNDECIDED
    if left.is_literal or right.is_literal:
        literal, typed = (left, right) if left.is_literal else (right, left)
        value = _as_typed(literal, typed)
        certain = not any(isinstance(one, Unread | LocalTime) for one in (value, typed.value))
        return Verdict.DIFFERENT if certain and value != typed.value else Verdict.UNDECIDED
    if left.type != right.type:
        return Verdict.UNDECIDED
    if isinstance(left.value, LocalTime) and isinstance(right.value, LocalTime):
        return Verdict.SAME if left.value == right.value else Verdict.DIFFERENT
    if LocalTime.apart(left.value, right.value):
        return Verdict.DIFFERENT
    uncertain = isinstance(left.value, Unread | LocalTime) or isinstance(right.value, Unread | LocalTime)
    return Verdict.UNDECIDED if uncertain else Verdict.DIFFERENT


def _as_typed(literal: Form, typed: Form) -> Hashable:
    """What the untyped literal's value would be as the typed one's type."""
    if literal.value is None or typed.type is None:
        return literal.value
    return read_literal(typed.type, str(literal.value))
