from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lint_indexes.config.load import load_config
from lint_indexes.config.settings import SETTINGS
from lint_indexes.config.value import Config
from lint_indexes.errors import ConfigurationError
from lint_indexes.findings import Severity

Load = Callable[[str], Config]
Problems = Callable[[str], list[str]]


def test_an_empty_table_gives_the_defaults(load: Load, tmp_path: Path) -> None:
    config = load("")
    assert config == Config(path=tmp_path / "pyproject.toml", root=tmp_path)
    assert config.default_schema == "public"
    assert config.postgres_version == 16


def test_every_key_is_read(load: Load) -> None:
    config = load(
        """
metadata = ["app.models:Base.metadata", "app:create_app()"]
alembic = "migrations/alembic.ini"
python = ".venv/bin/python"
default-schema = "sales"
timeout = 300
postgres-version = 15
since = "44a28b52dc46"
select = ["ALL"]
ignore = ["LI3", "model-index-not-migrated"]
allow = ["network", "writes"]
env = { DATABASE_URL = "postgresql://", EMPTY = "" }

[tool.lint-indexes.severity]
LI2 = "warning"

[tool.lint-indexes.indexes]
ix_booking_status = "booking (status)"
"""
    )
    assert config.metadata == ("app.models:Base.metadata", "app:create_app()")
    assert config.alembic == "migrations/alembic.ini"
    assert config.python == ".venv/bin/python"
    assert config.default_schema == "sales"
    assert config.postgres_version == 15
    assert config.timeout == 300
    assert config.since == ("44a28b52dc46",)
    assert config.select == ("ALL",)
    assert config.ignore == ("LI3", "model-index-not-migrated")
    assert config.allow == {"network", "writes"}
    assert config.env == {"DATABASE_URL": "postgresql://", "EMPTY": ""}
    assert config.severity == {"LI201": Severity.WARNING, "LI202": Severity.WARNING}
    assert list(config.policy.indexes) == ["ix_booking_status"]


@pytest.mark.parametrize("key", ["metadata", "since", "select", "extend-select", "ignore", "allow"])
def test_one_string_stands_for_a_list_of_one(load: Load, key: str) -> None:
    value = {"metadata": "app:db", "since": "ae10", "allow": "network"}.get(key, "LI2")
    name = key.replace("-", "_")
    assert getattr(load(f'{key} = "{value}"'), name) == getattr(load(f'{key} = ["{value}"]'), name)


def test_patterns_and_their_rules(load: Load) -> None:
    config = load('per-file-ignores = { "versions/*" = ["LI2"], ix_a = "model-index-not-migrated" }')
    assert config.per_file_ignores == {"versions/*": ("LI2",), "ix_a": ("model-index-not-migrated",)}


def test_an_unknown_rule_of_a_pattern(problems: Problems) -> None:
    (problem,) = problems('per-file-ignores = { "versions/*" = ["LI2", "LI9"] }')
    assert 'tool.lint-indexes.per-file-ignores."versions/*": unknown rule "LI9"' in problem


def test_a_code_overrules_its_family_in_either_order(load: Load) -> None:
    expected = {"LI201": Severity.ERROR, "LI202": Severity.WARNING}
    assert load('severity = { LI2 = "warning", LI201 = "error" }').severity == expected
    assert load('severity = { model-index-not-migrated = "error", LI2 = "warning" }').severity == expected


def test_lint_indexes_toml_has_the_keys_at_the_top_level(tmp_path: Path) -> None:
    path = tmp_path / "lint-indexes.toml"
    path.write_text('alembic = "alembic.ini"\n[indexes]\nix = "t (a)"\n', encoding="utf-8")
    config = load_config(path, {})
    assert config.alembic == "alembic.ini"
    assert list(config.policy.indexes) == ["ix"]


def test_everything_is_told_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    found = problems(
        """metdata = "app"
metadata = "app"
postgres-version = "15"
select = ["LI201", "LI20", "policy-index-mising"]
allow = ["process"]
env = { PORT = 5432 }
[tool.lint-indexes.severity]
LI201 = "warn"
[tool.lint-indexes.indexes]
ix_a = "booking (status,)"
ix_b = { on = "booking (status)", uniqe = true }
"""
    )
    assert found == [
        'line 2: tool.lint-indexes.metdata: unknown key; did you mean "metadata"?',
        'line 3: tool.lint-indexes.metadata: "app" names no object; write "module:attribute", such as'
        ' "app.models:Base.metadata", or "app:create_app()"',
        "line 4: tool.lint-indexes.postgres-version: must be an integer such as 16, not a string",
        'line 5: tool.lint-indexes.select: unknown rule "policy-index-mising"; did you mean'
        ' "policy-index-missing"?',
        'line 6: tool.lint-indexes.allow: unknown value "process"; did you mean "processes"?',
        'line 7: tool.lint-indexes.env.PORT: must be a string, not an integer; write "5432" in quotes',
        'line 9: tool.lint-indexes.severity.LI201: unknown severity "warn"; did you mean "warning"?',
        'line 11: tool.lint-indexes.indexes.ix_a: syntax error at or near ")" in: booking (status,);'
        ' write what follows ON in CREATE INDEX, such as "booking (status, created_at)"',
        'line 12: tool.lint-indexes.indexes.ix_b.uniqe: unknown key; did you mean "unique"?',
    ]


def test_the_error_names_the_file_and_counts(load: Load, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load("a = 1\nb = 2")
    assert caught.value.message == f"{tmp_path / 'pyproject.toml'}: 2 problems in the configuration"
    assert caught.value.hint == "docs/configuration.md describes every key"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('default-schema = ""', "default-schema: must not be empty"),
        ("alembic = ['alembic.ini']", "alembic: must be a string, not an array"),
        ("alembic = 2024-01-01", "alembic: must be a string, not a date or time"),
        ("since = 12", "since: must be a string or an array of strings, not an integer"),
        ("since = ['a', 1.5]", "since: must be an array of strings, not of a float"),
        ("since = ['']", "since: must not hold an empty string"),
        ("env = 'X=1'", "env: must be a table, not a string"),
        ("env = { A = true }", 'env.A: must be a string, not a boolean; write "true" in quotes'),
        ("env = { A = [] }", "env.A: must be a string, not an array"),
        ("env = { 'A=B' = '' }", 'env."A=B": is no environment variable'),
        ("severity = []", "severity: must be a table, not an array"),
        ("severity = { LI201 = 1 }", "severity.LI201: must be a string, not an integer"),
        (
            "severity = { LI20x = 'error' }",
            'severity.LI20x: unknown rule "LI20x"; did you mean "LI202"?',
        ),
        ("postgres-version = true", "postgres-version: must be an integer such as 16, not a boolean"),
        ("timeout = 0", "timeout: must be at least 1, not 0"),
        ("postgres-version = 11", "postgres-version: must be a major version, 12 or newer, not 11"),
        ("postgres-version = 160004", "postgres-version: must be a major version, 12 or newer, not 160004"),
        ("default_schema = 'a'", 'default_schema: unknown key; did you mean "default-schema"?'),
        ("indexes = ['ix']", "indexes: must be a table, not an array"),
    ],
)
def test_a_wrong_value(problems: Problems, line: str, problem: str) -> None:
    assert problems(line) == [f"line 2: tool.lint-indexes.{problem}"]


@pytest.mark.parametrize("metadata", ["app", "app:", ":db", "app.models:Base metadata", "a b:c", "app::db"])
def test_metadata_that_names_no_object(problems: Problems, metadata: str) -> None:
    [problem] = problems(f'metadata = "{metadata}"')
    assert f'"{metadata}" names no object' in problem


def test_an_unknown_key_that_resembles_nothing_lists_the_known_ones(problems: Problems) -> None:
    [problem] = problems("zzz = 1")
    known = sorted(setting.name for setting in SETTINGS)
    assert problem.endswith(f"unknown key; known are {', '.join(known)}")


def test_the_table_of_pyproject_in_the_own_file(tmp_path: Path) -> None:
    path = tmp_path / "lint-indexes.toml"
    path.write_text("[tool.lint-indexes]\npython = 'x'\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_config(path, {})
    assert caught.value.details == (
        "line 1: tool: in lint-indexes.toml the keys stand at the top level, without [tool.lint-indexes]"
    )
