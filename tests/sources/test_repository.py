"""What git knows below a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lint_indexes.errors import LintIndexesError
from lint_indexes.sources.branches import added_files, files_of_base, files_removed, fork_from
from lint_indexes.sources.commits import commit_in_progress, left_out
from lint_indexes.sources.repository import tracked_files


def test_lists_tracked_and_untracked_but_no_ignored_files(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name in ("a b/pyproject.toml", "c/pyproject.toml", "ignored/pyproject.toml", "other.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("ignored/\n")
    subprocess.run(["git", "-C", tmp_path, "add", "a b"], check=True)
    found = tracked_files(tmp_path, "pyproject.toml", "**/pyproject.toml")
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a b/pyproject.toml",
        "c/pyproject.toml",
    ]


def test_deleted_files_are_left_out(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "pyproject.toml").touch()
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    (tmp_path / "pyproject.toml").unlink()
    assert tracked_files(tmp_path, "pyproject.toml") == ()


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LintIndexesError, match="not in a git repository"):
        tracked_files(tmp_path, "pyproject.toml")


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LintIndexesError, match="git is not installed"):
        tracked_files(tmp_path, "pyproject.toml")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A repository on the branch ``work``: main went on after they parted."""
    git(tmp_path, "init", "-q", "-b", "main")
    for name in ("old.py", "renamed.py"):
        (tmp_path / name).write_text(f"revision = '{name}'\n" * 20)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    git(tmp_path, "checkout", "-q", "-b", "work")
    git(tmp_path, "checkout", "-q", "main")
    (tmp_path / "theirs.py").touch()
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "theirs")
    git(tmp_path, "checkout", "-q", "work")
    return tmp_path


def test_what_a_branch_adds(branch: Path) -> None:
    for name in ("backend/committed ü.py", "staged.py", "untracked.py", "ignored.py"):
        (branch / name).parent.mkdir(exist_ok=True)
        (branch / name).touch()
    (branch / ".gitignore").write_text("ignored.py\n")
    git(branch, "add", "backend")
    git(branch, "mv", "renamed.py", "moved.py")
    git(branch, "commit", "-q", "-m", "ours")
    git(branch, "add", "staged.py")
    (branch / "old.py").write_text("changed = 1\n")
    added = {
        path.relative_to(branch.resolve()).as_posix()
        for path in added_files(fork_from(branch / "backend", "main"))
    }
    assert added == {"backend/committed ü.py", "staged.py", "untracked.py", ".gitignore"}


def test_a_branch_that_adds_nothing(branch: Path) -> None:
    assert added_files(fork_from(branch, "main")) == frozenset()
    assert added_files(fork_from(branch, "HEAD")) == frozenset()


@pytest.mark.parametrize("base", ["nowhere", "--all", ""])
def test_a_base_that_git_does_not_know(branch: Path, base: str) -> None:
    with pytest.raises(LintIndexesError, match=f"--base: git knows no commit {base!r} in ") as caught:
        fork_from(branch, base)
    assert caught.value.hint is not None


def test_a_base_of_another_history(branch: Path) -> None:
    git(branch, "checkout", "-q", "--orphan", "another")
    git(branch, "commit", "-q", "--allow-empty", "-m", "another")
    with pytest.raises(LintIndexesError, match="HEAD and 'main' have no commit in common") as caught:
        fork_from(branch, "main")
    assert caught.value.hint is not None
    assert "shallow clone" in caught.value.hint


def test_a_base_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LintIndexesError, match="not in a git repository"):
        fork_from(tmp_path, "main")


def test_two_files_that_are_much_alike(branch: Path) -> None:
    branch.joinpath("new.py").write_text("revision = 'new'\n" + "revision = 'old.py'\n" * 19)
    branch.joinpath("old.py").unlink()
    git(branch, "add", "--all")
    fork = fork_from(branch, "main")
    assert added_files(fork) == frozenset()
    assert added_files(fork, find_renames=False) == {branch.resolve() / "new.py"}


def test_contents_of_the_base(branch: Path) -> None:
    git(branch, "checkout", "-q", "main")
    folder = branch / "a folder"
    folder.joinpath("below").mkdir(parents=True)
    folder.joinpath("ü.py").write_bytes(b"x = 1\r\n\xff")
    folder.joinpath("empty.py").touch()
    folder.joinpath("below/deep.py").touch()
    git(branch, "add", ".")
    git(branch, "commit", "-q", "-m", "more")
    git(branch, "checkout", "-q", "work")
    branch.joinpath("old.py").unlink()
    fork = fork_from(branch, "main")
    assert files_of_base(fork, [folder]) == {"a folder/ü.py": b"x = 1\r\n\xff", "a folder/empty.py": b""}
    assert files_of_base(fork, [branch.parent]) == {}
    assert files_removed(fork, [branch]) == {"old.py": b"revision = 'old.py'\n" * 20}
    assert files_removed(fork, [folder]) == {}


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations in a repository, one of them committed; the top is the working directory."""
    git(tmp_path, "init", "-q")
    folder = tmp_path / "back end" / "versions"
    folder.mkdir(parents=True)
    folder.joinpath("0001.py").write_text("revision = '0001'\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    return folder


def missing(folder: Path) -> dict[str, str | None]:
    """What is left out of the next commit: the patterns that hide it, by its name."""
    commit = left_out(str(path) for path in folder.glob("*.py"))
    for path, file in commit.left_out.items():
        assert file.path == Path(path).relative_to(Path.cwd()).as_posix()
    return {Path(path).name: file.ignored_by for path, file in commit.left_out.items()}


def test_what_a_commit_goes_without(versions: Path) -> None:
    assert missing(versions) == {}
    for name in ("0002.py", "0003.py", "0004.py", "0005 ü.py"):
        versions.joinpath(name).write_text("revision = 1\n")
    git(versions, "add", "0003.py")
    git(versions, "add", "--intent-to-add", "0004.py")
    versions.joinpath("0001.py").write_text("changed = 1\n")
    assert missing(versions) == {"0002.py": None, "0004.py": None, "0005 ü.py": None}
    git(versions, "add", "--all")
    assert missing(versions) == {}


def test_files_that_git_ignores(versions: Path) -> None:
    versions.parent.joinpath(".gitignore").write_text("# mine\nversions/*_local.py\n!versions/0003_*.py\n")
    for name in ("0002_local.py", "0003_local.py"):
        versions.joinpath(name).touch()
    pattern = "back end/.gitignore:2: versions/*_local.py"
    assert missing(versions) == {"0002_local.py": pattern, "0003_local.py": None}


def test_a_project_that_keeps_no_migrations_in_git(versions: Path) -> None:
    git(versions, "rm", "-q", "--cached", "0001.py")
    assert missing(versions) == {"0001.py": None}
    Path(".gitignore").write_text("versions/\n")
    assert missing(versions) == {}


def test_the_index_of_a_partial_commit(versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git gives the hook an index of its own, by a path from the top of the repository."""
    Path(".git/next-index-7.lock").write_bytes(Path(".git/index").read_bytes())
    versions.joinpath("0002.py").touch()
    git(versions, "add", "0002.py")
    assert missing(versions) == {}
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-7.lock")
    assert missing(versions) == {"0002.py": None}


def test_the_hook_of_a_linked_worktree(versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = Path.cwd().parent / "linked"
    git(versions, "worktree", "add", "-q", str(linked))
    monkeypatch.chdir(linked)
    folder = linked / "back end" / "versions"
    folder.joinpath("0002.py").touch()
    gitdir = linked.joinpath(".git").read_text().removeprefix("gitdir: ").strip()
    monkeypatch.setenv("GIT_DIR", gitdir)
    monkeypatch.setenv("GIT_INDEX_FILE", f"{gitdir}/index")
    assert missing(folder) == {"0002.py": None}


def test_migrations_of_a_submodule_are_another_repository_s(versions: Path) -> None:
    inner = Path.cwd() / "inner"
    git(versions, "init", "-q", str(inner))
    inner.joinpath("0001.py").touch()
    git(inner, "add", ".")
    git(inner, "commit", "-q", "-m", "first")
    git(Path.cwd(), "add", "inner")
    inner.joinpath("0002.py").touch()
    assert missing(inner) == {}


def test_a_commit_needs_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LintIndexesError, match="not in a git repository"):
        left_out([str(tmp_path / "0001.py")])


def test_who_makes_a_commit() -> None:
    assert commit_in_progress({"PRE_COMMIT": "1"})
    assert commit_in_progress({"GIT_INDEX_FILE": ".git/index"})
    assert not commit_in_progress({"PRE_COMMIT_HOME": "/tmp", "GIT_DIR": ".git"})
