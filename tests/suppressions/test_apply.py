from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from lint_indexes.config.selection import matching_codes, unknown_selector
from lint_indexes.findings import Finding, Identity, Severity, Subject, Violation
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.suppressions import Suppressor
from lint_indexes.suppressions.apply import StaleEntry
from lint_indexes.suppressions.baseline import Entry
from lint_indexes.suppressions.comments import IgnoreComment

RULES = {
    "LI201": "model-index-not-migrated",
    "LI202": "migrated-index-not-in-model",
    "LI401": "index-created-with-lock",
    "LI406": "missing-lock-timeout",
}
BOOKING = QualifiedName("sales", "booking")
BASELINE = Origin(Source.POLICY, "/app/.lint-indexes-baseline.json", 2)


def finding(code: str = "LI401", line: int | None = 5, index: str | None = "ix_a") -> Finding:
    origin = Origin(Source.MIGRATIONS, "/app/versions/0002.py", line)
    violation = Violation("m", origin, Subject(BOOKING, index, "0002"))
    return Finding(code, RULES[code], Severity.ERROR, violation)


def comment(*selectors: str, line: int = 5, path: str = "/app/versions/0002.py") -> IgnoreComment:
    return IgnoreComment(Origin(Source.MIGRATIONS, path, line), selectors, None, range(line, line + 1))


def suppressor(**settings: object) -> Suppressor:
    defaults: dict[str, object] = {
        "codes_of": partial(matching_codes, known_rules=RULES),
        "unknown": partial(unknown_selector, known_rules=RULES),
        "show_path": lambda path: path.removeprefix("/app/"),
        "ran": frozenset({"LI201", "LI202", "LI401"}),
        "expected": frozenset({"LI201", "LI202", "LI401"}),
    }
    return Suppressor(**{**defaults, **settings})  # type: ignore[arg-type]


@pytest.mark.parametrize("selector", ["LI401", "LI4", "index-created-with-lock", "ALL"])
def test_a_comment_takes_a_finding_out(selector: str) -> None:
    left, outcome = suppressor(comments=(comment(selector),)).apply([finding()])
    assert left == ()
    assert outcome.idle == ()


@pytest.mark.parametrize(
    "comment",
    [
        comment("LI201"),
        comment("LI401", line=6),
        comment("LI401", path="/app/versions/0003.py"),
        comment("li401"),
    ],
)
def test_a_comment_about_something_else(comment: IgnoreComment) -> None:
    left, outcome = suppressor(comments=(comment,)).apply([finding()])
    assert left == (finding(),)
    assert [idle.comment for idle in outcome.idle] == [comment]


def test_each_selector_is_judged_by_itself() -> None:
    _, outcome = suppressor(comments=(comment("LI401", "LI201", "LI9"),)).apply([finding()])
    assert [(idle.selector, idle.unknown is None) for idle in outcome.idle] == [
        ("LI201", True),
        ("LI9", False),
    ]


@pytest.mark.parametrize(
    ("selector", "ran", "judged"),
    [
        ("LI201", {"LI202", "LI401"}, False),
        ("LI2", {"LI202", "LI401"}, False),
        ("LI4", {"LI201", "LI202", "LI401"}, True),
        ("LI406", {"LI201", "LI202", "LI401"}, False),
        ("LI406", {"LI406"}, True),
    ],
)
def test_only_rules_that_ran_are_judged(selector: str, ran: set[str], judged: bool) -> None:
    _, outcome = suppressor(comments=(comment(selector),), ran=frozenset(ran)).apply([])
    assert bool(outcome.idle) is judged


def test_old_revisions_are_left_alone_but_for_unknown_codes() -> None:
    settled = frozenset({"/app/versions/0002.py"})
    _, outcome = suppressor(comments=(comment("LI401", "LI9"),), settled=settled).apply([])
    assert [idle.selector for idle in outcome.idle] == ["LI9"]


@pytest.mark.parametrize(
    "pattern", ["versions/0002.py", "versions/*", "*.py", "booking", "sales.*", "ix_*", "ix_a"]
)
def test_a_pattern_takes_a_finding_out(pattern: str) -> None:
    left, _ = suppressor(ignores={pattern: {"LI401"}}).apply([finding(), finding("LI201")])
    assert left == (finding("LI201"),)


@pytest.mark.parametrize("pattern", ["0002.py", "/app/*", "public.booking", "IX_A", "ix_b"])
def test_a_pattern_of_something_else(pattern: str) -> None:
    left, _ = suppressor(ignores={pattern: {"LI401"}}).apply([finding()])
    assert left == (finding(),)


def entry(**changes: str | None) -> Entry:
    about = {"schema": "sales", "table": "booking", "index": "ix_a", "revision": "0002"}
    return Entry(Identity(**{"code": "LI401", **about, "path": "versions/0002.py", **changes}), BASELINE)  # type: ignore[arg-type]


def test_the_baseline_takes_findings_out_wherever_their_line_is() -> None:
    left, outcome = suppressor(baseline=(entry(),)).apply([finding(line=5), finding(line=90)])
    assert left == ()
    assert outcome.stale == ()


@pytest.mark.parametrize(
    "changes", [{"index": "ix_b"}, {"index": None}, {"code": "LI201"}, {"path": "x.py"}, {"schema": "public"}]
)
def test_an_entry_about_something_else_is_stale(changes: dict[str, str | None]) -> None:
    left, outcome = suppressor(baseline=(entry(**changes),)).apply([finding()])
    assert left == (finding(),)
    assert outcome.stale == (StaleEntry(entry(**changes)),)


def test_entries_of_rules_that_did_not_run_are_not_stale() -> None:
    entries = (entry(code="LI406"), entry(code="LI999"))
    _, outcome = suppressor(baseline=entries).apply([])
    assert outcome.stale == (StaleEntry(entry(code="LI999")),)


def test_nothing_is_idle_where_nobody_could_judge() -> None:
    place = Origin(Source.MIGRATIONS, "/app/versions/0002.py", 5)
    _, outcome = suppressor(comments=(comment("LI202"), comment("LI202", line=6)), undecided=[place]).apply(
        []
    )
    assert [idle.comment.lines for idle in outcome.idle] == [range(6, 7)]
    whole_file = replace(comment("LI202"), lines=None)
    _, outcome = suppressor(comments=(whole_file,), undecided=[place]).apply([])
    assert outcome.idle == ()


def test_no_entry_is_stale_whose_table_is_uncertain() -> None:
    entries = (entry(), entry(table="driver"), entry(code="LI999"))
    _, outcome = suppressor(baseline=entries, uncertain=frozenset({BOOKING})).apply([])
    assert [stale.entry for stale in outcome.stale] == [entry(table="driver"), entry(code="LI999")]


def test_a_comment_goes_before_the_baseline() -> None:
    _, outcome = suppressor(baseline=(entry(),), comments=(comment("LI401"),)).apply([finding()])
    assert outcome.idle == ()
    assert outcome.stale == (StaleEntry(entry()),)


def test_more_findings_than_the_baseline_accepts() -> None:
    """The second one of an identity is reported: the one that stands last."""
    accepted = replace(entry(), count=1)
    left, outcome = suppressor(baseline=(accepted,)).apply([finding(line=9), finding(line=5)])
    assert left == (finding(line=9),)
    assert outcome.stale == ()


def test_fewer_findings_than_the_baseline_accepts() -> None:
    accepted = replace(entry(), count=3)
    left, outcome = suppressor(baseline=(accepted,)).apply([finding(line=5), finding(line=9)])
    assert left == ()
    assert outcome.stale == (StaleEntry(accepted, 2),)


def unmatched(pattern: str, codes: set[str], **settings: object) -> list[str]:
    place = Origin(Source.POLICY, "/app/pyproject.toml", 7)
    known = frozenset({"versions/0002.py", "booking", "sales.booking", "ix_a"})
    configured = {"ignores": {pattern: codes}, "patterns": {pattern: place}, "known": known, **settings}
    _, outcome = suppressor(**configured).apply([])
    assert all(origin == place for _, origin in outcome.unmatched)
    return [pattern for pattern, _ in outcome.unmatched]


@pytest.mark.parametrize("pattern", ["ix_b", "sales.bookings", "versions/0003.py", "public.*", "*/models/*"])
def test_a_pattern_that_matches_nothing(pattern: str) -> None:
    assert unmatched(pattern, {"LI401"}) == [pattern]


@pytest.mark.parametrize("pattern", ["ix_*", "booking", "sales.*", "versions/*", "*.py"])
def test_a_pattern_that_matches_something(pattern: str) -> None:
    assert unmatched(pattern, {"LI401"}) == []


def test_patterns_for_rules_that_did_not_run_are_not_judged() -> None:
    assert unmatched("ix_b", {"LI406"}) == []


def test_what_is_not_known_for_sure_is_not_said_of_patterns() -> None:
    assert unmatched("ix_b", {"LI401"}, complete=False) == []
    assert unmatched("versions/0003.py", {"LI401"}, complete=False) == ["versions/0003.py"]
