"""Which type turns into which, and what types several expressions have in common.

PostgreSQL manual, 10 Type Conversion, and the rules behind it (parse_coerce.c): every statement here was
checked against a server by tests/oracle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.normalize.form import UNKNOWN
from lint_indexes.ddl.normalize.scope import TypeUse, UserType
from lint_indexes.model.catalog import TypeKind

_CONTEXTS = {"i": 0, "a": 1, "e": 2}
IMPLICIT, ASSIGNMENT, EXPLICIT = 0, 1, 2

POLYMORPHIC = frozenset(
    "anyelement anyarray anynonarray anyenum anyrange anymultirange anycompatible anycompatiblearray "
    "anycompatiblenonarray anycompatiblerange anycompatiblemultirange".split()
)
_COMPATIBLE = {
    "anycompatible": "anyelement",
    "anycompatiblearray": "anyarray",
    "anycompatiblenonarray": "anynonarray",
    "anycompatiblerange": "anyrange",
    "anycompatiblemultirange": "anymultirange",
}
_SIMPLE = POLYMORPHIC - _COMPATIBLE.keys()


class Types:
    """The types of PostgreSQL and of the user, and the conversions between them."""

    def __init__(self, user_types: Mapping[str, UserType]) -> None:
        self._user_types = user_types

    def base(self, name: str) -> str:
        """A domain's underlying type; any other type itself."""
        return self.base_use(name).type

    def base_use(self, name: str) -> TypeUse:
        """A domain's underlying type with its modifier."""
        use = TypeUse(name)
        while (user := self._user_types.get(use.type)) is not None and user.kind is TypeKind.DOMAIN:
            if user.base is None:
                break
            use = user.base
        return use

    def is_domain(self, name: str) -> bool:
        user = self._user_types.get(name)
        return user is not None and user.kind is TypeKind.DOMAIN

    def field(self, name: str, field: str) -> TypeUse | None:
        """The type of a composite type's field, None where it is not known."""
        user = self._user_types.get(self.base(name))
        return dict(user.attributes).get(field) if user is not None else None

    def is_enum(self, name: str) -> bool:
        user = self._user_types.get(name)
        return user is not None and user.kind is TypeKind.ENUM

    def labels(self, name: str) -> tuple[str, ...] | None:
        """The labels of an enum; None for any other type."""
        user = self._user_types.get(name)
        return user.labels if user is not None and user.kind is TypeKind.ENUM else None

    def volatility(self, source: str, target: str) -> str | None:
        """Whether converting a value is immutable (i), stable (s) or volatile (v); None where not known."""
        source, target = self.base(source), self.base(target)
        if source == target or self.is_binary_coercible(source, target):
            return "i"
        cast = system_catalog.casts().get((source, target))
        if cast is not None and cast.method != "i":
            return cast.volatility
        if source.endswith("[]") and target.endswith("[]"):
            return self.volatility(source[:-2], target[:-2])
        ways = self._printing(source), self._reading(target)
        if None in ways:
            return None
        return "i" if ways == ("i", "i") else "s"

    def _printing(self, name: str) -> str | None:
        known = system_catalog.types().get(name)
        return "s" if name.endswith("[]") or self.is_enum(name) else known.output if known else None

    def _reading(self, name: str) -> str | None:
        known = system_catalog.types().get(name)
        return "s" if name.endswith("[]") or self.is_enum(name) else known.input if known else None

    def is_known(self, name: str) -> bool:
        """Whether enough is known to tell how the type behaves: not for a domain over something unknown."""
        base = self.base(name.removesuffix("[]"))
        return not self.is_domain(base)

    def category(self, name: str) -> str:
        """pg_type.typcategory."""
        base = self.base(name)
        if base.endswith("[]"):
            return "A"
        if base == UNKNOWN:
            return "X"
        user = self._user_types.get(base)
        if user is not None:
            return {TypeKind.ENUM: "E", TypeKind.COMPOSITE: "C", TypeKind.RANGE: "R"}.get(user.kind, "U")
        known = system_catalog.types().get(base)
        return known.category if known is not None else "U"

    def is_preferred(self, name: str) -> bool:
        known = system_catalog.types().get(name)
        return known is not None and known.preferred

    def element(self, name: str) -> str | None:
        """An array's element type, or a range's subtype."""
        base = self.base(name)
        if base.endswith("[]"):
            return base[:-2]
        known = system_catalog.types().get(base)
        return known.element if known is not None else None

    def extension(self, name: str) -> str:
        """The extension that a type comes from."""
        known = system_catalog.types().get(self.base(name).removesuffix("[]"))
        return known.extension if known is not None else ""

    def collatable(self, name: str) -> bool:
        known = system_catalog.types().get(self.base(name).removesuffix("[]"))
        return known is not None and known.collatable

    def has_length_coercion(self, name: str) -> bool:
        """Whether the type has a function that applies a type modifier."""
        element = self.base(name).removesuffix("[]")
        return (element, element) in system_catalog.casts()

    def has_pathway(self, source: str, target: str, context: int) -> bool:
        """Whether there is a conversion that PostgreSQL applies in a context (find_coercion_pathway)."""
        source, target = self.base(source), self.base(target)
        if source == target:
            return True
        cast = system_catalog.casts().get((source, target))
        if cast is not None:
            return _CONTEXTS[cast.context] <= context
        if source.endswith("[]") and target.endswith("[]"):
            return self.has_pathway(source[:-2], target[:-2], context)
        if context >= ASSIGNMENT and self.category(target) == "S":
            return True
        return context >= EXPLICIT and self.category(source) == "S"

    def can_coerce(self, source: str, target: str, context: int = IMPLICIT) -> bool:
        """can_coerce_type() for one argument; a polymorphic target takes anything here."""
        if source in (target, UNKNOWN) or target == "any" or target in POLYMORPHIC:
            return True
        if target == "record" and self.category(source) == "C":
            return True
        return self.has_pathway(source, target, context)

    def is_binary_coercible(self, source: str, target: str) -> bool:
        """Whether values of one type are values of the other without conversion (IsBinaryCoercible)."""
        if source == target:
            return True
        source = self.base(source)
        if source == target or target in ("any", "anyelement"):
            return True
        if target == "anyarray":
            return source.endswith("[]")
        if target == "anyenum":
            return self.is_enum(source)
        if target in ("anyrange", "anymultirange"):
            known = system_catalog.types().get(source)
            user = self._user_types.get(source)
            kind = known.kind if known else ("r" if user and user.kind is TypeKind.RANGE else "")
            return kind == ("r" if target == "anyrange" else "m")
        if target == "record":
            return self.category(source) == "C"
        cast = system_catalog.casts().get((source, target))
        return cast is not None and cast.method == "b" and cast.context == "i"

    def common(self, types: Sequence[str]) -> str | None:
        """The type that CASE, COALESCE, IN lists and ARRAY give their parts (manual, 10.5); None for none."""
        if types[0] != UNKNOWN and all(other == types[0] for other in types):
            return types[0]
        chosen = self.base(types[0])
        for other in map(self.base, types[1:]):
            if other in (UNKNOWN, chosen):
                continue
            if chosen == UNKNOWN:
                chosen = other
            elif self.category(other) != self.category(chosen):
                return None
            elif (
                not self.is_preferred(chosen)
                and self.can_coerce(chosen, other)
                and not self.can_coerce(other, chosen)
            ):
                chosen = other
        return "text" if chosen == UNKNOWN else chosen

    def polymorphic(self, actual: Sequence[str], declared: Sequence[str]) -> dict[str, str] | None:
        """What each polymorphic type stands for in a call; None where the arguments contradict it."""
        meaning: dict[str, str] = {}
        pairs = list(zip(actual, declared, strict=True))
        simple = [pair for pair in pairs if pair[1] in _SIMPLE]
        compatible = [(one, _COMPATIBLE[two]) for one, two in pairs if two in _COMPATIBLE]
        if simple:
            elements = [self._element_of(one, two) for one, two in simple]
            known = {element for element in elements if element != UNKNOWN}
            if None in known or len(known) > 1:
                return None
            element = next(iter(known), UNKNOWN) or UNKNOWN
            if not self._fits(element, [two for _, two in simple]):
                return None
            meaning |= self._family(element, [one for one, two in simple if two.endswith("range")])
        if compatible:
            found = [self._element_of(one, two) for one, two in compatible]
            if None in found:
                return None
            # Untyped literals have no say, so that a domain stays one.
            typed = [element for element in found if element not in (None, UNKNOWN)]
            common = self.common([str(element) for element in typed] or [UNKNOWN])
            if common is None:
                return None
            family = self._family(common, [one for one, two in compatible if two.endswith("range")])
            meaning |= {name: family[simple_name] for name, simple_name in _COMPATIBLE.items()}
        return meaning

    def _element_of(self, actual: str, declared: str) -> str | None:
        """The element type that an argument asks for; None where it cannot be one of these."""
        if actual == UNKNOWN:
            return UNKNOWN
        if declared == "anyarray":
            base = self.base(actual)
            return base[:-2] if base.endswith("[]") else None
        if declared in ("anyrange", "anymultirange"):
            if not self.is_binary_coercible(actual, declared):
                return None
            element = self.element(actual)
            return self.element(element) if declared == "anymultirange" and element else element
        return actual

    def _fits(self, element: str, declared: Sequence[str]) -> bool:
        if element == UNKNOWN:
            return True
        if "anyenum" in declared and not self.is_enum(element):
            return False
        return not ("anynonarray" in declared and self.category(element) == "A")

    def _family(self, element: str, ranges: Sequence[str]) -> dict[str, str]:
        unknown = element == UNKNOWN
        chosen = next((name for name in ranges if name != UNKNOWN), UNKNOWN)
        if self.is_binary_coercible(chosen, "anymultirange") and chosen != UNKNOWN:
            chosen = self.element(chosen) or UNKNOWN
        known = system_catalog.types().values()
        multirange = next(
            (one.name for one in known if one.kind == "m" and one.element == chosen),
            UNKNOWN,
        )
        return {
            "anyelement": element,
            "anynonarray": element,
            "anyenum": element,
            "anyarray": UNKNOWN if unknown else f"{element}[]",
            "anyrange": chosen,
            "anymultirange": multirange,
        }
