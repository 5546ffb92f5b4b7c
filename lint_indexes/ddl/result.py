"""What a statement answers."""

from __future__ import annotations

from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a statement, as a DBAPI cursor shows it.

    ``columns`` is empty for a statement that returns no rows; ``rowcount`` is the number of rows that were
    returned or changed, -1 where the statement has none (PEP 249, Cursor.rowcount).
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    rowcount: int = -1
