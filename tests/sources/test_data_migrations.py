"""Which migrations can be seen to change no schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint_indexes.sources.data_migrations import moves_rows_only

ROWS_ONLY = [
    "op.execute(\"UPDATE users SET name = 'x' WHERE name IS NULL\")",
    'op.execute("INSERT INTO users VALUES (1) ON CONFLICT DO NOTHING")',
    'op.execute("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2")',
    'for row in op.get_bind().execute(sa.text("SELECT id FROM users")):\n        print(json.dumps(row))',
    "op.bulk_insert(sa.table('users'), [{}])",
    "# op.drop_table('users')",
    'raise RuntimeError("no default users found")',
]
OTHERS = [
    "op.create_index('i', 'users', ['name'])",
    "op.add_column('users', sa.Column('a'))",
    "with op.batch_alter_table('users') as batch: pass",
    'op.execute("CREATE INDEX i ON users (name)")',
    'op.execute(f"alter table {name} drop column a")',
    'op.execute("DO $$ BEGIN NULL; END $$")',
    'op.execute("SELECT * INTO copies FROM users")',
    "sa.MetaData().create_all(op.get_bind())",
    "getattr(op, name)('users')",
    "create_index('i', 'users', ['name'])",
    "from app.migrating import helper",
    "from . import helper",
    "import app",
    "op.invoke(operation)",
]


def write(folder: Path, body: str) -> Path:
    path = folder / "one.py"
    head = (
        '"""Create users, then drop them."""\nimport json\nimport sqlalchemy as sa\nfrom alembic import op\n'
    )
    path.write_text(f'{head}\n\ndef upgrade():\n    """Drop nothing."""\n    {body}\n    pass\n')
    return path


@pytest.mark.parametrize("body", ROWS_ONLY)
def test_a_migration_moves_rows_only(tmp_path: Path, body: str) -> None:
    assert moves_rows_only(write(tmp_path, body))


@pytest.mark.parametrize("body", OTHERS)
def test_a_migration_may_change_the_schema(tmp_path: Path, body: str) -> None:
    assert not moves_rows_only(write(tmp_path, body))


def test_what_cannot_be_read_may_change_the_schema(tmp_path: Path) -> None:
    assert not moves_rows_only(tmp_path / "missing.py")
    assert not moves_rows_only(write(tmp_path, "def ("))
