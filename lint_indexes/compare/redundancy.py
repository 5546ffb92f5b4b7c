"""Indexes that another index of the table makes superfluous."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from functools import cached_property

from lint_indexes.compare.equality import are_equal, may_share_keys
from lint_indexes.compare.mending import do_away_with, fix_of
from lint_indexes.compare.state import Judgements, judge_state, known_tables
from lint_indexes.ddl.normalize import (
    Expression,
    NormalIndex,
    NormalKey,
    Verdict,
    compare_forms,
    normalize_index,
)
from lint_indexes.findings import Fix, Violation
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import History
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.policy import Policy

Rank = Callable[[Index], tuple[int, int, int, str]]
"""Of two indexes that do the same, the one of the lower rank is kept."""


class RedundancyKind(str, Enum):
    """How an index is superfluous; of several, the first that holds."""

    CONSTRAINT = "constraint"
    """It repeats the index behind a primary key or a unique constraint."""
    DUPLICATE = "duplicate"
    """It equals the other."""
    PREFIX = "prefix"
    """Its keys are the leading keys of the other."""


@dataclass(frozen=True, slots=True)
class Redundancy:
    """``index`` could be dropped, since ``other`` does all that it does."""

    index: Index
    other: Index
    kind: RedundancyKind


def rank_by_age(migrations: History, policy: Policy | None) -> Rank:
    """The order in which indexes are kept: those that the policy names, then by age."""
    order = {revision: number for number, revision in enumerate(migrations.revisions)}
    required = policy.required_names() if policy else frozenset()

    def rank(index: Index) -> tuple[int, int, int, str]:
        migrated = migrations.head.indexes.get(index.name)
        origin = migrated.origin if migrated is not None else None
        age = order.get(origin.revision or "", len(order)) if origin else len(order)
        line = origin.line or 0 if origin else 0
        return (index.name not in required, age, line, str(index.name))

    return rank


def redundancies(
    catalog: Catalog, table: Table, rank: Rank, counts: Callable[[Redundancy], bool] = bool
) -> Iterator[Redundancy]:
    """The superfluous indexes of a table, each once; of two that do the same, the one of the higher rank.

    Args:
        counts: whether one may be said; if not, another index may still make it superfluous.
    """
    indexes = [index for index in catalog.indexes_on(table.name) if index.valid and not index.only]
    referenced = _referenced(catalog, table) if len(indexes) > 1 else frozenset()
    forms = _Forms(catalog)
    for index in indexes:
        if index.constraint is not None or index.partition_of is not None:
            continue
        found = [
            Redundancy(index, other, kind)
            for other in indexes
            if (kind := _kind(index, other, forms, rank, index.name.name in referenced)) is not None
        ]
        found = [one for one in found if counts(one)]
        if found:
            order = list(RedundancyKind)
            yield min(found, key=lambda one: (order.index(one.kind), rank(one.other)))


def is_drift(found: Redundancy, catalog: Catalog, other_side: Catalog) -> bool:
    """Whether the other side (models or migrations) has the superfluous index, not what replaces it.

    What replaces it is drift then, and another rule's: nobody knows yet whether it stays, or ever comes.
    """
    theirs = other_side.indexes_on(found.index.table)
    kept = [one for one in theirs if one.name != found.index.name]
    return _is_among(theirs, found.index, other_side, catalog) and not _is_among(
        kept, found.other, other_side, catalog
    )


def _is_among(theirs: Sequence[Index], index: Index, other_side: Catalog, catalog: Catalog) -> bool:
    """Whether the other side has an index, be it under another name."""
    if any(one.name == index.name for one in theirs):
        return True
    return any(_may_replace(index, one) and are_equal(index, catalog, one, other_side) for one in theirs)


class Redundancies:
    """The superfluous indexes of the models and of the head, looked for once for the rules of all kinds."""

    def __init__(self, metadata: Catalog | None, migrations: History, policy: Policy | None) -> None:
        self._metadata = metadata
        self._migrations = migrations
        self._policy = policy

    def judge(
        self, kind: RedundancyKind, violation: Callable[[Redundancy, Table], Violation]
    ) -> Iterator[Violation]:
        """Those of one kind, each as ``violation`` words it.

        An index that the policy names is kept. If it is there twice under two names of the policy, that is
        for people to change.
        """

        def judge(catalog: Catalog) -> Judgements:
            for table, found in self._of_models if catalog is self._metadata else self._of_head:
                named = self._policy is not None and self._policy.expects(found.index.name)
                kept = named and kind is not RedundancyKind.DUPLICATE
                if found.kind is kind and not kept:
                    about = table.name, found.index.name
                    if named:
                        yield about, _as_the_policy_has_it(violation(found, table))
                    else:
                        fix = _removal(found, self._metadata, self._migrations)
                        yield about, replace(violation(found, table), fix=fix)

        return judge_state(self._metadata, self._migrations, judge)

    @cached_property
    def _of_models(self) -> list[tuple[Table, Redundancy]]:
        return [] if self._metadata is None else self._found(self._metadata, self._migrations.head)

    @cached_property
    def _of_head(self) -> list[tuple[Table, Redundancy]]:
        head = self._migrations.head
        return self._found(head, head if self._metadata is None else self._metadata)

    def _found(self, catalog: Catalog, other_side: Catalog) -> list[tuple[Table, Redundancy]]:
        rank = rank_by_age(self._migrations, self._policy)
        return [
            (table, found)
            for table in known_tables(catalog)
            for found in redundancies(
                catalog, table, rank, lambda one: not is_drift(one, catalog, other_side)
            )
        ]


def _as_the_policy_has_it(violation: Violation) -> Violation:
    return replace(violation, help=f"{violation.help}, and take it out of the policy")


def _removal(found: Redundancy, metadata: Catalog | None, migrations: History) -> Fix | None:
    """Dropping what merely begins like another index is not safe: the shorter one may be much smaller."""
    edits = do_away_with(found.index.name, metadata, migrations.head)
    return fix_of(f"drop {found.index.name.name}", edits, safe=found.kind is not RedundancyKind.PREFIX)


def _referenced(catalog: Catalog, table: Table) -> frozenset[str]:
    """The names of the indexes of a table that foreign keys rely on."""
    return frozenset(
        constraint.referenced_index
        for other in catalog.dependents_of(table.name)
        for constraint in other.constraints
        if constraint.references == table.name and constraint.referenced_index is not None
    )


class _Forms:
    """The canonical forms of indexes, each made once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._known: dict[QualifiedName, NormalIndex] = {}

    def of(self, index: Index) -> NormalIndex:
        if index.name not in self._known:
            self._known[index.name] = normalize_index(index, (self.catalog,))
        return self._known[index.name]


def _kind(index: Index, other: Index, forms: _Forms, rank: Rank, referenced: bool) -> RedundancyKind | None:
    if other.name == index.name or not _may_replace(index, other):
        return None
    one, two = forms.of(index), forms.of(other)
    if not is_redundant(one, two):  # so they are not equal either
        return None
    equal = are_equal(index, forms.catalog, other, forms.catalog)
    if index.unique and (not equal or referenced):
        return None
    mutual = equal or (not other.unique and other.constraint is None and is_redundant(two, one))
    if other.constraint is None and mutual and rank(index) < rank(other):
        return None
    same_keys = len(one.keys) == len(two.keys)
    if same_keys and other.constraint in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
        return RedundancyKind.CONSTRAINT
    return RedundancyKind.DUPLICATE if equal else RedundancyKind.PREFIX


def _may_replace(index: Index, other: Index) -> bool:
    """What can be told without reading expressions."""
    if index.method != other.method or len(index.keys) > len(other.keys):
        return False
    return other.constraint is not ConstraintKind.EXCLUDE and may_share_keys(index, other)


def is_redundant(index: NormalIndex, other: NormalIndex) -> bool:
    """Whether an index that is not unique could be dropped since another does what it does.

    The rows and the leading keys must be the same, with operator classes and collations equal, and the
    directions equal or all mirrored; what the index includes must be in the other. Other methods than B-tree
    cannot use a part of their keys in the same way.
    """
    count = len(index.keys)
    if index.table != other.table or index.method != other.method or count > len(other.keys):
        return False
    if index.method != "btree" and count != len(other.keys):
        return False
    if not _same(index.predicate, other.predicate):
        return False
    pairs = list(zip(index.keys, other.keys, strict=False))
    if not all(_same_key(one, two) for one, two in pairs):
        return False
    columns = {*other.include, *(key.column for key in other.keys)}
    return _same_order(pairs) and set(index.include) <= columns


def _same(one: Expression | None, two: Expression | None) -> bool:
    if one is None or two is None:
        return one is two
    return compare_forms(one.form, two.form) is Verdict.SAME


def _same_key(one: NormalKey, two: NormalKey) -> bool:
    return (
        one.column == two.column
        and _same(one.expression, two.expression)
        and one.opclass == two.opclass
        and one.opclass_options == two.opclass_options
        and one.collation == two.collation
    )


def _same_order(pairs: list[tuple[NormalKey, NormalKey]]) -> bool:
    """A B-tree is read in either direction: the order of all keys may be mirrored."""
    same = all((a.descending, a.nulls_first) == (b.descending, b.nulls_first) for a, b in pairs)
    mirrored = all(a.descending != b.descending and a.nulls_first != b.nulls_first for a, b in pairs)
    return same or mirrored
