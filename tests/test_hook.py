"""The hook, end to end: real pre-commit, a real repository, two environments that know nothing of each other.

The hook's environment is made by pre-commit from the source distribution, as it is for a user who names this
repository. The application has its own, with Flask and without lint-indexes (and, like the machine of a
developer who runs PostgreSQL elsewhere, without a database driver).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "booking"

PACKAGES = ("Flask", "Flask-Migrate", "Flask-SQLAlchemy")

THREE = {
    "ix_assignment_booking_created": ("Assignment", "booking_id", "created_at"),
    "ix_assignment_dispatch_run_status": ("Assignment", "dispatch_run_id", "status"),
    "ix_booking_status_scheduled_company": ("Booking", "status", "scheduled_time", "company_id"),
}
"""What the commit of 20 October adds by hand: the model and its columns, by the index's name."""

OLDER = {
    "ix_assignment_driver_status": ("Assignment", "driver_id", "status"),
    "ix_booking_company_status_scheduled": ("Booking", "company_id", "status", "scheduled_time"),
    "ix_booking_status_scheduled": ("Booking", "status", "scheduled_time"),
    "ix_dispatch_run_company_finished": ("DispatchRun", "company_id", "finished_at"),
    "ix_driver_company_active": ("Driver", "company_id", "active"),
}
"""What earlier migrations added by hand."""

Indexes = Mapping[str, tuple[str, ...]]


def clean_environment() -> dict[str, str]:
    """This process's environment without what would show one of the two environments to the other."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT", "PYTHON", "LINT_INDEXES")) and name != "VIRTUAL_ENV"
    }
    folders = kept["PATH"].split(os.pathsep)
    kept["PATH"] = os.pathsep.join(
        folder for folder in folders if not Path(folder).parent.joinpath("pyvenv.cfg").exists()
    )
    return kept


def run(command: list[str], cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True, check=False)


def make_repository(folder: Path, env: Mapping[str, str]) -> None:
    """Commit everything in the folder as a new repository."""
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "First"]):
        done = run(["git", *command], folder, env)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {
        **clean_environment(),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A Developer",
        "GIT_AUTHOR_EMAIL": "developer@example.org",
        "GIT_COMMITTER_NAME": "A Developer",
        "GIT_COMMITTER_EMAIL": "developer@example.org",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
    }


@pytest.fixture(scope="session")
def hook_repository(
    sdist: Path, environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What a user's .pre-commit-config.yaml names: a repository of this project."""
    folder = tmp_path_factory.mktemp("hook")
    unpacked = run(["tar", "-xzf", str(sdist)], folder, environment)
    assert unpacked.returncode == 0, unpacked.stderr
    [repository] = folder.iterdir()
    make_repository(repository, environment)
    return repository


@pytest.fixture(scope="session")
def application_environment(environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application's virtual environment: its dependencies but the driver, and no lint-indexes."""
    folder = tmp_path_factory.mktemp("application") / ".venv"
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES],
    ):
        done = run(command, folder.parent, environment)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@dataclass(frozen=True)
class Checkout:
    """A working tree of the application's repository, in a folder below its top as many are."""

    top: Path
    env: Mapping[str, str]

    @property
    def application(self) -> Path:
        return self.top / "backend"

    @property
    def versions(self) -> Path:
        return self.application / "migrations" / "versions"

    @property
    def models(self) -> Path:
        return self.application / "booking_app" / "models.py"

    def git(self, *arguments: str) -> str:
        done = run(["git", *arguments], self.top, self.env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def commit(self, *arguments: str) -> tuple[bool, str]:
        """Try to commit: whether it went through, and what pre-commit printed."""
        before = self.git("rev-list", "--all", "--count")
        done = run(["git", "commit", "--message", "Change", *arguments], self.top, self.env)
        made = self.git("rev-list", "--all", "--count") != before
        assert made == (done.returncode == 0)
        return made, done.stdout + done.stderr

    def install_hook(self, hook_repository: Path, name: str = "lint-indexes") -> None:
        revision = run(["git", "rev-parse", "HEAD"], hook_repository, self.env).stdout.strip()
        self.configure(f"repos: [{{repo: {hook_repository}, rev: {revision}, hooks: [{{id: {name}}}]}}]\n")

    def configure(self, hooks: str) -> None:
        self.top.joinpath(".pre-commit-config.yaml").write_text(hooks)
        installed = run([sys.executable, "-m", "pre_commit", "install"], self.top, self.env)
        assert installed.returncode == 0, installed.stdout + installed.stderr

    def declare(self, indexes: Indexes) -> None:
        """Declare the indexes in the models."""
        with self.models.open("a") as source:
            for name, (model, *columns) in indexes.items():
                keys = ", ".join(f"{model}.{column}" for column in columns)
                source.write(f'Index("{name}", {keys})\n')

    def migrate(self, *revisions: str) -> None:
        """Add the example's migrations of these revisions."""
        for revision in revisions:
            [path] = EXAMPLE.glob(f"migrations/versions/{revision}_*.py")
            shutil.copy(path, self.versions)

    def judge_after(self, revision: str) -> None:
        """Move ``since`` to a revision that was there by then."""
        path = self.application / "pyproject.toml"
        path.write_text(re.sub(r"(?m)^since = .*$", f'since = "{revision}"', path.read_text()))

    def forget_policy(self, indexes: Indexes) -> None:
        path = self.application / "pyproject.toml"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if line.partition(" ")[0] not in indexes))


def findings(output: str, code: str) -> Iterator[str]:
    """What follows the code in each finding of the text report."""
    return (match[1] for match in re.finditer(rf"^{code}\b(.*)$", output, re.MULTILINE))


def named(output: str, code: str) -> set[str]:
    """The indexes that the findings of that code are about: the first that each one names."""
    return {re.findall(r"ix_\w+", text)[0] for text in findings(output, code)}


@pytest.fixture
def checkout(tmp_path: Path, environment: Mapping[str, str], application_environment: Path) -> Checkout:
    """The application on 19 October, committed without a hook: nothing drifts, no policy yet."""
    top = tmp_path / "a repository"
    made = Checkout(top, environment)
    shutil.copytree(
        EXAMPLE, made.application, ignore=shutil.ignore_patterns("__pycache__", "*.md", "*.patch")
    )
    for revision in ("b559b3ef7a75", "44a28b52dc46", "7c0e5b92a3d6"):
        [path] = made.versions.glob(f"{revision}_*.py")
        path.unlink()
    made.forget_policy(THREE)
    made.judge_after("2b84d6f1c9e0")
    made.declare(OLDER)
    top.joinpath(".gitignore").write_text(".venv\n__pycache__/\n")
    made.application.joinpath(".venv").symlink_to(application_environment)
    make_repository(top, environment)
    return made


@pytest.fixture
def october_25(checkout: Checkout, hook_repository: Path) -> Checkout:
    """Five days later, the hook at work: the three are declared everywhere and the policy requires them."""
    checkout.migrate("b559b3ef7a75")
    checkout.declare(THREE)
    shutil.copy(EXAMPLE / "pyproject.toml", checkout.application)
    checkout.judge_after("2b84d6f1c9e0")
    checkout.install_hook(hook_repository)
    checkout.git("add", "--all")
    made, output = checkout.commit()
    assert made, output
    return checkout


def undo_drops(path: Path, indexes: Indexes) -> None:
    """Take out of a migration what it does to the indexes, in both directions."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not any(f"'{name}'" in line for name in indexes)))


def test_environments_are_apart(
    checkout: Checkout, hook_repository: Path, application_environment: Path, environment: Mapping[str, str]
) -> None:
    checkout.install_hook(hook_repository)
    run([sys.executable, "-m", "pre_commit", "install-hooks"], checkout.top, environment)
    [hook_python] = Path(environment["PRE_COMMIT_HOME"]).glob("repo*/py_env-*/bin/python")
    for python, absent, present in (
        (hook_python, ("flask", "flask_sqlalchemy", "booking_app"), "lint_indexes"),
        (application_environment / "bin" / "python", ("lint_indexes", "pglast", "psycopg"), "flask"),
    ):
        look = "import importlib.util, sys; print([n for n in sys.argv[1:] if importlib.util.find_spec(n)])"
        found = run([str(python), "-c", look, *absent, present], checkout.top, environment)
        assert found.stdout.strip() == f"['{present}']", found.stderr


def test_commit_of_20_october_is_refused_until_models_know_the_indexes(
    checkout: Checkout, hook_repository: Path
) -> None:
    checkout.install_hook(hook_repository)
    checkout.git("add", "--all")
    made, output = checkout.commit()
    assert made, output

    checkout.migrate("b559b3ef7a75")
    checkout.git("add", "--all")
    made, output = checkout.commit()
    assert not made
    assert named(output, "LI202") == set(THREE), output
    assert "backend/migrations/versions/b559b3ef7a75_add_performance_indexes.py:" in output

    checkout.declare(THREE)
    # The migration is staged already; -a adds the edited models, through an index file of its own.
    made, output = checkout.commit("--all")
    assert made, output


def test_commit_of_26_october_is_refused_until_it_drops_nothing(october_25: Checkout) -> None:
    kept_models = october_25.models.read_text()
    october_25.migrate("44a28b52dc46")
    shutil.copy(EXAMPLE / "booking_app" / "models.py", october_25.models)
    october_25.git("add", "--all")
    made, output = october_25.commit()
    assert not made
    assert named(output, "LI101") == set(THREE), output
    [migration] = october_25.versions.glob("44a28b52dc46_*.py")
    for name in THREE:
        line = 1 + next(
            number
            for number, text in enumerate(migration.read_text().splitlines())
            if "drop_index" in text and name + "'" in text
        )
        assert re.search(rf"{re.escape(str(migration.relative_to(october_25.top)))}:{line}\b", output), output

    undo_drops(migration, {**THREE, **OLDER})
    october_25.models.write_text(kept_models)
    october_25.git("add", "--all")
    made, output = october_25.commit()
    assert made, output


def test_linked_worktree(october_25: Checkout, tmp_path: Path) -> None:
    """A linked worktree has no .venv of its own: the one of the main worktree is used."""
    linked = Checkout(tmp_path / "linked", october_25.env)
    october_25.git("worktree", "add", "--quiet", "-b", "autogenerate", str(linked.top))
    linked.migrate("44a28b52dc46")
    linked.git("add", "--all")
    made, output = linked.commit()
    assert not made
    assert named(output, "LI101") == set(THREE), output

    [migration] = linked.versions.glob("44a28b52dc46_*.py")
    undo_drops(migration, {**THREE, **OLDER})
    made, output = linked.commit("--all")
    assert made, output


def test_commit_that_only_deletes_is_judged(october_25: Checkout) -> None:
    [migration] = october_25.versions.glob("b559b3ef7a75_*.py")
    migration.unlink()
    made, output = october_25.commit("--all")
    assert not made
    assert named(output, "LI101") == set(THREE), output


def test_edits_that_are_not_staged_are_not_judged(october_25: Checkout) -> None:
    shutil.copy(EXAMPLE / "booking_app" / "models.py", october_25.models)
    october_25.application.joinpath("notes.txt").write_text("unrelated")
    october_25.git("add", "backend/notes.txt")
    made, output = october_25.commit()
    assert made, output
    assert not {"LI101", "LI202"} & set(re.findall(r"LI\d+", output)), output


@pytest.mark.parametrize("half", ["untracked", "intended", "forgotten"])
def test_commit_without_its_migration_is_refused(october_25: Checkout, half: str) -> None:
    """The models are staged and the migration is not; asking a second time does not help, nor does -N."""
    october_25.migrate("7c0e5b92a3d6")
    [migration] = october_25.versions.glob("7c0e5b92a3d6_*.py")
    text = migration.read_text()
    parent = re.sub(r"(?m)^down_revision = .*$", "down_revision = 'b559b3ef7a75'", text)
    migration.write_text(parent)
    october_25.application.joinpath("notes.txt").write_text("cancel_reason")
    october_25.git("add", "backend/notes.txt")
    arguments: tuple[str, ...] = ("--all",)
    if half == "intended":
        october_25.git("add", "--intent-to-add", "backend/migrations")
        arguments = ()
    if half == "forgotten":
        october_25.git("add", "backend/migrations")
        arguments = ("backend/notes.txt",)
    for _ in range(2):
        made, output = october_25.commit(*arguments)
        assert not made
        assert list(findings(output, "LI005")), output
        assert f"git add backend/migrations/versions/{migration.name}" in output
    october_25.git("add", "backend/migrations")
    made, output = october_25.commit()
    assert made, output


@pytest.fixture
def november(checkout: Checkout, hook_repository: Path) -> Checkout:
    """The example as the story left it, three indexes lost; the hook that mends is new."""
    checkout.migrate("b559b3ef7a75", "44a28b52dc46", "7c0e5b92a3d6")
    shutil.copy(EXAMPLE / "booking_app" / "models.py", checkout.models)
    shutil.copy(EXAMPLE / "pyproject.toml", checkout.application)
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "As things went")
    checkout.install_hook(hook_repository, "lint-indexes-fix")
    checkout.git("add", "--all")
    return checkout


def test_fix_of_20_october(checkout: Checkout, hook_repository: Path) -> None:
    checkout.install_hook(hook_repository, "lint-indexes-fix")
    checkout.migrate("b559b3ef7a75")
    checkout.git("add", "--all")
    before = checkout.models.read_text()

    made, output = checkout.commit()

    assert not made
    assert "git add backend/booking_app/models.py" in output
    added = set(checkout.models.read_text().splitlines()) - set(before.splitlines())
    assert all(any(name in line for line in added) for name in THREE), added
    made, output = checkout.commit("--all")
    assert made, output


def test_fix_of_26_october_needs_its_migration(november: Checkout) -> None:
    made, output = november.commit()
    assert not made
    [migration] = set(november.versions.glob("*_create_3_indexes.py"))
    assert f"backend/migrations/versions/{migration.name}" in output

    # The leaks of pre-commit: each of these would go through without the new file.
    for arguments in ((), ("--all",), ("backend/booking_app/models.py",)):
        made, output = november.commit(*arguments)
        assert not made, arguments
        assert list(findings(output, "LI005")), output
    november.git("add", "--intent-to-add", "backend/migrations")
    made, output = november.commit()
    assert not made
    assert list(findings(output, "LI005")), output

    november.git("add", "--all")
    made, output = november.commit()
    assert made, output
    assert migration.exists()
    assert len(list(november.versions.glob("*_create_3_indexes.py"))) == 1


def test_fix_leaves_a_model_with_unstaged_edits_alone(november: Checkout) -> None:
    """pre-commit stashes these edits, and would take back a fix of the same file: nothing is written."""
    edited = november.models.read_text() + "\n\n# under way\n"
    november.models.write_text(edited)
    migrations = set(november.versions.iterdir())

    made, output = november.commit()

    assert not made
    assert "has edits that are not staged" in output
    assert november.models.read_text() == edited
    assert {path for path in november.versions.iterdir() if path.suffix == ".py"} <= migrations


def test_local_recipe_of_the_readme(checkout: Checkout, installed_tool: Path) -> None:
    """The recipe for a tool that is installed already, here from the wheel and without uv."""
    blocks = re.findall(
        r"^```yaml\n(.*?)^```$", ROOT.joinpath("README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    [recipe] = [block for block in blocks if "repo: local" in block]
    assert "entry: uv run --no-sync lint-indexes\n" in recipe
    checkout.configure(recipe.replace("uv run --no-sync lint-indexes", str(installed_tool / "lint-indexes")))
    checkout.git("add", "--all")
    made, output = checkout.commit()
    assert made, output

    checkout.migrate("b559b3ef7a75")
    checkout.git("add", "--all")
    made, output = checkout.commit()
    assert not made
    assert named(output, "LI202") == set(THREE), output
