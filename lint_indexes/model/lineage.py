"""What was changed on the way from one state to another: a step back for each change."""

from __future__ import annotations

from lint_indexes.model.names import QualifiedName


class Touched:
    """The name of what was changed last, and what had been changed before that."""

    __slots__ = ("before", "count", "name")

    def __init__(self, name: QualifiedName, before: Touched | None) -> None:
        self.name = name
        self.before = before
        self.count: int = 1 if before is None else before.count + 1


def names_since_they_parted(one: Touched | None, other: Touched | None) -> set[QualifiedName] | None:
    """The names that were touched since two states were the same; None where nobody knows when that was."""
    names: set[QualifiedName] = set()
    while one is not other:
        if one is None or other is None:
            return None
        if one.count >= other.count:
            names.add(one.name)
            one = one.before
        else:
            names.add(other.name)
            other = other.before
    return None if one is None else names
