"""Rule selectors: a code (LI201), a family (LI2), a name (model-index-not-migrated), or ALL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lint_indexes.model.names import nearest_name

_CODE_PREFIX = re.compile(r"LI\d{0,3}")


def matching_codes(selector: str, known_rules: Mapping[str, str]) -> frozenset[str]:
    """The codes that a selector means; none for an unknown selector. ``known_rules`` is code to name."""
    if selector == "ALL":
        return frozenset(known_rules)
    if _CODE_PREFIX.fullmatch(selector):
        return frozenset(code for code in known_rules if code.startswith(selector))
    return frozenset(code for code, name in known_rules.items() if name == selector)


def unknown_selector(selector: str, known_rules: Mapping[str, str]) -> str | None:
    """What to tell about a selector that means no rule, or None where it means some."""
    if matching_codes(selector, known_rules):
        return None
    if _CODE_PREFIX.fullmatch(selector) and len(selector) < len("LI000"):
        families = sorted({code[:3] for code in known_rules})
        return f'unknown rule "{selector}": no code begins like that; the families are {", ".join(families)}'
    nearest = nearest_name(selector, selectors(known_rules))
    way_out = f'did you mean "{nearest}"?' if nearest else '"lint-indexes rule" lists them'
    return f'unknown rule "{selector}"; {way_out}'


def selectors(known_rules: Mapping[str, str]) -> frozenset[str]:
    """Everything that may be written where rules are selected."""
    families = {code[:3] for code in known_rules}
    return frozenset({"ALL", *families, *known_rules, *known_rules.values()})


def selected_codes(
    select: Iterable[str],
    ignore: Iterable[str],
    known_rules: Mapping[str, str],
    default: Iterable[str],
    *,
    weak_ignore: Iterable[str] = (),
) -> frozenset[str]:
    """The codes to run. The most specific selector decides: a code or name, then a family, then ALL;
    between equals ``ignore`` wins, and ``weak_ignore`` loses (what the configuration ignores and the command
    line selects). Without ``select`` the ``default`` codes are taken, as least specific.
    """
    chosen = tuple(select)
    wanted = _specificity(chosen, known_rules) if chosen else dict.fromkeys(default, -1)
    unwanted = _specificity(ignore, known_rules)
    weakly = _specificity(weak_ignore, known_rules)
    return frozenset(
        code for code, level in wanted.items() if unwanted.get(code, -2) < level >= weakly.get(code, -2)
    )


def most_specific(code: str, items: Iterable[str], known_rules: Mapping[str, str]) -> str | None:
    """The selector that says most precisely that the rule is meant; None where none of them means it."""
    meant = [item for item in items if code in matching_codes(item, known_rules)]
    return max(meant, key=_level, default=None)


def by_specificity(items: Iterable[str]) -> list[str]:
    """Selectors from the least to the most specific one, so that later ones may overwrite earlier ones."""
    return sorted(items, key=_level)


def _specificity(items: Iterable[str], known_rules: Mapping[str, str]) -> dict[str, int]:
    return {
        code: _level(item) for item in by_specificity(items) for code in matching_codes(item, known_rules)
    }


def _level(selector: str) -> int:
    if selector == "ALL":
        return 0
    return len(selector) if _CODE_PREFIX.fullmatch(selector) else len("LI000")
