"""Dataclasses whose methods are compiled late behave as those of the standard library, before and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from lint_indexes.model import dataclass as ours

CALLS = ours._OFTEN + 4
"""More than are needed until a method is compiled."""


class Plain:
    """A point."""

    x: int
    y: int = 2
    names: list[str] = dataclasses.field(default_factory=list)
    seen: int = dataclasses.field(default=0, compare=False)
    renewed: bool = dataclasses.field(default=False, init=False)
    later: int = dataclasses.field(init=False, repr=False, compare=False)


@pytest.fixture(params=[False, True], ids=["", "slots"])
def pair(request: pytest.FixtureRequest) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The same class, made by ours and by the standard library."""

    def copy() -> type:
        return type(
            "Plain", (), {k: v for k, v in vars(Plain).items() if k not in ("__dict__", "__weakref__")}
        )

    make: Any = ours.dataclass
    return (
        make(slots=request.param)(copy()),
        dataclasses.dataclass(slots=request.param)(copy()),
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((1,), {}),
        ((1, 3), {"names": ["a"]}),
        ((1, 3, ["a"], 5), {}),
        ((), {"x": 1, "seen": 2}),
        ((), {}),
        ((1,), {"x": 2}),
        ((1,), {"z": 2}),
        ((1,), {"renewed": True}),
        ((1, 2, [], 4, 5), {}),
    ],
)
def test_values_and_errors_are_the_same(pair, arguments, named) -> None:
    def made(cls: Callable[..., Any]) -> str:
        try:
            return repr(cls(*arguments, **named))
        except TypeError as error:
            return str(error)

    mine, theirs = pair
    for _ in range(CALLS):
        assert made(mine) == made(theirs)


def test_what_is_set_later_is_not_set(pair) -> None:
    for _ in range(CALLS):
        for made in pair:
            assert not hasattr(made(1), "later")


def test_every_value_has_a_list_of_its_own(pair) -> None:
    mine, _ = pair
    values = [mine(1) for _ in range(CALLS)]
    values[0].names.append("a")
    values[-1].names.append("b")
    assert [one.names for one in values[1:-1]] == [[]] * (CALLS - 2)


def test_equality_and_hash() -> None:
    make: Any = ours.dataclass

    @make(frozen=True, slots=True)
    class Name:
        schema: str
        name: str
        number: int = dataclasses.field(default=0, compare=False)

    @make(frozen=True)
    class Other:
        schema: str
        name: str

    for _ in range(CALLS):
        assert Name("a", "b", 1) == Name("a", "b", 2)
        assert Name("a", "b") != Name("a", "c")
        assert Name("a", "b") != Other("a", "b")
        assert hash(Name("a", "b", 1)) == hash(Name("a", "b", 2)) == hash(("a", "b"))
        assert len({Name("a", "b"), Name("a", "b"), Name("a", "c")}) == 2
        assert dataclasses.replace(Name("a", "b"), name="c") == Name("a", "c")


def test_one_that_is_not_frozen_has_no_hash(pair) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(pair[0](1))


def test_order() -> None:
    make: Any = ours.dataclass

    @make(order=True, frozen=True, slots=True)
    class Pair:
        a: int
        b: int

    for _ in range(CALLS):
        assert sorted([Pair(2, 1), Pair(1, 2)]) == [Pair(1, 2), Pair(2, 1)]
