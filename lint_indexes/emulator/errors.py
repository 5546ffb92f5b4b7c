"""What the emulator cannot do."""

from __future__ import annotations


class Unsupported(Exception):  # noqa: N818 - it is an answer, "not known", and no error of the statement
    """A value or an effect that a real server knows and the emulator does not; it becomes a Doubt."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
