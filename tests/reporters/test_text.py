from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Coverage, Listing, Report, UncertainRevision
from lint_indexes.reporters.text.check import render
from lint_indexes.reporters.text.listing import render_listing

ReadLine = Callable[[str, int], "str | None"]
ShowPath = Callable[[str], str]

LI004 = """\
LI004 unanalysable-revision (warning): DO block:
not understood
   --> migrations/versions/44a28b52dc46_add_helpers.py:400
"""
LI101 = """\
LI101 policy-index-missing: ix_booking_status, which the policy requires, is missing from the migrations
   --> pyproject.toml:9:1
    |
  9 | ix_booking_status = "booking (status)"
    | ^^^^^^^^^^^^^^^^^
    |
info: dropped here by 44a28b52dc46
   --> migrations/versions/44a28b52dc46_add_helpers.py:121:2
    |
121 |     with op.batch_alter_table('booking') as batch:  # \N{REPLACEMENT CHARACTER}[31m
    |     ^^^^
    |
help: create it again in a new migration
"""
UNDECIDED = """\
undecided: the predicates of ix_a
 --> models.py:7:7
"""
SUMMARY = """\
Skipped LI201, LI205: with --at.
2 findings suppressed.
1 comparison could not be decided.
Found 1 error and 1 warning in 40 revisions (39 analysed, 1 uncertain: see LI004).
"""


@pytest.fixture
def page(read_line: ReadLine, show_path: ShowPath) -> Callable[..., str]:
    def rendered(*reports: Report, **settings: bool) -> str:
        return render(reports, show_path=show_path, read_line=read_line, **settings)

    return rendered


def test_the_whole_page(page: Callable[..., str], report: Report) -> None:
    assert page(report) == f"{LI004}\n{LI101}\n{UNDECIDED}\n{SUMMARY}"


def test_quiet_is_only_findings(page: Callable[..., str], report: Report) -> None:
    assert page(report, quiet=True) == f"{LI004}\n{LI101}"
    assert page(replace(report, findings=()), quiet=True) == ""


def test_verbose_adds_notes_and_what_was_uncertain(page: Callable[..., str], report: Report) -> None:
    notes = "note: interpreter: .venv/bin/python\nuncertain: 44a28b52dc46: DO block\n"
    assert page(report, verbose=True) == f"{LI004}\n{LI101}\n{UNDECIDED}\n{notes}\n{SUMMARY}"


def test_findings_of_several_projects_are_sorted_together(page: Callable[..., str], report: Report) -> None:
    first = replace(report, findings=report.findings[:1])
    second = replace(report, root=Path("/app/other"), findings=report.findings[1:])
    assert page(first, second, quiet=True) == page(second, first, quiet=True) == f"{LI004}\n{LI101}"
    verbose = page(first, second, verbose=True)
    assert "project: /app\nnote:" in verbose
    assert "project: other\nnote:" in verbose
    assert "in 80 revisions (78 analysed, 1 uncertain: see LI004)" in verbose


def test_the_summary_says_where_uncertainty_is_explained(page: Callable[..., str], report: Report) -> None:
    violation = Violation("revision 0002 has no file", Origin(Source.MIGRATIONS, "/app/0002.py"))
    broken = Finding("LI603", "broken-history", Severity.ERROR, violation)
    assert "1 uncertain: see LI004 and LI603)" in page(replace(report, findings=(*report.findings, broken)))
    assert "1 uncertain: see LI603)" in page(replace(report, findings=(broken,)))
    assert "1 uncertain)" in page(replace(report, findings=report.findings[:1]))


def test_color_only_adds_escapes(page: Callable[..., str], report: Report) -> None:
    colored = page(report, color=True)
    assert click.unstyle(colored) == page(report)
    assert colored.startswith(click.style("LI004", fg="yellow", bold=True))
    assert click.style("LI101", fg="red", bold=True) in colored


def found_at(origin: Origin) -> Report:
    finding = Finding("LI306", "failing-upgrade", Severity.ERROR, Violation("m", origin))
    return Report(Path("/app"), (finding,), rules_run=("LI306",))


@pytest.mark.parametrize(
    ("origin", "frame"),
    [
        (Origin(Source.MIGRATIONS), ""),
        (Origin(Source.MIGRATIONS, "/app/alembic.ini"), "--> alembic.ini\n"),
        (Origin(Source.MIGRATIONS, "/app/alembic.ini", column=3), "--> alembic.ini\n"),
        (Origin(Source.MODELS, "/app/gone.py", 3, 1), "--> gone.py:3:1\n"),
        (
            Origin(Source.MODELS, "/app/models.py", 7, 7),
            "--> models.py:7:7\n  |\n7 | class 予約(Base): ...\n  |       ^^^^\n  |\n",
        ),
        (
            Origin(Source.MODELS, "/app/models.py", 7, 9),
            "--> models.py:7:9\n  |\n7 | class 予約(Base): ...\n  |           ^\n  |\n",
        ),
        (
            Origin(Source.MODELS, "/app/models.py", 7, 99),
            "--> models.py:7:99\n  |\n7 | class 予約(Base): ...\n  | ^^^^^\n  |\n",
        ),
    ],
)
def test_a_frame_of_what_is_known(page: Callable[..., str], origin: Origin, frame: str) -> None:
    arrow = f" {frame}" if frame else ""
    assert page(found_at(origin), quiet=True) == f"LI306 failing-upgrade: m\n{arrow}"


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (Report(Path()), "No rule ran."),
        (Report(Path(), rules_run=("LI101",)), "1 rule passed."),
        (
            Report(Path(), rules_run=("LI101", "LI102"), coverage=Coverage(40, 40), indexes=27),
            "All 2 rules passed: 27 indexes, 40 revisions, 0 uncertain.",
        ),
        (
            Report(
                Path(),
                rules_run=("LI101", "LI102"),
                coverage=Coverage(1, 0, (UncertainRevision("a", "x"), UncertainRevision("a", "y"))),
                indexes=1,
            ),
            "All 2 rules passed: 1 index, 1 revision, 1 uncertain.",
        ),
    ],
)
def test_the_summary_of_a_clean_run(page: Callable[..., str], report: Report, line: str) -> None:
    assert page(report) == f"{line}\n"


def test_what_other_files_have_is_counted(page: Callable[..., str], report: Report) -> None:
    clean = Report(Path(), rules_run=("LI101", "LI102"), coverage=Coverage(40, 40), indexes=27)
    assert page(replace(clean, elsewhere=3)) == (
        "3 findings not shown: they concern other files only.\n"
        "Nothing found in the named files: 27 indexes, 40 revisions, 0 uncertain.\n"
    )
    assert "1 finding not shown: it concerns other files only.\n" in page(replace(report, elsewhere=1))


def test_two_clean_projects(page: Callable[..., str]) -> None:
    one = Report(Path("/app/a"), rules_run=("LI101", "LI102"), coverage=Coverage(3, 3), indexes=2)
    other = Report(Path("/app/b"), rules_run=("LI101",), coverage=Coverage(1, 1))
    assert page(one, other) == "All 2 rules passed: 2 projects, 2 indexes, 4 revisions, 0 uncertain.\n"


def test_a_summary_without_revisions_and_without_doubts(page: Callable[..., str], report: Report) -> None:
    bare = replace(report, skipped=(), open_questions=(), suppressed=0)
    assert page(replace(bare, coverage=Coverage())).endswith("\nFound 1 error and 1 warning.\n")
    assert page(replace(bare, coverage=Coverage(1, 1))).endswith("warning in 1 revision (all analysed).\n")
    without_rule = replace(bare, findings=bare.findings[:1])
    assert page(without_rule).endswith("in 40 revisions (39 analysed, 1 uncertain).\n")


def test_a_listing(listing: Listing, show_path: ShowPath) -> None:
    assert render_listing(listing, show_path=show_path) == (
        "public.booking\n"
        "    booking_pkey         btree (id)  [primary key]"
        "  migrations/versions/44a28b52dc46_add_helpers.py:31:5\n"
        "    \"ix_booking_Status\"  btree (status) WHERE (status = 'PENDING')"
        "  migrations/versions/44a28b52dc46_add_helpers.py:31:5\n"
        "\n"
        "public.company\n"
        "    uq_company_name  btree (lower(name))  [unique index]\n"
        "\n"
        "3 indexes in the migrations at 44a28b52dc46.\n"
    )


def test_an_invalid_index_is_listed_as_such(listing: Listing, show_path: ShowPath) -> None:
    invalid = replace(listing, indexes=tuple(replace(index, valid=False) for index in listing.indexes))
    assert "(lower(name))  [unique index]  [invalid]\n" in render_listing(invalid, show_path=show_path)


def test_an_empty_listing(show_path: ShowPath) -> None:
    assert render_listing(Listing(Source.MODELS), show_path=show_path) == "0 indexes in the models.\n"
