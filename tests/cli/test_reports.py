from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable
from email.message import Message
from typing import Any

import pytest

from lint_indexes.cli.reports import documentation_url
from lint_indexes.report import Report

Run = Callable[..., Any]


def distribution(*urls: str) -> Callable[[str], Message]:
    """The metadata of a distribution that names these URLs."""
    message = Message()
    for url in urls:
        message["Project-URL"] = url
    return lambda name: message


@pytest.mark.parametrize(
    ("urls", "found"),
    [
        ((), None),
        (("Source, https://example.org/src",), None),
        (
            ("Source, https://example.org", "Documentation, https://example.org/docs"),
            "https://example.org/docs",
        ),
        (("documentation,https://example.org/docs",), "https://example.org/docs"),
    ],
)
def test_where_the_documents_are(
    monkeypatch: pytest.MonkeyPatch, urls: tuple[str, ...], found: str | None
) -> None:
    monkeypatch.setattr(importlib.metadata, "metadata", distribution(*urls))
    assert documentation_url() == found


def test_a_tool_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Message:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "metadata", missing)
    assert documentation_url() is None


def test_sarif_links_each_rule(
    monkeypatch: pytest.MonkeyPatch,
    lint_indexes: Run,
    replace_command: Callable[..., None],
    make_report: Callable[..., Report],
) -> None:
    replace_command("check", lambda options: [make_report()])
    monkeypatch.setattr(importlib.metadata, "metadata", distribution("Documentation, https://example.org/d"))
    (run,) = json.loads(lint_indexes("--output-format", "sarif").out)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://example.org/d/rules/LI101.md"
