from __future__ import annotations

from collections.abc import Iterator

import pytest

from lint_indexes.commands.rule import documentation, find_rule, rule_page, rule_table
from lint_indexes.errors import LintIndexesError
from lint_indexes.findings import Severity, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import History, Revision
from lint_indexes.rule import rule
from lint_indexes.rules import ALL_RULES


@rule("LI302", "empty-downgrade")
def empty_downgrade(migrations: History) -> Iterator[Violation]:
    """A downgrade that does nothing.

    ## What it does
    Finds `pass` | `...`.
    """
    yield from ()


@rule("LI004", "unanalysable-revision", severity=Severity.WARNING, enabled_by_default=False)
def unanalysable_revision(migrations: History) -> Iterator[Violation]:
    """What it did | could not be known."""
    yield from ()


RULES = (empty_downgrade, unanalysable_revision)

PAGE = """\
# LI302 empty-downgrade

*Error*

A downgrade that does nothing.

## What it does
Finds `pass` | `...`.
"""


@pytest.mark.parametrize("selector", ["LI302", "li302", "empty-downgrade", "Empty-Downgrade"])
def test_a_rule_is_found_by_code_or_name(selector: str) -> None:
    assert find_rule(selector, RULES) is empty_downgrade


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("LI303", "did you mean LI302 empty-downgrade? `lint-indexes rule` lists all of them"),
        ("emty-downgrade", "did you mean LI302 empty-downgrade? `lint-indexes rule` lists all of them"),
        ("zzz", "`lint-indexes rule` lists all of them"),
    ],
)
def test_a_mistyped_rule(selector: str, hint: str) -> None:
    with pytest.raises(LintIndexesError) as caught:
        find_rule(selector, RULES)
    assert caught.value.message == f'there is no rule "{selector}"'
    assert caught.value.hint == hint


def test_a_page() -> None:
    assert rule_page(empty_downgrade) == PAGE
    assert "*Warning, off unless selected*" in rule_page(unanalysable_revision)


def test_the_table_is_by_family_and_code() -> None:
    assert rule_table(RULES) == (
        "LI0 The set-up\n"
        "  LI004  unanalysable-revision  off      What it did | could not be known.\n"
        "\n"
        "LI3 Downgrades\n"
        "  LI302  empty-downgrade        error    A downgrade that does nothing.\n"
        "\n"
        "`lint-indexes rule CODE` explains one of them.\n"
    )


def test_the_pages_of_the_documentation() -> None:
    pages = documentation(RULES)
    assert list(pages) == ["LI004.md", "LI302.md", "README.md"]
    assert pages["LI302.md"].startswith("<!-- ")
    assert pages["LI302.md"].endswith(f"-->\n{PAGE}")
    assert "## LI0 The set-up\n" in pages["README.md"]
    assert (
        "| [LI004](LI004.md) | unanalysable-revision | warning, off unless selected"
        " | What it did \\| could not be known. |\n"
    ) in pages["README.md"]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_rule_has_the_headings_that_the_page_promises(rule: object) -> None:
    page = rule_page(find_rule(getattr(rule, "code", ""), ALL_RULES))
    headings = [line[3:] for line in page.splitlines() if line.startswith("## ")]
    assert headings[:2] == ["What it does", "Why is this bad?"]
    assert set(headings) <= {"What it does", "Why is this bad?", "Example", "Use instead", "Fix"}


def test_a_rule_about_a_revision_knows_nothing_of_the_models() -> None:
    def check(revision: Revision, metadata: Catalog) -> Iterator[Violation]:
        """What it yields would not hold for as long as the revision is the same."""
        yield from ()

    with pytest.raises(TypeError, match="unknown source 'metadata'; known: revision, circumstances"):
        rule("LI999", "forgetful")(check)
