"""Write what the documentation has from the code: docs/rules from the rules' docstrings, the tables of keys
in docs/configuration.md, and docs/lint-indexes.schema.json; and the index of docs/precision from its pages.

python scripts/write_documents.py
"""

from __future__ import annotations

from pathlib import Path

from precision import with_index

from lint_indexes.commands.rule import documentation
from lint_indexes.config.reference import with_reference
from lint_indexes.config.schema import configuration_schema, schema_document
from lint_indexes.linter.selection import KNOWN_RULES
from lint_indexes.rules import ALL_RULES

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    write_rule_pages(DOCS / "rules")
    reference = DOCS / "configuration.md"
    reference.write_text(with_reference(reference.read_text(encoding="utf-8")), encoding="utf-8")
    precision = DOCS / "precision"
    index = precision / "README.md"
    index.write_text(with_index(index.read_text(encoding="utf-8"), ALL_RULES, precision), encoding="utf-8")
    schema = schema_document(configuration_schema(KNOWN_RULES))
    DOCS.joinpath("lint-indexes.schema.json").write_text(schema, encoding="utf-8")


def write_rule_pages(folder: Path) -> None:
    """A page for each rule, and README.md as the index; a page whose rule is gone goes too."""
    pages = documentation(ALL_RULES)
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
