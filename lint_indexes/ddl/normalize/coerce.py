"""Converting forms from one type to another, as PostgreSQL does when it stores an expression."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from lint_indexes.ddl.normalize.coercion import ASSIGNMENT, EXPLICIT, POLYMORPHIC, Types
from lint_indexes.ddl.normalize.form import UNKNOWN, Form, Kind
from lint_indexes.ddl.normalize.literals import read_literal
from lint_indexes.ddl.normalize.refusals import refusal
from lint_indexes.ddl.normalize.remarks import Remarks
from lint_indexes.ddl.normalize.scope import TypeUse


def constant(type_name: str, value: object, text: str | None = None) -> Form:
    return Form(Kind.CONSTANT, type_name, value, text=text)


def construct(type_name: str | None, name: str, *arguments: Form) -> Form:
    return Form(Kind.CONSTRUCT, type_name, name, arguments)


class Coercer:
    """Adds the casts that PostgreSQL adds, and reads literals as the type that their context gives them."""

    def __init__(self, types: Types, remarks: Remarks) -> None:
        self._types = types
        self._remarks = remarks

    def to_type(self, form: Form, target: str | None) -> Form:
        """coerce_type(): without the type modifier, so no text is cut."""
        if form.type == target or form.type is None or target is None:
            return form
        if target in POLYMORPHIC or target in ("any", "record"):
            return form
        if is_construct(form, "collate"):
            inner, collation = self.to_type(form.arguments[0], target), form.arguments[1]
            return construct(target, "collate", inner, collation) if self._types.collatable(target) else inner
        if is_construct(form, "array") and target.endswith("[]"):
            # As when PostgreSQL re-reads (ARRAY[...])::text[], which it prints for an implicit cast.
            nested = any(element.type == form.type for element in form.arguments)
            part = target if nested else target[:-2]
            return construct(target, "array", *(self.to_type(element, part) for element in form.arguments))
        if form.is_literal:
            return self._literal(form, target)
        self._remarks.uses(self._types.volatility(form.type, target))
        return Form(Kind.CAST, target, None, (form,))

    def _literal(self, form: Form, target: str, modifier: tuple[str, ...] | None = None) -> Form:
        if self._types.is_domain(target):
            base = self._types.base_use(target)
            kept = base.modifier if base.type == "interval" else None
            return Form(Kind.CAST, target, None, (self._literal(form, base.type, kept),))
        if form.value is None:
            return Form(Kind.CONSTANT, target, None, (), modifier)
        text = str(form.value)
        value = self._read(target, text)
        self._check_literal(target, text)
        return Form(Kind.CONSTANT, target, value, (), modifier, text)

    def _check_literal(self, target: str, text: str) -> None:
        """Note a literal that its type surely cannot read."""
        labels = self._types.labels(target)
        if labels is not None:
            if text not in labels:
                shown = target.rpartition(".")[2]
                self._remarks.fault("22P02", f'invalid input value for enum {shown}: "{text}"')
        elif (refused := refusal(target, text)) is not None:
            self._remarks.fault(*refused)

    def _read(self, target: str, text: str) -> Hashable:
        """A literal's value; an enum's label, or one in an array, is its text."""
        element = self._types.base(target.removesuffix("[]"))
        if self._types.is_enum(element):
            element = "text"
        return read_literal(element + "[]" if target.endswith("[]") else element, text)

    def to_use(self, form: Form, target: TypeUse | None) -> Form:
        """coerce_to_target_type() of an explicit cast: with the type modifier."""
        if target is None or form.type is None:
            known = target or TypeUse("")
            return Form(Kind.CAST, known.type or None, None, (form,), known.modifier)
        if is_construct(form, "collate"):
            inner, collation = self.to_use(form.arguments[0], target), form.arguments[1]
            if not self._types.collatable(target.type):
                return inner
            return construct(target.type, "collate", inner, collation)
        if form.is_literal and target.type == "interval":
            return self._literal(form, target.type, target.modifier)
        inner = self.to_type(form, target.type)
        if inner.modifier == target.modifier:
            return inner
        if target.modifier is not None and not self._types.has_length_coercion(target.type):
            return inner
        # A type without modifier around a value that has one is stored as a cast, too.
        return Form(Kind.CAST, target.type, None, (inner,), target.modifier)

    def to_boolean(self, form: Form) -> Form:
        """A condition, which must be a boolean (coerce_to_boolean)."""
        if form.type is not None and not self._types.can_coerce(form.type, "bool", ASSIGNMENT):
            self._remarks.fault("42804", f"argument must be type boolean, not type {form.type}")
        return self.to_type(form, "bool")

    def to_common(self, forms: Sequence[Form]) -> tuple[str | None, tuple[Form, ...]]:
        """The common type of several forms, and the forms converted to it; None where there is none."""
        types = [form.type for form in forms]
        known = [name for name in types if name is not None]
        common = self._types.common(known) if len(known) == len(types) else None
        if common is None:
            if len(known) == len(types):
                self._remarks.fault("42804", f"types {' and '.join(known)} cannot be matched")
            return None, tuple(forms)
        return common, tuple(self.to_type(form, common) for form in forms)

    def common_modifier(self, type_name: str | None, forms: Sequence[Form]) -> tuple[str, ...] | None:
        """The modifier that all the forms have, being all of one type."""
        modifiers = {form.modifier for form in forms if form.type == type_name}
        alike = len(modifiers) == 1 and all(form.type == type_name for form in forms)
        return next(iter(modifiers)) if alike else None

    def can_cast(self, source: str, target: str) -> bool:
        return self._types.can_coerce(source, target, EXPLICIT)


def is_construct(form: Form, name: str) -> bool:
    """Whether it is the syntax of that name (Kind.CONSTRUCT)."""
    return form.kind is Kind.CONSTRUCT and form.value == name


def untyped(text: str | None) -> Form:
    """A quoted literal, or NULL, as the parser leaves it."""
    return constant(UNKNOWN, text, text)
