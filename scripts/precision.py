"""The index of docs/precision: how many findings of each rule were read, and how many are right.

Imported by write_documents.py, and by the test that holds the index to its pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from lint_indexes.rule import Rule

NOT_TRIED = "LI7"
"""The family that judges databases: the applications of the trial bring none."""

_ROW = re.compile(r"^\| all \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
_COPIES = re.compile(r"^## Read in changed copies\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_TRIAL = re.compile(r"^\| (?!project |---)", re.MULTILINE)
_BEGIN = "<!-- rules (written by `make docs` from the pages beside this one) -->\n"
_END = "<!-- end of rules -->"
_HEAD = """\
| rule | | found | read | right | arguable | wrong | share | copies |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Counts:
    """What was found, and of how many of it which verdict was given."""

    found: int = 0
    read: int = 0
    right: int = 0
    arguable: int = 0
    wrong: int = 0

    @property
    def share(self) -> str:
        return f"{100 * self.right / self.read:.0f} %" if self.read else "none found"

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def with_index(document: str, rules: Sequence[Rule], folder: Path) -> str:
    """The index page with its table written anew from the pages in the folder.

    Raises:
        FileNotFoundError: a rule has no page.
    """
    before, _, rest = document.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{_HEAD}{''.join(_rows(rules, folder))}{_END}{after}"


def counts_of(page: str) -> Counts:
    """The last row of the table with which a page begins; nothing where no finding was there to be read."""
    found = _ROW.search(page)
    return Counts(*map(int, found.groups())) if found else Counts()


def _rows(rules: Sequence[Rule], folder: Path) -> Iterator[str]:
    total = Counts()
    for rule in rules:
        if rule.code.startswith(NOT_TRIED):
            continue
        page = folder.joinpath(f"{rule.code}.md").read_text(encoding="utf-8")
        counts = counts_of(page)
        total += counts
        copies = _COPIES.search(page)
        tried = len(_TRIAL.findall(copies[1])) if copies else 0
        yield _row(f"[{rule.code}]({rule.code}.md)", rule.name, counts, str(tried or ""))
    yield _row("all", "", total, "")


def _row(code: str, name: str, counts: Counts, copies: str) -> str:
    return f"| {' | '.join([code, name, *map(str, astuple(counts)), counts.share, copies])} |\n"
