"""The configuration: ``[tool.lint-indexes]`` of pyproject.toml, or lint-indexes.toml, as a frozen value."""
