"""The benchmark runs on a tiny project, and leaves it as it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from performance.kinds import Kinds
from performance.measuring import Ratio, measure, median_ratio
from performance.processes import Taken, first_run, run
from performance.project import Project, described, synthetic
from performance.report import Growth, document
from synthetic.history import Size
from synthetic.project import write_project

from lint_indexes.server.connection import Address
from lint_indexes.server.embedded import EmbeddedServer

NOWHERE = Address("/nowhere", "postgres", "postgres")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = synthetic(Size(3, 2, 4), tmp_path_factory.mktemp("performance"))
    before = contents(made.root)
    yield made
    assert contents(made.root) == before


def contents(root: Path) -> dict[Path, bytes]:
    left_out = {".git", ".lint_indexes_cache", "__pycache__"}
    files = (path for path in root.rglob("*") if path.is_file() and not left_out.intersection(path.parts))
    return {path: path.read_bytes() for path in files}


def test_what_the_tool_and_its_floors_take(project: Project) -> None:
    kinds = Kinds(project, NOWHERE).all()
    del kinds["upgrade and check"]
    notes: list[str] = []
    times = measure(kinds, 1, notes.append)
    assert times.keys() == kinds.keys()
    assert len(notes) == 2 * len(kinds)
    assert times["unchanged"][0].work < times["cold"][0].work
    text = document({project.name: times}, (), 1)
    assert "## synthetic, 3 revisions" in text
    assert "| cold / import the models + load and run the migrations |" in text
    assert "upgrade and check /" not in text


def test_an_upgrade_on_a_real_server(project: Project) -> None:
    with EmbeddedServer() as server:
        taken = Kinds(project, Address(str(server.socket_folder), "postgres", "postgres")).upgrade_and_check()
        left = server.psql("SELECT datname FROM pg_database WHERE NOT datistemplate")
    assert taken.work > 0
    assert left.split() == ["postgres"]


def test_how_large_the_processes_are(project: Project) -> None:
    run([sys.executable, "-m", "lint_indexes", "cache", "clean"], project.root)
    taken, tool, probe = first_run(project.python, project.root)
    assert taken.work > 0
    assert 10 < tool < 1000
    assert 10 < probe < 1000
    row = Growth(3, 2, 4, Taken(1.0, 1.5), Taken(0.1, 0.1), tool, probe)
    assert "| 3 | 2 | 4 | 1.0 s | 1.5 s | 500.0 ms | 0.10 s |" in document({}, [row], 1)


def test_a_project_that_a_file_describes_is_copied(tmp_path: Path) -> None:
    write_project(tmp_path / "app", Size(1, 1, 1))
    file = tmp_path / "app.toml"
    file.write_text(
        f'name = "app"\nroot = "app"\npython = "{sys.executable}"\nmodels = "import synthetic_app.models"\n'
        'model = "synthetic_app/models/part_000.py"\ncheck = ["true"]\n'
    )
    (tmp_path / "copies").mkdir()
    project = described(file, tmp_path / "copies")
    assert project.root == tmp_path / "copies" / "app"
    assert project.check == ("true",)
    assert (project.root / project.model).is_file()


def test_ratios_are_taken_round_by_round() -> None:
    times = {"a": [Taken(2, 1), Taken(30, 1), Taken(4, 1)], "b": [Taken(1, 1), Taken(10, 1), Taken(1, 1)]}
    assert median_ratio(Ratio(("a",), ("b",)), times, lambda taken: taken.wall) == 3
    assert median_ratio(Ratio(("a", "b"), ("b",)), times, lambda taken: taken.wall) == 4
