"""What PostgreSQL and Alembic make of an application of Flask-Migrate: run in its folder.

    python observe_flask.py DATABASE_URL PACKAGE BACK_TO

PACKAGE has a ``create_app()``. Written to stdout as JSON: the indexes of its models, and those after upgrade,
downgrade to BACK_TO and upgrade. ``flask db check`` is asked in the end; what it finds, it says, and fails.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

import sqlalchemy as sa
from flask_migrate import check, downgrade, upgrade
from observe import EMPTY, indexes, use_database


def main(url: str, package: str, back_to: str) -> None:
    use_database(url)
    sys.path.insert(0, os.curdir)
    out, sys.stdout = sys.stdout, sys.stderr
    engine = sa.create_engine(url)
    found = {}
    application = import_module(package)
    with application.create_app().app_context():
        with engine.begin() as connection:
            connection.execute(sa.text(EMPTY))
            application.db.metadata.create_all(connection)
            found["models"] = indexes(connection)
            connection.execute(sa.text(EMPTY))
        for stop, move, revision in (
            ("head", upgrade, "head"),
            ("back", downgrade, back_to),
            ("again", upgrade, "head"),
        ):
            move(revision=revision)
            with engine.connect() as connection:
                found[stop] = indexes(connection)
        check()
    json.dump(found, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
