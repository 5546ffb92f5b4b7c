"""Are two indexes the same index? Equal, Different with every attribute that differs, or Undecided.

docs/equality.md describes what counts as the same.
"""

from __future__ import annotations

from lint_indexes.ddl.normalize import (
    Expression,
    NormalIndex,
    NormalKey,
    OperatorClassUse,
    Verdict,
    compare_forms,
    normalize_index,
)
from lint_indexes.model.catalog import Catalog, Index, IndexKey
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import quote_identifier


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute that differs: its name, and what each side has."""

    attribute: str
    left: str
    right: str

    def describe(self, left_place: str, right_place: str) -> str:
        """A sentence, e.g. ``key 2: DESC in the policy, ASC in the models``."""
        return f"{self.attribute}: {self.left} in {left_place}, {self.right} in {right_place}"


@dataclass(frozen=True, slots=True)
class Equal:
    """PostgreSQL would store the two alike."""


@dataclass(frozen=True, slots=True)
class Different:
    """PostgreSQL would not store the two alike."""

    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing differs for sure, and something could not be compared."""

    reason: str


Comparison = Equal | Different | Undecided


def compare_indexes(left: Index, left_catalog: Catalog, right: Index, right_catalog: Catalog) -> Comparison:
    """Compare two definitions; names, constraints, validity and origins are not looked at.

    Both are read with the same column types: a column that has another type on the other side is no
    difference of the index. Where the catalogs disagree, the definitions are equal if they are equal under
    the types of either side.

    Args:
        left, right: the indexes.
        left_catalog, right_catalog: what is known of their tables' columns and of types.
    """
    if _same_as_written(left, right):
        return Equal()
    results = []
    for catalogs in ((left_catalog, right_catalog), (right_catalog, left_catalog)):
        result = _compare(left, normalize_index(left, catalogs), right, normalize_index(right, catalogs))
        if isinstance(result, Equal) or left_catalog is right_catalog:
            return result
        results.append(result)
    undecided = [result for result in results if isinstance(result, Undecided)]
    if undecided:
        return undecided[0]
    different = [result for result in results if isinstance(result, Different)]
    return min(different, key=lambda result: len(result.differences))


def are_equal(left: Index, left_catalog: Catalog, right: Index, right_catalog: Catalog) -> bool:
    """Whether the comparison finds no difference; most can be told without reading expressions."""
    if left.method != right.method or len(left.keys) != len(right.keys) or not may_share_keys(left, right):
        return False
    return isinstance(compare_indexes(left, left_catalog, right, right_catalog), Equal)


def may_share_keys(left: Index, right: Index) -> bool:
    """Whether the shorter one's keys may be the first of the other's: an expression may turn out to be a
    column.
    """
    return all(
        one.column is None or its.column is None or one.column == its.column
        for one, its in zip(left.keys, right.keys, strict=False)
    )


def _same_as_written(left: Index, right: Index) -> bool:
    return (
        left.keys == right.keys
        and left.predicate == right.predicate
        and left.table == right.table
        and left.method == right.method
        and left.unique == right.unique
        and left.nulls_not_distinct == right.nulls_not_distinct
        and left.include == right.include
        and left.options == right.options
        and left.tablespace == right.tablespace
    )


class _Differences:
    """Collects what differs, and what could not be compared."""

    def __init__(self) -> None:
        self.found: list[Difference] = []
        self.undecided: list[str] = []

    def add(self, attribute: str, left: str, right: str) -> None:
        self.found.append(Difference(attribute, left, right))

    def expressions(
        self, attribute: str, left: tuple[Expression | None, str], right: tuple[Expression | None, str]
    ) -> None:
        """Compare two expressions, each given with the words for it; None stands for none."""
        verdict = _compare_expressions(left[0], right[0])
        if verdict is Verdict.DIFFERENT:
            self.add(attribute, left[1], right[1])
        elif verdict is Verdict.UNDECIDED:
            doubts = [doubt for one in (left[0], right[0]) if one is not None for doubt in one.doubts]
            reason = doubts[0] if doubts else f"{left[1]} and {right[1]} cannot be compared"
            self.undecided.append(f"{attribute}: {reason}")

    def result(self) -> Comparison:
        if self.found:
            return Different(tuple(self.found))
        return Undecided("; ".join(dict.fromkeys(self.undecided))) if self.undecided else Equal()


def _compare_expressions(left: Expression | None, right: Expression | None) -> Verdict:
    if left is None or right is None:
        return Verdict.SAME if left is right else Verdict.DIFFERENT
    return compare_forms(left.form, right.form)


def _compare(left: Index, left_form: NormalIndex, right: Index, right_form: NormalIndex) -> Comparison:
    differences = _Differences()
    if left.table != right.table:
        differences.add("table", str(left.table), str(right.table))
    if left.method != right.method:
        differences.add("method", left.method, right.method)
    if left.unique != right.unique:
        differences.add("uniqueness", _unique(left), _unique(right))
    if left.nulls_not_distinct != right.nulls_not_distinct:
        differences.add("nulls", _nulls_distinct(left), _nulls_distinct(right))
    _compare_keys(differences, (left, left_form), (right, right_form))
    if left.include != right.include:
        differences.add("INCLUDE", _names(left.include), _names(right.include))
    _compare_options(differences, left_form, right_form)
    if left_form.tablespace != right_form.tablespace:
        default = "the default"
        differences.add("tablespace", left_form.tablespace or default, right_form.tablespace or default)
    differences.expressions(
        "predicate", (left_form.predicate, _where(left)), (right_form.predicate, _where(right))
    )
    return differences.result()


def _unique(index: Index) -> str:
    return "unique" if index.unique else "not unique"


def _nulls_distinct(index: Index) -> str:
    return "NULLS NOT DISTINCT" if index.nulls_not_distinct else "NULLS DISTINCT"


def _names(columns: tuple[str, ...]) -> str:
    return f"({', '.join(map(quote_identifier, columns))})" if columns else "none"


def _where(index: Index) -> str:
    return "none" if index.predicate is None else f"WHERE {index.predicate}"


def _compare_options(differences: _Differences, left: NormalIndex, right: NormalIndex) -> None:
    ours, theirs = dict(left.options), dict(right.options)
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            differences.add(f"option {name}", _option(ours.get(name)), _option(theirs.get(name)))


def _option(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else str(value)


def _compare_keys(
    differences: _Differences, left: tuple[Index, NormalIndex], right: tuple[Index, NormalIndex]
) -> None:
    """Compare the keys: what they are first, and only where that agrees, how each is indexed."""
    ours, theirs = left[1].keys, right[1].keys
    subjects = [_same_subject(one, other) for one, other in zip(ours, theirs, strict=False)]
    if len(ours) != len(theirs) or Verdict.DIFFERENT in subjects:
        plain = all(key.column is not None for key in (*ours, *theirs))
        differences.add("columns" if plain else "keys", _keys(left[0].keys), _keys(right[0].keys))
        return
    for position, (one, other) in enumerate(zip(ours, theirs, strict=True), 1):
        if one.expression is not None and other.expression is not None:
            texts = [_key_text(side[0].keys[position - 1]) for side in (left, right)]
            sides = (one.expression, texts[0]), (other.expression, texts[1])
            differences.expressions(f"key {position}", *sides)
        _compare_key(differences, position, one, other)


def _same_subject(left: NormalKey, right: NormalKey) -> Verdict:
    if left.column != right.column:
        return Verdict.DIFFERENT
    return _compare_expressions(left.expression, right.expression)


def _keys(keys: tuple[IndexKey, ...]) -> str:
    return f"({', '.join(map(_key_text, keys))})"


def _key_text(key: IndexKey) -> str:
    return quote_identifier(key.column) if key.column is not None else key.expression or ""


def _compare_key(differences: _Differences, position: int, left: NormalKey, right: NormalKey) -> None:
    name = f"key {position}"
    if (left.descending, left.nulls_first) != (right.descending, right.nulls_first):
        nulls = left.descending == right.descending
        differences.add(name, *(_direction(key, nulls=nulls) for key in (left, right)))
    if (left.opclass, left.opclass_options) != (right.opclass, right.opclass_options):
        _compare_operator_classes(differences, f"{name} operator class", left, right)
    if left.collation != right.collation:
        default = "the default"
        differences.add(f"{name} collation", left.collation or default, right.collation or default)
    if left.exclude_operator != right.exclude_operator:
        differences.add(f"{name} operator", left.exclude_operator or "none", right.exclude_operator or "none")


def _direction(key: NormalKey, *, nulls: bool) -> str:
    """ASC or DESC, and where NULLs go if that is not what the direction implies (or is what differs)."""
    text = "DESC" if key.descending else "ASC"
    if nulls or key.nulls_first != key.descending:
        text += " NULLS FIRST" if key.nulls_first else " NULLS LAST"
    return text


def _compare_operator_classes(
    differences: _Differences, attribute: str, left: NormalKey, right: NormalKey
) -> None:
    names = {key.opclass.name for key in (left, right) if key.opclass is not None}
    certain = all(key.opclass is None or key.opclass.certain for key in (left, right))
    if left.opclass_options == right.opclass_options and not certain and (len(names) == 1):
        if left.opclass is None or right.opclass is None:
            differences.undecided.append(f"{attribute}: the key's type is not known")
        return
    differences.add(attribute, _operator_class(left), _operator_class(right))


def _operator_class(key: NormalKey) -> str:
    use: OperatorClassUse | None = key.opclass
    text = "the default" if use is None else use.name
    options = ", ".join(f"{name}={value}" for name, value in key.opclass_options)
    return f"{text} ({options})" if options else text
