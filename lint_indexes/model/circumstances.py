"""What a rule about one revision may know of all others."""

from __future__ import annotations

from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The history around a revision, as far as it bears on the judgement of that one.

    ``incomplete``: there are migration files that could not be used; ``failing`` are the revisions before it
    whose upgrade fails; ``sets_lock_timeout``: env.py has lock_timeout in it.
    """

    incomplete: bool = False
    failing: frozenset[str] = frozenset()
    sets_lock_timeout: bool = False
