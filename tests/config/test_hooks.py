"""A hook added to configurations of pre-commit that people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lint_indexes.config.hooks import with_hook
from lint_indexes.errors import LintIndexesError

PATH = Path(".pre-commit-config.yaml")
RUFF = """\
repos:
  # the linter
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.9.0
    hooks: [{id: ruff}]
"""


def hooks_of(text: str) -> list[str]:
    return [hook["id"] for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"]]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("", ["lint-indexes"], id="nothing"),
        pytest.param("# see CONTRIBUTING\n", ["lint-indexes"], id="a comment"),
        pytest.param("repos: []\n", ["lint-indexes"], id="no repository"),
        pytest.param("repos:\n", ["lint-indexes"], id="no list"),
        pytest.param("fail_fast: true\n", ["lint-indexes"], id="no repos"),
        pytest.param(RUFF, ["ruff", "lint-indexes"], id="indented"),
        pytest.param(RUFF.replace("\n  ", "\n"), ["ruff", "lint-indexes"], id="not indented"),
        pytest.param(RUFF.rstrip("\n"), ["ruff", "lint-indexes"], id="no newline at the end"),
        pytest.param(RUFF + "ci:\n  skip: [ruff]\n", ["ruff", "lint-indexes"], id="more after it"),
        pytest.param(RUFF + "\n# the end\n", ["ruff", "lint-indexes"], id="a comment after it"),
        pytest.param(RUFF.replace("\n", "\r\n"), ["ruff", "lint-indexes"], id="CRLF"),
        pytest.param(
            RUFF.replace(
                "hooks: [{id: ruff}]", "hooks:\n      - id: ruff\n        args: |\n          --fix\n"
            ),
            ["ruff", "lint-indexes"],
            id="a literal block",
        ),
    ],
)
def test_the_hook_is_the_last(text: str, ids: list[str]) -> None:
    result = with_hook(PATH, text, "uv run --no-sync lint-indexes")
    assert hooks_of(result) == ids
    hook = yaml.safe_load(result)["repos"][-1]["hooks"][0]
    assert hook["entry"] == "uv run --no-sync lint-indexes"
    assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("system", False, True)
    lines = iter(result.splitlines())
    assert all(line in lines for line in text.splitlines() if line not in ("repos: []",))
    assert ("\r\n" in text) == ("\r\n" in result)
    assert with_hook(PATH, result, "lint-indexes") == result


@pytest.mark.parametrize(
    "hook", ["{id: lint-indexes}", "{id: indexes, entry: poetry run lint-indexes --strict, language: system}"]
)
def test_a_hook_that_is_there_stays_alone(hook: str) -> None:
    text = f"repos: [{{repo: local, hooks: [{hook}]}}]\n"
    assert with_hook(PATH, text, "lint-indexes") == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("repos: [\n", "cannot be read"),
        ("- a list\n", "is no configuration of pre-commit"),
        ("repos: {a: 1}\n", "is no configuration of pre-commit"),
        ("repos: [{repo: local, hooks: [{id: a}]}]\n", "laid out so that the hook cannot be added"),
        ("{repos: [], ci: {}}\n", "laid out so that the hook cannot be added"),
    ],
)
def test_what_cannot_take_a_hook(text: str, message: str) -> None:
    with pytest.raises(LintIndexesError, match=message) as raised:
        with_hook(PATH, text, "lint-indexes")
    assert ".pre-commit-config.yaml" in raised.value.message
    assert raised.value.hint
