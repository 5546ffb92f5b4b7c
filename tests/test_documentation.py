"""What is written for readers: pages are up to date, links lead somewhere, configurations are valid."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from precision import counts_of, with_index

from lint_indexes.commands.rule import documentation
from lint_indexes.config.load import load_config
from lint_indexes.config.positions import tomllib
from lint_indexes.config.reference import GROUPS, with_reference
from lint_indexes.config.schema import configuration_schema, schema_document
from lint_indexes.linter.selection import KNOWN_RULES
from lint_indexes.rules import ALL_RULES

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
SCHEMA = ROOT / "docs" / "lint-indexes.schema.json"


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


def test_the_tables_of_keys_are_up_to_date() -> None:
    """If this fails: make docs."""
    text = ROOT.joinpath("docs", "configuration.md").read_text(encoding="utf-8")
    assert with_reference(text) == text
    assert all(f"| `{setting.name}` |" in text for group in GROUPS.values() for setting in group)


def test_the_schema_is_up_to_date() -> None:
    """If this fails: make docs."""
    assert SCHEMA.read_text(encoding="utf-8") == schema_document(configuration_schema(KNOWN_RULES))


def test_the_index_of_what_was_read_is_up_to_date() -> None:
    """If this fails: make docs."""
    folder = ROOT / "docs" / "precision"
    text = folder.joinpath("README.md").read_text(encoding="utf-8")
    assert with_index(text, ALL_RULES, folder) == text


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/precision/LI*.md")), ids=lambda path: path.stem)
def test_every_finding_that_was_read_has_its_verdict(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    counts = counts_of(text)
    read = text.partition("## Read\n")[2].partition("\n## ")[0]
    verdicts = Counter(re.findall(r"\| (right|arguable|wrong) \|", read))
    assert counts.read == counts.right + counts.arguable + counts.wrong
    assert verdicts == Counter(right=counts.right, arguable=counts.arguable, wrong=counts.wrong)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert [target for target in local if not document.parent.joinpath(target).exists()] == []


def configurations() -> list[tuple[str, str]]:
    """Those that documents show, and those of the examples, each with the name of its file."""
    shown = [(name_of(path), block) for path in DOCUMENTS for block in blocks(path, "toml")]
    files = sorted(ROOT.glob("docs/examples/*/pyproject.toml"))
    shown += [(name_of(path), path.read_text(encoding="utf-8")) for path in files]
    return [(name, text) for name, text in shown if "[tool.lint-indexes" in text]


def test_configurations_are_valid(tmp_path: Path) -> None:
    schema = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for _, text in configurations():
        path = tmp_path / "pyproject.toml"
        path.write_text(text, encoding="utf-8")
        load_config(path, KNOWN_RULES)
        schema.validate(tomllib.loads(text)["tool"]["lint-indexes"])
    names = {name for name, _ in configurations()}
    assert names >= {"README.md", "docs/configuration.md", "docs/examples/booking/pyproject.toml"}


def test_every_rule_is_in_the_changelog() -> None:
    text = ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    assert {rule.code for rule in ALL_RULES} <= set(re.findall(r"LI\d{3}", text))
