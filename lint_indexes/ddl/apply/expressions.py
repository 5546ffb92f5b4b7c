"""What a changed column or a changed name does to the indexes and constraints that read it."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import autonames, nodes
from lint_indexes.model.catalog import Constraint, ConstraintKind, Index, IndexKey


def rename_in_index(index: Index, old: str, new: str) -> Index:
    """The index after one of its table's columns was renamed; its own columns keep their names."""
    if old not in index.columns:
        return index
    names = autonames.attribute_names(index.keys, index.include_attributes or index.include)
    keys = tuple(_rename_in_key(key, name, old, new) for key, name in zip(index.keys, names, strict=False))
    predicate = index.predicate
    return replace(
        index,
        keys=keys,
        include=renamed_in(index.include, old, new),
        include_attributes=names[len(keys) :],
        predicate=None if predicate is None else nodes.rename_column(predicate, old, new),
        predicate_columns=renamed_in(index.predicate_columns, old, new),
    )


def _rename_in_key(key: IndexKey, attribute: str, old: str, new: str) -> IndexKey:
    if old not in key.columns:
        return key
    if key.column is not None:
        return replace(key, column=new, columns=(new,), attribute=attribute)
    return replace(
        key,
        expression=nodes.rename_column(key.expression or "", old, new),
        columns=renamed_in(key.columns, old, new),
        attribute=attribute,
    )


def rename_in_constraint(constraint: Constraint, old: str, new: str) -> Constraint:
    """The constraint after one of its table's columns was renamed."""
    if old not in constraint.columns and constraint.kind is not ConstraintKind.CHECK:
        return constraint
    expression = constraint.expression
    return replace(
        constraint,
        columns=renamed_in(constraint.columns, old, new),
        expression=None if expression is None else nodes.rename_column(expression, old, new),
    )


def renamed_in(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """The names with one replaced."""
    return tuple(new if name == old else name for name in names)


def calls(text: str, function: str) -> bool:
    """Whether an expression calls a function of that name."""
    if function not in text:
        return False
    return any(
        type(node).__name__ == "FuncCall" and nodes.strings(node.funcname)[-1] == function
        for node in nodes.walk(nodes.parse_expression(text))
    )


def index_texts(index: Index) -> tuple[str, ...]:
    """The expressions and the predicate of an index."""
    texts = [key.expression for key in index.keys if key.expression is not None]
    return tuple(texts) if index.predicate is None else (*texts, index.predicate)
