from __future__ import annotations

import pytest

from lint_indexes.config.selection import matching_codes, selected_codes, unknown_selector

RULES = {
    "LI004": "unanalysable-revision",
    "LI201": "model-index-not-migrated",
    "LI202": "migrated-index-not-in-model",
    "LI303": "downgrade-not-inverse",
}
DEFAULT = ("LI201", "LI202", "LI303")


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("ALL", set(RULES)),
        ("LI", set(RULES)),
        ("LI2", {"LI201", "LI202"}),
        ("LI20", {"LI201", "LI202"}),
        ("LI201", {"LI201"}),
        ("downgrade-not-inverse", {"LI303"}),
        ("LI9", set()),
        ("li201", set()),
        ("", set()),
        ("LI2011", set()),
    ],
)
def test_what_a_selector_means(selector: str, codes: set[str]) -> None:
    assert matching_codes(selector, RULES) == codes


def test_an_unknown_selector_is_told_with_the_nearest() -> None:
    assert unknown_selector("LI201", RULES) is None
    assert unknown_selector("li201", RULES) == 'unknown rule "li201"; did you mean "LI201"?'
    assert unknown_selector("downgrade-inverse", RULES) == (
        'unknown rule "downgrade-inverse"; did you mean "downgrade-not-inverse"?'
    )


def test_a_selector_that_nothing_resembles_does_not_list_every_rule() -> None:
    assert unknown_selector("xyzzy", RULES) == 'unknown rule "xyzzy"; "lint-indexes rule" lists them'


@pytest.mark.parametrize("selector", ["LI9", "LI29"])
def test_a_family_without_rules(selector: str) -> None:
    assert unknown_selector(selector, RULES) == (
        f'unknown rule "{selector}": no code begins like that; the families are LI0, LI2, LI3'
    )


@pytest.mark.parametrize(
    ("select", "ignore", "chosen"),
    [
        ((), (), {"LI201", "LI202", "LI303"}),
        ((), ("LI2",), {"LI303"}),
        ((), ("ALL",), set()),
        (("ALL",), (), set(RULES)),
        (("ALL",), ("LI2",), {"LI004", "LI303"}),
        (("LI201",), ("LI2",), {"LI201"}),
        (("LI2",), ("LI201",), {"LI202"}),
        (("LI2",), ("LI2",), set()),
        (("model-index-not-migrated",), ("LI201",), set()),
        (("LI004",), (), {"LI004"}),
        (("ALL", "LI201"), ("LI2",), {"LI004", "LI201", "LI303"}),
    ],
)
def test_the_most_specific_selector_decides(
    select: tuple[str, ...], ignore: tuple[str, ...], chosen: set[str]
) -> None:
    assert selected_codes(select, ignore, RULES, DEFAULT) == chosen


@pytest.mark.parametrize(
    ("select", "weak_ignore", "chosen"),
    [
        (("LI201",), ("LI201",), {"LI201"}),
        (("LI2",), ("LI2",), {"LI201", "LI202"}),
        (("LI2",), ("LI201",), {"LI202"}),
        ((), ("LI2",), {"LI303"}),
    ],
)
def test_a_weak_ignore_loses_between_equals(
    select: tuple[str, ...], weak_ignore: tuple[str, ...], chosen: set[str]
) -> None:
    assert selected_codes(select, (), RULES, DEFAULT, weak_ignore=weak_ignore) == chosen
