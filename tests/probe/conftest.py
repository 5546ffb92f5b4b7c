"""A server that writes down what it is asked, and projects written to a temporary folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.model.origin import Origin
from lint_indexes.probe.client import Probe
from lint_indexes.probe.settings import ProbeSettings

ALEMBIC_INI = "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"
ENV = """
from alembic import context
from models import Base
from sqlalchemy import create_engine

engine = create_engine("postgresql://localhost/nowhere")
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """
from sqlalchemy import Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_status_at", "status", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[int] = mapped_column(
        index=True,
    )
"""


@dataclass
class RecordingServer:
    """Accepts everything, or raises what ``errors`` has for a beginning of the statement."""

    log: list[str] = field(default_factory=list)
    origins: list[tuple[str, Origin]] = field(default_factory=list)
    parameters: list[Sequence[object]] = field(default_factory=list)
    questions: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    errors: dict[str, SqlError] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    answers: dict[str, object] = field(default_factory=dict)

    def begin(self) -> None:
        self.log.append("BEGIN")

    def commit(self) -> None:
        self.log.append("COMMIT")

    def rollback(self) -> None:
        self.log.append("ROLLBACK")

    def execute(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        text = " ".join(sql.split())
        self.log.append(text)
        self.origins.append((text, origin))
        self.parameters.append(parameters)
        for beginning, error in self.errors.items():
            if text.startswith(beginning):
                raise error
        return next((r for b, r in self.results.items() if text.startswith(b)), Result())

    def execute_alone(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        self.log.append("alone")
        return self.execute(sql, parameters, origin)

    def inspect(self, question: str, arguments: Mapping[str, object], origin: Origin) -> object:
        self.questions.append((question, arguments))
        answer = self.answers.get(question, False)
        if isinstance(answer, SqlError):
            raise answer
        return answer

    def line_of(self, beginning: str) -> tuple[str, int | None]:
        """(file name, line) of the first statement with that beginning."""
        origin = next(origin for text, origin in self.origins if text.startswith(beginning))
        assert origin.path is not None
        return Path(origin.path).name, origin.line


@dataclass(frozen=True)
class ProjectFolder:
    """A project below a temporary folder."""

    root: Path

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def migration(
        self, revision: str, down: object, upgrade: str = "pass", downgrade: str = "pass", head: str = ""
    ) -> Path:
        """A migration file; ``head`` stands above its functions."""
        lines = [
            f'"""Revision {revision}"""',
            "import sqlalchemy as sa",
            "from alembic import op",
            f"revision = {revision!r}",
            f"down_revision = {down!r}",
            dedent(head).strip("\n"),
            "def upgrade():",
            *("    " + line for line in dedent(upgrade).strip("\n").splitlines()),
            "def downgrade():",
            *("    " + line for line in dedent(downgrade).strip("\n").splitlines()),
        ]
        return self.write(f"migrations/versions/{revision}.py", "\n".join(lines) + "\n")


@pytest.fixture
def server() -> RecordingServer:
    return RecordingServer()


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """alembic.ini, env.py, one model, and an empty versions folder."""
    folder = ProjectFolder(tmp_path / "a project")
    folder.write("alembic.ini", ALEMBIC_INI)
    folder.write("migrations/env.py", ENV)
    folder.write("models.py", MODELS)
    (folder.root / "migrations/versions").mkdir()
    return folder


PROBE_PYTHON = os.environ.get("LINT_INDEXES_PROBE_PYTHON", sys.executable)
"""Another interpreter, with SQLAlchemy, Alembic and Flask-Migrate, for the same tests."""

StartProbe = Callable[..., Probe]


@pytest.fixture
def start(project: ProjectFolder) -> Iterator[StartProbe]:
    """Starts a probe on the project; ended at the end of the test."""
    running: list[Probe] = []

    def start_probe(**settings: object) -> Probe:
        options: dict[str, object] = {"python": Path(PROBE_PYTHON), "root": project.root, "timeout": 30.0}
        probe = Probe(ProbeSettings(**{**options, **settings}))  # type: ignore[arg-type]
        running.append(probe)
        return probe

    yield start_probe
    for probe in running:
        probe.close()
