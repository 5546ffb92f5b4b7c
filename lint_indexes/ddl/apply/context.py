"""What every operation needs to know beside the catalog, and the one function that they all extend."""

from __future__ import annotations

from functools import singledispatch

from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Context:
    """``lenient``: neither what is missing nor what exists already is an error."""

    origin: Origin | None = None
    lenient: bool = False
    postgres_version: int = 16

    def allows_unknown(self, catalog: Catalog) -> bool:
        """Whether something that is not in the catalog may exist all the same."""
        return self.lenient or catalog.open_world


@singledispatch
def perform(operation: object, catalog: Catalog, context: Context) -> Catalog:
    """The catalog after the operation; the modules beside this one register a function for each kind."""
    raise TypeError(f"no operation: {operation!r}")
