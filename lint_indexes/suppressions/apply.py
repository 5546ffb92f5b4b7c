"""Take out of the findings what is suppressed, and see which suppressions were for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from fnmatch import fnmatchcase

from lint_indexes.findings import Finding, Identity
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin
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
class StaleEntry:
    """An entry of the baseline that accepts more than the ``found`` findings that there are."""

    entry: Entry
    found: int = 0


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The comments and the baseline after they were applied: the source of the rules that judge them.

    ``stale`` are the entries of the baseline that findings do not need, or not all of; ``unmatched`` the
    patterns of the configuration that nothing matches, with their places.
    """

    comments: tuple[IgnoreComment, ...] = ()
    idle: tuple[IdleSelector, ...] = ()
    stale: tuple[StaleEntry, ...] = ()
    unmatched: tuple[tuple[str, Origin], ...] = ()


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
        settled: files in which not every rule looks (revisions up to ``since``, or that could not be
            analysed to their end): comments there are not called idle.
        undecided: places that rules could not judge, or not for sure, and ``uncertain`` the tables of which
            that holds: what speaks for these is neither idle nor stale.
        patterns: where the patterns of ``ignores`` stand.
        known: what they can match: every file, table and index that there is or was.
        complete: whether no table or index may be missing there.
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
    undecided: Collection[Origin] = ()
    uncertain: frozenset[QualifiedName] = frozenset()
    patterns: Mapping[str, Origin] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    complete: bool = True

    def apply(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], Suppressions]:
        """The findings that are left, and what was made of the suppressions."""
        used: set[tuple[int, str]] = set()
        left: list[Finding] = []
        for finding in findings:
            commented = [*self._comments_on(finding)]
            used.update(commented)
            if not commented and not self.is_ignored(finding):
                left.append(finding)
        left, stale = self._without_accepted(left)
        idle, unmatched = tuple(self._idle(used)), tuple(self._unmatched())
        return tuple(left), Suppressions(self.comments, idle, stale, unmatched)

    def _without_accepted(self, findings: Sequence[Finding]) -> tuple[list[Finding], tuple[StaleEntry, ...]]:
        """The findings that the baseline does not accept, and what it accepts for nothing.

        Of more findings than it accepts of an identity, those are accepted that stand first.
        """
        accepted = {entry.identity: entry.count for entry in self.baseline}
        found: Counter[Identity] = Counter()
        surplus: set[int] = set()
        for place, finding in sorted(enumerate(findings), key=lambda item: (_line(item[1]), item[0])):
            identity = finding.identity(self.show_path)
            found[identity] += 1
            count = accepted.get(identity, 0)
            if count is not None and found[identity] > count:
                surplus.add(place)
        stale = (
            StaleEntry(entry, found[entry.identity])
            for entry in self.baseline
            if found[entry.identity] < (entry.count or 1) and self._is_decided(entry.identity)
        )
        return [finding for place, finding in enumerate(findings) if place in surplus], tuple(stale)

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
            and not any(comment.covers(place) for place in self.undecided)
        )

    def _unmatched(self) -> Iterable[tuple[str, Origin]]:
        """Patterns that match nothing that rules look at, so that they are misspelt or outlived."""
        for pattern, origin in self.patterns.items():
            names_file = "/" in pattern or pattern.endswith(".py")
            known = self.complete or names_file
            if known and self.ran.intersection(self.ignores[pattern]) and not self._matches(pattern):
                yield pattern, origin

    def _matches(self, pattern: str) -> bool:
        return any(fnmatchcase(name, pattern) for name in self.known)

    def _is_decided(self, identity: Identity) -> bool:
        """Whether it would have been found, were it there; what no rule looks for never will be."""
        if not self.codes_of(identity.code):
            return True
        table = QualifiedName(identity.schema, identity.table) if identity.schema and identity.table else None
        return identity.code in self.ran and table not in self.uncertain


def _line(finding: Finding) -> int:
    return finding.violation.origin.line or 0
