from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from lint_indexes.config.effective import (
    EffectiveConfiguration,
    EffectiveValue,
    Kind,
    Provenance,
    RuleChoice,
)
from lint_indexes.config.positions import tomllib
from lint_indexes.findings import Severity
from lint_indexes.reporters import json as as_json
from lint_indexes.reporters.text import configuration as as_text
from lint_indexes.reporters.text.configuration import toml

ShowPath = Callable[[str], str]

PLACE = Provenance(Kind.FILE, "/app/pyproject.toml", 3, "tool.lint-indexes.since")
SHOP = EffectiveConfiguration(
    Path("/app/pyproject.toml"),
    Path("/app"),
    (
        EffectiveValue("since", ["0001"], PLACE),
        EffectiveValue("alembic", None, Provenance(Kind.MISSING, note="no Alembic configuration")),
        EffectiveValue("python", "/opt/python", Provenance(Kind.ENVIRONMENT, name="LINT_INDEXES_PYTHON")),
        EffectiveValue("allow", [], Provenance(Kind.DEFAULT, note="nothing")),
        EffectiveValue("indexes.ix", {"on": "t (a)", "x y": "z" * 60}, PLACE),
    ),
    (
        RuleChoice("LI101", "policy-index-missing", Severity.ERROR, True, "on by default"),
        RuleChoice("LI204", "renamed-index", Severity.WARNING, False, "ignore LI204"),
    ),
)


def test_as_text(show_path: ShowPath) -> None:
    assert as_text.render_configuration([SHOP], show_path=show_path) == (
        "pyproject.toml\n"
        '  since = ["0001"]        pyproject.toml:3\n'
        "  alembic = (none)        missing: no Alembic configuration\n"
        '  python = "/opt/python"  LINT_INDEXES_PYTHON\n'
        "  allow = []              default: nothing\n"
        f'  indexes.ix = {{ on = "t (a)", "x y" = "{"z" * 60}" }}  pyproject.toml:3\n'
        "1 of 2 rules are selected:\n"
        "  LI101  policy-index-missing  error    on by default\n"
        "  LI204  renamed-index         off      ignore LI204\n"
    )


def test_color_only_adds_escapes(show_path: ShowPath) -> None:
    colored = as_text.render_configuration([SHOP], show_path=show_path, color=True)
    assert click.unstyle(colored) == as_text.render_configuration([SHOP], show_path=show_path)
    assert click.style("missing: no Alembic configuration", fg="red", bold=True) in colored


def test_as_data(show_path: ShowPath) -> None:
    document = json.loads(as_json.render_configuration([SHOP], show_path=show_path))
    (project,) = document["projects"]
    assert (document["version"], project["path"]) == (1, "pyproject.toml")
    assert project["values"][0] == {
        "key": "since",
        "value": ["0001"],
        "source": {
            "kind": "file",
            "path": "pyproject.toml",
            "line": 3,
            "key": "tool.lint-indexes.since",
            "name": None,
            "note": None,
        },
    }
    assert project["values"][1]["value"] is None
    assert project["values"][1]["source"]["kind"] == "missing"
    assert project["rules"][1] == {
        "code": "LI204",
        "name": "renamed-index",
        "severity": "warning",
        "selected": False,
        "reason": "ignore LI204",
    }


@pytest.mark.parametrize(
    "value",
    ["a", 'a "b" \\ \n\x1b', "naïve", 1, True, [], ["a", 1], {}, {"a": {"b c": []}, "d": False}],
)
def test_values_are_valid_toml(value: object) -> None:
    assert tomllib.loads(f"key = {toml(value)}") == {"key": value}
