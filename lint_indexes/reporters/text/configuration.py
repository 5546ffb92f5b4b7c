"""The effective configuration as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from lint_indexes.config.effective import EffectiveConfiguration, Kind, Provenance, RuleChoice
from lint_indexes.config.files import key_text
from lint_indexes.findings import Severity
from lint_indexes.reporters.text.style import Style, printable

ShowPath = Callable[[str], str]

_WIDEST = 60
"""What is longer does not push the sources of all others to the right."""


def render_configuration(
    configurations: Sequence[EffectiveConfiguration], *, show_path: ShowPath, color: bool = False
) -> str:
    """Each key with its value, as TOML has it, and its source; then the rules, and why each is on or off."""
    style = Style(color)
    pages = ["\n".join(_configuration(one, show_path, style)) for one in configurations]
    return "\n\n".join(pages) + "\n"


def _configuration(one: EffectiveConfiguration, show_path: ShowPath, style: Style) -> Iterator[str]:
    yield style.good(printable(show_path(str(one.path))))
    texts = [printable(f"{value.key} = {toml(value.value)}") for value in one.values]
    width = max((len(text) for text in texts if len(text) <= _WIDEST), default=0)
    for text, value in zip(texts, one.values, strict=True):
        where = printable(_source(value.provenance, show_path))
        missing = value.provenance.kind is Kind.MISSING
        shown = style.severity(where, Severity.ERROR) if missing else style.gutter(where)
        yield f"  {text:<{width}}  {shown}"
    yield from (f"  {printable(line)}" for line in one.about)
    selected = sum(rule.selected for rule in one.rules)
    yield f"{selected} of {len(one.rules)} rules are selected:"
    yield from _rules(one.rules)


def _rules(rules: Sequence[RuleChoice]) -> Iterator[str]:
    width = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        level = str(rule.severity) if rule.selected else "off"
        yield f"  {rule.code}  {rule.name:<{width}}  {level:<7}  {printable(rule.reason)}"


def _source(provenance: Provenance, show_path: ShowPath) -> str:
    """Where a value comes from, in a few words."""
    line = "" if provenance.line is None else f":{provenance.line}"
    path = "" if provenance.path is None else f"{show_path(provenance.path)}{line}"
    where = path or provenance.name or str(provenance.kind)
    return f"{where}: {provenance.note}" if provenance.note else where


def toml(value: object) -> str:
    """A value as TOML writes it, in one line; TOML has nothing to write for none."""
    if value is None:
        return "(none)"
    if isinstance(value, Mapping):
        items = ", ".join(f"{key_text((str(name),))} = {toml(item)}" for name, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(toml(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)
