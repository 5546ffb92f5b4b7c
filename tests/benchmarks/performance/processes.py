"""One run of a command: how long it takes, how much work it is, how much memory it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# As the console script does it.
TOOL = "import sys; from lint_indexes.__main__ import main; sys.exit(main())"

_TOOL_WITH_MEMORY = """
import json, os, resource, sys
os._exit = sys.exit  # so that there is something to say afterwards
from lint_indexes.__main__ import main
try:
    main()
except SystemExit:
    pass
used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps([{"seconds": one.ru_utime + one.ru_stime, "size": one.ru_maxrss} for one in used]))
"""


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock, and seconds of all processors together, child processes included."""

    wall: float
    work: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.wall + other.wall, self.work + other.work)


def run(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    *,
    statuses: Sequence[int] = (0,),
) -> Taken:
    """Run a command to its end.

    Args:
        env: What is added to the environment.
        statuses: What it may end with.

    Raises:
        RuntimeError: it ended with another status.
    """
    before, begin = os.times(), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, check=False
    )
    wall, after = time.perf_counter() - begin, os.times()
    if done.returncode not in statuses:
        text = (done.stdout + done.stderr).decode(errors="replace")
        raise RuntimeError(f"{command} ended with status {done.returncode}:\n{text}")
    work = after.children_user + after.children_system - before.children_user - before.children_system
    return Taken(wall, work)


def tool(python: str, *options: str) -> list[str]:
    """The command line of the tool on a project whose interpreter is given."""
    return [sys.executable, "-c", TOOL, "--quiet", "--python", python, *options]


def first_run(python: str, folder: Path) -> tuple[Taken, float, float]:
    """What a run of the tool takes, and how large its own process and its largest child become, in MB."""
    command = [sys.executable, "-c", _TOOL_WITH_MEMORY, "--quiet", "--python", python]
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    wall = time.perf_counter() - begin
    own, child = json.loads(done.stdout.splitlines()[-1])
    work = sum(usage["seconds"] for usage in (own, child))
    return Taken(wall, work), own["size"] / 1024, child["size"] / 1024
