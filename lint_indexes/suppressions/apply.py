"""Take out of the findings what is suppressed, and see which suppressions were for nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from lint_indexes.findings import Finding
from lint_indexes.suppressions.baseline import Entry
from lint_indexes.suppressions.comments import IgnoreComment
from lint_indexes.suppressions.patterns import is_ignored


@dataclass(frozen=True, slots=True)
class IdleSelector:
    """A code in a comment that takes nothing out. ``unknown`` is set where it means no rule: what to say."""

    comment: IgnoreComment
    selector: str
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The comments and the baseline after they were applied: the source of the rules that judge them.

    ``stale`` are the entries of the baseline that no finding needs.
    """

    comments: tuple[IgnoreComment, ...] = ()
    idle: tuple[IdleSelector, ...] = ()
    stale: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppressor:
    """What is suppressed in a project.

    Parameters:
        ignores: codes by pattern of a file, table or index.
        codes_of: the codes that a selector means.
        unknown: what to say about a selector that means none.
        show_path: the path as patterns and the baseline have it.
        ran: the codes of the rules that ran, and ``expected`` those that usually do. A selector is only
            judged where no expected rule that it means was left out.
        settled: files in which not every rule looks (revisions up to ``since``): comments there are not
            called idle.
    """

    codes_of: Callable[[str], frozenset[str]]
    unknown: Callable[[str], str | None]
    show_path: Callable[[str], str]
    ran: frozenset[str]
    expected: frozenset[str]
    comments: tuple[IgnoreComment, ...] = ()
    ignores: Mapping[str, Collection[str]] = field(default_factory=dict)
    baseline: tuple[Entry, ...] = ()
    settled: frozenset[str] = frozenset()

    def apply(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], Suppressions]:
        """The findings that are left, and what was made of the suppressions."""
        used: set[tuple[int, str]] = set()
        accepted = {entry.identity for entry in self.baseline}
        needed = set()
        left: list[Finding] = []
        for finding in findings:
            commented = [*self._comments_on(finding)]
            used.update(commented)
            if commented or self.is_ignored(finding):
                continue
            identity = finding.identity(self.show_path)
            if identity in accepted:
                needed.add(identity)
            else:
                left.append(finding)
        stale = tuple(
            entry
            for entry in self.baseline
            if entry.identity not in needed and self._ran(entry.identity.code)
        )
        return tuple(left), Suppressions(self.comments, tuple(self._idle(used)), stale)

    def is_ignored(self, finding: Finding) -> bool:
        """Whether a pattern of the configuration takes the finding out."""
        return is_ignored(finding, self.ignores, self.show_path)

    def _comments_on(self, finding: Finding) -> Iterable[tuple[int, str]]:
        """The comments that take a finding out: their places in the list, each with the selector."""
        for place, comment in enumerate(self.comments):
            if comment.covers(finding.violation.origin):
                for selector in comment.selectors:
                    if finding.code in self.codes_of(selector):
                        yield place, selector

    def _idle(self, used: Collection[tuple[int, str]]) -> Iterable[IdleSelector]:
        for place, comment in enumerate(self.comments):
            for selector in comment.selectors:
                unknown = self.unknown(selector)
                if unknown is not None:
                    yield IdleSelector(comment, selector, unknown)
                elif (place, selector) not in used and self._is_judged(comment, selector):
                    yield IdleSelector(comment, selector)

    def _is_judged(self, comment: IgnoreComment, selector: str) -> bool:
        meant = self.codes_of(selector)
        return (
            comment.origin.path not in self.settled
            and bool(meant & self.ran)
            and meant & self.expected <= self.ran
        )

    def _ran(self, code: str) -> bool:
        """Whether the rule could have found it; a code that no rule has never will."""
        return code in self.ran or not self.codes_of(code)
