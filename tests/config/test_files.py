from __future__ import annotations

from pathlib import Path

import pytest

from lint_indexes.config.files import find_config, holds_config
from lint_indexes.config.load import load_config
from lint_indexes.errors import ConfigurationError

TABLE = "[tool.lint-indexes]\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_config(path, {})
    return caught.value


def test_the_nearest_configuration_upwards_is_found(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", TABLE)
    near = write(tmp_path / "backend" / "pyproject.toml", TABLE)
    below = tmp_path / "backend" / "app" / "models"
    below.mkdir(parents=True)
    assert find_config(below) == near


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    above = write(tmp_path / "pyproject.toml", TABLE)
    write(tmp_path / "backend" / "pyproject.toml", '[project]\ndependencies = ["lint-indexes"]\n')
    assert find_config(tmp_path / "backend") == above


def test_the_own_file_wins_over_the_pyproject_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", TABLE)
    own = write(tmp_path / "lint-indexes.toml", "")
    assert find_config(tmp_path) == own


def test_the_search_ends_at_the_root(tmp_path: Path) -> None:
    assert find_config(tmp_path) is None


def test_a_folder_of_that_name_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "lint-indexes.toml").mkdir()
    assert find_config(tmp_path) is None


def test_a_broken_pyproject_is_ours_only_if_it_mentions_us(tmp_path: Path) -> None:
    assert holds_config(write(tmp_path / "a" / "pyproject.toml", "[tool.lint-indexes]\nmetadata ="))
    assert not holds_config(write(tmp_path / "b" / "pyproject.toml", "[tool.other]\nx ="))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "lint-indexes.toml"
    assert refusal(path).message == f"cannot read {path}: No such file or directory"


def test_a_pyproject_without_the_table_given_by_name(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "[tool]\nlint-indexes = 1\n")
    assert refusal(path).message == f"{path} has no [tool.lint-indexes] table"


def test_broken_toml_says_where_and_why(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", f"{TABLE}\nmetadata 'a:b'\n")
    error = refusal(path)
    assert error.message.startswith(f"{path}:3:10: the file is not valid TOML: Expected '='")
    assert error.hint == "correct that line; https://toml.io has the syntax"


def test_toml_that_ends_too_early(tmp_path: Path) -> None:
    path = write(tmp_path / "lint-indexes.toml", "\nmetadata = [\n'a:b',\n\n")
    error = refusal(path)
    assert error.message.startswith(f"{path}:3: the file is not valid TOML: ")
    assert (
        error.hint == "the file seems to be cut off: something is not closed; https://toml.io has the syntax"
    )


@pytest.mark.parametrize("name", ["ix_a", '"ix_a"', "'ix_a'"])
def test_an_entry_that_is_declared_twice(tmp_path: Path, name: str) -> None:
    text = f'[tool.lint-indexes.indexes]\nix_a = "t (a)"\n# again\n{name} = """\nt (b)"""\n'
    path = write(tmp_path / "pyproject.toml", text)
    error = refusal(path)
    assert error.message == f"{path}:4:1: tool.lint-indexes.indexes.ix_a is declared twice, first in line 2"


def test_a_table_that_is_declared_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", f"{TABLE}python = 'a'\n[project]\nname = 'a'\n{TABLE}")
    assert refusal(path).message == f"{path}:5:1: tool.lint-indexes is declared twice, first in line 1"


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b"[tool.lint-indexes]\n# caf\xe9\n")
    error = refusal(path)
    assert error.message == f"{path}:2: the file is not UTF-8 (byte 0xe9)"
    assert error.hint == "TOML is always UTF-8: save the file in that encoding"


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "lint-indexes.toml"
    path.write_bytes("\ufeffpython = 'é'\r\n[indexes]\r\nix = 't (a)'\r\n".encode())
    config = load_config(path, {})
    origin = config.policy.indexes["ix"].index.origin
    assert config.python == "é"
    assert origin is not None
    assert origin.line == 3
