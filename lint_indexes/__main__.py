"""``python -m lint_indexes`` and the console script."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys

_ALLOCATIONS = 1_000_000
"""How many more objects there are before Python looks for garbage: a run keeps most of what it makes."""


def main() -> None:
    """Run the command line and leave with its exit status."""
    gc.set_threshold(_ALLOCATIONS)
    try:
        # Imported here, so that Ctrl-C during the imports is as quiet as any other.
        from lint_indexes.cli import run

        status = run()
    except KeyboardInterrupt:
        status = 130
    _leave(status)


def _leave(status: int) -> None:
    """Leave without freeing what a replay has made, object by object."""
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
