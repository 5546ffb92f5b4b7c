"""What was changed on the way from one state to another: a step back for each change."""

from __future__ import annotations

from lint_indexes.model.names import QualifiedName


class Touched:
    """The object that was changed last, and what had been changed before that.

    ``part`` is the field of the catalog that holds the object.
    """

    __slots__ = ("before", "count", "name", "part")

    def __init__(self, part: str, name: QualifiedName, before: Touched | None) -> None:
        self.part = part
        self.name = name
        self.before = before
        self.count: int = 1 if before is None else before.count + 1


def touched_since_they_parted(
    one: Touched | None, other: Touched | None
) -> set[tuple[str, QualifiedName]] | None:
    """Part and name of what was touched since two states were the same; None where that is not known."""
    found: set[tuple[str, QualifiedName]] = set()
    while one is not other:
        if one is None or other is None:
            return None
        if one.count >= other.count:
            found.add((one.part, one.name))
            one = one.before
        else:
            found.add((other.part, other.name))
            other = other.before
    return None if one is None else found
