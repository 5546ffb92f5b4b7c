"""``lint-indexes check --add-ignores``: a comment for everything that is found today."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from lint_indexes.commands.judging import chosen_projects, judge_project
from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions
from lint_indexes.config.value import Config
from lint_indexes.findings import Finding
from lint_indexes.linter.selection import NEVER_ACCEPTED
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import FileChange
from lint_indexes.model.origin import Origin, Source
from lint_indexes.sources.files import write_all
from lint_indexes.sources.repository import kept_files
from lint_indexes.suppressions.insertion import Annotated, add_ignores

_INSTALLED = frozenset(("site-packages", "dist-packages"))


@dataclass(frozen=True, slots=True)
class NotIgnorable:
    """A finding that no comment can be written for, and why. ``acceptable``: it may be accepted otherwise."""

    finding: Finding
    reason: str

    @property
    def acceptable(self) -> bool:
        return self.finding.code not in NEVER_ACCEPTED


@dataclass(frozen=True, slots=True)
class Ignored:
    """What was done in one project: the findings that comments suppress now, how many comments there are
    for them, new or changed, and the files that were written.
    """

    root: Path
    findings: int = 0
    comments: int = 0
    files: tuple[Path, ...] = ()
    left: tuple[NotIgnorable, ...] = ()


def write_ignores(options: CheckOptions, reason: str | None = None) -> list[Ignored]:
    """Suppress by comments what each project has today.

    Parameters:
        reason: what new comments give as their reason.

    Raises:
        LintIndexesError: a project could not be judged, or a file not be written; then none of its files is.
    """
    said = " ".join(reason.split()) if reason else ""
    return [_write(config, options, said or None) for config in chosen_projects(options)]


def _write(config: Config, options: CheckOptions, reason: str | None) -> Ignored:
    findings = narrow(judge_project(config, options), options.files).findings
    by_file, left = _sorted_out(config, findings)
    changes: list[FileChange] = []
    comments = 0
    for path, found in by_file.items():
        before = Path(path).read_bytes()
        wanted: dict[int, set[str]] = {}
        for finding in found:
            wanted.setdefault(finding.violation.origin.line or 0, set()).add(finding.code)
        annotated, after = _annotated(before, wanted, found[0].violation.origin, reason)
        placed = [one for one in found if one.violation.origin.line in annotated.placed]
        left += [NotIgnorable(one, "no comment can be placed there") for one in found if one not in placed]
        if after != before:
            changes.append(FileChange(Path(path), before, after))
            comments += annotated.comments
    write_all(changes)
    written = tuple(change.path for change in changes)
    return Ignored(config.root, len(findings) - len(left), comments, written, tuple(left))


def _annotated(
    content: bytes, wanted: Mapping[int, Collection[str]], place: Origin, reason: str | None
) -> tuple[Annotated, bytes]:
    """The file with its comments, in the encoding that it has."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
        annotated = add_ignores(text, wanted, Origin(place.source, place.path), reason)
        return annotated, annotated.text.encode(encoding)
    except (SyntaxError, UnicodeError):
        # The encoding is not known or not the right one, or lacks a character of the reason.
        return Annotated(""), content


def _sorted_out(
    config: Config, findings: Sequence[Finding]
) -> tuple[dict[str, list[Finding]], list[NotIgnorable]]:
    """The findings by the file that can take their comments, and those without one."""
    paths = {path for one in findings if (path := one.violation.origin.path) is not None}
    kept = kept_files(config.root, map(Path, paths))
    by_file: dict[str, list[Finding]] = {}
    left: list[NotIgnorable] = []
    for finding in findings:
        reason = _obstacle(finding, kept)
        path = finding.violation.origin.path
        if reason is not None:
            left.append(NotIgnorable(finding, reason))
        elif path is not None:
            by_file.setdefault(path, []).append(finding)
    return by_file, left


def _obstacle(finding: Finding, kept: Collection[Path]) -> str | None:
    """Why no comment can be written for a finding, None where one can."""
    origin = finding.violation.origin
    if finding.code in NEVER_ACCEPTED:
        return "such a finding is to be mended"
    if origin.path is None or origin.line is None:
        return "it stands in no line of a file"
    if origin.source is Source.POLICY or not origin.path.endswith(".py"):
        return "such a file takes no comments"
    if _INSTALLED.intersection(Path(origin.path).resolve().parts):
        return "the file belongs to an installed package"
    if Path(origin.path).resolve() not in kept:
        return "git ignores the file, or it is not in the project's repository"
    return None
