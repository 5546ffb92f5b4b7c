"""``dataclass`` of the standard library, of which nothing is made before it is used.

There are some 290 such classes, of which a run makes values of a few dozen. The standard library compiles up
to six methods for each when its module is imported: in Python 3.11 that takes 0.6 ms for one of five fields,
and 0.9 ms where it is frozen. Here each method is compiled, by the standard library, when it is called first.

To mypy it is the standard library's, and mypy sees to it that nobody changes a frozen value. While a program
runs nothing refuses that: it would make a value by calls of ``object.__setattr__``, in 1.1 µs instead of 0.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

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
                setattr(made, name, _compiled_when_called(made, name, options))
            return made

        return decorate

    def _compiled_when_called(made, name, options):
        def method(self, *arguments, **named):
            parts = [(part.name, part.type, part) for part in dataclasses.fields(made)]
            chosen = {
                "init": False,
                "repr": False,
                "eq": False,
                "namespace": {"__doc__": made.__doc__},
                **options,
            }
            compiled = getattr(dataclasses.make_dataclass(made.__name__, parts, **chosen), name)
            setattr(made, name, compiled)
            return compiled(self, *arguments, **named)

        return method


__all__ = ["dataclass"]
