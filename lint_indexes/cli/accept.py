"""The options that accept what is found today, by a baseline or by comments, and what is told of that."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from lint_indexes.cli.options import RULES, option_of
from lint_indexes.cli.paths import show_path
from lint_indexes.cli.streams import write_report
from lint_indexes.commands.options import CheckOptions
from lint_indexes.model.dataclass import dataclass

if TYPE_CHECKING:
    from lint_indexes.commands.ignores import Ignored, NotIgnorable

_WAY_OUT = "accept it with per-file-ignores or --write-baseline"


@dataclass(frozen=True, slots=True)
class Accepting:
    """How: by comments with a ``reason``, or else by the baseline."""

    by_comments: bool = False
    reason: str | None = None


def accept_options(function: Callable[..., int]) -> Callable[..., int]:
    """The options; the function gets them as ``accepting``, an Accepting or None."""

    @functools.wraps(function)
    def with_accepting(*, write_baseline: bool, add_ignores: bool, reason: str | None, **others: Any) -> int:
        if write_baseline and add_ignores:
            raise click.UsageError("--write-baseline and --add-ignores exclude each other")
        if reason is not None and not add_ignores:
            raise click.UsageError("--reason goes with --add-ignores")
        accepting = Accepting(add_ignores, reason) if write_baseline or add_ignores else None
        return function(accepting=accepting, **others)

    options = (
        option_of(
            "--write-baseline",
            section=RULES,
            is_flag=True,
            help="Accept all that is found today: write it to .lint-indexes-baseline.json beside the"
            " configuration.",
        ),
        option_of(
            "--add-ignores",
            section=RULES,
            is_flag=True,
            help="Accept it by comments instead, # lint-indexes: ignore[...], in models and migrations.",
        ),
        option_of(
            "--reason",
            section=RULES,
            metavar="TEXT",
            help="What the comments of --add-ignores say as a reason.",
        ),
    )
    for option in reversed(options):
        with_accepting = option(with_accepting)
    return with_accepting


def reject_with(accepting: Accepting, options: CheckOptions, *, fixing: bool) -> None:
    """Refuse options that say that less is found than there is.

    Raises:
        click.UsageError: there are some.
    """
    name = "--add-ignores" if accepting.by_comments else "--write-baseline"
    if fixing:
        raise click.UsageError(f"{name} and --fix exclude each other")
    if options.at is not None:
        raise click.UsageError(f"{name} accepts all that is found today, so not with --at")
    if not accepting.by_comments and (options.base is not None or options.files):
        raise click.UsageError(f"{name} accepts all that is found today, so not with --base or files")


def accept(options: CheckOptions, accepting: Accepting) -> int:
    """Accept what is found, and tell how much that was; the exit status."""
    if accepting.by_comments:
        return _add_ignores(options, accepting.reason)
    from lint_indexes.commands.baseline import write_baselines

    for written in write_baselines(options):
        findings, entries = _count(written.findings, "finding"), _count(written.entries, "entry", "entries")
        write_report(f"Accepted {findings}: {entries} in {show_path(str(written.path))}.\n")
    return 0


def _add_ignores(options: CheckOptions, reason: str | None) -> int:
    from lint_indexes.commands.ignores import write_ignores

    write_report("".join(f"{line}\n" for line in _told(write_ignores(options, reason))))
    return 0


def _told(outcomes: Sequence[Ignored]) -> Iterator[str]:
    findings = sum(outcome.findings for outcome in outcomes)
    files = sorted(show_path(str(path)) for outcome in outcomes for path in outcome.files)
    left = [one for outcome in outcomes for one in outcome.left]
    if findings:
        comments = _count(sum(outcome.comments for outcome in outcomes), "comment")
        count = _count(findings, "finding")
        yield f"Suppressed {count}: wrote {comments} in {_count(len(files), 'file')}."
        yield from (f"  {path}" for path in files)
    elif not left:
        yield "Nothing was found: no comment is needed."
    acceptable = any(one.acceptable for one in left)
    if left:
        way_out = f"; {_WAY_OUT}" if acceptable else ""
        yield f"No comment could be written for {_count(len(left), 'finding')}{way_out}:"
    for one in left:
        yield f"  {_place(one)}{one.finding.code} {one.finding.violation.message} ({one.reason})"


def _place(left: NotIgnorable) -> str:
    origin = left.finding.violation.origin
    if origin.path is None:
        return ""
    line = "" if origin.line is None else f"{origin.line}:"
    return f"{show_path(origin.path)}:{line} "


def _count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
