"""``dataclass`` of the standard library, of which nothing is compiled before it is worth it.

There are some 290 such classes, of which a run makes values of 110 to 135, and of half of these fewer than
eight. The standard library compiles up to six methods for each when its module is imported: in Python 3.11
that takes 0.6 ms for one of five fields, and 0.9 ms where it is frozen. Here a method goes through the
fields, in 5 µs, until it has been called a few times; then it is compiled, by the standard library.

To mypy it is the standard library's, and mypy sees to it that nobody changes a frozen value. While a program
runs nothing refuses that: it would make a value by calls of ``object.__setattr__``, in 1.1 µs instead of 0.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    _OFTEN = 8
    """The number of calls from which on a method is compiled."""

    def dataclass(*, frozen=False, slots=False, order=False):
        """As ``dataclasses.dataclass``; one that is frozen has a hash, and can be changed."""
        methods = {"__init__": {"init": True, "slots": slots}, "__repr__": {"repr": True}}
        if not order:  # which takes a method to compare by, and is rare
            methods["__eq__"] = {"eq": True}
        if frozen:
            methods["__hash__"] = {"unsafe_hash": True}

        def decorate(cls):
            cls.__doc__ = cls.__doc__ or cls.__name__  # it would be made of the signature
            made = dataclasses.dataclass(init=False, repr=False, eq=order, order=order, slots=slots)(cls)
            made.__hash__ = None
            for name, options in methods.items():
                setattr(made, name, _compiled_when_often_called(made, name, options))
            return made

        return decorate

    def _compiled_when_often_called(made, name, options):
        interpreted = _INTERPRETED.get(name, _compile_first)
        calls = 0

        def method(self, /, *arguments, **named):
            nonlocal calls
            calls += 1
            if calls < _OFTEN:
                result = interpreted(dataclasses.fields(made), self, *arguments, **named)
                if result is not dataclasses.MISSING:
                    return result
            compiled = _compiled(made, name, options)
            setattr(made, name, compiled)
            return compiled(self, *arguments, **named)

        return method

    def _compiled(made, name, options):
        parts = [(part.name, part.type, part) for part in dataclasses.fields(made)]
        chosen = {
            "init": False,
            "repr": False,
            "eq": False,
            "namespace": {"__doc__": made.__doc__},
            **options,
        }
        return getattr(dataclasses.make_dataclass(made.__name__, parts, **chosen), name)

    def _init(fields, self, /, *arguments, **named):
        """MISSING where the arguments do not suit: the compiled method will say why."""
        names = [field.name for field in fields if field.init]
        given = dict(zip(names, arguments, strict=False))
        if len(arguments) > len(names) or not named.keys() <= set(names) - given.keys():
            return dataclasses.MISSING
        given |= named
        for field in fields:
            value = given[field.name] if field.name in given else _default(field)
            if value is dataclasses.MISSING:
                return dataclasses.MISSING
            setattr(self, field.name, value)
        return None

    def _default(field):
        return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()

    def _eq(fields, self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented  # as the standard library's: Python asks the other one then
        return _values(fields, self) == _values(fields, other)

    def _hash(fields, self):
        return hash(_values(fields, self))

    def _values(fields, self):
        return tuple(getattr(self, field.name) for field in fields if field.compare)

    def _compile_first(fields, self):
        return dataclasses.MISSING

    _INTERPRETED = {"__init__": _init, "__eq__": _eq, "__hash__": _hash}


__all__ = ["dataclass"]
