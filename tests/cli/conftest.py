from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from lint_indexes.cli import run
from lint_indexes.commands.options import CheckOptions
from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Coverage, Report

ReplaceCommand = Callable[[str, Callable[..., object]], None]
Check = Callable[[CheckOptions], list[Report]]


@pytest.fixture(autouse=True, scope="session")
def _interrupts() -> Iterator[None]:
    """Let Ctrl-C reach what the tests start, which ignores it where they run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


@pytest.fixture
def lint_indexes(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command line in this process."""

    def invoke(*arguments: str) -> Outcome:
        status = run(arguments)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return invoke


@pytest.fixture
def replace_command(monkeypatch: pytest.MonkeyPatch) -> ReplaceCommand:
    """Put a function in the place of the code behind ``check`` or ``show``."""

    def replace(name: str, function: Callable[..., object]) -> None:
        module = import_module(f"lint_indexes.commands.{name}")
        monkeypatch.setattr(module, name, lambda options, *_: function(options))

    return replace


@pytest.fixture
def make_report() -> Callable[..., Report]:
    def make(*severities: Severity) -> Report:
        violation = Violation("naïve", Origin(Source.MODELS, str(Path.cwd() / "models.py"), 3, 1))
        findings = tuple(
            Finding("LI101", "policy-index-missing", severity, violation) for severity in severities
        )
        return Report(
            Path.cwd(), findings, coverage=Coverage(2, 2), rules_run=("LI101",), notes=("interpreter: x",)
        )

    return make
