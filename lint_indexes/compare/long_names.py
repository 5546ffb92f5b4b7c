"""Names over 63 bytes that SQLAlchemy refuses by itself."""

from __future__ import annotations

import re

from lint_indexes.model.history import Run

_REFUSAL = re.compile(r"Identifier '(.+)' exceeds maximum length of \d+ characters")


def refused_name(run: Run) -> str | None:
    """The name whose length ended a run (sqlalchemy.exc.IdentifierError), or None."""
    if run.failure is None or run.failure.sqlstate is not None:
        return None
    found = _REFUSAL.search(run.failure.message)
    return found[1] if found else None
