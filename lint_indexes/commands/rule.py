"""``rule``: the rules' own documentation, for the terminal and for docs/rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from lint_indexes.errors import LintIndexesError
from lint_indexes.model.names import nearest_name
from lint_indexes.rule import Rule

FAMILIES = {
    "LI0": "The set-up",
    "LI1": "Policy",
    "LI2": "Drift between models and migrations",
    "LI3": "Downgrades",
    "LI4": "Locks",
    "LI5": "Index design",
    "LI6": "The revision graph",
    "LI7": "A live database",
    "LI8": "Queries",
}
"""The headings of the catalogue; a code's first digit is its family."""

_GENERATED = "<!-- Written from the rules' docstrings by `make docs`; edit those. -->"


def find_rule(selector: str, rules: Iterable[Rule]) -> Rule:
    """The rule with this code or name, in any case.

    Raises:
        LintIndexesError: there is none; the hint says which one was probably meant.
    """
    by_selector = {key: rule for rule in rules for key in (rule.code.casefold(), rule.name)}
    found = by_selector.get(selector.casefold())
    if found is not None:
        return found
    nearest = nearest_name(selector, by_selector)
    meant = f"did you mean {by_selector[nearest].code} {by_selector[nearest].name}? " if nearest else ""
    raise LintIndexesError(
        f'there is no rule "{selector}"', hint=f"{meant}`lint-indexes rule` lists all of them"
    )


def rule_page(rule: Rule) -> str:
    """A rule's documentation as Markdown, which reads well in a terminal too."""
    return f"# {rule.code} {rule.name}\n\n*{_standing(rule)}*\n\n{rule.documentation}\n"


def rule_table(rules: Iterable[Rule]) -> str:
    """All rules by family, one line each."""
    ordered = sorted(rules, key=lambda rule: rule.code)
    width = max((len(rule.name) for rule in ordered), default=0)
    lines: list[str] = []
    for family, members in _by_family(ordered):
        lines.append(family)
        lines += [f"  {_row(rule, width)}" for rule in members]
        lines.append("")
    return "\n".join([*lines, "`lint-indexes rule CODE` explains one of them.\n"])


def documentation(rules: Iterable[Rule]) -> dict[str, str]:
    """The files of docs/rules, by file name: a page for each rule, and README.md as the index."""
    ordered = sorted(rules, key=lambda rule: rule.code)
    pages = {f"{rule.code}.md": f"{_GENERATED}\n{rule_page(rule)}" for rule in ordered}
    return {**pages, "README.md": "\n".join((_GENERATED, *_index(ordered)))}


def _index(rules: list[Rule]) -> Iterator[str]:
    yield "# Rules\n"
    yield "A run fails on errors. What each rule finds, by family:"
    for family, members in _by_family(rules):
        yield f"\n## {family}\n"
        yield "| code | name | | what it finds |"
        yield "| --- | --- | --- | --- |"
        for rule in members:
            cells = (f"[{rule.code}]({rule.code}.md)", rule.name, _standing(rule).lower(), rule.summary)
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _by_family(rules: list[Rule]) -> Iterator[tuple[str, Iterator[Rule]]]:
    for prefix, members in groupby(rules, key=lambda rule: rule.code[:3]):
        yield f"{prefix} {FAMILIES[prefix]}", members


def _row(rule: Rule, width: int) -> str:
    standing = str(rule.severity) if rule.enabled_by_default else "off"
    return f"{rule.code}  {rule.name:<{width}}  {standing:<7}  {rule.summary}"


def _standing(rule: Rule) -> str:
    return f"{str(rule.severity).capitalize()}{'' if rule.enabled_by_default else ', off unless selected'}"
