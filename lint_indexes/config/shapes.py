"""What a value of the configuration may look like. A shape reads a value, telling what is wrong with it, and
says the same as JSON Schema (draft 7) and in a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from lint_indexes.config.problems import Place, alternatives
from lint_indexes.model.dataclass import dataclass

Json = dict[str, object]
Read = TypeVar("Read", covariant=True)

NOT_BLANK: Json = {"type": "string", "pattern": r"\S"}
RULE: Json = {"$ref": "#/definitions/rule"}
"""A rule selector; the schema as a whole defines it, since shapes do not know the rules."""

_TYPE_NAMES = {str: "a string", int: "an integer", float: "a float", bool: "a boolean", list: "an array"}


def type_name(value: object) -> str:
    """TOML's name for the type of a value, with its article."""
    return "a table" if isinstance(value, Mapping) else _TYPE_NAMES.get(type(value), "a date or time")


class Shape(Protocol[Read]):
    """``read`` gives None for a wrong value, when it has told ``place`` why."""

    def read(self, value: object, place: Place) -> Read | None: ...

    def schema(self) -> Json: ...

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string that is not blank."""

    def read(self, value: object, place: Place) -> str | None:
        if not isinstance(value, str):
            place.problem(f"must be a string, not {type_name(value)}")
        elif not value.strip():
            place.problem("must not be empty")
        else:
            return value
        return None

    def schema(self) -> Json:
        return dict(NOT_BLANK)

    @property
    def label(self) -> str:
        return "string"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings; ``noun`` is what they are."""

    valid: tuple[str, ...]
    noun: str = "value"

    def read(self, value: object, place: Place) -> str | None:
        text = Text().read(value, place)
        if text is None or text in self.valid:
            return text
        place.problem(f'unknown {self.noun} "{text}"; {alternatives(text, self.valid)}')
        return None

    def schema(self) -> Json:
        return {"enum": list(self.valid)}

    @property
    def label(self) -> str:
        return "string"


@dataclass(frozen=True, slots=True)
class Texts:
    """A string or an array of strings, none of them blank. ``items`` is what the schema says of each,
    ``valid`` those that there are, ``empty`` what to tell of an array without any.
    """

    items: Mapping[str, object] | None = None
    valid: tuple[str, ...] = ()
    empty: str | None = None

    def read(self, value: object, place: Place) -> tuple[str, ...] | None:
        items: list[object] = value if isinstance(value, list) else [value]
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) < len(items):
            wrong = next(item for item in items if not isinstance(item, str))
            wanted, of = ("", "of ") if isinstance(value, list) else ("a string or ", "")
            place.problem(f"must be {wanted}an array of strings, not {of}{type_name(wrong)}")
        elif not all(text.strip() for text in texts):
            place.problem("must not hold an empty string")
        elif not texts and self.empty is not None:
            place.problem(self.empty)
        else:
            return texts if self._all_known(texts, place) else None
        return None

    def _all_known(self, texts: tuple[str, ...], place: Place) -> bool:
        unknown = [text for text in texts if self.valid and text not in self.valid]
        for text in unknown:
            place.problem(f'unknown value "{text}"; {alternatives(text, self.valid)}')
        return not unknown

    def schema(self) -> Json:
        item = Choice(self.valid).schema() if self.valid else dict(self.items or NOT_BLANK)
        # "items" stands outside, so that an editor points at the wrong item and not at the whole array.
        filled = {} if self.empty is None else {"minItems": 1}
        return {"anyOf": [item, {"type": "array", **filled}], "items": item}

    @property
    def label(self) -> str:
        return "string or array"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, value: object, place: Place) -> bool | None:
        if isinstance(value, bool):
            return value
        place.problem(f"must be true or false, not {type_name(value)}")
        return None

    def schema(self) -> Json:
        return {"type": "boolean"}

    @property
    def label(self) -> str:
        return "boolean"


@dataclass(frozen=True, slots=True)
class Number:
    """An integer within bounds; ``wanted`` says which, ``example`` is one of them."""

    minimum: int
    wanted: str
    maximum: int | None = None
    example: int | None = None

    def read(self, value: object, place: Place) -> int | None:
        if not isinstance(value, int) or isinstance(value, bool):
            example = "" if self.example is None else f" such as {self.example}"
            place.problem(f"must be an integer{example}, not {type_name(value)}")
        elif value < self.minimum or (self.maximum is not None and value > self.maximum):
            place.problem(f"must be {self.wanted}, not {value}")
        else:
            return value
        return None

    def schema(self) -> Json:
        bounds: Json = {"type": "integer", "minimum": self.minimum}
        return bounds if self.maximum is None else {**bounds, "maximum": self.maximum}

    @property
    def label(self) -> str:
        return "integer"
