"""libcst is slow to import, and only for fixes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "booking"
CHECK = """\
import sys
from lint_indexes.cli import run
try:
    run(sys.argv[1:])
except SystemExit:
    pass
print(*sorted({"libcst", "lint_indexes.rules", "yaml"} & sys.modules.keys()))
"""


def test_check_does_not_import_libcst() -> None:
    command = [sys.executable, "-c", CHECK, "--root", str(EXAMPLE), "--no-cache", "--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "lint_indexes.rules"
    assert "LI101" in done.stdout
