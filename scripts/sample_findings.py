"""Draw the findings of each rule that docs/precision reads by hand, as Markdown tables with empty verdicts.

    lint-indexes --select ALL --output-format json --output-file shop.json     (in each project)
    python scripts/sample_findings.py shop=shop.json blog=blog.json
    python scripts/sample_findings.py --rule LI103 --size 30 --seed 5 shop=shop.json

A finding has a number that only the seed and the finding decide: rule, table, index, revision, file, message.
The smallest are drawn, so that a finding that comes or goes changes nothing about the others: after a rule
has been mended, those that were read are still in the sample.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Read:
    """A finding of a project's report."""

    project: str
    code: str
    place: str
    identity: str
    message: str

    def number(self, seed: str) -> str:
        """Where it stands in the lottery."""
        return hashlib.sha256("\0".join((seed, self.project, self.identity)).encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw findings to be read by hand.")
    parser.add_argument("reports", nargs="+", metavar="NAME=REPORT.json")
    parser.add_argument("--rule", action="append", default=[], help="a code, or the beginning of one")
    parser.add_argument("--size", type=int, default=30, help="how many of each rule (30)")
    parser.add_argument("--seed", default="5")
    options = parser.parse_args()
    found: dict[str, list[Read]] = defaultdict(list)
    for report in options.reports:
        name, _, path = report.partition("=")
        for finding in read_report(name, Path(path)):
            if not options.rule or finding.code.startswith(tuple(options.rule)):
                found[finding.code].append(finding)
    for code in sorted(found):
        sys.stdout.writelines(table(code, found[code], draw(found[code], options.size, options.seed)))


def read_report(project: str, path: Path) -> Iterator[Read]:
    """The findings of a report in JSON format, which are in the order of the file."""
    seen: dict[str, int] = defaultdict(int)
    for finding in json.loads(path.read_text(encoding="utf-8"))["findings"]:
        location = finding["location"]
        parts = [finding[key] or "" for key in ("code", "schema", "table", "index", "revision")]
        identity = "\0".join((*parts, location["path"], finding["message"]))
        seen[identity] += 1
        yield Read(
            project,
            finding["code"],
            f"{location['path']}:{location['line']}",
            f"{identity}\0{seen[identity]}",
            finding["message"],
        )


def draw(findings: Iterable[Read], size: int, seed: str) -> list[Read]:
    """``size`` of them, or all, in the order of projects and places."""
    drawn = sorted(findings, key=lambda finding: finding.number(seed))[:size]
    return sorted(drawn, key=lambda finding: (finding.project, finding.place, finding.message))


def table(code: str, findings: list[Read], drawn: list[Read]) -> Iterator[str]:
    """A table of the drawn ones, line by line."""
    yield f"\n## {code}: {len(drawn)} of {len(findings)}\n\n"
    yield "| project | place | finding | verdict | why |\n"
    yield "| --- | --- | --- | --- | --- |\n"
    for finding in drawn:
        message = finding.message.replace("|", "\\|")
        yield f"| {finding.project} | {finding.place} | {message} | | |\n"


if __name__ == "__main__":
    main()
