from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lint_indexes.config.value import Config
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.origin import Origin, Source

Load = Callable[[str], Config]
Problems = Callable[[str], list[str]]

ADVICE = 'write what follows ON in CREATE INDEX, such as "booking (status, created_at)"'
LONG = "ix_" + "a" * 60


def test_a_string_is_what_stands_after_on(load: Load, tmp_path: Path) -> None:
    config = load(
        "[tool.lint-indexes.indexes]\n\nix_pending = \"booking (status) WHERE status = 'PENDING'\"\n"
    )
    expected = config.policy.indexes["ix_pending"]
    assert expected.table == ObjectName("booking")
    assert expected.layers == {Source.MODELS, Source.MIGRATIONS}
    assert expected.reason is None
    assert expected.index.name == QualifiedName("public", "ix_pending")
    assert expected.index.table == QualifiedName("public", "booking")
    assert [key.column for key in expected.index.keys] == ["status"]
    assert expected.index.predicate == "status = 'PENDING'"
    assert not expected.index.unique
    assert expected.index.origin == Origin(Source.POLICY, str(tmp_path / "pyproject.toml"), 4, 1)


def test_a_table_says_more(load: Load) -> None:
    config = load(
        'indexes.uq = { on = "client (user_id)", unique = true, reason = "one account", in = ["migrations"] }'
    )
    expected = config.policy.indexes["uq"]
    assert expected.index.unique
    assert expected.reason == "one account"
    assert expected.layers == {Source.MIGRATIONS}
    assert expected.index.origin is not None
    assert expected.index.origin.line == 2


def test_an_entry_may_be_a_table_of_its_own(load: Load) -> None:
    config = load('[tool.lint-indexes.indexes.ix_a]\n# why\non = "t (a)"\nin = "models"\n')
    expected = config.policy.indexes["ix_a"]
    assert expected.layers == {Source.MODELS}
    assert expected.index.origin is not None
    assert expected.index.origin.line == 2


def test_the_index_lives_in_the_schema_of_its_table(load: Load) -> None:
    config = load(
        'default-schema = "app"\n[tool.lint-indexes.indexes]\nix_a = "t (a)"\nix_b = "sales.t (a)"\n'
    )
    tables = {name: expected.index.table.schema for name, expected in config.policy.indexes.items()}
    assert tables == {"ix_a": "app", "ix_b": "sales"}


def test_a_long_name_is_cut_as_postgresql_cuts_it(load: Load) -> None:
    config = load(f'indexes.{LONG}_more = "t (a)"')
    assert config.policy.indexes[f"{LONG}_more"].index.name == QualifiedName("public", LONG)


def test_two_names_that_are_one_after_the_cut(problems: Problems) -> None:
    found = problems(f'[tool.lint-indexes.indexes]\n{LONG}_1 = "t (a)"\n{LONG}_2 = "t (b)"\n')
    assert found == [
        f'line 4: tool.lint-indexes.indexes.{LONG}_2: the same index as "{LONG}_1":'
        f" PostgreSQL cuts both names to {LONG}"
    ]


def test_one_name_in_two_schemas_is_two_indexes(load: Load) -> None:
    config = load(f'[tool.lint-indexes.indexes]\n{LONG}_1 = "t (a)"\n{LONG}_2 = "sales.t (a)"\n')
    assert len(config.policy.indexes) == 2


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("ix = 1", f"ix: must be a string or a table, not an integer; {ADVICE}"),
        ("ix = ''", "ix: must not be empty"),
        ("ix = {}", f'ix: lacks the key "on"; {ADVICE}'),
        ("ix = { on = 1 }", "ix.on: must be a string, not an integer"),
        ("ix = { on = 't (a)', unique = 1 }", "ix.unique: must be true or false, not an integer"),
        ("ix = { on = 't (a)', reason = 1 }", "ix.reason: must be a string, not an integer"),
        ("ix = { on = 't (a)', in = [] }", "ix.in: must name at least one of migrations, models"),
        ("ix = { on = 't (a)', in = ['model'] }", 'ix.in: unknown value "model"; did you mean "models"?'),
        ("ix = { on = 't (a)', in = 1 }", "ix.in: must be a string or an array of strings, not an integer"),
        (
            "'ix a' = { on = 't (a', unique = true }",
            f'"ix a".on: syntax error at end of input in: t (a; {ADVICE}',
        ),
        ("ix = 'ON t (a)'", f'ix: syntax error at or near "ON" in: ON t (a); {ADVICE}'),
        ("ix = 't (a); DROP TABLE t'", f"ix: more than one statement in: t (a); DROP TABLE t; {ADVICE}"),
        ("' ' = 't (a)'", '" ": an index needs a name'),
    ],
)
def test_a_wrong_entry(problems: Problems, entry: str, problem: str) -> None:
    assert problems(f"[tool.lint-indexes.indexes]\n{entry}\n") == [
        f"line 3: tool.lint-indexes.indexes.{problem}"
    ]


def test_all_that_is_wrong_with_one_entry(problems: Problems) -> None:
    found = problems("indexes.ix = { unique = 1, reason = 2, on = 't' }")
    assert [line.split(": ")[1].rpartition(".")[2] for line in found] == ["unique", "reason", "on"]
