"""A generated project: policy, models and migrations that agree on some indexes only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from fixes.files import ALEMBIC_INI, ENV, TEMPLATE
from fixes.migrations import LAST, SINCE, Placed, first, second, third
from fixes.tables import BASE, FORMS, IMPORTS, TableOf
from fixes.wanted import Wanted, mutated, random_index

_NAMES = ("booking", "driver", "order", "line")
MODELS = Path("app", "models.py")


@dataclass
class Project:
    """What is written where; ``policy`` are statements by the index's name."""

    tables: list[TableOf]
    policy: dict[str, Placed] = field(default_factory=dict)
    models: list[Placed] = field(default_factory=list)
    migrated: list[Placed] = field(default_factory=list)
    new: list[Placed] = field(default_factory=list)
    gone: list[Placed] = field(default_factory=list)

    def statements(self) -> dict[str, str]:
        """CREATE INDEX of the policy's indexes, by name."""
        return {name: index.statement(table.sql) for name, (table, index) in self.policy.items()}

    def write(self, root: Path, random: Random) -> None:
        """Make the folder; the models may have tabs or Windows' ends of lines."""
        versions = root / "migrations" / "versions"
        versions.mkdir(parents=True)
        (root / "app").mkdir()
        (root / "app" / "__init__.py").touch()
        (root / "app" / "base.py").write_text(BASE)
        (root / "alembic.ini").write_text(ALEMBIC_INI)
        (root / "migrations" / "env.py").write_text(ENV)
        (root / "migrations" / "script.py.mako").write_text(TEMPLATE)
        (versions / "0001_tables.py").write_text(first(self.tables))
        (versions / f"{SINCE}_indexes.py").write_text(second(random, self.migrated))
        (versions / f"{LAST}_more.py").write_text(third(random, self.new, self.gone))
        (root / "pyproject.toml").write_text("\n".join(self._configuration()) + "\n")
        (root / MODELS).write_bytes(self._model_file(random).encode())

    def _configuration(self) -> Iterator[str]:
        yield "[tool.lint-indexes]"
        yield f'since = "{SINCE}"'
        yield "[tool.lint-indexes.indexes]"
        for name, (table, index) in self.policy.items():
            unique = "true" if index.unique or index.constraint else "false"
            yield f"{name} = {{ on = {json.dumps(index.on(table.sql))}, unique = {unique} }}"

    def _model_file(self, random: Random) -> str:
        lines = [*IMPORTS.splitlines()]
        for table in self.tables:
            declared = [index for owner, index in self.models if owner is table]
            lines += ["", "", *table.model(random, declared)]
        if random.random() < 0.2:
            lines = [_tabbed(line) for line in lines]
        return random.choice(("\n", "\n", "\n", "\r\n")).join([*lines, ""])


def _tabbed(line: str) -> str:
    text = line.lstrip(" ")
    return "\t" * ((len(line) - len(text)) // 4) + text


def random_project(random: Random) -> Project:
    """Two or three tables with some indexes each, most of which are not everywhere as they should be."""
    tables: list[TableOf] = []
    for name in random.sample(_NAMES, random.choice((2, 2, 3))):
        parent = random.choice([*tables, None]) if tables else None
        tables.append(TableOf(name, random.choice((None, None, "shop")), random.choice(FORMS), parent))
    project = Project(tables)
    for table in tables:
        for number in range(random.choice((1, 2, 2, 3))):
            _scatter(random, project, table, random_index(random, f"ix_{table.name}_{number}"))
        if table.parent and random.random() < 0.5:
            _scatter(random, project, table, Wanted(table.flag_name("f"), ("f",)))
    return project


def _scatter(random: Random, project: Project, table: TableOf, index: Wanted) -> None:
    """Put an index into some of the sources, sometimes as another one of the same name."""
    if random.random() < 0.4:
        project.policy[index.name] = (table, _maybe_mutated(random, index))
    if random.random() < 0.6:
        project.models.append((table, _maybe_mutated(random, index)))
    if random.random() < 0.7:
        placed = (table, _maybe_mutated(random, index))
        if random.random() < 0.1:
            placed = (table, replace(index, name=f"{index.name}_old"))
        if random.random() < 0.25:
            project.new.append(placed)
            return
        project.migrated.append(placed)
        if random.random() < 0.15:
            project.gone.append(placed)


def _maybe_mutated(random: Random, index: Wanted) -> Wanted:
    return mutated(random, index) if random.random() < 0.2 else index
