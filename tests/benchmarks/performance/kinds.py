"""What is timed of a project, side by side."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lint_indexes.server.connection import Address, Connection
from performance.processes import Taken, run, tool
from performance.project import Project

DATABASE = "lint_indexes_measured"
FINDINGS = (0, 1)
ANY_DRIFT = (0, 1, 255)
"""What ``alembic check`` ends with, whether it finds something or not."""
_MIGRATION = '''\
"""A comment on nothing."""
from alembic import op

revision = "{revision}"
down_revision = "{head}"


def upgrade():
    op.execute("CREATE TABLE measured_{revision} (id integer PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE measured_{revision}")
'''


@dataclass
class Kinds:
    """Each method does one thing once, and says what it took; what it needs before is not counted."""

    project: Project
    server: Address
    _round: int = field(default=0, init=False)

    def all(self) -> dict[str, Callable[[], Taken]]:
        """In the order of a round."""
        return {
            "import pglast, click": lambda: self._python(sys.executable, "import pglast, click"),
            "import sqlalchemy, alembic": lambda: self._own("import sqlalchemy, alembic"),
            "import the models": lambda: self._own(self.project.models),
            "load and run the migrations": self.migrations,
            "unchanged": self.unchanged,
            "one new revision": self.one_new_revision,
            "a model and its revision": self.model_and_revision,
            "cold": self.cold,
            "upgrade and check": self.upgrade_and_check,
        }

    def _python(self, python: str, code: str) -> Taken:
        return run([python, "-W", "ignore", "-c", code], self.project.root, self._env())

    def _own(self, code: str) -> Taken:
        return self._python(self.project.python, code)

    def migrations(self) -> Taken:
        script = str(Path(__file__).with_name("floor.py"))
        return run([self.project.python, script, self.project.scripts], self.project.root, self._env())

    def cold(self) -> Taken:
        return self._tool("--no-cache")

    def unchanged(self) -> Taken:
        self._tool()
        return self._tool()

    def one_new_revision(self) -> Taken:
        self._tool()
        migration = self._new_migration()
        try:
            return self._tool()
        finally:
            migration.unlink()

    def model_and_revision(self) -> Taken:
        self._tool()
        model = self.project.root / self.project.model
        text = model.read_text()
        migration = self._new_migration()
        model.write_text(f"{text}\n# {migration.name}\n")
        try:
            return self._tool()
        finally:
            migration.unlink()
            model.write_text(text)

    def _new_migration(self) -> Path:
        """A new one each time: what is kept of an earlier one must not help."""
        self._round += 1
        revision = f"feed{self._round:08}"
        path = self.project.root / self.project.scripts / "versions" / f"{revision}_measured.py"
        path.write_text(_MIGRATION.format(revision=revision, head=self._head()))
        return path

    def _head(self) -> str:
        script = str(Path(__file__).with_name("floor.py"))
        command = [self.project.python, script, self.project.scripts]
        done = subprocess.run(command, cwd=self.project.root, capture_output=True, text=True, check=True)
        return done.stdout.split()[-1]

    def _tool(self, *options: str) -> Taken:
        return run(tool(self.project.python, *options), self.project.root, statuses=FINDINGS)

    def upgrade_and_check(self) -> Taken:
        """In a database that is made for it, as people do who have no other way."""
        admin = Connection(self.server)
        try:
            admin.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            begin = time.perf_counter()
            admin.execute(f"CREATE DATABASE {DATABASE}")
            taken = Taken(time.perf_counter() - begin, 0)
            for command, statuses in ((self.project.upgrade, (0,)), (self.project.check, ANY_DRIFT)):
                words = [word.format_map(self._places) for word in command]
                taken += run(words, self.project.root, self._env(), statuses=statuses)
            return taken
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            admin.close()

    @property
    def _places(self) -> dict[str, str]:
        server = self.server
        return {
            "python": self.project.python,
            "user": server.user,
            "host": server.host,
            "port": str(server.port),
            "database": DATABASE,
        }

    def _env(self) -> dict[str, str]:
        return {name: value.format_map(self._places) for name, value in self.project.env.items()}
