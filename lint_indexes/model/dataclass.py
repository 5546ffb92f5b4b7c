"""``dataclass`` of the standard library, without what ``frozen`` costs at run time.

To mypy it is that one, and mypy sees to it that nobody changes a frozen value. To refuse it once more while a
program runs, Python makes two more methods for each class, and a value by calls of ``object.__setattr__``: in
3.11, a class of five fields takes 0.9 ms instead of 0.6, and a value of it 1.1 µs instead of 0.3. There are
some 230 classes to make before anything is judged, and a replay makes values by the hundred thousand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(*, frozen=False, **options):
        """As ``dataclasses.dataclass``; one that is frozen has a hash, and can be changed."""
        return dataclasses.dataclass(unsafe_hash=frozen, **options)


__all__ = ["dataclass"]
