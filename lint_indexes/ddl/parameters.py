"""Parameters of statements."""

from __future__ import annotations

from decimal import Decimal

from lint_indexes.model.dataclass import dataclass

PARAMETER_TYPES = frozenset(
    ("bytea", "date", "interval", "numeric", "time", "timestamp", "timestamptz", "timetz", "uuid")
)
"""The types that drivers give to parameters which are no values of JSON's."""


@dataclass(frozen=True, slots=True)
class TypedText:
    """Such a parameter: its text as PostgreSQL reads it, and one of the PARAMETER_TYPES."""

    text: str
    type_name: str

    @property
    def is_number(self) -> bool:
        """Whether a driver writes it as a bare number: NaN and the infinities it does not."""
        return self.type_name == "numeric" and Decimal(self.text).is_finite()


def plain(parameter: object) -> object:
    """A parameter without its type: text is read as what is wanted, and a number is one."""
    if isinstance(parameter, list):
        return [plain(item) for item in parameter]
    if isinstance(parameter, TypedText):
        return Decimal(parameter.text) if parameter.is_number else parameter.text
    return parameter
