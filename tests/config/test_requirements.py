"""``require``, ``index-name`` and the limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.config.value import Config
from lint_indexes.model.names import QualifiedName

Load = Callable[[str], Config]
Problems = Callable[[str], list[str]]


def test_a_requirement_with_all_its_keys(load: Load) -> None:
    config = load(
        '[[tool.lint-indexes.require]]\ntables = ["book*"]\nhaving = "created_at"\n'
        'leading = ["company_id"]\nreason = "scoped"\n'
        '[[tool.lint-indexes.require]]\nleading = "tenant_id"\n'
    )
    first, second = config.policy.requirements
    assert (first.tables, first.having, first.leading, first.reason) == (
        ("book*",),
        ("created_at", "company_id"),
        ("company_id",),
        "scoped",
    )
    assert (second.tables, second.having, second.leading) == (("*",), ("tenant_id",), ("tenant_id",))
    assert (first.origin.line, second.origin.line) == (2, 7)


def test_patterns_without_a_dot_are_for_the_default_schema(load: Load) -> None:
    config = load('default-schema = "app"\nrequire = [{ tables = ["b*", "sales.*"], leading = "a" }]\n')
    [requirement] = config.policy.requirements
    tables = [("app", "booking"), ("app", "cab"), ("public", "booking"), ("sales", "cab")]
    assert [table for table in tables if requirement.names(QualifiedName(*table))] == [tables[0], tables[3]]


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ('require = "a"', "require: must be an array of tables, not a string"),
        ("require = [1]", "require: must be an array of tables, not an integer"),
        ("require = { leading = 'a' }", "require: must be an array of tables, not a table"),
        ("[[tool.lint-indexes.require]]\ntables = '*'", "require.0.leading: is missing"),
        ("[[tool.lint-indexes.require]]\nleading = []", "require.0.leading: must name at least one column"),
        (
            "[[tool.lint-indexes.require]]\nleading = 'a'\nleeding = 'b'",
            'line 4: tool.lint-indexes.require.0.leeding: unknown key; did you mean "leading"?',
        ),
        ('index-name = "ix_("', "index-name: is no regular expression"),
        ("max-index-keys = 0", "max-index-keys: must be at least 1, not 0"),
        ('max-indexes-per-table = "5"', "max-indexes-per-table: must be an integer, not a string"),
    ],
)
def test_what_is_wrong_is_told(problems: Problems, table: str, part: str) -> None:
    [problem] = problems(table)
    assert part in problem


def test_limits_and_names(load: Load) -> None:
    policy = load('index-name = "ix_{table}_{columns}"\nmax-index-keys = 3\n').policy
    assert (policy.max_index_keys, policy.max_indexes_per_table) == (3, None)
    assert policy.index_name is not None
    assert policy.index_name.matches("ix_t_a_b", "t", ("a", "b"))
    assert not policy.index_name.matches("ix_t_a", "t", ("a", "b"))


def test_a_name_in_a_pattern_is_no_regular_expression(load: Load) -> None:
    policy = load('index-name = "ix_{table}"').policy
    assert policy.index_name is not None
    assert policy.index_name.matches("ix_a.b", "a.b", ())
    assert not policy.index_name.matches("ix_axb", "a.b", ())
