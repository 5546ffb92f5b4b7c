"""Which fixes have to do with what went wrong after them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from lint_indexes.findings import Finding, Identity, Severity
from lint_indexes.fixers.choice import Choice, revisions_edited
from lint_indexes.model.catalog import Index
from lint_indexes.model.edits import DeclareIndex, UndeclareIndex
from lint_indexes.model.names import QualifiedName
from lint_indexes.sources.files import relative_path

_OF_MIGRATIONS = ("LI3", "LI4")


def is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


def identity(finding: Finding, root: Path) -> Identity:
    """What makes a finding the same in two states of a project."""
    return finding.identity(partial(relative_path, folder=root))


def would_bring_about(finding: Finding) -> str:
    """Why a fix is given up."""
    return f"it would bring about {finding.code} ({finding.violation.message})"


def editing(choices: Sequence[Choice], name: QualifiedName, changed: Index | None) -> Sequence[Choice]:
    """The fixes that may have changed an index of the models: those that are about it, those of an index on
    its columns, which takes its place where one of them backs a constraint, or all that edit its table.

    Args:
        changed: the index, None where the models have it neither before nor after.
    """
    pairs = [
        (choice, edit.index)
        for choice in choices
        for edit in choice.fix.edits
        if isinstance(edit, DeclareIndex | UndeclareIndex)
    ]
    own = [choice for choice, index in pairs if index.name == name]
    if own or changed is None:
        return own or [choice for choice, _ in pairs]
    near = [(choice, index) for choice, index in pairs if index.table == changed.table]
    alike = [choice for choice, index in near if index.constraint and index.columns == changed.columns]
    return alike or [choice for choice, _ in near]


def concerned(choices: Sequence[Choice], new: Finding) -> Sequence[Choice]:
    """Fixes that may have brought a finding about: those of indexes that it names, of its table, or all.

    What is rewritten in a migration leads to the same schema, so that only rules of migrations may mind.
    """
    if not new.code.startswith(_OF_MIGRATIONS):
        choices = [choice for choice in choices if not revisions_edited(choice.fix)] or choices
    subject = new.violation.subject
    named = {subject.index, *re.findall(r"[\w$]+", new.violation.message)} - {None}
    for same in (
        [choice for choice in choices if choice.finding.violation.subject.index in named],
        [choice for choice in choices if choice.finding.violation.subject.table == subject.table],
    ):
        if same and (subject.index or subject.table):
            return same
    return choices
