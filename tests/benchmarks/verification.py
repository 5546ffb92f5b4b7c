"""What ``verify --all`` takes on the example: python tests/benchmarks/verification.py [rounds] [--user NAME].

Beside it, in the same rounds: initdb, the start of a server, and ``flask db upgrade`` on it (with psycopg, as
the example has it). The ratio depends little on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import os
import pwd
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lint_indexes.server.binaries import embedded_binaries, server_account

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "booking"
VERIFY = "import sys; from lint_indexes.__main__ import main; sys.exit(main())"


def seconds(run: Callable[[], object]) -> float:
    """The time on the clock."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def verify(python: str, options: dict[str, Any]) -> None:
    """The command, as a user runs it."""
    arguments = ["verify", "--all", "--quiet", "--root", str(EXAMPLE), "--python", python]
    subprocess.run([python, "-c", VERIFY, *arguments], check=True, **options)


def upgrade(python: str, options: dict[str, Any]) -> None:
    """A server made by hand with PostgreSQL's defaults, and the project's own upgrade."""
    identity = _identity(options)
    binaries = embedded_binaries()
    with tempfile.TemporaryDirectory(prefix="lint-indexes-benchmark-", dir="/tmp") as folder:
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder, **identity}
        data = f"{folder}/data"
        subprocess.run([binaries / "initdb", "--auth=trust", "--username=postgres", "-D", data], **quiet)
        control = [binaries / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", f"-h '' -k {folder}"]
        subprocess.run([*control, "start"], **quiet)
        try:
            url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
            environment = {**options["env"], "DATABASE_URL": url}
            command = [python, "-m", "flask", "--app", "booking_app", "db", "upgrade"]
            quieter = {**options, "cwd": EXAMPLE, "env": environment, "stderr": subprocess.DEVNULL}
            subprocess.run(command, check=True, **quieter)
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


def _identity(options: dict[str, Any]) -> dict[str, Any]:
    """The account of the server: that of the commands, unless it is root."""
    if "user" in options:
        return {name: options[name] for name in ("user", "group", "extra_groups")}
    account = server_account()
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("--user", help="who runs it all, if we are root")
    parser.add_argument("--python", default=sys.executable, help="a Python that this user can run")
    given = parser.parse_args()
    search = os.pathsep.join(path for path in sys.path if "benchmarks" not in path)
    options: dict[str, Any] = {"env": {**os.environ, "PYTHONPATH": search}, "stdout": subprocess.DEVNULL}
    if given.user:
        account = pwd.getpwnam(given.user)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}
    kinds = {"initdb, start, upgrade": upgrade, "verify --all": verify}
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(given.rounds):
        for name, kind in kinds.items():
            times[name].append(seconds(lambda kind=kind: kind(given.python, options)))  # type: ignore[misc]  # a default
    for name, taken in times.items():
        middle, least, most = statistics.median(taken), min(taken), max(taken)
        sys.stdout.write(f"{name:24}{middle:6.2f} s ({least:.2f} to {most:.2f})\n")
    bare, verified = times.values()
    ratio = statistics.median(one / other for one, other in zip(verified, bare, strict=True))
    sys.stdout.write(f"ratio of the two         {ratio:5.2f}\n")


if __name__ == "__main__":
    main()
