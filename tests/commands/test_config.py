"""``config`` shows what holds, and says truly where it comes from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lint_indexes.commands.config import ConfigOptions, effective_configurations
from lint_indexes.config.effective import EffectiveConfiguration, EffectiveValue, Kind, RuleChoice
from lint_indexes.config.settings import SETTINGS
from lint_indexes.errors import ConfigurationError

Effective = Callable[..., EffectiveConfiguration]

TABLE = """[tool.lint-indexes]
alembic = "alembic.ini"
since = "0001"
ignore = ["LI204", "LI3"]

[tool.lint-indexes.severity]
LI2 = "warning"

[tool.lint-indexes.indexes]
"ix a" = { on = "t (a)" }

[[tool.lint-indexes.require]]
leading = "a"
"""


@pytest.fixture(autouse=True)
def no_other_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT", "LINT_INDEXES_PYTHON", "SHOP_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def effective(tmp_path: Path) -> Effective:
    """What holds for a pyproject.toml with an alembic.ini beside it."""
    (tmp_path / "alembic.ini").touch()

    def of(text: str = TABLE, **options: Any) -> EffectiveConfiguration:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        (one,) = effective_configurations(ConfigOptions(root=tmp_path, **options))
        return one

    return of


def values(one: EffectiveConfiguration, key: str) -> list[EffectiveValue]:
    return [value for value in one.values if value.key == key]


def value(one: EffectiveConfiguration, key: str) -> EffectiveValue:
    (found,) = values(one, key)
    return found


def choice(one: EffectiveConfiguration, code: str) -> RuleChoice:
    (found,) = (rule for rule in one.rules if rule.code == code)
    return found


def test_every_key_is_there(effective: Effective) -> None:
    empty = effective("[tool.lint-indexes]\n")
    assert [value.key for value in empty.values] == [setting.name for setting in SETTINGS]


def test_a_value_of_the_file(effective: Effective, tmp_path: Path) -> None:
    since = value(effective(), "since")
    assert since.value == ["0001"]
    assert since.provenance.kind is Kind.FILE
    assert (since.provenance.path, since.provenance.line) == (str(tmp_path / "pyproject.toml"), 3)
    assert since.provenance.key == "tool.lint-indexes.since"


def test_each_of_the_users_keys_has_its_line(effective: Effective) -> None:
    one = effective()
    assert value(one, "severity.LI2").provenance.line == 7
    index = value(one, 'indexes."ix a"')
    assert (index.value, index.provenance.line) == ({"on": "t (a)"}, 10)
    assert index.provenance.key == 'tool.lint-indexes.indexes."ix a"'
    assert value(one, "require.0").provenance.line == 12


def test_a_default(effective: Effective) -> None:
    version = value(effective(), "postgres-version")
    assert (version.value, version.provenance.kind) == (16, Kind.DEFAULT)
    metadata = value(effective(), "metadata")
    assert metadata.provenance.note == "what env.py hands to Alembic as target_metadata"


def test_the_interpreter_of_the_command_line(effective: Effective) -> None:
    python = value(effective(TABLE.replace("since", "python"), python=sys.executable), "python")
    assert python.value == sys.executable
    assert (python.provenance.kind, python.provenance.name) == (Kind.COMMAND_LINE, "--python")


def test_the_interpreter_of_the_environment(effective: Effective, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINT_INDEXES_PYTHON", sys.executable)
    python = value(effective(), "python")
    assert python.value == sys.executable
    assert (python.provenance.kind, python.provenance.name) == (Kind.ENVIRONMENT, "LINT_INDEXES_PYTHON")


def test_the_interpreter_of_the_file_goes_before_the_environment(
    effective: Effective, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINT_INDEXES_PYTHON", "/no/such/python")
    python = value(effective(f"[tool.lint-indexes]\npython = '{sys.executable}'\n"), "python")
    assert (python.value, python.provenance.kind, python.provenance.line) == (sys.executable, Kind.FILE, 2)


def test_an_interpreter_that_is_found(effective: Effective, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    python = value(effective(), "python")
    assert python.provenance.kind is Kind.FOUND
    assert "no environment with SQLAlchemy and Alembic was found" in (python.provenance.note or "")


def test_an_interpreter_that_is_not_there(effective: Effective) -> None:
    python = value(effective("[tool.lint-indexes]\npython = 'nowhere/python'\n"), "python")
    assert (python.value, python.provenance.kind, python.provenance.line) == (None, Kind.MISSING, 2)
    assert 'nowhere/python (the key "python") does not exist' in (python.provenance.note or "")


def test_alembic_is_looked_for(effective: Effective, tmp_path: Path) -> None:
    table = "[tool.lint-indexes]\n"
    found = value(effective(table), "alembic")
    assert (found.value, found.provenance.kind, found.provenance.note) == ("alembic.ini", Kind.FOUND, None)
    both = value(effective(f"{table}[tool.alembic]\n"), "alembic")
    assert (both.value, both.provenance.note) == ("pyproject.toml", "beside alembic.ini")
    (tmp_path / "alembic.ini").unlink()
    missing = value(effective(table), "alembic")
    assert (missing.value, missing.provenance.kind) == (None, Kind.MISSING)
    assert (missing.provenance.note or "").startswith(f"no Alembic configuration in {tmp_path}; looked for")


def test_the_alembic_of_the_file(effective: Effective) -> None:
    given = value(effective(), "alembic")
    assert (given.value, given.provenance.kind) == ("alembic.ini", Kind.FILE)
    wrong = value(effective(TABLE.replace("alembic.ini", "other.ini")), "alembic")
    assert (wrong.value, wrong.provenance.kind, wrong.provenance.line) == ("other.ini", Kind.MISSING, 2)


def test_what_a_database_url_holds_is_not_shown(
    effective: Effective, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = '[tool.lint-indexes]\ndatabase-url-env = "SHOP_URL"\n'
    without = effective(table)
    assert value(without, "database-url-env").provenance.note == "the variable is not set"
    assert choice(without, "LI701").reason == "it takes a database"
    monkeypatch.setenv("SHOP_URL", "postgresql://me:secret@localhost/shop")
    there = effective(table)
    assert value(there, "database-url-env").provenance.note == "the variable is set"
    assert choice(there, "LI701").selected
    assert "secret" not in repr(there)


def test_rules_and_why(effective: Effective) -> None:
    one = effective()
    assert choice(one, "LI201").selected
    assert choice(one, "LI201").reason == "on by default"
    assert str(choice(one, "LI201").severity) == "warning"
    assert not choice(one, "LI204").selected
    assert choice(one, "LI204").reason == "ignore LI204"
    assert choice(one, "LI303").reason == "ignore LI3"
    assert choice(one, "LI106").reason == "off by default"
    assert choice(one, "LI705").reason == "it judges in verify only"


def test_the_most_specific_selector_is_named(effective: Effective) -> None:
    table = '[tool.lint-indexes]\nselect = ["ALL", "LI2", "downgrade-not-inverse"]\nignore = ["LI3"]\n'
    one = effective(table)
    reasons = {code: choice(one, code).reason for code in ("LI101", "LI201", "LI303", "LI301")}
    assert reasons == {
        "LI101": "select ALL",
        "LI201": "select LI2",
        "LI303": "select downgrade-not-inverse",
        "LI301": "ignore LI3",
    }
    assert choice(one, "LI705").reason == "select ALL, but it judges in verify only"


def test_options_override_and_add(effective: Effective) -> None:
    one = effective(select=("LI2", "LI301"), ignore=("LI205",))
    select = value(one, "select")
    assert select.value == ["LI2", "LI301"]
    assert (select.provenance.kind, select.provenance.name) == (Kind.COMMAND_LINE, "--select")
    assert values(one, "extend-select") == []
    of_file, given = values(one, "ignore")
    assert (of_file.value, of_file.provenance.line) == (["LI204", "LI3"], 4)
    assert (given.value, given.provenance.name) == (["LI205"], "--ignore")
    assert choice(one, "LI205").reason == "--ignore LI205"
    assert choice(one, "LI101").reason == "not selected"
    assert choice(one, "LI301").reason == "--select LI301"


def test_what_the_options_of_check_would_run(effective: Effective) -> None:
    """The very selection of ``check``: --extend-select adds what is off, and what the file ignores."""
    one = effective(extend_select=("LI106", "LI204"))
    assert choice(one, "LI106").reason == "--extend-select LI106"
    assert choice(one, "LI204").selected
    (given,) = (item for item in values(one, "extend-select") if item.provenance.kind is Kind.COMMAND_LINE)
    assert given.value == ["LI106", "LI204"]


def test_nothing_is_run_unless_asked(effective: Effective, tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n", encoding="utf-8")
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    table = f"[tool.lint-indexes]\npython = '{sys.executable}'\nmetadata = 'models:metadata'\n"
    model = "from sqlalchemy import MetaData, Table\nmetadata = MetaData()\nTable('t', metadata)\n"
    env = "from alembic import context\ncontext.configure(url='postgresql://')\n"
    (tmp_path / "models.py").write_text(model, encoding="utf-8")
    (tmp_path / "migrations" / "env.py").write_text(env, encoding="utf-8")
    assert effective(table).about == ()
    versions, migrations, models = effective(table, load=True).about
    assert versions.startswith("Python 3.")
    assert migrations.startswith("migrations: 0 revisions in ")
    assert models == "models: 1 tables"


def test_a_project_that_cannot_be_loaded_is_shown_all_the_same(effective: Effective) -> None:
    table = f"[tool.lint-indexes]\npython = '{sys.executable}'\nmetadata = 'no_such_module:Base'\n"
    one = effective(table, load=True)
    (line,) = one.about
    assert line.startswith("the project cannot be loaded: ")
    assert value(one, "metadata").value == ["no_such_module:Base"]


def test_a_wrong_configuration_is_no_configuration(effective: Effective) -> None:
    with pytest.raises(ConfigurationError, match="a problem in the configuration"):
        effective("[tool.lint-indexes]\nselct = 1\n")
