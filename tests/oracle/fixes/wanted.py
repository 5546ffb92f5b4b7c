"""Index definitions, and how the policy, a model and a migration write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

PLAIN = ("a", "b", "c", "d", "Mixed", "f")
"""Columns that every table has, beside its ``id`` and the document ``e``."""

_KEYS = (*PLAIN, *PLAIN, "a DESC", "c DESC NULLS LAST", "lower(b)", "(a + f)", 'b COLLATE "C"')
_PREDICATES = ("a > 0", "b = 'open'", "c IS NOT NULL", "b IN ('x', 'it''s')", "d AND (f IS NULL)")
_OTHER_METHODS = (("hash", ("b",)), ("gin", ("e",)), ("brin", ("c",)))


@dataclass(frozen=True)
class Wanted:
    """An index of a table as one of the sources may have it; keys are SQL, plain columns by their name."""

    name: str
    keys: tuple[str, ...]
    unique: bool = False
    constraint: bool = False
    method: str = "btree"
    include: tuple[str, ...] = ()
    predicate: str | None = None
    opclass: bool = False

    def on(self, table: str) -> str:
        """What stands after ON in CREATE INDEX; ``table`` is SQL."""
        keys = ", ".join(_sql(key) + (" text_pattern_ops" if self.opclass else "") for key in self.keys)
        include = f" INCLUDE ({', '.join(map(_sql, self.include))})" if self.include else ""
        where = f" WHERE {self.predicate}" if self.predicate else ""
        return f"{table} USING {self.method} ({keys}){include}{where}"

    def statement(self, table: str) -> str:
        return f'CREATE {"UNIQUE " if self.unique else ""}INDEX "{self.name}" ON {self.on(table)}'

    def options(self, text: str) -> list[str]:
        """Keyword arguments of Index() and of create_index(); ``text`` is how text() is called there."""
        found = ["unique=True"] if self.unique else []
        if self.method != "btree":
            found.append(f'postgresql_using="{self.method}"')
        if self.include:
            found.append(f"postgresql_include={list(self.include)!r}")
        if self.predicate:
            found.append(f'postgresql_where={text}("{self.predicate}")')
        if self.opclass:
            found.append(f"postgresql_ops={ {self.keys[0]: 'text_pattern_ops'}!r}")
        return found

    def arguments(self, text: str) -> list[str]:
        """The keys as arguments of Index()."""
        return [f'"{key}"' if key in (*PLAIN, "e") else f"{text}({key!r})" for key in self.keys]

    def declaration(self, text: str = "text") -> str:
        if self.constraint:
            columns = ", ".join(f'"{key}"' for key in self.keys)
            return f'UniqueConstraint({columns}, name="{self.name}")'
        return f'Index("{self.name}", {", ".join((*self.arguments(text), *self.options(text)))})'


def _sql(key: str) -> str:
    return '"Mixed"' if key == "Mixed" else key


def random_index(random: Random, name: str) -> Wanted:
    """Mostly a B-tree over one to three columns."""
    if random.random() < 0.1:
        method, keys = random.choice(_OTHER_METHODS)
        return Wanted(name, keys, method=method)
    if random.random() < 0.07:
        return Wanted(name, ("b",), opclass=True)
    keys = tuple(dict.fromkeys(random.choices(_KEYS, k=random.choice((1, 1, 2, 2, 3)))))
    plain = all(key in PLAIN for key in keys)
    if plain and random.random() < 0.15:
        return Wanted(name, keys, unique=True, constraint=True)
    return Wanted(
        name,
        keys,
        unique=random.random() < 0.15,
        include=("id",) if random.random() < 0.15 else (),
        predicate=random.choice(_PREDICATES) if random.random() < 0.25 else None,
    )


def mutated(random: Random, index: Wanted) -> Wanted:
    """The same name for another definition."""
    while True:
        other = random_index(random, index.name)
        if random.random() < 0.4 and index.method == "btree" and not index.constraint:
            other = replace(index, unique=not index.unique)
        if other != index and other.constraint == index.constraint:
            return other


def identifier(name: str) -> str:
    """A name as it may stand in a file's name or a class's."""
    return re.sub(r"\W", "_", name)
