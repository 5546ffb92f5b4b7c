"""Random index definitions, and changes of one of their attributes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from index_pairs.expressions import Generator, Piece
from index_pairs.schema import COLUMNS, KINDS


@dataclass(frozen=True)
class Key:
    subject: Piece
    expression: bool = False
    collation: str = ""
    opclass: str = ""
    order: str = ""

    def __str__(self) -> str:
        subject = f"({self.subject})" if self.expression else str(self.subject)
        return " ".join(filter(None, (subject, self.collation, self.opclass, self.order)))


@dataclass(frozen=True)
class Definition:
    keys: tuple[Key, ...]
    method: str = "btree"
    unique: bool = False
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    options: str = ""
    predicate: Piece | None = None
    mutated: str = field(default="", compare=False)

    def __str__(self) -> str:
        parts = [
            f"CREATE {'UNIQUE ' if self.unique else ''}INDEX i ON t USING {self.method}",
            f"({', '.join(map(str, self.keys))})",
            f"INCLUDE ({', '.join(self.include)})" if self.include else "",
            "NULLS NOT DISTINCT" if self.nulls_not_distinct else "",
            f"WITH ({self.options})" if self.options else "",
            f"WHERE {self.predicate}" if self.predicate else "",
        ]
        return " ".join(filter(None, parts))


_ORDERS = ("", "ASC", "DESC", "NULLS FIRST", "DESC NULLS LAST", "ASC NULLS LAST", "DESC NULLS FIRST")
_COLLATIONS = ('COLLATE "C"', 'COLLATE "POSIX"', 'COLLATE pg_catalog."default"', "")
_METHODS = ("btree", "hash", "gin", "gist", "brin", "spgist")
_OPTIONS = {
    "btree": ("fillfactor = 70", "fillfactor=90", "deduplicate_items = off", ""),
    "hash": ("fillfactor = 60", ""),
    "gin": ("fastupdate = off", "gin_pending_list_limit = 128", ""),
    "gist": ("fillfactor = 80", "buffering = on", ""),
    "brin": ("pages_per_range = 32", "pages_per_range=64, autosummarize = on", ""),
    "spgist": ("fillfactor = 80", ""),
}
_OPCLASSES = {
    "btree": (
        "text_ops text_pattern_ops varchar_ops varchar_pattern_ops bpchar_ops bpchar_pattern_ops "
        "int4_ops int2_ops int8_ops numeric_ops jsonb_ops uuid_ops enum_ops array_ops citext_ops "
        "citext_pattern_ops timestamp_ops timestamptz_ops date_ops bool_ops inet_ops cidr_ops name_ops "
        "float8_ops range_ops"
    ).split(),
    "hash": (
        "text_ops varchar_ops int4_ops text_pattern_ops uuid_ops jsonb_ops enum_ops timestamp_ops"
    ).split(),
    "gin": "gin_trgm_ops jsonb_ops jsonb_path_ops array_ops text_ops int4_ops tsvector_ops".split(),
    "gist": (
        "gist_trgm_ops range_ops inet_ops gist_int4_ops gist_text_ops tsvector_ops point_ops gist_ltree_ops "
        "gist_trgm_ops(siglen=32) gist_trgm_ops(siglen=64)"
    ).split(),
    "brin": (
        "int4_minmax_ops int4_minmax_multi_ops int4_bloom_ops text_minmax_ops timestamp_minmax_ops "
        "inet_inclusion_ops inet_minmax_ops uuid_minmax_ops date_minmax_ops"
    ).split(),
    "spgist": "text_ops range_ops inet_ops quad_point_ops kd_point_ops".split(),
}
# Those that fit a key, most of which are not its default.
_OPCLASSES_OF_KIND = {
    ("btree", "text"): ("", "text_ops", "text_pattern_ops", "varchar_pattern_ops"),
    ("btree", "char"): ("", "bpchar_ops", "bpchar_pattern_ops"),
    ("gin", "jsonb"): ("", "jsonb_ops", "jsonb_path_ops"),
    ("gist", "text"): ("gist_trgm_ops", "gist_trgm_ops(siglen=32)", "gist_trgm_ops(siglen=64)", ""),
    ("brin", "int"): ("", "int4_minmax_ops", "int4_minmax_multi_ops", "int4_bloom_ops"),
    ("brin", "text"): ("", "text_minmax_ops", "text_bloom_ops"),
    ("spgist", "text"): ("", "text_ops"),
    ("hash", "text"): ("", "text_ops", "text_pattern_ops"),
}
_KINDS_OF_METHOD = {
    "gin": ("jsonb", "texts", "ints", "text", "int"),
    "gist": ("tstzrange", "int4range", "text", "int", "inet", "ltree", "ts"),
    "spgist": ("text", "int4range", "inet"),
}


class IndexGenerator:
    """Random definitions; many are refused by PostgreSQL, and are left out then."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._pieces = Generator(self.random)

    def make(self) -> Definition:
        method = self.random.choices(_METHODS, (70, 4, 10, 6, 6, 4))[0]
        count = 1 if method in ("hash", "spgist") else self.random.choice((1, 1, 1, 2, 3))
        unique = method == "btree" and self.random.random() < 0.2
        return Definition(
            keys=tuple(self._key(method) for _ in range(count)),
            method=method,
            unique=unique,
            include=self._include() if method in ("btree", "gist") and self.random.random() < 0.15 else (),
            nulls_not_distinct=unique and self.random.random() < 0.3,
            options=self.random.choice(_OPTIONS[method]) if self.random.random() < 0.2 else "",
            predicate=self._predicate() if self.random.random() < 0.7 else None,
        )

    def _key(self, method: str) -> Key:
        kinds = _KINDS_OF_METHOD.get(method, tuple(KINDS))
        kind = self.random.choice(kinds)
        expression = self.random.random() < 0.45
        slot = ("value" if expression else "column", kind)
        if expression and self.random.random() < 0.1:
            slot = ("boolean",)
        key = Key(self._pieces.make(slot, self.random.choice((1, 2, 3))), expression)
        if self.random.random() < 0.15:
            key = replace(key, opclass=self.random.choice(_OPCLASSES[method]))
        if kind in ("text", "char") and self.random.random() < 0.15:
            key = replace(key, collation=self.random.choice(_COLLATIONS))
        if method == "btree" and self.random.random() < 0.3:
            key = replace(key, order=self.random.choice(_ORDERS))
        return key

    def _include(self) -> tuple[str, ...]:
        return tuple(self.random.sample(sorted(COLUMNS), self.random.choice((1, 2))))

    def _predicate(self) -> Piece:
        return self._pieces.make(("boolean",), self.random.choice((0, 1, 2)))

    def mutate(self, definition: Definition) -> Definition:
        """The definition with one attribute changed (often to something else that means the same)."""
        while True:
            name, change = self.random.choice(tuple(self._changes(definition).items()))
            changed = change()
            if str(changed) != str(definition):
                return replace(changed, mutated=name)

    def _changes(self, one: Definition) -> dict[str, Callable[[], Definition]]:
        position = self.random.randrange(len(one.keys))
        key = one.keys[position]

        def with_key(**changes: object) -> Definition:
            keys = list(one.keys)
            keys[position] = replace(key, **changes)  # type: ignore[arg-type]
            return replace(one, keys=tuple(keys))

        fits = (one.method, key.subject.slot[-1]) in _OPCLASSES_OF_KIND
        changes: dict[str, Callable[[], Definition]] = {
            "key": lambda: with_key(subject=self._pieces.mutate(key.subject)),
            "opclass": lambda: with_key(opclass=self._other_opclass(one.method, key)),
            "collation": lambda: with_key(collation=self.random.choice(_COLLATIONS)),
            "unique": lambda: replace(one, unique=not one.unique, nulls_not_distinct=False),
            "method": lambda: self._with_method(one),
            "keys": lambda: replace(one, keys=(*one.keys, self._key(one.method))),
            "options": lambda: replace(one, options=self.random.choice(_OPTIONS[one.method])),
            "predicate": lambda: replace(one, predicate=self._predicate()),
        }
        if one.method == "btree":
            changes["order"] = lambda: with_key(order=self.random.choice(_ORDERS))
            changes["include"] = lambda: replace(one, include=self.random.choice(((), self._include())))
        if fits:
            changes["another opclass"] = changes["opclass"]
        if one.unique:
            changes["nulls"] = lambda: replace(one, nulls_not_distinct=not one.nulls_not_distinct)
        if len(one.keys) > 1:
            changes["key order"] = lambda: replace(one, keys=one.keys[::-1])
        if one.predicate is not None:
            piece = one.predicate
            for name in ("part of the predicate", "part of the predicate again", "and again"):
                changes[name] = lambda: replace(one, predicate=self._pieces.mutate(piece))
            changes["no predicate"] = lambda: replace(one, predicate=None)
        return changes

    def _other_opclass(self, method: str, key: Key) -> str:
        fitting = _OPCLASSES_OF_KIND.get((method, key.subject.slot[-1]))
        return self.random.choice(fitting or ("", *_OPCLASSES[method]))

    def _with_method(self, one: Definition) -> Definition:
        method = self.random.choice(_METHODS)
        keys = tuple(replace(key, order="") if method != "btree" else key for key in one.keys)
        return replace(one, method=method, options="", keys=keys, unique=one.unique and method == "btree")
