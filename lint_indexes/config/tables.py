"""Shapes of tables, and the keys that they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from lint_indexes.config.problems import Place
from lint_indexes.config.shapes import Json, Shape, Text, type_name
from lint_indexes.model.dataclass import dataclass

Value = TypeVar("Value")
Given = TypeVar("Given", covariant=True)


@dataclass(frozen=True, slots=True)
class Setting(Generic[Given]):
    """A key: what its value looks like, what holds without it, and what it is for (Markdown).

    ``standing`` is said in the place of the default where that is no value that could be written.
    ``required`` is for the schema: what to say of a key that is missing is for the reader of its table.
    """

    name: str
    shape: Shape[Given]
    default: Given
    summary: str
    standing: str = ""
    required: bool = False
    examples: tuple[object, ...] = ()

    def schema(self) -> Json:
        """The JSON Schema of the value."""
        default = plain(self.default)
        without = f" Without it: {self.standing}." if self.standing else ""
        return {
            "description": f"{self.summary}{without}",
            **({} if default in (None, [], {}) or self.required else {"default": default}),
            **({"examples": list(self.examples)} if self.examples else {}),
            **self.shape.schema(),
        }


def plain(value: object) -> object:
    """A default as TOML and JSON have it."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Variables:
    """A table of environment variables."""

    def read(self, value: object, place: Place) -> dict[str, str] | None:
        table = read_table(value, place) or {}
        for name, item in table.items():
            self._check(name, item, place.below(name))
        return {name: item for name, item in table.items() if isinstance(item, str)}

    def _check(self, name: str, value: object, place: Place) -> None:
        if not isinstance(value, str):
            text = str(value).lower() if isinstance(value, bool) else value
            advice = "" if isinstance(value, (Mapping, list)) else f'; write "{text}" in quotes'
            place.problem(f"must be a string, not {type_name(value)}{advice}")
        elif not name or "=" in name or "\0" in name + value:
            place.problem("is no environment variable")

    def schema(self) -> Json:
        return {
            "type": "object",
            "propertyNames": {"pattern": r"^[^=\u0000]+$"},
            "additionalProperties": {"type": "string", "pattern": r"^[^\u0000]*$"},
        }

    @property
    def label(self) -> str:
        return "table"


@dataclass(frozen=True, slots=True)
class TableOf(Generic[Value]):
    """A table whose keys are the user's, and whose values have one shape; ``names`` is what the schema says
    of the keys. What is read holds the values that are right.
    """

    value: Shape[Value]
    names: Mapping[str, object] | None = None

    def read(self, value: object, place: Place) -> dict[str, Value] | None:
        table = read_table(value, place) or {}
        found = {name: self.value.read(item, place.below(name)) for name, item in table.items()}
        return {name: item for name, item in found.items() if item is not None}

    def schema(self) -> Json:
        names = {} if self.names is None else {"propertyNames": dict(self.names)}
        return {"type": "object", **names, "additionalProperties": self.value.schema()}

    @property
    def label(self) -> str:
        return "table"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with keys of ours; its reader asks for each of them."""

    settings: tuple[Setting[Any], ...]

    def read(self, value: object, place: Place) -> Mapping[str, object] | None:
        return read_table(value, place)

    def schema(self) -> Json:
        required = [setting.name for setting in self.settings if setting.required]
        return {
            "type": "object",
            "properties": {setting.name: setting.schema() for setting in self.settings},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    @property
    def label(self) -> str:
        return "table"


@dataclass(frozen=True, slots=True)
class Tables:
    """An array of tables; ``example`` is one of them, for who wrote something else."""

    table: Table
    example: str

    def read(self, value: object, place: Place) -> tuple[Mapping[str, object], ...] | None:
        items: list[object] = value if isinstance(value, list) else []
        entries = tuple(item for item in items if isinstance(item, Mapping))
        if isinstance(value, list) and len(entries) == len(items):
            return entries
        wrong = next((item for item in items if not isinstance(item, Mapping)), value)
        place.problem(f"must be an array of tables, not {type_name(wrong)}; such as {self.example}")
        return None

    def schema(self) -> Json:
        return {"type": "array", "items": self.table.schema()}

    @property
    def label(self) -> str:
        return "array of tables"


@dataclass(frozen=True, slots=True)
class TextOrTable:
    """A string, or a table with keys of ours where there is more to say; ``advice`` is for others."""

    table: Table
    advice: str

    def read(self, value: object, place: Place) -> str | Mapping[str, object] | None:
        if isinstance(value, str):
            return Text().read(value, place)
        if isinstance(value, Mapping):
            return value
        place.problem(f"must be a string or a table, not {type_name(value)}; {self.advice}")
        return None

    def schema(self) -> Json:
        # Each keyword is for one of the two types, so an editor can point at what is wrong inside the table.
        return {**Text().schema(), **self.table.schema(), "type": ["string", "object"]}

    @property
    def label(self) -> str:
        return "string or table"


def read_table(value: object, place: Place) -> Mapping[str, object] | None:
    """The value if it is a table."""
    if isinstance(value, Mapping):
        return value
    place.problem(f"must be a table, not {type_name(value)}")
    return None
