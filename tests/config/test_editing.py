"""Keys added to TOML texts that people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_indexes.config.editing import with_values
from lint_indexes.config.positions import tomllib
from lint_indexes.errors import ConfigurationError

PATH = Path("pyproject.toml")
TABLE = ("tool", "lint-indexes")


def added(text: str, values: dict[str, object], prefix: tuple[str, ...] = TABLE) -> str:
    return with_values(PATH, text, prefix, values)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", '[tool.lint-indexes]\nsince = "a1"\n', id="nothing"),
        pytest.param(
            '[project]\nname = "x"  # mine\n',
            '[project]\nname = "x"  # mine\n\n[tool.lint-indexes]\nsince = "a1"\n',
            id="no table",
        ),
        pytest.param(
            '[tool.lint-indexes]\nselect = ["LI2"]  # drift\n',
            '[tool.lint-indexes]\nselect = ["LI2"]  # drift\nsince = "a1"\n',
            id="the table",
        ),
        pytest.param(
            "[tool.lint-indexes]\n[tool.ruff]\nline-length = 100\n",
            '[tool.lint-indexes]\nsince = "a1"\n[tool.ruff]\nline-length = 100\n',
            id="an empty table",
        ),
        pytest.param(
            "[tool.ruff]\nline-length = 100\n\n[other]\nx = 1\n\n[[more]]\n\n[[more]]\n",
            '[tool.ruff]\nline-length = 100\n\n[tool.lint-indexes]\nsince = "a1"\n\n[other]\nx = 1\n\n'
            "[[more]]\n\n[[more]]\n",
            id="between others",
        ),
        pytest.param(
            '[tool.lint-indexes]\r\nselect = "LI2"\r\n',
            '[tool.lint-indexes]\r\nselect = "LI2"\r\nsince = "a1"\r\n',
            id="CRLF",
        ),
    ],
)
def test_one_key(before: str, after: str) -> None:
    assert added(before, {"since": "a1"}) == after


def test_a_table_of_tables() -> None:
    text = added(
        "[tool.lint-indexes]\n[tool.lint-indexes.indexes]\na = 'x (y)'\n",
        {"indexes": {"b": {"on": "x (z)", "unique": True}, "odd name": "x (y)"}},
    )
    assert text == (
        "[tool.lint-indexes]\n[tool.lint-indexes.indexes]\na = 'x (y)'\n"
        'b = {on = "x (z)", unique = true}\n"odd name" = "x (y)"\n'
    )


def test_a_file_of_its_own() -> None:
    text = added("# ours\n", {"since": ["a1", "b2"], "env": {"A": "1"}}, ())
    assert tomllib.loads(text) == {"since": ["a1", "b2"], "env": {"A": "1"}}
    assert text.startswith("# ours\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('tool = { lint-indexes = "x" }\n', id="no table at all"),
        pytest.param("tool = 3\n", id="no table above it"),
    ],
)
def test_what_cannot_take_keys_is_told_with_what_to_add(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml is laid out") as raised:
        added(text, {"since": "a1"})
    assert raised.value.details == '[tool.lint-indexes]\nsince = "a1"'


def test_no_toml() -> None:
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        added("[tool\n", {"since": "a1"})


NAMES = st.sampled_from(["a", "b", "c-d", "select", "x y"])
VALUES = st.sampled_from(
    ['"text"', "3", '["LI2", "LI3"]  # why', "[\n  1,  # one\n  2,\n]", "{ k = 'v' }", "true"]
)
COMMENTS = st.sampled_from(["", "# a comment\n", "\n", "\n\n# two\n# lines\n\n"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML as people write it: comments, blank lines, tables in any order, some out of order."""
    headers = draw(
        st.lists(
            st.sampled_from(
                [
                    "project",
                    "tool.ruff",
                    "tool.ruff.lint",
                    "tool.lint-indexes",
                    "tool.lint-indexes.env",
                    "other",
                ]
            ),
            unique=True,
        )
    )
    parts = [draw(COMMENTS)]
    for header in headers:
        parts.append(f"[{header}]\n")
        for name in draw(st.lists(NAMES, unique=True, max_size=3)):
            quoted = f'"{name}"' if " " in name else name
            parts += [draw(COMMENTS), f"{quoted} = {draw(VALUES)}\n"]
        parts.append(draw(COMMENTS))
    text = "".join(parts)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@settings(max_examples=300, deadline=None)
@given(documents(), st.booleans())
def test_all_that_was_there_stays(before: str, with_table: bool) -> None:
    values: dict[str, object] = {"since": "a1", "python": ".venv"}
    if with_table:
        values["env"] = {"NEW": "1"}
    after = added(before, values)
    old, new = tomllib.loads(before), tomllib.loads(after)
    table = new["tool"]["lint-indexes"]
    assert {name: table[name] for name in ("since", "python")} == {"since": "a1", "python": ".venv"}
    assert not with_table or table["env"]["NEW"] == "1"
    kept = old.get("tool", {}).get("lint-indexes", {})
    assert {name: table[name] for name in kept if name != "env"} == {
        name: value for name, value in kept.items() if name != "env"
    }
    assert {name: value for name, value in new.items() if name != "tool"} == {
        name: value for name, value in old.items() if name != "tool"
    }
    lines = iter(after.splitlines())
    assert all(line in lines for line in before.splitlines() if line.strip())
