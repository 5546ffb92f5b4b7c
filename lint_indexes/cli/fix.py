"""The options of ``--fix``, and how its outcome is told."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from lint_indexes.cli.changes import then_add, unified_diff
from lint_indexes.cli.options import option_of
from lint_indexes.cli.paths import show_path
from lint_indexes.commands.options import FixOptions

if TYPE_CHECKING:
    from lint_indexes.commands.fix import Outcome

_FIXES = "Fixes"


def fix_options(function: Callable[..., int]) -> Callable[..., int]:
    """The options of ``--fix``; the function gets them as ``fixing``, a FixOptions or None."""

    @functools.wraps(function)
    def with_fixing(
        *, fix: bool, unsafe_fixes: bool, diff: bool, fix_drift: str, message: str | None, **others: Any
    ) -> int:
        given = {"--unsafe-fixes": unsafe_fixes, "--fix-drift": fix_drift != "declare", "--message": message}
        if not (fix or diff):
            for name in (name for name, value in given.items() if value):
                raise click.UsageError(f"{name} goes with --fix or --diff")
            return function(fixing=None, **others)
        return function(fixing=FixOptions(unsafe_fixes, fix_drift == "drop", diff, message), **others)

    options = (
        option_of(
            "--fix",
            section=_FIXES,
            is_flag=True,
            help="Mend what can be mended: models are edited, and one new migration is written. Exits with 1"
            " when something was written, so that it is looked at and added.",
        ),
        option_of(
            "--unsafe-fixes",
            section=_FIXES,
            is_flag=True,
            help="Also mend what may lose something that somebody wanted.",
        ),
        option_of("--diff", section=_FIXES, is_flag=True, help="Show what --fix would write; write nothing."),
        option_of(
            "--fix-drift",
            section=_FIXES,
            type=click.Choice(["declare", "drop"]),
            default="declare",
            metavar="HOW",
            help="What becomes of an index that only the migrations have: declare it in the model (the"
            " default), or drop it.",
        ),
        option_of(
            "--message",
            "-m",
            section=_FIXES,
            metavar="TEXT",
            help="The message of the new revision; without it, what the revision does.",
        ),
    )
    for option in reversed(options):
        with_fixing = option(with_fixing)
    return with_fixing


def render_diff(outcomes: Sequence[Outcome]) -> str:
    """What would be written, as a unified diff."""
    return unified_diff(change for outcome in outcomes for change in outcome.changes)


def tell(outcomes: Sequence[Outcome], *, written: bool) -> Iterator[str]:
    """What was mended, what was not and why, and what to do now; line by line."""
    fixed = [choice for outcome in outcomes for choice in outcome.fixed]
    if fixed:
        count = f"{len(fixed)} finding{'s' if len(fixed) > 1 else ''}"
        yield f"Fixed {count}:" if written else f"Would fix {count}:"
        titles = dict.fromkeys(f"  {choice.finding.code} {choice.fix.title}" for choice in fixed)
        yield from titles
    hidden = sum(outcome.unsafe for outcome in outcomes)
    if hidden:
        yield f"{hidden} more can be fixed with --unsafe-fixes: these fixes may lose something."
    left = [one for outcome in outcomes for one in outcome.left]
    if left:
        yield "Not fixed:"
        yield from dict.fromkeys(
            f"  {one.finding.code} {one.finding.violation.message}: {one.reason}" for one in left
        )
    changes = [change for outcome in outcomes for change in outcome.changes]
    if changes and written:
        yield "Wrote:"
        for change in changes:
            yield f"  {show_path(str(change.path))}{' (new)' if change.before is None else ''}"
        yield then_add(changes)
