"""The revision graph: names, ancestors, and revisions that hang in the air."""

from __future__ import annotations

import pytest

from lint_indexes.errors import ConfigurationError
from lint_indexes.model.history import Definition, Function
from lint_indexes.probe.protocol import ListedRevision, Listing
from lint_indexes.sources.graph import resolve_revisions, selected, with_ancestors, without_place


def revision(id_: str, *parents: str, depends_on: tuple[str, ...] = ()) -> ListedRevision:
    function = Function(Definition.BODY)
    return ListedRevision(id_, parents, depends_on, f"{id_}.py", "", 1, function, function)


def listing(*revisions: ListedRevision, heads: tuple[str, ...] = ("d",)) -> Listing:
    return Listing(revisions, heads, (), "versions", ".")


DIAMOND = listing(
    revision("a1"), revision("b1", "a1"), revision("c1", "a1"), revision("d", "b1", "c1"), heads=("d",)
)


def test_names() -> None:
    assert resolve_revisions(DIAMOND, "b1", "--at") == ("b1",)
    assert resolve_revisions(DIAMOND, "b", "--at") == ("b1",)
    assert resolve_revisions(DIAMOND, "head", "--at") == ("d",)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="--at: no revision 'b559b3ef7a7x'") as caught:
        resolve_revisions(listing(revision("b559b3ef7a75")), "b559b3ef7a7x", "--at")
    assert caught.value.hint == "did you mean 'b559b3ef7a75'?"


def test_an_ambiguous_beginning() -> None:
    both = listing(revision("aa1"), revision("aa2", "aa1"))
    with pytest.raises(ConfigurationError, match="beginning of 2 revisions: aa1, aa2"):
        resolve_revisions(both, "aa", "since")


def test_ancestors_by_parents_and_dependencies() -> None:
    graph = listing(revision("a"), revision("b", "a"), revision("x"), revision("c", "b", depends_on=("x",)))
    assert with_ancestors(graph, ["c"]) == {"a", "b", "c", "x"}
    assert [each.id for each in selected(graph, "b")] == ["a", "b"]
    assert [each.id for each in selected(graph, None)] == ["a", "b", "x", "c"]


def test_revisions_without_a_place() -> None:
    graph = listing(
        revision("a"),
        revision("lost", "nowhere"),
        revision("after", "lost"),
        revision("x", "y"),
        revision("y", "x"),
        revision("b", "a"),
        revision("c", "b", depends_on=("nowhere",)),
    )
    assert without_place(graph) == {"lost", "after", "x", "y", "c"}
    assert without_place(DIAMOND) == frozenset()
