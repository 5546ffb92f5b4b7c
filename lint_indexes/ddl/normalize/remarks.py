"""What the analysis of an expression finds out beside its form."""

from __future__ import annotations

from dataclasses import dataclass, field

from lint_indexes.ddl.normalize.form import Fault

IMMUTABLE = "i"
"""pg_proc.provolatile of a function whose result depends on its arguments alone."""


@dataclass(slots=True)
class Remarks:
    """``doubts`` says why a type is not known, ``faults`` why PostgreSQL refuses the expression.

    ``mutable``: it calls a function that is not immutable, so that no index can have it; ``extensions`` are
    those whose functions and operators it uses.
    """

    doubts: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    mutable: bool = False
    extensions: set[str] = field(default_factory=set)

    def doubt(self, reason: str) -> None:
        self.doubts.append(reason)

    def fault(self, sqlstate: str, message: str) -> None:
        self.faults.append(Fault(sqlstate, message))

    def uses(self, volatility: str | None, extension: str = "") -> None:
        """Note a function that is called; None is a volatility that is not known."""
        if extension:
            self.extensions.add(extension)
        if volatility not in (IMMUTABLE, None):
            self.mutable = True
