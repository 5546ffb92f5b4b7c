"""``init``: from a project without a configuration to one that passes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.init import Setup, init
from lint_indexes.commands.options import CheckOptions, InitOptions, PolicyChoice
from lint_indexes.config.files import unchecked_table
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError, NoAnswerError
from lint_indexes.sources.files import write_all

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "booking"
Initialise = Callable[..., Setup]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example in a git repository, below a folder with a space in its name, without a configuration."""
    root = tmp_path / "my repository" / "backend"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".lint_indexes_cache", "__pycache__"))
    text = root.joinpath("pyproject.toml").read_text()
    root.joinpath("pyproject.toml").write_text(text[: text.index("[tool.lint-indexes]")] + "# the end\n")
    subprocess.run(["git", "init", "--quiet"], cwd=root.parent, check=True)
    return root


@pytest.fixture
def initialise(project: Path) -> Initialise:
    def run(**options: object) -> Setup:
        return init(replace(InitOptions(root=project, python=sys.executable), **options))  # type: ignore[arg-type]

    return run


def contents(root: Path) -> dict[str, bytes]:
    folders = (".git", "__pycache__", ".lint_indexes_cache")
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not any(part in folders for part in path.parts)
    }


def test_nothing_is_written_by_itself(project: Path, initialise: Initialise) -> None:
    before = contents(project)
    setup = initialise(policy=PolicyChoice.ALL)
    assert contents(project) == before
    assert [change.path.name for change in setup.changes] == ["pyproject.toml", ".lint-indexes-baseline.json"]


def test_a_project_passes_afterwards(project: Path, initialise: Initialise) -> None:
    before = project.joinpath("pyproject.toml").read_text()
    write_all(initialise().changes)

    text = project.joinpath("pyproject.toml").read_text()
    assert text.startswith(before)
    assert unchecked_table(project / "pyproject.toml") == {
        "metadata": "booking_app:create_app()",
        "python": sys.executable,
        "since": "7c0e5b92a3d6",
    }
    [report] = check(CheckOptions(root=project))
    assert report.findings == ()
    assert report.suppressed == 1


def test_an_application_that_is_made_already(project: Path, initialise: Initialise) -> None:
    package = project / "booking_app" / "__init__.py"
    package.write_text(package.read_text().replace("def create_app(", "def create_app(settings"))
    project.joinpath("application.py").write_text(
        "from booking_app import create_app\n\napplication = create_app('production')\n"
    )
    write_all(initialise().changes)
    assert unchecked_table(project / "pyproject.toml")["metadata"] == "application:application"


def test_what_is_no_module_is_passed_over(project: Path, initialise: Initialise) -> None:
    text = "from flask import Flask\n\n\ndef create_app():\n    return Flask('another')\n"
    project.joinpath("__init__.py").write_text(text)
    project.joinpath("app.py").mkdir()
    project.joinpath("gone.py").symlink_to("nowhere.py")
    write_all(initialise().changes)
    assert unchecked_table(project / "pyproject.toml")["metadata"] == "booking_app:create_app()"


def test_a_factory_of_another_framework_is_not_called(project: Path, initialise: Initialise) -> None:
    shutil.rmtree(project / "booking_app")
    text = "def create_app():\n    raise SystemError('called')\n\n\napp = create_app()\n"
    project.joinpath("service.py").write_text(text)
    project.joinpath("migrations", "env.py").write_text("raise LookupError('the setting SHOP is missing')\n")
    with pytest.raises(LintIndexesError, match="the setting SHOP is missing"):
        initialise()


def test_a_second_time_there_is_nothing_to_do(project: Path, initialise: Initialise) -> None:
    write_all(initialise(policy=PolicyChoice.MODELS, hook=True).changes)
    again = initialise(policy=PolicyChoice.MODELS, hook=True)
    assert again.changes == ()
    assert set(again.kept) >= {"python", "since"}


@pytest.mark.parametrize(("choice", "number"), [(PolicyChoice.MODELS, 4), (PolicyChoice.ALL, 4)])
def test_the_policy_of_today(
    project: Path, initialise: Initialise, choice: PolicyChoice, number: int
) -> None:
    setup = initialise(policy=choice)
    assert setup.indexes == number
    write_all(setup.changes)
    indexes = unchecked_table(project / "pyproject.toml")["indexes"]
    assert isinstance(indexes, dict)
    assert indexes["ix_booking_company_id"] == "booking (company_id)"
    [report] = check(CheckOptions(root=project, cache=False, select=("LI1",), ignore=("LI103",)))
    assert report.findings == ()


def test_values_that_are_there_stay(project: Path, initialise: Initialise) -> None:
    path = project / "pyproject.toml"
    path.write_text(path.read_text() + '[tool.lint-indexes]\nsince = "b559b3ef7a75"  # when we began\n')
    setup = initialise()
    assert "since" in setup.kept
    assert b'since = "b559b3ef7a75"  # when we began\n' in setup.changes[0].after


def test_another_value_is_refused(project: Path, initialise: Initialise) -> None:
    path = project / "pyproject.toml"
    path.write_text(path.read_text() + '[tool.lint-indexes]\npython = ".venv"\n')
    before = contents(project)
    with pytest.raises(LintIndexesError, match=r"pyproject\.toml has another value for python") as raised:
        initialise()
    assert raised.value.hint
    assert contents(project) == before


def test_without_a_pyproject_it_is_a_file_of_its_own(project: Path, initialise: Initialise) -> None:
    project.joinpath("pyproject.toml").unlink()
    setup = initialise()
    assert setup.path == project / "lint-indexes.toml"
    assert setup.changes[0].before is None


def test_the_hook_goes_to_the_top_of_the_repository(project: Path, initialise: Initialise) -> None:
    hooks = project.parent / ".pre-commit-config.yaml"
    hooks.write_text("repos: []  # none yet\n")
    setup = initialise(hook=True)
    [change] = [change for change in setup.changes if change.path == hooks]
    assert b"id: lint-indexes" in change.after
    assert setup.hook == "lint-indexes"


@pytest.mark.parametrize(
    ("lock", "command"),
    [("uv.lock", "uv run --no-sync --project backend lint-indexes"), ("poetry.lock", "poetry run")],
)
def test_the_hook_runs_in_the_projects_environment(
    project: Path, initialise: Initialise, lock: str, command: str
) -> None:
    project.joinpath(lock).touch()
    setup = initialise(hook=True)
    assert setup.hook is not None
    assert setup.hook.startswith(command)


def test_one_project_below(project: Path, initialise: Initialise) -> None:
    project.joinpath("migrations", "alembic.ini").touch()
    setup = initialise(root=project.parent)
    assert setup.path == project / "pyproject.toml"


def no_alembic(project: Path) -> None:
    shutil.rmtree(project / "migrations")


def two_alembics(project: Path) -> None:
    shutil.copytree(project / "migrations", project.parent / "other" / "migrations")
    project.rename(project.parent / "one")


def broken_models(project: Path) -> None:
    project.joinpath("booking_app", "models.py").write_text("import nothing_of_that_name\n")


def broken_toml(project: Path) -> None:
    project.joinpath("pyproject.toml").write_text("[project\n")


def latin_1(project: Path) -> None:
    project.joinpath("pyproject.toml").write_bytes(b'[project]\nname = "caf\xe9"\n')


def test_a_busy_machine_is_no_reason_to_look_elsewhere(
    project: Path, initialise: Initialise, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Path] = []

    def refuse(config: Config) -> None:
        loaded.append(config.path)
        raise NoAnswerError("no sign of life for 60 seconds")

    monkeypatch.setattr("lint_indexes.commands.init.load_sources", refuse)
    with pytest.raises(NoAnswerError):
        initialise()
    assert loaded == [project / "pyproject.toml"]


def no_migrations(project: Path) -> None:
    for path in project.joinpath("migrations", "versions").glob("*.py"):
        path.unlink()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (no_alembic, "no Alembic configuration in"),
        (two_alembics, "several Alembic configurations below"),
        (broken_models, "nothing_of_that_name"),
        (broken_toml, r"pyproject\.toml:1:9: the file is not valid TOML"),
        (latin_1, r"pyproject\.toml.*UTF-8"),
        (no_migrations, "no migrations in"),
    ],
)
def test_trouble_is_told_and_nothing_is_lost(
    project: Path, initialise: Initialise, harm: Callable[[Path], None], message: str
) -> None:
    top = project.parent
    harm(project)
    before = contents(top)
    with pytest.raises(LintIndexesError, match=message) as raised:
        initialise(root=project if project.exists() else top)
    assert raised.value.hint
    assert contents(top) == before


def test_a_project_that_is_in_no_repository(project: Path, initialise: Initialise) -> None:
    shutil.rmtree(project.parent / ".git")
    setup = initialise()
    assert {change.path.name for change in setup.changes} == {"pyproject.toml", ".lint-indexes-baseline.json"}
