"""What an outcome was made from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was looked at outside of the tool, by its absolute path or name.

    ``files`` were read; of ``looked_for`` only their presence and kind was asked; of ``listed`` folders the
    names; of ``packages``, folders that modules were looked for in, the names that can be imported.
    ``variables`` are those of the environment that were asked for, ``every_variable`` says that all were.
    ``committed`` are files of which it was asked whether git is about to commit them, None if nobody did.
    """

    files: frozenset[str] = field(default=frozenset())
    looked_for: frozenset[str] = field(default=frozenset())
    listed: frozenset[str] = field(default=frozenset())
    packages: frozenset[str] = field(default=frozenset())
    variables: frozenset[str] = field(default=frozenset())
    every_variable: bool = False
    committed: frozenset[str] | None = None

    def __or__(self, other: Inputs) -> Inputs:
        """What either depends on; ``committed`` may be that of one only."""
        return Inputs(
            self.files | other.files,
            self.looked_for | other.looked_for,
            self.listed | other.listed,
            self.packages | other.packages,
            self.variables | other.variables,
            self.every_variable or other.every_variable,
            self.committed if other.committed is None else other.committed,
        )
