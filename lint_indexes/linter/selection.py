"""Which rules run, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping

from lint_indexes.config.selection import selected_codes
from lint_indexes.config.value import Config
from lint_indexes.report import Skipped
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES

VERIFICATION = "verification"
"""The source that only ``verify`` has."""
DATABASE = "database"
"""The source that is there where somebody says which database."""
SUPPRESSIONS = "suppressions"
"""The source that is there when the other rules have run and their findings are suppressed or not."""
COMMIT = "commit"
"""The source that only a commit hook has."""
BASE = "base"
"""The source that ``--base`` asks for."""
OCCASIONS: Mapping[str, str] = {
    VERIFICATION: "it takes a real server: lint-indexes verify",
    DATABASE: "it takes a database: --database-url, or the key database-url-env (not with --at)",
    COMMIT: "no commit is being made: neither git nor pre-commit has started this",
    BASE: "there is no branch to compare with: --base names one",
}
"""Sources that a run may have no use for, and why then. A rule that needs one is only called skipped where
it was selected."""
KNOWN_RULES: Mapping[str, str] = {rule.code: rule.name for rule in ALL_RULES}
NEVER_ACCEPTED = frozenset(
    rule.code for rule in ALL_RULES if {SUPPRESSIONS, COMMIT, BASE}.intersection(rule.required)
)
"""The rules whose findings are to be mended: no baseline and no comment is written for them. What is wrong
with a suppression, a commit or a branch is gone with it."""


def usual_codes(*extra: str) -> frozenset[str]:
    """The codes that run unless somebody says otherwise, with what needs these ``extra`` sources."""
    unusual = OCCASIONS.keys() - {*extra}
    return frozenset(
        rule.code for rule in ALL_RULES if rule.enabled_by_default and not unusual.intersection(rule.required)
    )


def chosen_rules(
    config: Config,
    usual: frozenset[str],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
) -> list[Rule]:
    """The rules that the configuration and the command line select, whether they can run or not; without any
    selection the ``usual`` codes.
    """
    codes = selected_codes(
        select or config.select,
        ignore if select else (*config.ignore, *ignore),
        KNOWN_RULES,
        usual,
        weak_ignore=config.ignore if select else (),
    )
    if config.extend_select and not select:
        codes |= selected_codes(config.extend_select, (*config.ignore, *ignore), KNOWN_RULES, ())
    if extend_select:
        codes |= selected_codes(extend_select, ignore, KNOWN_RULES, (), weak_ignore=config.ignore)
    return [rule for rule in ALL_RULES if rule.code in codes]


def skip_of(
    rule: Rule, sources: Mapping[str, object], failed: Mapping[str, str], at: str | None
) -> Skipped | None:
    reasons = {**OCCASIONS, **failed}
    for name in rule.missing(sources):
        return Skipped(
            rule.code,
            reasons.get(name, "env.py names no target_metadata, and the key metadata is not set"),
        )
    if at is not None and not rule.judges_past_states:
        return Skipped(rule.code, "with --at the models are newer than the migrations")
    return None
