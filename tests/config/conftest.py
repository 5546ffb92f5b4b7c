from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lint_indexes.config import Config, load_config
from lint_indexes.errors import ConfigurationError

RULES = {
    "LI101": "policy-index-missing",
    "LI201": "model-index-not-migrated",
    "LI202": "migrated-index-not-in-model",
    "LI303": "downgrade-not-inverse",
}

Load = Callable[[str], Config]
Problems = Callable[[str], list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a pyproject.toml whose table [tool.lint-indexes] starts in line 2 of the file."""

    def write_and_load(table: str) -> Config:
        path = tmp_path / "pyproject.toml"
        path.write_text(f"[tool.lint-indexes]\n{table}", encoding="utf-8")
        return load_config(path, RULES)

    return write_and_load


@pytest.fixture
def problems(load: Load) -> Problems:
    """The lines of details that a table is refused with."""

    def refused(table: str) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            load(table)
        assert caught.value.details is not None
        return caught.value.details.splitlines()

    return refused
