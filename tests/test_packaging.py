"""What is shipped: the distributions, the hook's manifest, and what is said of the dependencies."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pre_commit.clientlib import load_manifest

import lint_indexes

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lint_indexes"


@pytest.fixture(scope="session")
def wheel_metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def requirements(metadata: Message, *extras: str) -> list[Requirement]:
    """What an installation with these extras needs."""
    found = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    return [needed for needed in found if _is_needed(needed, ("", *extras))]


def _is_needed(requirement: Requirement, extras: Sequence[str]) -> bool:
    # tomli is for older versions of Python only, but documented on all.
    environment = {"python_version": "3.10"}
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in extras)


def test_wheel_has_the_package_and_nothing_else(wheel: Path) -> None:
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    expected = {path.relative_to(ROOT).as_posix() for path in files}
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert shipped == expected
    assert "lint_indexes/py.typed" in shipped
    assert licences


def test_wheel_metadata(wheel_metadata: Message) -> None:
    assert wheel_metadata["Name"] == "lint-indexes"
    assert wheel_metadata["Version"] == lint_indexes.__version__
    assert wheel_metadata["Requires-Python"] == ">=3.10"
    assert wheel_metadata["License-Expression"] == "GPL-3.0-or-later"


def test_sdist_can_be_developed_from(sdist: Path) -> None:
    listed = subprocess.run(["tar", "-tzf", sdist], capture_output=True, text=True, check=True).stdout
    names = {name.partition("/")[2] for name in listed.splitlines()}
    assert names >= {
        ".ci/run",
        ".pre-commit-hooks.yaml",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "docs/architecture.md",
        "docs/examples/booking/migrations/env.py",
        "lint_indexes/py.typed",
        "pyproject.toml",
        "scripts/write_documents.py",
        "tests/test_packaging.py",
    }


def test_installed_wheel_runs(installed_tool: Path, tmp_path: Path) -> None:
    for command in ([installed_tool / "lint-indexes"], [installed_tool / "python", "-m", "lint_indexes"]):
        done = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, cwd=tmp_path, check=False
        )
        assert done.returncode == 0, done.stderr
        assert lint_indexes.__version__ in done.stdout


def test_installed_wheel_judges_a_project_of_another_environment(installed_tool: Path) -> None:
    example = ROOT / "docs" / "examples" / "booking"
    command = [installed_tool / "lint-indexes", "--root", example, "--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("LI101") == 3


def test_tool_process_never_imports_sqlalchemy() -> None:
    program = "import lint_indexes.cli, sys; print({'sqlalchemy', 'alembic', 'flask'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_hook_manifest() -> None:
    hooks = load_manifest(ROOT / ".pre-commit-hooks.yaml")
    entries = {hook["id"]: hook["entry"] for hook in hooks}
    assert entries == {"lint-indexes": "lint-indexes", "lint-indexes-fix": "lint-indexes --fix"}
    for hook in hooks:
        assert hook["language"] == "python"
        assert hook["always_run"]
        assert hook["require_serial"]
        assert hook["verbose"]
        assert not hook["pass_filenames"]


def test_architecture_justifies_each_dependency(wheel_metadata: Message) -> None:
    """docs/architecture.md has a row for each, with the bound that the wheel carries, and no row too many."""
    text = ROOT.joinpath("docs", "architecture.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \| \S.*\|$", text, re.MULTILINE))
    described = {canonicalize_name(name): specifier for name, specifier in rows.items()}
    needed = requirements(wheel_metadata, "verify")
    assert described == {canonicalize_name(package.name): str(package.specifier) for package in needed}
    assert all(specifier.startswith(">=") for specifier in rows.values())


def test_architecture_lists_the_layers_that_are_enforced() -> None:
    text = ROOT.joinpath("docs", "architecture.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^\| layer \|.*\n\| --- .*\n((?:\|.*\n)+)", text, re.MULTILINE)
    described = [set(re.findall(r"`(\w+)`", row.split("|")[1])) for row in table.splitlines()]
    contracts = ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8")
    [layers] = re.findall(r"^layers = \[\n(.*?)^\]", contracts, re.MULTILINE | re.DOTALL)
    assert described == [set(re.findall(r"\w+", row)) for row in layers.splitlines()]


def test_changelog_names_this_version() -> None:
    assert re.search(
        rf"^## \[{re.escape(lint_indexes.__version__)}\] - \d{{4}}-\d\d-\d\d$|^## \[Unreleased\]$",
        ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
