"""The project's Python, started while the tool still loads."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lint_indexes.probe import head_start
from lint_indexes.probe.client import Probe
from lint_indexes.probe.head_start import HeadStart
from lint_indexes.probe.interpreter import PYTHON_VARIABLE
from lint_indexes.probe.process import ProbeProcess
from lint_indexes.probe.settings import ProbeSettings

PYTHON = Path(sys.executable)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[ProbeProcess]:
    """The processes that were started."""
    found: list[ProbeProcess] = []

    class Noted(ProbeProcess):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]  # whatever it is given
            found.append(self)

    monkeypatch.setattr(head_start, "ProbeProcess", Noted)
    monkeypatch.setattr("lint_indexes.probe.client.ProbeProcess", Noted)
    return found


def test_a_probe_with_the_same_settings_has_the_process(tmp_path: Path, started: list[ProbeProcess]) -> None:
    env = {"APP": "shop"}
    with HeadStart({"env": env}, tmp_path, str(PYTHON)) as given:
        settings = ProbeSettings(PYTHON, tmp_path, env=env, timeout=7)
        with Probe(settings, head_start=given) as probe:
            assert probe.versions.python.startswith("3.")
            assert started[0].timeout == 7
        assert started[0]._process.wait(30) == 0  # nobody has to close it for that
    assert len(started) == 1
    assert not started[0]._scratch.path.exists()


def test_a_second_probe_has_one_of_its_own(tmp_path: Path, started: list[ProbeProcess]) -> None:
    with HeadStart({}, tmp_path, str(PYTHON)) as given:
        for _ in range(2):
            with Probe(ProbeSettings(PYTHON, tmp_path), head_start=given):
                pass
    assert len(started) == 2


def test_other_settings_have_another_process(tmp_path: Path, started: list[ProbeProcess]) -> None:
    with HeadStart({"env": {"APP": "shop"}}, tmp_path, str(PYTHON)) as given:
        with Probe(ProbeSettings(PYTHON, tmp_path, env={"APP": "other"}), head_start=given):
            pass
        assert len(started) == 2
    assert has_ended(started[0])


def test_one_that_nobody_takes_is_ended(tmp_path: Path, started: list[ProbeProcess]) -> None:
    with HeadStart({"python": str(PYTHON)}, tmp_path, None):
        assert not has_ended(started[0])
    assert has_ended(started[0])


@pytest.mark.parametrize(
    "table",
    [
        {"python": 3},
        {"python": "no/such/python"},
        {"python": "~nobody-of-this-name/python"},
        {"env": "x"},
        {"env": {"A": 1}},
        {"env": {"A=B": "x"}},
        {"env": {"A": "x\0y"}},
    ],
    ids=["no text", "no interpreter", "no user", "no table", "no texts", "no name", "no value"],
)
def test_nothing_is_started_where_the_configuration_makes_no_sense(
    tmp_path: Path,
    started: list[ProbeProcess],
    table: Mapping[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv(PYTHON_VARIABLE, sys.executable)
    with HeadStart(table, tmp_path, None):
        assert started == []
    assert list(scratch.iterdir()) == []


def has_ended(process: ProbeProcess) -> bool:
    return process._process.poll() is not None


def test_the_interpreter_is_chosen_once(tmp_path: Path) -> None:
    with HeadStart({}, tmp_path, str(PYTHON)) as given:
        chosen = given.interpreter(tmp_path, None, str(PYTHON))
        assert chosen is not None
        assert (chosen.path, chosen.reason) == (PYTHON, "--python")
        assert given.interpreter(tmp_path, "other", None) is None
