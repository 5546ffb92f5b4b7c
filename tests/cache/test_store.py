"""Reports are found for as long as nothing has changed, and damaged entries never."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lint_indexes.cache import fingerprint
from lint_indexes.cache.folder import CacheFolder
from lint_indexes.cache.store import find_report, keep_report
from lint_indexes.model.inputs import Inputs, read_now
from lint_indexes.report import Report

KEY = "0123456789abcdef01234567"
SINCE = time.time_ns() + 3_600_000_000_000
"""A moment at which nothing that is written now is young."""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    path = tmp_path / "models.py"
    path.write_text("one")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> CacheFolder:
    return CacheFolder(tmp_path / ".lint_indexes_cache")


def report_of(*files: Path) -> Report:
    text = ", ".join(file.read_text() for file in files)
    return Report(files[0].parent, notes=(text,), inputs=Inputs(read_now(files)))


def found(folder: CacheFolder) -> str | None:
    report = find_report(folder, KEY, {})
    return None if report is None else report.notes[0]


def entry(folder: CacheFolder) -> Path:
    [path] = folder.path.glob("lint-indexes-report-*.json")
    return path


def test_a_report_is_found_until_something_changes(folder: CacheFolder, models: Path) -> None:
    assert found(folder) is None
    assert keep_report(folder, KEY, report_of(models), {}, SINCE) is None
    assert found(folder) == "one"
    assert find_report(folder, "f" * 24, {}) is None
    models.write_text("two")
    assert found(folder) is None


def test_each_branch_has_its_report(folder: CacheFolder, models: Path) -> None:
    for text in ("one", "two", "three"):
        models.write_text(text)
        keep_report(folder, KEY, report_of(models), {}, SINCE)
    for text in ("two", "one", "three", "one"):
        models.write_text(text)
        assert found(folder) == text


def test_a_touched_file_is_looked_into_once(
    folder: CacheFolder, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_report(folder, KEY, report_of(models), {}, SINCE)
    os.utime(models, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(time, "time_ns", lambda: SINCE)
    assert found(folder) == "one"
    monkeypatch.setattr(fingerprint, "_read", lambda path: pytest.fail(f"{path} was read again"))
    assert found(folder) == "one"


def test_a_report_of_more_than_files_is_not_kept(folder: CacheFolder, models: Path) -> None:
    report = replace(report_of(models), inputs=None)
    assert keep_report(folder, KEY, report, {}, SINCE) == "it depends on more than files and variables"
    assert not folder.path.exists()


def test_a_report_of_what_changed_meanwhile_is_not_kept(folder: CacheFolder, models: Path) -> None:
    report = report_of(models)
    models.write_text("two")
    assert keep_report(folder, KEY, report, {}, SINCE) == f"{models} changed while it was looked at"
    assert not folder.path.exists()


def test_a_folder_that_cannot_be_made_is_no_trouble(tmp_path: Path, models: Path) -> None:
    folder = CacheFolder(models / "cache")
    problem = keep_report(folder, KEY, report_of(models), {}, SINCE)
    assert problem is not None
    assert "Not a directory" in problem
    assert found(folder) is None


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_entry_is_none(folder: CacheFolder, models: Path, data: st.DataObject) -> None:
    keep_report(folder, KEY, report_of(models), {}, SINCE)
    path = entry(folder)
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    damaged = data.draw(
        st.sampled_from(
            [
                content[:place],
                content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
                content + b"}",
                b"\0" * len(content),
                content[:32] + b"null",
                b"[" * 100_000,
            ]
        )
    )
    path.write_bytes(damaged)
    assert found(folder) is None
    path.write_bytes(content)
    assert found(folder) == "one"


def test_what_is_no_file_is_no_entry(folder: CacheFolder, models: Path) -> None:
    keep_report(folder, KEY, report_of(models), {}, SINCE)
    path = entry(folder)
    path.unlink()
    path.mkdir()
    assert found(folder) is None
