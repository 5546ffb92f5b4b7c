"""An input that is not what it was is seen, whichever it is; one that is, is not."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lint_indexes.cache.fingerprint import ChangedMeanwhileError, Fingerprint, fingerprint
from lint_indexes.model.inputs import Inputs, kind_of, link_of, read_now

LATER = 3_600_000_000_000
"""An hour, in ns: what began so much later finds every file of today old."""


def taken(inputs: Inputs, environ: dict[str, str] | None = None) -> Fingerprint:
    return fingerprint(inputs, environ or {}, time.time_ns() + LATER)


def age(path: Path) -> None:
    """Make it as if it had been written a while ago."""
    os.utime(path, (1_000_000_000, 1_000_000_000))


def looked_for(path: Path) -> Inputs:
    return Inputs(looked_for=frozenset(((str(path), kind_of(str(path))),)))


def test_a_file_with_another_text_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    known = taken(Inputs(read_now([path])))
    assert known.difference({}) is None
    path.write_text("two")
    assert known.difference({}) == str(path)


def test_another_text_of_the_same_size_and_time_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    found = path.stat()
    known = taken(Inputs(read_now([path])))
    path.write_text("two")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert known.difference({}) == str(path)


def test_a_touched_file_is_the_same_and_its_stat_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    known = taken(Inputs(read_now([path])))
    age(path)
    assert known.difference({}) is None
    assert not known.renewed  # it may change within the same tick of the clock
    later = time.time_ns() + LATER
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert known.difference({}) is None
    assert known.renewed
    state = known.files[str(path)]
    assert state is not None
    assert state[0][1] == 1_000_000_000_000_000_000


def test_a_large_file_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "library.so"
    path.write_bytes(b"\0" * (9 * 2**20))
    known = taken(Inputs(read_now([path])))
    assert known.difference({}) is None
    path.touch()
    assert known.difference({}) == str(path)


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_comes_or_goes_is_seen(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "settings.toml"
    if there:
        path.touch()
    known = taken(Inputs(read_now([path])))
    path.unlink() if there else path.touch()
    assert known.difference({}) == str(path)


def make_file(path: Path) -> None:
    path.write_text("something")


def make_folder(path: Path) -> None:
    path.mkdir()


def make_longer_file(path: Path) -> None:
    path.write_text("something else")


def make_nothing(path: Path) -> None:
    assert not path.exists()


KINDS = [make_file, make_folder, make_longer_file, make_nothing]


@pytest.mark.parametrize("after", KINDS)
@pytest.mark.parametrize("before", KINDS)
def test_another_kind_of_what_was_looked_for_is_seen(
    tmp_path: Path, before: Callable[[Path], None], after: Callable[[Path], None]
) -> None:
    path = tmp_path / "x"
    before(path)
    known = taken(looked_for(path))
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    after(path)
    assert known.difference({}) == (None if before is after else str(path))


def test_a_link_that_points_elsewhere_is_seen(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    link = tmp_path / "current"
    link.symlink_to("one")
    known = taken(Inputs(links=frozenset(((str(link), link_of(str(link))),))))
    assert known.difference({}) is None
    link.unlink()
    link.symlink_to("two")
    assert known.difference({}) == str(link)


def test_a_file_that_becomes_a_link_to_its_like_is_seen_where_links_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("text")
    known = taken(replace(looked_for(path), links=frozenset(((str(path), link_of(str(path))),))))
    path.rename(tmp_path / "b.py")
    path.symlink_to("b.py")
    assert known.difference({}) == str(path)


@pytest.mark.parametrize("name", ["new.txt", "new.py", "folder/"])
def test_a_new_name_in_a_folder_that_was_listed_is_seen(tmp_path: Path, name: str) -> None:
    known = taken(Inputs(listed=read_now([tmp_path])))
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    assert known.difference({}) == str(tmp_path)


def test_a_file_that_becomes_a_folder_in_a_folder_that_was_listed_is_seen(tmp_path: Path) -> None:
    (tmp_path / "x.py").touch()
    known = taken(Inputs(listed=read_now([tmp_path])))
    (tmp_path / "x.py").unlink()
    (tmp_path / "x.py").mkdir()
    assert known.difference({}) == str(tmp_path)


@pytest.mark.parametrize("name", ["__pycache__/", ".lint_indexes_cache/", "old.pyc"])
def test_caches_in_a_folder_that_was_listed_do_not_count(tmp_path: Path, name: str) -> None:
    known = taken(Inputs(listed=read_now([tmp_path])))
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    assert known.difference({}) is None


@pytest.mark.parametrize(
    "name", ["new.py", "new.so", "new.pyc", "new.pth", "package/", "no-identifier/", "2024/"]
)
def test_what_could_be_imported_now_is_seen(tmp_path: Path, name: str) -> None:
    known = taken(Inputs(packages=frozenset((str(tmp_path),))))
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    assert known.difference({}) == str(tmp_path)


@pytest.mark.parametrize("name", ["README.md", "x-1.0.dist-info/", ".git/", "__pycache__/"])
def test_what_cannot_be_imported_does_not_count(tmp_path: Path, name: str) -> None:
    known = taken(Inputs(packages=frozenset((str(tmp_path),))))
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    assert known.difference({}) is None


def test_a_folder_that_modules_would_be_looked_for_in_is_seen_when_it_comes(tmp_path: Path) -> None:
    known = taken(Inputs(packages=frozenset((str(tmp_path / "site-packages"),))))
    assert known.difference({}) is None
    (tmp_path / "site-packages").mkdir()
    assert known.difference({}) == str(tmp_path / "site-packages")


def test_a_zip_file_with_modules_counts_by_its_stat(tmp_path: Path) -> None:
    path = tmp_path / "modules.zip"
    path.write_bytes(b"PK")
    known = taken(Inputs(packages=frozenset((str(path),))))
    assert known.difference({}) is None
    path.write_bytes(b"PK2")
    assert known.difference({}) == str(path)


def test_a_variable_that_is_set_otherwise_or_not_at_all_is_seen() -> None:
    known = taken(Inputs(variables=frozenset(("TENANT", "OTHER"))), {"TENANT": "a"})
    assert known.difference({"TENANT": "a", "MORE": "b"}) is None
    for environ in ({"TENANT": "b"}, {}, {"TENANT": ""}, {"TENANT": "a", "OTHER": ""}):
        assert known.difference(environ) is not None


def test_variables_with_a_beginning_are_one() -> None:
    known = taken(Inputs(variables=frozenset(("PYTHON*",))), {"PYTHONPATH": "a"})
    assert known.difference({"PYTHONPATH": "a", "PATH": "b"}) is None
    assert known.difference({"PYTHONPATH": "a", "PYTHONOPTIMIZE": "1"}) is not None
    assert known.difference({}) is not None


def test_a_variable_is_seen_that_the_projects_code_cannot_see() -> None:
    known = taken(Inputs(variables=frozenset(("PGSERVICE_URL",))), {})
    assert known.difference({"PGSERVICE_URL": "postgresql://localhost/shop"}) is not None


def test_where_all_variables_count_only_volatile_ones_do_not() -> None:
    known = taken(Inputs(every_variable=True), {"A": "1", "SHLVL": "1", "GIT_DIR": "x"})
    assert known.difference({"A": "1", "SHLVL": "2", "COLUMNS": "80"}) is None
    assert known.difference({"A": "1", "B": "1"}) is not None
    assert known.difference({}) is not None


def test_what_changes_after_it_was_looked_at_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    read = Inputs(read_now([path]))
    path.write_text("two")
    with pytest.raises(ChangedMeanwhileError):
        taken(read)


@pytest.mark.parametrize("look", [looked_for, lambda path: Inputs(read_now([path]))])
def test_what_was_different_at_two_looks_is_not_kept(tmp_path: Path, look: Callable[[Path], Inputs]) -> None:
    path = tmp_path / "models.py"
    first = look(path)
    path.write_text("one")
    with pytest.raises(ChangedMeanwhileError):
        taken(first | look(path))


def test_what_goes_after_it_was_looked_at_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    for read in (Inputs(read_now([path])), looked_for(path)):
        path.unlink(missing_ok=True)
        with pytest.raises(ChangedMeanwhileError):
            taken(read)
        path.write_text("one")


def test_what_is_younger_than_the_run_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    read = Inputs(read_now([path]))
    with pytest.raises(ChangedMeanwhileError):
        fingerprint(read, {}, path.stat().st_ctime_ns + 1_000_000)
    assert fingerprint(read, {}, path.stat().st_ctime_ns + 60_000_000).difference({}) is None


def test_a_fingerprint_survives_json(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("one")
    inputs = replace(
        looked_for(tmp_path),
        files=read_now([path, tmp_path / "absent"]),
        packages=frozenset((str(tmp_path),)),
        variables=frozenset(("A",)),
        every_variable=True,
    )
    known = taken(inputs, {"A": "1"})
    again = Fingerprint(**json.loads(json.dumps(known.to_json())))
    assert again.difference({"A": "1"}) is None
    assert again.difference({"A": "2"}) is not None
    path.write_text("two")
    assert again.difference({"A": "1"}) == str(path)
