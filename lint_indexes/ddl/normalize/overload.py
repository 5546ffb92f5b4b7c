"""Which function or operator a call means (PostgreSQL manual, 10.2 Operators and 10.3 Functions)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.normalize.coercion import POLYMORPHIC, Types
from lint_indexes.ddl.normalize.form import UNKNOWN
from lint_indexes.ddl.system_catalog import Routine
from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A routine with as many argument types as the call has; ``expanded`` where VARIADIC was spread out."""

    routine: Routine
    arguments: tuple[str, ...]
    expanded: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """The chosen routine: the types that its arguments are converted to, and that of its result."""

    arguments: tuple[str, ...]
    result: str | None
    array: str | None = None
    """The array type into which the last arguments are gathered, from ``gathered`` on (VARIADIC)."""
    gathered: int = 0
    volatility: str | None = None
    extension: str = ""


class Overloads:
    """Resolution of calls over the built-in routines, those of extensions, and the user's own."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def operator(self, name: str, actual: Sequence[str]) -> Resolution | None:
        """The operator that is meant; None where none or several would do."""
        routines = system_catalog.operators().get(name, ())
        for group in self._groups(routines, actual):
            candidates = [
                Candidate(routine, routine.arguments)
                for routine in group
                if len(routine.arguments) == len(actual)
            ]
            chosen = self._exact_operator(candidates, actual) or self._select(candidates, actual)
            if chosen is not None:
                return self._resolve(chosen, actual)
        return None

    def function(
        self, routines: Sequence[Routine], actual: Sequence[str], *, variadic: bool = False
    ) -> Resolution | None:
        """The function of these that is meant; None where none or several would do.

        ``variadic``: the call says VARIADIC, so its last argument is the array itself.
        """
        for group in self._groups(routines, actual):
            candidates = _callable_with(group, len(actual), spread=not variadic)
            exact = [one for one in candidates if one.arguments == tuple(actual)]
            chosen = exact[0] if exact else self._select(candidates, actual)
            if chosen is not None:
                return self._resolve(chosen, actual)
        return None

    def accepts_operator(self, name: str, actual: Sequence[str]) -> bool:
        """Whether some operator of that name takes such operands, so that the call is at worst ambiguous."""
        routines = system_catalog.operators().get(name, ())
        return any(
            self._accepts(Candidate(one, one.arguments), actual)
            for one in routines
            if len(one.arguments) == len(actual)
        )

    def accepts_function(self, routines: Sequence[Routine], actual: Sequence[str]) -> bool:
        """Whether some of the functions takes such arguments."""
        return any(self._accepts(one, actual) for one in _callable_with(routines, len(actual), spread=True))

    def _groups(self, routines: Sequence[Routine], actual: Sequence[str]) -> Iterable[Sequence[Routine]]:
        """The routines that are surely there, then those of any extension.

        A type of an extension brings its extension with it.
        """
        present = {self._types.extension(one) for one in actual} | {""}
        yield [routine for routine in routines if routine.extension in present]
        if any(routine.extension not in present for routine in routines):
            yield routines

    def _exact_operator(self, candidates: Sequence[Candidate], actual: Sequence[str]) -> Candidate | None:
        wanted = list(actual)
        if len(actual) == 2 and UNKNOWN in actual and actual != (UNKNOWN, UNKNOWN):
            known = actual[0] if actual[1] == UNKNOWN else actual[1]
            wanted = [known, known]
        tries = [tuple(wanted)]
        if UNKNOWN in actual or len(actual) == 1:
            tries.append(tuple(self._types.base(one) for one in wanted))
        for attempt in tries:
            for candidate in candidates:
                if candidate.arguments == attempt:
                    return candidate
        return None

    def _resolve(self, chosen: Candidate, actual: Sequence[str]) -> Resolution | None:
        declared, result = chosen.arguments, chosen.routine.result
        last = chosen.routine.arguments[-1] if chosen.expanded else None
        if not POLYMORPHIC.isdisjoint((*declared, result or "")):
            meaning = self._types.polymorphic(actual, declared)
            if meaning is None or UNKNOWN in (meaning.get(one) for one in (*declared, result or "")):
                return None
            declared = tuple(meaning.get(one, one) for one in declared)
            result = None if result is None else meaning.get(result, result)
        volatility = chosen.routine.volatility
        if last in (None, "any"):
            return Resolution(declared, result, volatility=volatility, extension=chosen.routine.extension)
        gathered = len(chosen.routine.arguments) - 1
        extension = chosen.routine.extension
        return Resolution(declared, result, f"{declared[-1]}[]", gathered, volatility, extension)

    def _select(self, candidates: Sequence[Candidate], actual: Sequence[str]) -> Candidate | None:
        accepting = [one for one in candidates if self._accepts(one, actual)]
        if len(accepting) < 2:
            return accepting[0] if accepting else None
        base = [self._types.base(one) for one in actual]
        accepting = _most(accepting, lambda one: self._exact_matches(one, base))
        if len(accepting) > 1:
            accepting = _most(accepting, lambda one: self._preferred_matches(one, base))
        if len(accepting) > 1:
            accepting = self._by_unknown_categories(accepting, base)
        if len(accepting) > 1:
            accepting = self._as_if_alike(accepting, base)
        return accepting[0] if len(accepting) == 1 else None

    def _accepts(self, candidate: Candidate, actual: Sequence[str]) -> bool:
        if not all(map(self._types.can_coerce, actual, candidate.arguments)):
            return False
        if POLYMORPHIC.isdisjoint(candidate.arguments):
            return True
        return self._types.polymorphic(actual, candidate.arguments) is not None

    def _exact_matches(self, candidate: Candidate, base: Sequence[str]) -> int:
        pairs = zip(candidate.arguments, base, strict=True)
        return sum(declared == actual != UNKNOWN for declared, actual in pairs)

    def _preferred_matches(self, candidate: Candidate, base: Sequence[str]) -> int:
        return sum(
            declared == actual
            or (self._types.is_preferred(declared) and self._same_category(declared, actual))
            for declared, actual in zip(candidate.arguments, base, strict=True)
            if actual != UNKNOWN
        )

    def _same_category(self, one: str, other: str) -> bool:
        return self._types.category(one) == self._types.category(other)

    def _by_unknown_categories(self, candidates: list[Candidate], base: Sequence[str]) -> list[Candidate]:
        """Keep those that take, for each untyped literal, the category that all accept, or else strings."""
        wanted: dict[int, tuple[str, bool]] = {}
        for position in (at for at, actual in enumerate(base) if actual == UNKNOWN):
            declared = [one.arguments[position] for one in candidates]
            categories = [self._types.category(one) for one in declared]
            category = "S" if "S" in categories else categories[0]
            if category != "S" and len(set(categories)) > 1:
                return candidates
            matching = [one for one, of in zip(declared, categories, strict=True) if of == category]
            wanted[position] = (category, any(map(self._types.is_preferred, matching)))
        kept = [
            one
            for one in candidates
            if all(
                self._types.category(one.arguments[at]) == category
                and (not preferred or self._types.is_preferred(one.arguments[at]))
                for at, (category, preferred) in wanted.items()
            )
        ]
        return kept or candidates

    def _as_if_alike(self, candidates: list[Candidate], base: Sequence[str]) -> list[Candidate]:
        """Take the untyped literals for what all other arguments are."""
        known = {one for one in base if one != UNKNOWN}
        if len(known) != 1 or UNKNOWN not in base:
            return candidates
        alike = [next(iter(known))] * len(base)
        kept = [one for one in candidates if self._accepts(one, alike)]
        return kept if len(kept) == 1 else candidates


def _most(candidates: list[Candidate], score: Callable[[Candidate], int]) -> list[Candidate]:
    scores = [score(one) for one in candidates]
    best = max(scores)
    return [one for one, points in zip(candidates, scores, strict=True) if points == best]


def _callable_with(routines: Sequence[Routine], count: int, *, spread: bool) -> list[Candidate]:
    """The routines that take ``count`` arguments; of two alike, the one without VARIADIC."""
    found: dict[tuple[str, ...], Candidate] = {}
    for routine in routines:
        declared = routine.arguments
        if len(declared) - routine.defaults <= count <= len(declared):
            candidate = Candidate(routine, declared[:count])
            if candidate.arguments not in found or found[candidate.arguments].expanded:
                found[candidate.arguments] = candidate
        if spread and routine.variadic and count >= len(declared):
            last = declared[-1]
            element = {"any": "any", "anyarray": "anyelement", "anycompatiblearray": "anycompatible"}.get(
                last, last.removesuffix("[]")
            )
            repeated = declared[:-1] + (element,) * (count - len(declared) + 1)
            found.setdefault(repeated, Candidate(routine, repeated, expanded=True))
    return list(found.values())
