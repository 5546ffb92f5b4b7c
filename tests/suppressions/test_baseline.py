from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from lint_indexes.errors import ConfigurationError
from lint_indexes.findings import Identity
from lint_indexes.suppressions.baseline import parse_baseline, render_baseline

LOST = Identity("LI201", "public", "booking", "ix_lost", path="models.py")
DOUBT = Identity("LI004", revision="0002", path="versions/naïve.py")
PATH = "/app/.lint-indexes-baseline.json"


def test_one_sorted_entry_a_line() -> None:
    text = render_baseline({LOST: 1, DOUBT: 1})
    assert text == (
        '{"version": 2, "accepted": [\n'
        '{"code": "LI004", "revision": "0002", "path": "versions/na\\u00efve.py"},\n'
        '{"code": "LI201", "schema": "public", "table": "booking", "index": "ix_lost",'
        ' "path": "models.py"},\n'
        "null\n]}\n"
    )
    assert json.loads(text)["version"] == 2
    assert render_baseline({DOUBT: 1, LOST: 1}) == text


def test_what_was_written_is_read() -> None:
    entries = parse_baseline(render_baseline({LOST: 3, DOUBT: None}), PATH)
    assert [entry.identity for entry in entries] == [DOUBT, LOST]
    assert [(entry.origin.path, entry.origin.line) for entry in entries] == [(PATH, 2), (PATH, 3)]
    assert [entry.count for entry in entries] == [None, 3]
    assert parse_baseline(render_baseline({}), PATH) == ()


def test_a_baseline_of_the_version_that_did_not_count() -> None:
    text = '{"version": 1, "accepted": [\n{"code": "LI201", "index": "ix_a"},\nnull\n]}\n'
    (entry,) = parse_baseline(text, PATH)
    assert (entry.identity, entry.count) == (Identity("LI201", index="ix_a"), None)
    (counted,) = parse_baseline(text.replace('"version": 1', '"version": 2'), PATH)
    assert counted.count == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the baseline is not valid JSON"),
        (
            '{"version": 1, "accepted": [\n<<<<<<< HEAD\n]}',
            ":2: the baseline is not valid JSON: .*merge conflict",
        ),
        ("[]", "no list of what is accepted"),
        ('{"version": 3, "accepted": []}', "version 3; these are known: 1 and 2"),
        ('{"version": 2, "accepted": [{"code": "LI201", "count": 0}]}', "no entry of a baseline"),
        ('{"version": 2, "accepted": [{"code": "LI201", "count": "two"}]}', "no entry of a baseline"),
        ('{"version": 2, "accepted": [{"code": "LI201", "count": true}]}', "no entry of a baseline"),
        ('{"version": 1, "accepted": [{"index": "ix_a"}]}', "no entry of a baseline"),
        ('{"version": 1, "accepted": [{"code": "LI201", "line": "4"}]}', "no entry of a baseline"),
        ('{"version": 1, "accepted": [{"code": 201}]}', "no entry of a baseline"),
        ('{"version": 1, "accepted": ["LI201"]}', "no entry of a baseline"),
    ],
)
def test_what_is_no_baseline(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        parse_baseline(text, PATH)
    assert caught.value.message.startswith(PATH)
    assert caught.value.hint is not None


def test_git_merges_what_two_branches_accept(tmp_path: Path) -> None:
    """One adds the last entry, the other one the first."""
    both = [Identity("LI201", index="ix_m"), Identity("LI201", index="ix_n")]
    ours, theirs = Identity("LI201", index="ix_z"), Identity("LI201", index="ix_a")
    for name, identities in {"base": both, "ours": [*both, ours], "theirs": [*both, theirs]}.items():
        tmp_path.joinpath(name).write_text(render_baseline(dict.fromkeys(identities, 1)))
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    merged = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True)
    assert merged.stdout == render_baseline(dict.fromkeys([*both, ours, theirs], 1))
