"""What is written for readers: pages are up to date, links lead somewhere, configurations are valid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lint_indexes.commands.rule import documentation
from lint_indexes.config import load_config
from lint_indexes.rules import ALL_RULES

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
WITH_CONFIGURATION = [ROOT / "README.md", ROOT / "docs" / "configuration.md"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The fenced code blocks of a language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_rule_pages_are_up_to_date() -> None:
    """If this fails: make docs."""
    written = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("docs/rules/*")}
    assert written == documentation(ALL_RULES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert [target for target in local if not document.parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("document", WITH_CONFIGURATION, ids=name_of)
def test_configurations_are_valid(document: Path, tmp_path: Path) -> None:
    shown = [block for block in blocks(document, "toml") if "[tool.lint-indexes" in block]
    assert shown
    for block in shown:
        path = tmp_path / "pyproject.toml"
        path.write_text(block, encoding="utf-8")
        load_config(path, {rule.code: rule.name for rule in ALL_RULES})


def test_every_rule_is_in_the_changelog() -> None:
    text = ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    assert {rule.code for rule in ALL_RULES} <= set(re.findall(r"LI\d{3}", text))
