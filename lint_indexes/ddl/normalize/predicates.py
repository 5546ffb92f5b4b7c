"""What a canonical predicate says, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.ddl.normalize.form import Form, Kind


def conjuncts(form: Form) -> Iterator[Form]:
    """The conditions that AND joins, however they are nested."""
    if form.kind is Kind.CONSTRUCT and form.value == "and":
        for argument in form.arguments:
            yield from conjuncts(argument)
    else:
        yield form


def column_not_null(form: Form) -> str | None:
    """The column of ``column IS NOT NULL``; None for any other condition."""
    if form.kind is not Kind.CONSTRUCT or form.value != "is not null":
        return None
    [argument] = form.arguments
    return str(argument.value) if argument.kind is Kind.COLUMN else None
