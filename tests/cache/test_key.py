"""Other questions, another tool or another day: another key."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from lint_indexes.cache import key as keys
from lint_indexes.cache.key import cache_key


def test_the_same_question_has_the_same_key() -> None:
    assert cache_key("a", ("LI1",), None) == cache_key("a", ("LI1",), None)


def test_another_question_has_another_key() -> None:
    asked = [("a", None), ("a", ()), ("b", None), ("a", "None"), ("a",), (("a", None),), ("\udcff", None)]
    assert len({cache_key(*one) for one in asked}) == len(asked)


def test_the_next_day_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    today = cache_key("a")
    monkeypatch.setattr(time, "strftime", lambda form: "2031-02-03")
    assert cache_key("a") != today


@pytest.mark.parametrize("name", ["version", "prefix"])
def test_another_python_of_the_tool_has_another_key(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = cache_key("a")
    monkeypatch.setattr(sys, name, "other")
    assert cache_key("a") != before


def test_another_version_of_the_tool_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    rule = tmp_path / "rules" / "duplicate_index.py"
    rule.write_text("one")
    monkeypatch.setattr(keys, "_PACKAGE", tmp_path)
    seen = {cache_key("a")}
    (tmp_path / "rules" / "__pycache__").mkdir()
    (tmp_path / "rules" / "README.md").touch()
    assert cache_key("a") in seen
    os.utime(rule, (1, 1))
    seen.add(cache_key("a"))
    (tmp_path / "rules" / "native.so").touch()
    seen.add(cache_key("a"))
    rule.unlink()
    seen.add(cache_key("a"))
    assert len(seen) == 4


def test_the_parser_is_part_of_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "some_parser"
    library.mkdir()
    (library / "__init__.py").touch()
    (library / "parser.so").write_bytes(b"1")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(keys, "_LIBRARIES", ("some_parser",))
    before = cache_key("a")
    (library / "parser.so").write_bytes(b"22")
    assert cache_key("a") != before
