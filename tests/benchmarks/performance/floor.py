"""Loads and runs all migrations of a folder, up and down, against nothing: python floor.py SCRIPT_LOCATION.

It runs in the project's Python, and knows nothing of the tool: this is what anybody has to do who wants to
know what the migrations do. What one of them wants to read is not there; then the next one goes on.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    config = Config()
    config.set_main_option("script_location", sys.argv[1])
    script = ScriptDirectory.from_config(config)
    revisions = list(script.walk_revisions())
    for revision in reversed(revisions):
        for direction in ("upgrade", "downgrade"):
            options = {"as_sql": True, "output_buffer": io.StringIO()}
            context = MigrationContext.configure(dialect_name="postgresql", opts=options)
            with Operations.context(context), contextlib.suppress(Exception, SystemExit):
                getattr(revision.module, direction)()
    sys.stdout.write("\n".join(script.get_heads()))


if __name__ == "__main__":
    main()
