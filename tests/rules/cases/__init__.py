"""For every rule, projects in which it fires at some things and leaves near misses alone."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A project, and what a rule says of it.

    Parameters:
        files: the project, as ``write_project`` takes it.
        fires: what the rule names: the index of a finding, else its table, its revision or its file.
        near_misses: what it does not name, and why it might have.
    """

    files: Mapping[str, str]
    fires: tuple[str, ...]
    near_misses: Mapping[str, str]


def migration(upgrade: str, downgrade: str = "pass") -> str:
    """The functions of a migration file."""
    bodies = (textwrap.indent(textwrap.dedent(body).strip(), "    ") for body in (upgrade, downgrade))
    return "def upgrade():\n{}\n\n\ndef downgrade():\n{}\n".format(*bodies)


def sql(*statements: str) -> str:
    """A migration that executes statements."""
    return migration("\n".join(f"op.execute({statement!r})" for statement in statements))


def outside(*statements: str) -> str:
    """A migration that executes statements outside of a transaction."""
    lines = [f"    op.execute({statement!r})" for statement in statements]
    return migration("\n".join(["with op.get_context().autocommit_block():", *lines]))


def model(name: str, columns: str, arguments: str = "") -> str:
    """A class of the models with a primary key, some columns and some table arguments."""
    lines = [
        f"class {name.title()}(Base):",
        f'    __tablename__ = "{name}"',
        f"    __table_args__ = ({arguments})" if arguments else "",
        "    id = Column(Integer, primary_key=True)",
        textwrap.indent(textwrap.dedent(columns).strip(), "    "),
    ]
    return "\n".join(filter(None, lines)) + "\n\n\n"


BOOKING = """\
status = Column(String(20))
company_id = Column(Integer)
"""
