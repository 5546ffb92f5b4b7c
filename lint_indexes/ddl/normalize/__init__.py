"""Canonical forms of index expressions and predicates, so that two spellings of one expression compare equal.

The form of an expression is what PostgreSQL would store for it, without the difference between implicit and
explicit casts. docs/equality.md says what counts as the same.
"""

from __future__ import annotations

from lint_indexes.ddl.normalize.expressions import Expression, normalize, normalize_predicate
from lint_indexes.ddl.normalize.form import Form, Kind, Verdict, compare_forms, is_certain
from lint_indexes.ddl.normalize.index import (
    NormalIndex,
    NormalKey,
    OperatorClassUse,
    last_name,
    normalize_index,
)
from lint_indexes.ddl.normalize.write import write

__all__ = [
    "Expression",
    "Form",
    "Kind",
    "NormalIndex",
    "NormalKey",
    "OperatorClassUse",
    "Verdict",
    "compare_forms",
    "is_certain",
    "last_name",
    "normalize",
    "normalize_index",
    "normalize_predicate",
    "write",
]
