"""``lint-indexes init``: a configuration that is known to work, made of what is there today."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from lint_indexes.commands.baseline import accepted_today
from lint_indexes.commands.draft import Draft, missing, reject_other_values, single
from lint_indexes.commands.options import InitOptions
from lint_indexes.commands.places import Place, places
from lint_indexes.commands.todays_policy import TodaysPolicy, todays_policy
from lint_indexes.config import settings
from lint_indexes.config.files import decoded, key_text, read_bytes
from lint_indexes.config.hooks import FILE_NAME, HOOK, with_hook
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError, NoAnswerError
from lint_indexes.linter.judging import judge
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.loading import load_sources, project_heads
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import FileChange
from lint_indexes.model.names import QualifiedName
from lint_indexes.report import Report
from lint_indexes.sources.git import GitFailedError, top_of
from lint_indexes.sources.suppressions import baseline_path
from lint_indexes.suppressions.baseline import render_baseline

_RUNNERS = (
    ("uv.lock", "uv run --no-sync", "--project"),
    ("poetry.lock", "poetry run", "--project"),
    ("pdm.lock", "pdm run", "--project"),
)
"""What runs a program of the project's environment, by the lock file that shows that it manages it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What ``init`` would write, all of which was tried.

    ``added`` are the keys with new values, ``kept`` those that were there already; ``indexes`` is how many
    the policy gets, ``left_out`` says of an index why it gets none; ``accepted`` findings go into a new
    baseline, and ``standing`` ones would be reported after all that. ``hook`` is what pre-commit would run.
    """

    path: Path
    changes: tuple[FileChange, ...]
    report: Report
    added: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    indexes: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    accepted: int = 0
    standing: int = 0
    hook: str | None = None


def init(options: InitOptions) -> Setup:
    """Find the project, load it, and make its configuration; nothing is written.

    Raises:
        LintIndexesError: the project is not found or cannot be loaded, or a file cannot be completed.
    """
    found = places(options)
    problems: dict[Path, LintIndexesError] = {}
    for place in found:
        try:
            return _Attempt(place, options).setup()
        except LintIndexesError as error:  # noqa: PERF203 - it is seconds that an attempt takes
            if isinstance(error, NoAnswerError):
                # The machine may just be busy, which says nothing about the place.
                raise
            problems[place.path] = error
    # Of the likeliest file, what the last attempt met is the most to the point: it named the models.
    raise problems[found[0].path]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The configuration at one place."""

    place: Place
    options: InitOptions

    def setup(self) -> Setup:
        path = self.place.path
        draft = Draft.of(path)
        given = dict(self._given())
        reject_other_values(path, draft.table, given)
        draft = draft.adding(missing(draft.table, given))
        if settings.SINCE.name not in draft.table:
            draft = draft.adding(_since(project_heads(draft.config())))
        loaded = load_sources(draft.config())
        schema = _schema_of_migrations(draft, loaded)
        if schema is not None:
            draft = draft.adding({settings.DEFAULT_SCHEMA.name: schema})
            loaded = load_sources(draft.config())
        today = self._policy(draft, loaded)
        if today.entries:
            draft = draft.adding({settings.INDEXES.name: today.entries})
        return self._setup(draft, loaded, today, given)

    def _policy(self, draft: Draft, loaded: Loaded) -> TodaysPolicy:
        indexes = draft.table.get(settings.INDEXES.name)
        return todays_policy(
            self.options.policy,
            loaded,
            draft.config().default_schema,
            indexes if isinstance(indexes, Mapping) else (),
            lambda entries: draft.adding({settings.INDEXES.name: entries}).config(),
        )

    def _setup(self, draft: Draft, loaded: Loaded, today: TodaysPolicy, given: Mapping[str, object]) -> Setup:
        config = draft.config()
        report = judge(config, loaded)
        changes = [draft.change()]
        accepted = 0
        if not baseline_path(config.root).exists():
            accepted = accepted_today(report).total()
        if accepted:
            changes.append(_baseline(config, report))
        hook = _hook_command(config.root) if self.options.hook else None
        if hook is not None:
            changes.append(_hook(config.root, hook))
        asked = (*given, settings.SINCE.name)
        return Setup(
            path=config.path,
            changes=tuple(change for change in changes if change.after != change.before),
            report=report,
            added=tuple(_shown(draft.added)),
            kept=tuple(name for name in asked if name in draft.table and name not in draft.added),
            indexes=len(today.entries),
            left_out=today.left_out,
            accepted=accepted,
            standing=len(report.findings) - accepted,
            hook=hook,
        )

    def _given(self) -> Iterator[tuple[str, object]]:
        """What the command line says, as the configuration has it."""
        options = self.options
        if options.metadata:
            yield settings.METADATA.name, single(options.metadata)
        elif self.place.application is not None:
            yield settings.METADATA.name, self.place.application
        if self.place.alembic is not None:
            yield settings.ALEMBIC.name, self.place.alembic
        if options.alembic_section is not None:
            yield settings.ALEMBIC_SECTION.name, options.alembic_section
        if options.python is not None:
            yield settings.PYTHON.name, _python(options.python, self.place.path.parent)
        if options.env:
            yield settings.ENV.name, dict(options.env)


def _since(heads: Sequence[str]) -> dict[str, object]:
    return {settings.SINCE.name: single(heads)} if heads else {}


def _python(given: str, root: Path) -> str:
    """An interpreter as the configuration names it: by a relative path where it is in the project."""
    path = Path(given).expanduser()
    if not path.exists():
        return given
    # Not resolved: the link in an environment is what makes it one.
    absolute = Path(os.path.normpath(path.absolute()))
    inside = any(absolute.is_relative_to(folder) for folder in (root, _top(root) or root))
    return Path(os.path.relpath(absolute, root)).as_posix() if inside else str(absolute)


def _top(folder: Path) -> Path | None:
    try:
        return top_of(folder)
    except (GitFailedError, LintIndexesError):
        return None


def _schema_of_migrations(draft: Draft, loaded: Loaded) -> str | None:
    """The schema in which the migrations make the tables that the models name without one, where it is not
    the default.
    """
    if settings.DEFAULT_SCHEMA.name in draft.table or loaded.models is None:
        return None
    default = draft.config().default_schema
    head = loaded.history.head.tables
    names = [table.name for table in loaded.models.catalog.tables if table.schema == default]
    if not names or any(QualifiedName(default, name) in head for name in names):
        return None
    schemas = sorted({table.schema for table in head})
    return next(
        (schema for schema in schemas if all(QualifiedName(schema, name) in head for name in names)), None
    )


def _baseline(config: Config, report: Report) -> FileChange:
    text = render_baseline(accepted_today(report))
    return FileChange(baseline_path(config.root), None, text.encode(errors="backslashreplace"))


def _hook(root: Path, command: str) -> FileChange:
    top = _top(root)
    if top is None:
        raise LintIndexesError(
            f"--hook: {root} is not in a git repository", hint="run git init, or leave out --hook"
        )
    path = top / FILE_NAME
    before = read_bytes(path) if path.exists() else None
    decoded(path, before or b"")
    return FileChange(path, before, with_hook(path, (before or b"").decode(), command).encode())


def _hook_command(root: Path) -> str:
    """What runs the tool for this project, from the top of the repository."""
    top = _top(root) or root
    for folder in dict.fromkeys((root.resolve(), top)):
        for lock, runner, option in _RUNNERS:
            if (folder / lock).is_file():
                where = [] if folder == top else [option, shlex.quote(folder.relative_to(top).as_posix())]
                return " ".join((runner, *where, HOOK))
    return HOOK


def _shown(values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping) and name != settings.INDEXES.name:
            yield from (key_text((name, key)) for key in value)
        elif name != settings.INDEXES.name:
            yield name
