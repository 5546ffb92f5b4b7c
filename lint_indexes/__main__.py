"""``python -m lint_indexes`` and the console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        # Imported here, so that Ctrl-C during the imports is as quiet as any other.
        from lint_indexes.cli import run

        status = run()
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
