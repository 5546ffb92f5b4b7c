"""Write docs/rules from the rules' docstrings: a page for each, and README.md as the index.

python scripts/write_rule_pages.py
"""

from __future__ import annotations

from pathlib import Path

from lint_indexes.commands.rule import documentation
from lint_indexes.rules import ALL_RULES

TARGET = Path(__file__).resolve().parent.parent / "docs" / "rules"


def main() -> None:
    pages = documentation(ALL_RULES)
    TARGET.mkdir(exist_ok=True)
    for path in TARGET.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        TARGET.joinpath(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
