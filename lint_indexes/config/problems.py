"""Everything that is wrong with a configuration, told at once."""

from __future__ import annotations

from collections.abc import Iterable

from lint_indexes.config.files import Document, key_text
from lint_indexes.config.positions import Key
from lint_indexes.errors import ConfigurationError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import nearest_name


class Problems:
    """Collects what is wrong while a document is read."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: list[tuple[int, str]] = []

    def add(self, key: Key, message: str) -> None:
        """Note a problem with the value at ``key``, a path below the configuration's table."""
        position = self._document.position(key)
        where = f"line {position.line}: " if position else ""
        name = key_text((*self._document.prefix, *key))
        self._found.append((position.line if position else 0, f"{where}{name}: {message}"))

    def raise_if_any(self) -> None:
        """Raise a ConfigurationError with one line of details for each problem, in the order of the file."""
        if not self._found:
            return
        count = "a problem" if len(self._found) == 1 else f"{len(self._found)} problems"
        raise ConfigurationError(
            f"{self._document.path}: {count} in the configuration",
            details="\n".join(text for _, text in sorted(self._found, key=lambda found: found[0])),
            hint="docs/configuration.md describes every key",
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A value's place: ``key`` is the path to it, below the configuration's table."""

    problems: Problems
    key: Key

    def problem(self, message: str) -> None:
        """Note what is wrong with the value."""
        self.problems.add(self.key, message)

    def below(self, name: str) -> Place:
        """The place of a value in this one, which is a table."""
        return Place(self.problems, (*self.key, name))


def alternatives(name: str, valid: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest valid one, or all of them."""
    known = sorted(valid)
    nearest = nearest_name(name, known)
    return f'did you mean "{nearest}"?' if nearest else f"known are {', '.join(known)}"
