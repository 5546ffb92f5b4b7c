"""LI201 to LI205: models against migrations."""

from __future__ import annotations

import pytest

from lint_indexes.compare.drift import Drift
from lint_indexes.rules.index_differs import index_differs
from lint_indexes.rules.migrated_index_not_in_model import migrated_index_not_in_model
from lint_indexes.rules.model_index_not_migrated import model_index_not_migrated
from lint_indexes.rules.renamed_index import renamed_index
from lint_indexes.rules.table_drift import table_drift

TABLE = "CREATE TABLE booking (id int PRIMARY KEY, status varchar(20), company_id int);"
RULES = {
    rule.code: rule
    for rule in (
        model_index_not_migrated,
        migrated_index_not_in_model,
        index_differs,
        renamed_index,
        table_drift,
    )
}


@pytest.mark.parametrize(
    ("models", "migrations", "codes"),
    [
        pytest.param("", "", [], id="nothing"),
        pytest.param("CREATE INDEX ix ON booking (status);", "", ["LI201"], id="models only"),
        pytest.param("", "CREATE INDEX ix ON booking (status);", ["LI202"], id="migrations only"),
        pytest.param(
            "CREATE INDEX ix ON booking (status);",
            "CREATE INDEX ix ON public.booking USING btree (status ASC);",
            [],
            id="spelt otherwise",
        ),
        pytest.param(
            "CREATE INDEX ix ON booking (lower(status));",
            "CREATE INDEX ix ON booking (lower(status::text));",
            [],
            id="a cast that PostgreSQL adds",
        ),
        pytest.param(
            "CREATE INDEX ix ON booking (status);",
            "CREATE INDEX ix ON booking (company_id);",
            ["LI203"],
            id="other column",
        ),
        pytest.param(
            "CREATE INDEX ix ON booking (status) WHERE company_id = 1;",
            "CREATE INDEX ix ON booking (status) WHERE company_id = 2;",
            ["LI203"],
            id="other predicate",
        ),
        pytest.param(
            "CREATE INDEX ix_a ON booking (status);",
            "CREATE INDEX ix_b ON booking (status);",
            ["LI204"],
            id="renamed",
        ),
        pytest.param(
            "ALTER TABLE booking ADD UNIQUE (status);",
            "ALTER TABLE booking ADD CONSTRAINT uq UNIQUE (status);",
            [],
            id="a name that the models leave to PostgreSQL",
        ),
        pytest.param(
            "CREATE TABLE invoice (id int PRIMARY KEY);",
            "CREATE TABLE invoice (id int NOT NULL UNIQUE);",
            ["LI201", "LI202"],
            id="a unique constraint is no primary key",
        ),
        pytest.param(
            "CREATE TABLE invoice (id int PRIMARY KEY);",
            "CREATE TABLE invoice (id int CONSTRAINT pk PRIMARY KEY);",
            [],
            id="a primary key of another name",
        ),
        pytest.param(
            "ALTER TABLE booking ADD CONSTRAINT uq UNIQUE (status);",
            "",
            ["LI201"],
            id="a unique constraint counts as its index",
        ),
        pytest.param("CREATE TABLE invoice (id int PRIMARY KEY);", "", ["LI205"], id="table of the models"),
        pytest.param(
            "",
            "CREATE TABLE invoice (id int PRIMARY KEY); CREATE INDEX ix ON invoice (id);",
            ["LI205"],
            id="one finding for a table, none for its indexes",
        ),
        pytest.param(
            "DROP TABLE booking; CREATE INDEX ix ON booking (status);",
            "",
            [],
            id="a table of the models that is not wholly known",
        ),
        pytest.param(
            "",
            "CREATE MATERIALIZED VIEW mv AS SELECT id FROM booking; CREATE INDEX ix ON mv (id);",
            [],
            id="models cannot declare a materialized view",
        ),
    ],
)
def test_drift(catalog, history, messages, models, migrations, codes) -> None:
    metadata = catalog(TABLE + models)
    migrated = history(("1", TABLE + migrations, ""))
    found = [
        code for code, rule in RULES.items() for _ in messages(rule, metadata=metadata, migrations=migrated)
    ]
    assert found == codes


def test_what_the_policy_names_is_its_business(catalog, history, policy, messages) -> None:
    sources = {
        "policy": policy({"ix": "booking (status)"}),
        "metadata": catalog(TABLE),
        "migrations": history(("1", TABLE + "CREATE INDEX ix ON booking (status);", "")),
    }
    assert messages(migrated_index_not_in_model, **sources) == []


def test_shows_what_dropped_the_index(catalog, history) -> None:
    index = "CREATE INDEX ix ON booking (status);"
    migrations = history(("1", TABLE + index, ""), ("2", "DROP INDEX ix;", ""))
    [finding] = model_index_not_migrated.run({"drift": Drift(catalog(TABLE + index), migrations, None)})
    assert finding.violation.message == "index ix is in the models, but was dropped by a migration"
    assert [(place.origin.path, place.message) for place in finding.violation.related] == [
        ("2.py", "dropped here")
    ]


def test_shows_what_dropped_the_table(catalog, history) -> None:
    migrations = history(("1", TABLE, ""), ("2", "DROP TABLE booking;", ""))
    [finding] = table_drift.run({"drift": Drift(catalog(TABLE), migrations, None)})
    assert finding.violation.message == "table booking is in the models, but was dropped by a migration"
    assert [place.origin.path for place in finding.violation.related] == ["2.py"]


def test_shows_what_renamed_the_table(catalog, history) -> None:
    migrations = history(("1", TABLE, ""), ("2", "ALTER TABLE booking RENAME TO trip;", ""))
    [finding] = [
        one
        for one in table_drift.run({"drift": Drift(catalog(TABLE), migrations, None)})
        if one.violation.message.endswith("renamed to trip by a migration")
    ]
    assert (
        finding.violation.message == "table booking is in the models, but was renamed to trip by a migration"
    )
    assert [place.message for place in finding.violation.related] == ["renamed to trip here"]
    assert finding.violation.help is not None
    assert finding.violation.help.startswith("give the model the new name")


def test_autogenerate_does_not_compare_primary_keys(catalog, history) -> None:
    bare = TABLE.replace("PRIMARY KEY", "")
    missing = Drift(catalog(TABLE), history(("1", bare, "")), None)
    [finding] = model_index_not_migrated.run({"drift": missing})
    assert "autogenerate does not compare" in finding.violation.help
    extra = Drift(catalog(bare), history(("1", TABLE, "")), None)
    [finding] = migrated_index_not_in_model.run({"drift": extra})
    assert finding.violation.message.endswith("booking_pkey is in the migrations, but not in the models")


def test_says_which_columns_the_model_lacks_as_well(catalog, history) -> None:
    column = "ALTER TABLE booking ADD extra int; CREATE INDEX ix ON booking (extra, status);"
    [finding] = migrated_index_not_in_model.run(
        {"drift": Drift(catalog(TABLE), history(("1", TABLE + column, "")), None)}
    )
    assert finding.violation.help.startswith("declare it in the model and extra, which it lacks too: Index(")


def test_a_constraint_that_the_models_declare_under_a_taken_name_is_in_the_models(catalog, history) -> None:
    other = "CREATE TABLE driver (a int, CONSTRAINT uq UNIQUE (a));"
    unique = "CREATE TABLE trip (a int, b int, CONSTRAINT {} UNIQUE (a));"
    models = catalog(TABLE + other + unique.format("uq"))
    for columns, count in (("a", 0), ("b", 1)):
        built = unique.format("uq_trip").replace("UNIQUE (a)", f"UNIQUE ({columns})")
        drift = Drift(models, history(("1", TABLE + other + built, "")), None)
        assert len(list(migrated_index_not_in_model.run({"drift": drift}))) == count


def test_shows_the_index_to_declare(catalog, history) -> None:
    migrations = history(("1", TABLE + "CREATE INDEX ix ON booking (status DESC);", ""))
    [finding] = migrated_index_not_in_model.run({"drift": Drift(catalog(TABLE), migrations, None)})
    assert finding.violation.help == 'declare it in the model: Index("ix", text("status DESC"))'
    assert finding.violation.origin.revision == "1"


ENV = """\
from alembic import context

from models import Base


def include_object(object, name, type_, reflected, compare_to):
    return not name.startswith(("legacy", "ix_legacy"))


context.configure(
    url="postgresql://localhost/nowhere", target_metadata=Base.metadata{options}
)
with context.begin_transaction():
    context.run_migrations()
"""
LEGACY_MODELS = """\
class Booking(Base):
    __tablename__ = "booking"

    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(Integer)
    __table_args__ = (
        Index("ix_legacy_of_models", "status"),
        Index("ix_legacy_that_differs", "status"),
        Index("ix_legacy_new_name", "company_id"),
    )


class Legacy(Base):
    __tablename__ = "legacy_of_models"
    id = Column(Integer, primary_key=True)
"""
LEGACY_MIGRATION = """\
def upgrade():
    op.create_index("ix_legacy_of_migrations", "booking", ["id", "status"])
    op.create_index("ix_legacy_that_differs", "booking", ["id"])
    op.create_index("ix_legacy_old_name", "booking", ["company_id"])
    op.create_table("legacy_of_migrations", sa.Column("id", sa.Integer))


def downgrade():
    op.drop_table("legacy_of_migrations")
    op.drop_index("ix_legacy_old_name")
    op.drop_index("ix_legacy_that_differs")
    op.drop_index("ix_legacy_of_migrations")
"""


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ("", {"LI201", "LI202", "LI203", "LI204", "LI205"}),
        (", include_object=include_object", set()),
    ],
)
def test_what_env_py_keeps_out_of_autogenerate_is_no_drift(lint_project, options, codes) -> None:
    report = lint_project(
        {
            "models.py": LEGACY_MODELS,
            "versions/0002_legacy.py": LEGACY_MIGRATION,
            "migrations/env.py": ENV.format(options=options),
        }
    )
    assert {finding.code for finding in report.findings} & set(RULES) == codes


def test_an_include_object_that_fails_is_told_and_leaves_nothing_out(lint_project) -> None:
    report = lint_project(
        {
            "models.py": LEGACY_MODELS,
            "versions/0002_legacy.py": LEGACY_MIGRATION,
            "migrations/env.py": ENV.format(options=", include_object=lambda *arguments: 1 / 0"),
        }
    )
    assert {finding.code for finding in report.findings} & set(RULES) == set(RULES)
    [warning] = [one for one in report.warnings if "include_object failed" in one]
    assert "ZeroDivisionError" in warning
