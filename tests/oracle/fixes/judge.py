"""``--fix`` on a generated project, and what speaks against it."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from fixes.migrations import SINCE
from fixes.project import MODELS, Project, random_project
from lint_indexes.commands.fix import Outcome, fix
from lint_indexes.commands.options import CheckOptions, FixOptions

_OBSERVE = Path(__file__).with_name("observe.py")

# Lines that are about indexes; all others stay. The rest of an Index() of several lines is indented twice.
_FLAGS = re.compile(rb", (?:index|unique)=True")

_ABOUT_INDEXES = re.compile(
    r"# kept: what|Index\(|UniqueConstraint\(|__table_args__|^from "
    r"|^(?: {4}|\t)(?:\)| {4}\),|\t\),| {8}|\t\t)"
)


@dataclass
class Figures:
    """Counts over all projects, and why findings were left."""

    projects: int = 0
    changed: int = 0
    fixed: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    indexes: int = 0

    def describe(self) -> str:
        fixed = ", ".join(f"{code} {count}" for code, count in sorted(self.fixed.items()))
        return (
            f"projects {self.projects}, of which changed {self.changed}; indexes compared {self.indexes};"
            f" findings fixed {self.fixed.total()} ({fixed}), left {self.left.total()}\n"
        )


def judge_project(seed: int, root: Path, url: str, figures: Figures) -> list[str]:
    """Generate the project of a seed in a folder, mend it, and tell what is wrong then."""
    random = Random(seed)
    project = random_project(random)
    project.write(root, random)
    options = FixOptions(unsafe=random.random() < 0.7, drop_drift=random.random() < 0.3)
    before = _files(root)
    outcome = _fix(root, options)
    after = _files(root)
    again = _fix(root, options)
    _count(figures, outcome, again)
    return [
        *([] if _files(root) == after else ["a second run changes something"]),
        *_unexplained(again, options),
        *_touched(before, after),
        *_disagreements(_observed(root, url, project), again, figures),
    ]


def _fix(root: Path, options: FixOptions) -> Outcome:
    [outcome] = fix(CheckOptions(root, python=sys.executable), options)
    return outcome


def _count(figures: Figures, outcome: Outcome, again: Outcome) -> None:
    figures.projects += 1
    figures.changed += bool(outcome.changes)
    figures.fixed.update(choice.finding.code for choice in outcome.fixed)
    figures.left.update(f"{one.finding.code} {one.reason}" for one in again.left)


def _files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _unexplained(again: Outcome, options: FixOptions) -> Iterator[str]:
    """Findings that could be mended, and are there after a run that does not say why."""
    told = {one.finding for one in again.left}
    for finding in again.report.findings:
        violation = finding.violation
        mend = violation.drop if options.drop_drift and violation.drop else violation.fix
        if mend is not None and (mend.safe or options.unsafe) and finding not in told:
            yield f"left without a word: {finding.code} {violation.message}"


def _touched(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    """Lines of the user's that are gone or not what they were, though no index stands in them."""
    for name, content in before.items():
        if name.startswith("migrations/versions/") or name == str(MODELS):
            kept = [line for line in _lines(content) if not _may_change(line)]
            remaining = _lines(after.get(name, b""))
            found = difflib.SequenceMatcher(None, kept, remaining, autojunk=False).get_opcodes()
            for kind, start, end, *_ in found:
                if kind in ("delete", "replace"):
                    yield f"{name} has lost {kept[start:end]}"
        elif after.get(name) != content:
            yield f"{name} has changed"


def _lines(content: bytes) -> list[bytes]:
    """Without the flags on a column that an index may be: the rest of its line stays."""
    return _FLAGS.sub(b"", content).splitlines(keepends=True)


def _may_change(line: bytes) -> bool:
    statement = line.lstrip().startswith((b"op.", b"pass"))
    return not line.strip() or statement or _ABOUT_INDEXES.search(line.decode()) is not None


def _observed(root: Path, url: str, project: Project) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(_OBSERVE), url, SINCE],
        cwd=root,
        input=json.dumps(project.statements()),
        text=True,
        capture_output=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr}


def _disagreements(observed: dict[str, Any], again: Outcome, figures: Figures) -> Iterator[str]:
    """Indexes that PostgreSQL has otherwise than one of the sources, and that no finding is about."""
    findings = again.report.findings
    undoes = not any(one.code.startswith("LI30") for one in findings)
    if "failed" in observed and (undoes or observed.get("stop") != "back"):
        yield f"PostgreSQL refuses it: {observed.get('stop')}: {observed['failed']}"
        return
    told = {name for one in findings for name in _names(one.violation.message, one.violation.subject.index)}
    models, head = observed["models"], observed["head"]
    for name in sorted({*models, *head, *observed["policy"]} - told):
        figures.indexes += 1
        if models.get(name) != head.get(name):
            yield f"{name}: {models.get(name)} in the models, {head.get(name)} in the database"
        demanded = observed["policy"].get(name)
        if demanded is not None and demanded != head.get(name):
            yield f"{name}: {demanded} in the policy, {head.get(name)} in the database"
    yield from (f"alembic check tells {name}" for name in observed["compared"] if name not in told)
    if undoes and observed["again"] != head:
        yield f"the second upgrade leads elsewhere: {observed['again']}, not {head}"
    if undoes and observed["back"] != observed["before"]:
        yield f"the downgrade leads elsewhere: {observed['back']}, not {observed['before']}"


def _names(message: str, index: str | None) -> set[str]:
    return {*re.findall(r"\w+", message), *([index] if index else [])}
