"""The configuration: ``[tool.lint-indexes]`` of pyproject.toml, or lint-indexes.toml, as a frozen value."""

from lint_indexes.config.files import find_config, holds_config
from lint_indexes.config.load import load_config
from lint_indexes.config.value import Config

__all__ = ["Config", "find_config", "holds_config", "load_config"]
