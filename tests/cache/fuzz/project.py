"""A small project that reads what projects read: each file with the texts that it may have, the first of them
in the beginning. None stands for no file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from textwrap import dedent

Variants = Mapping[str, tuple["str | None", ...]]

_CONFIGURATION = """
    [tool.lint-indexes]
    per-file-ignores = {{ "migrations/versions/*" = ["{ignored}"] }}
    severity = {{ LI101 = "{severity}", LI303 = "{severity}" }}
    extend-select = ["{more}"]

    [tool.lint-indexes.indexes]
    ix_booking_{name} = "booking ({name})"

    [[tool.lint-indexes.require]]
    tables = "*"
    leading = ["tenant"]
"""
_MODELS = """
    import pkgutil
    from importlib import import_module

    from sqlalchemy import Column, Index, Integer, String
    from shared.mixins import Audited
    from shop.base import Base
    import shop.tables


    class Booking(Audited, Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_state", "state"{extra}),){comment}
        id = Column(Integer, primary_key=True)
        state = Column(String)


    for found in pkgutil.iter_modules(shop.tables.__path__):
        import_module(f"shop.tables.{{found.name}}")
"""
_MIXIN = """
    from sqlalchemy import Column, Integer


    class Audited:
        tenant = Column(Integer, index={indexed})
"""
_TABLE = """
    from sqlalchemy import Column, Integer
    from shop.base import Base


    class {name}(Base):
        __tablename__ = "{name}"
        id = Column(Integer, primary_key=True)
        amount = Column(Integer, index=True)
"""
_ENV = """
    import os
    from pathlib import Path

    from alembic import context
    from shop.models import Base
    from sqlalchemy import create_engine

    settings = Path(__file__).parent / "settings.txt"
    skipped = settings.read_text().split() if settings.exists() else []
    skipped += os.environ.get("SHOP_SKIP", "").split()
    {more}

    def include_object(item, name, kind, reflected, other):
        return name not in skipped


    with create_engine("postgresql://localhost/shop").connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, include_object=include_object
        )
        with context.begin_transaction():
            context.run_migrations()
"""
_FIRST = """
    import sqlalchemy as sa
    from alembic import op
    from helpers import names

    revision = "0001"
    down_revision = None


    def upgrade():
        op.create_table(
            "booking",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("state", sa.String),
            sa.Column("tenant", sa.Integer),
        )
        for name in names():
            op.create_index(f"ix_booking_{{name}}", "booking", [name]){unique}


    def downgrade():
        {downgrade}
"""
_SECOND = """
    import os
    import sqlalchemy as sa
    from alembic import op
    from importlib.metadata import version

    revision = "0002"
    down_revision = "0001"
    columns = {columns}


    def upgrade():
        if "SHOP_WIDE" in os.environ:
            columns.append("tenant")
        op.create_index(f"ix_booking_{{version('colours')}}", "booking", columns)


    def downgrade():
        op.drop_index(f"ix_booking_{{version('colours')}}")
"""
_THIRD = """
    revision = "0003"
    down_revision = {parent}


    def upgrade():
        pass


    def downgrade():
        pass
"""
_FOURTH = """
    import sqlalchemy as sa
    from alembic import op

    revision = "0004"
    down_revision = "0002"


    def upgrade():
        {upgrade}


    def downgrade():
        {downgrade}
"""
_FIFTH = """
    from alembic import op

    revision = "0005"
    down_revision = "0004"


    def upgrade():
        op.create_unique_constraint({name}, "booking", ["tenant"])


    def downgrade():
        op.execute("ALTER TABLE booking DROP CONSTRAINT IF EXISTS uq_booking_tenant")
"""
_LOST = """
    revision = "0009"
    down_revision = "nowhere"


    def upgrade():
        pass  # with {table}, some day
"""
_HELPER = """
    import glob
    import os

    HERE = os.path.dirname(os.path.abspath(__file__))


    def names():
        found = [os.path.basename(path)[:-4] for path in sorted(glob.glob(HERE + "/lists/*.txt"))]
        try:
            import optional
            found += optional.NAMES
        except ImportError:
            pass
        return found + {names}
"""
_INI = """
    [alembic]
    script_location = migrations
    prepend_sys_path = early . late
    version_locations = {locations}
    version_path_separator = space
"""
_METADATA = "Metadata-Version: 2.1\nName: colours\nVersion: {version}\n"


def files() -> Variants:
    """The texts that each file of the project may have."""
    return {path: tuple(_texts(path, texts)) for path, texts in _FILES.items()}


def _texts(path: str, texts: tuple[str | None, ...]) -> Iterator[str | None]:
    for text in texts:
        yield None if text is None else dedent(text).lstrip("\n")


def _accepted(*indexes: str) -> str:
    entries = [
        {"code": "LI202", "schema": "public", "table": "booking", "index": name} for name in indexes
    ] + [{"code": "LI101", "schema": "public", "table": "booking", "index": name} for name in indexes]
    return json.dumps({"version": 1, "accepted": entries})


_FILES: Mapping[str, tuple[str | None, ...]] = {
    "pyproject.toml": (
        _CONFIGURATION.format(ignored="LI304", severity="error", name="state", more="LI406"),
        _CONFIGURATION.format(ignored="LI101", severity="error", name="tenant", more="LI406"),
        _CONFIGURATION.format(ignored="LI2", severity="warning", name="tenant", more="LI002"),
        "[tool.lint-indexes]\nselect = ['LI1']\n",
        "[tool.lint-indexes]\nselect = 5\n",
    ),
    "lint-indexes.toml": (None, "alembic = 'other.ini'\n", "ignore = ['LI2']\n"),
    ".lint-indexes-baseline.json": (
        None,
        _accepted("ix_booking_state", "ix_booking_1.0"),
        _accepted("ix_booking_tenant"),
        "{",
    ),
    "alembic.ini": (
        _INI.format(locations="migrations/versions"),
        _INI.format(locations="migrations/versions migrations/more"),
        _INI.format(locations="migrations/more"),
        None,
    ),
    "other.ini": (None, _INI.format(locations="migrations/more")),
    "migrations/settings.txt": (None, "ix_booking_state", "ix_booking_1.0 ix_booking_2.0"),
    "migrations/env.py": (
        _ENV.format(more=""),
        _ENV.format(more="import early_module"),
        _ENV.format(more="skipped += ['lock_timeout']"),
        _ENV.format(more="skipped += [os.path.basename(one) for one in os.listdir('lists')]"),
        _ENV.format(more="skipped += [os.readlink('link')] if os.path.islink('link') else []"),
        _ENV.format(more="skipped += [value for value in os.environ.values() if value.startswith('ix')]"),
        "raise RuntimeError\n",
        None,
    ),
    "migrations/versions/0001.py": (
        _FIRST.format(unique="", downgrade='op.drop_table("booking")'),
        _FIRST.format(unique="", downgrade='op.drop_index("ix_booking_state")'),
        _FIRST.format(unique="  # lint-indexes: ignore LI304", downgrade="pass"),
        "def broken(:\n",
    ),
    "migrations/versions/0002.py": (
        _SECOND.format(columns='["state"]'),
        _SECOND.format(columns='["id", "state"]'),
        None,
    ),
    "migrations/versions/0004.py": (
        None,
        _FOURTH.format(upgrade="pass", downgrade="pass"),
        _FOURTH.format(
            upgrade='op.create_index("ix_booking_tenant", "booking", ["tenant"])',
            downgrade='op.drop_index("ix_booking_tenant", "booking")',
        ),
        _FOURTH.format(
            upgrade='op.add_column("booking", sa.Column("extra", sa.Integer, index=True))',
            downgrade="pass",
        ),
        _FOURTH.format(
            upgrade='op.create_index("ix_booking_tenant", "booking", ["nothing"])',
            downgrade='op.drop_index("ix_booking_tenant", "booking")',
        ),
        _FOURTH.format(upgrade='op.drop_index("ix_booking_state")', downgrade="raise NotImplementedError"),
    ),
    "migrations/versions/0005.py": (
        None,
        _FIFTH.format(name='"uq_booking_tenant"'),
        _FIFTH.format(name="None"),
        _FIFTH.format(name='op.f("uq_booking_tenant")') + "\n\n# A comment.\n",
    ),
    "migrations/versions/lost.py": (None, _LOST.format(table="others"), _LOST.format(table="booking")),
    "migrations/more/0003.py": (
        _THIRD.format(parent='"0001"'),
        _THIRD.format(parent="None"),
        None,
    ),
    "helpers.py": (
        _HELPER.format(names='["state"]'),
        _HELPER.format(names="[]"),
        _HELPER.format(names='["id"]'),
        None,
    ),
    "helpers/__init__.py": (None, "def names():\n    return ['tenant', 'state']\n"),
    "lists/tenant.txt": (None, "", "\n"),
    "lists/id.txt": (None, ""),
    "early/shop.py": (None, "raise ImportError('shadowed')\n"),
    "early/early_module.py": (None, "import os\nos.environ.pop('SHOP_SKIP', None)\n"),
    "late/early_module/__init__.py": ("", "from env import skipped\n", None),
    "early/early_module/__init__.py": (None, "raise ValueError\n"),
    "late/optional.py": (None, "NAMES = ['tenant']\n", "NAMES = ['id', 'tenant']\n"),
    "early/optional.py": (None, "NAMES = []\n"),
    "shop/__init__.py": ("", "import os\n", None),
    "shop/base.py": (
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
        "from sqlalchemy import MetaData\nfrom sqlalchemy.orm import declarative_base\n"
        "Base = declarative_base(metadata=MetaData(naming_convention={'ix': 'ix_%(column_0_label)s'}))\n",
    ),
    "shop/models.py": (
        _MODELS.format(extra="", comment=""),
        _MODELS.format(extra=', "tenant"', comment=""),
        _MODELS.format(extra=', "tenant"', comment="  # lint-indexes: ignore LI203 for now"),
        _MODELS.format(extra="", comment="  # a comment"),
    ),
    "shop/tables/invoice.py": (None, _TABLE.format(name="invoice"), _TABLE.format(name="receipt")),
    "shop/tables/refund.py": (None, _TABLE.format(name="refund")),
    "library/shared/mixins.py": (_MIXIN.format(indexed=False), _MIXIN.format(indexed=True), None),
    "library/colours-1.dist-info/METADATA": (
        _METADATA.format(version="1.0"),
        _METADATA.format(version="2.0"),
        None,
    ),
    "site/colours-1.dist-info/METADATA": (None, _METADATA.format(version="3.0")),
    "README.md": ("A project.\n", "A project of ours.\n", None),
    "docs/notes.txt": (None, "Nothing.\n"),
}

VARIABLES: Mapping[str, tuple[str | None, ...]] = {
    "SHOP_SKIP": (None, "ix_booking_state", "ix_booking_tenant"),
    "SHOP_WIDE": (None, "", "yes"),
    "SHOP_OTHER": (None, "ix_booking_state", "ix_booking_1.0"),
    "PYTHONOPTIMIZE": (None, "1"),
}
FOLDERS = ("lists", "early", "late", "site", "shop/tables", "migrations/more")
"""They stay when nothing is in them any more."""
PYTHONPATH = ("site", "library")
LINKED = "library/shared"
"""The folder that now and then is a link to a copy of it."""
