"""``dataclass`` of the standard library, of which nothing is compiled before it is worth it.

There are some 290 such classes, of which a run makes values of 110 to 135, most of them few. The standard
library compiles up to six methods for each when its module is imported: in Python 3.11 that takes 0.6 ms for
one of five fields, and 0.9 ms where it is frozen. Here a method goes through the fields, in 1 to 3 µs, until
that has taken as long as to compile it, which the standard library does then.

To mypy it is the standard library's, and mypy sees to it that nobody changes a frozen value. While a program
runs nothing refuses that: it would make a value by calls of ``object.__setattr__``, in 1.1 µs instead of 0.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    import operator
    import types

    _OFTEN = 128
    """The number of calls from which on a method is compiled: so many take as long as that."""

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
        interpret, calls = None, 0

        def method(self, /, *arguments, **named):
            nonlocal interpret, calls
            calls += 1
            if calls < _OFTEN and name in _INTERPRETERS:
                interpret = interpret or _INTERPRETERS[name](made)
                result = interpret(self, arguments, named)
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

    def _interpreter_of_init(made):
        """Its result is MISSING where the arguments do not suit: the compiled method will say why."""
        fields = dataclasses.fields(made)
        given = [(_setter(made, field.name), field) for field in fields if field.init]
        others = [
            (_setter(made, field.name), field) for field in fields if not field.init and _has_default(field)
        ]

        def interpret(self, arguments, named):
            if len(arguments) > len(given):
                return dataclasses.MISSING
            for (set_value, _), value in zip(given, arguments, strict=False):
                set_value(self, value)
            used = 0
            for set_value, field in given[len(arguments) :]:
                if field.name in named:
                    value = named[field.name]
                    used += 1
                else:
                    value = _default(field)
                    if value is dataclasses.MISSING:
                        return value
                set_value(self, value)
            if used < len(named):
                return dataclasses.MISSING
            for set_value, field in others:
                set_value(self, _default(field))
            return None

        return interpret

    def _setter(made, name):
        """What sets a field of a value: quicker than setattr() where the class has slots."""
        slot = getattr(made, name, None)
        if isinstance(slot, types.MemberDescriptorType):
            return slot.__set__
        return lambda self, value: setattr(self, name, value)

    def _has_default(field):
        return (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)

    def _default(field):
        return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()

    def _interpreter_of_eq(made):
        values = _values_getter(made)

        def interpret(self, arguments, named):
            [other] = arguments
            if other.__class__ is not self.__class__:
                return NotImplemented  # as the standard library's: Python asks the other one then
            return values(self) == values(other)

        return interpret

    def _interpreter_of_hash(made):
        values = _values_getter(made)
        return lambda self, arguments, named: hash(values(self))

    def _values_getter(made):
        names = [field.name for field in dataclasses.fields(made) if field.compare]
        if len(names) > 1:
            return operator.attrgetter(*names)
        return lambda self: tuple(getattr(self, name) for name in names)

    _INTERPRETERS = {
        "__init__": _interpreter_of_init,
        "__eq__": _interpreter_of_eq,
        "__hash__": _interpreter_of_hash,
    }


__all__ = ["dataclass"]
