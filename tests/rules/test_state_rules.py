"""LI103 to LI107 and LI501 to LI507: what the models and the head of the migrations look like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_indexes.compare.redundancy import Redundancies
from lint_indexes.model.catalog import Table
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.policy import NamePattern, Policy, Requirement
from lint_indexes.rules.constant_predicate import constant_predicate
from lint_indexes.rules.duplicate_index import duplicate_index
from lint_indexes.rules.identifier_too_long import identifier_too_long
from lint_indexes.rules.index_limit import index_limit
from lint_indexes.rules.index_name_convention import index_name_convention
from lint_indexes.rules.index_name_reused import index_name_reused
from lint_indexes.rules.low_cardinality_index import low_cardinality_index
from lint_indexes.rules.redundant_index import redundant_index
from lint_indexes.rules.reindexed_constraint import reindexed_constraint
from lint_indexes.rules.requirement_unmet import requirement_unmet
from lint_indexes.rules.undeclared_index import undeclared_index
from lint_indexes.rules.unindexed_foreign_key import unindexed_foreign_key
from lint_indexes.rules.useless_predicate import useless_predicate

TABLES = """
CREATE TABLE company (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, flag boolean, company_id int);
"""
DESIGN = {
    rule.code: rule
    for rule in (
        duplicate_index,
        redundant_index,
        reindexed_constraint,
        useless_predicate,
        constant_predicate,
        low_cardinality_index,
    )
}
REFERENCE = "ALTER TABLE t ADD FOREIGN KEY (company_id) REFERENCES company;"
SCOPED = Requirement(("*",), ("company_id",), ("company_id",), Origin(Source.POLICY, "pyproject.toml", 3))


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        pytest.param("CREATE INDEX x ON t (a); CREATE INDEX y ON t (a)", ["LI501"], id="duplicate"),
        pytest.param("CREATE INDEX x ON t (a); CREATE INDEX y ON t (b)", [], id="two columns"),
        pytest.param("CREATE INDEX x ON t (a); CREATE INDEX y ON t (a) WHERE b > 0", [], id="one partial"),
        pytest.param("CREATE INDEX x ON t (a); CREATE INDEX y ON t (a, b)", ["LI502"], id="prefix"),
        pytest.param("CREATE INDEX x ON t (b); CREATE INDEX y ON t (a, b)", [], id="second key"),
        pytest.param("CREATE UNIQUE INDEX x ON t (a); CREATE INDEX y ON t (a, b)", [], id="unique prefix"),
        pytest.param("CREATE INDEX x ON t (id)", ["LI503"], id="primary key again"),
        pytest.param("CREATE INDEX x ON t (id, a)", [], id="longer than the primary key"),
        pytest.param("CREATE INDEX x ON t (id) WHERE a > 0", [], id="primary key of some rows"),
        pytest.param("ALTER TABLE t ADD UNIQUE (a); CREATE INDEX x ON t (a)", ["LI503"], id="unique again"),
        pytest.param("CREATE INDEX x ON t (a) WHERE b IS NOT NULL", ["LI504"], id="useless predicate"),
        pytest.param(
            "CREATE INDEX x ON t (a) WHERE a > 1 AND b IS NOT NULL", ["LI504"], id="useless in part"
        ),
        pytest.param("CREATE INDEX x ON t (a) WHERE a IS NOT NULL", [], id="NULLs are possible"),
        pytest.param("CREATE INDEX x ON t (a) WHERE a > 0 OR b IS NOT NULL", [], id="in an OR"),
        pytest.param("CREATE INDEX x ON t (a) WHERE b IS NULL", [], id="IS NULL"),
        pytest.param("CREATE INDEX x ON t (a) WHERE false", ["LI505"], id="false"),
        pytest.param("CREATE INDEX x ON t (a) WHERE true", ["LI505"], id="true"),
        pytest.param("CREATE INDEX x ON t (a) WHERE NULL", ["LI505"], id="NULL"),
        pytest.param("CREATE INDEX x ON t (a) WHERE flag", [], id="a boolean column"),
        pytest.param("CREATE INDEX x ON t (a) WHERE flag = false", [], id="compared with a constant"),
        pytest.param("CREATE INDEX x ON t (flag)", ["LI507"], id="boolean"),
        pytest.param("CREATE INDEX x ON t (flag, a)", [], id="boolean and more"),
        pytest.param("CREATE INDEX x ON t (flag) WHERE flag", [], id="boolean, partial"),
        pytest.param("CREATE UNIQUE INDEX x ON t (flag)", [], id="boolean, unique"),
    ],
)
def test_design(catalog, history, messages, sql, codes) -> None:
    sources = {"metadata": catalog(TABLES + sql), "migrations": history(("1", TABLES + sql, ""))}
    found = [code for code, rule in DESIGN.items() for _ in messages(rule, **sources)]
    assert found == codes


def test_what_both_sides_have_is_one_finding_of_the_models(catalog, history) -> None:
    sql = TABLES + "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a);"
    redundancies = Redundancies(catalog(sql), history(("1", sql, "")), None)
    [finding] = duplicate_index.run({"redundancies": redundancies})
    assert finding.violation.origin.source is Source.MODELS
    assert [place.message for place in finding.violation.related] == [
        "the same index",
        "the migrations make it here",
    ]


def test_the_older_one_is_kept_unless_the_policy_names_the_other(catalog, history, policy, messages) -> None:
    migrations = history(("1", TABLES + "CREATE INDEX z ON t (a)", ""), ("2", "CREATE INDEX y ON t (a)", ""))
    assert messages(duplicate_index, migrations=migrations) == ["index y is the same as z"]
    required = policy({"y": "t (a)"})
    assert messages(duplicate_index, migrations=migrations, policy=required) == ["index z is the same as y"]


def test_a_redundant_index_that_the_policy_names_is_kept(history, policy, messages) -> None:
    migrations = history(("1", TABLES + "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a, b)", ""))
    assert len(messages(redundant_index, migrations=migrations)) == 1
    assert messages(redundant_index, migrations=migrations, policy=policy({"x": "t (a)"})) == []


@pytest.mark.parametrize(
    ("models", "migrations", "count"),
    [
        pytest.param("CREATE INDEX y ON t (a, b)", "CREATE INDEX y ON t (a, b)", 1, id="both"),
        pytest.param("", "CREATE INDEX y ON t (a, b)", 0, id="it may not stay"),
        pytest.param("CREATE INDEX y ON t (a, b)", "", 0, id="it may never come"),
        pytest.param("ALTER TABLE t ADD UNIQUE (a, b)", "", 0, id="a constraint that may never come"),
        pytest.param(
            "ALTER TABLE t ADD UNIQUE (a, b)",
            "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a, b)",
            1,
            id="a constraint of another name",
        ),
    ],
)
def test_what_only_one_side_has_replaces_no_index_of_both(
    catalog, history, messages, models, migrations, count
) -> None:
    both = TABLES + "CREATE INDEX x ON t (a);"
    sources = {"metadata": catalog(both + models), "migrations": history(("1", both + migrations, ""))}
    assert len(messages(redundant_index, **sources)) == count


def test_what_may_not_stay_hides_no_other_that_replaces_it(catalog, history) -> None:
    both = "CREATE INDEX x ON t (a); CREATE INDEX z ON t (a, b);"
    migrations = history(("1", TABLES + "CREATE INDEX y ON t (a)", ""), ("2", both, ""))
    redundancies = Redundancies(catalog(TABLES + both), migrations, None)
    found = redundant_index.run({"redundancies": redundancies})
    [of_x] = [one for one in found if one.violation.subject.index == "x"]
    assert [place.message for place in of_x.violation.related] == [
        "this one serves the same queries",
        "the migrations make it here",
    ]


def test_a_renamed_index_on_a_boolean_is_one_finding(catalog, history, messages) -> None:
    metadata = catalog(TABLES + "CREATE INDEX x ON t (flag)")
    migrations = history(("1", TABLES + "CREATE INDEX y ON t (flag)", ""))
    assert len(messages(low_cardinality_index, metadata=metadata, migrations=migrations)) == 1


def test_a_table_of_the_models_that_a_migration_dropped_is_not_judged(catalog, history, messages) -> None:
    models = TABLES + "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a);"
    sources = {"metadata": catalog(models), "migrations": history(("1", "CREATE TABLE company (id int)", ""))}
    assert len(messages(duplicate_index, **sources)) == 1
    sources["migrations"] = history(("1", TABLES, ""), ("2", "DROP TABLE t", ""))
    assert messages(duplicate_index, **sources) == []


def test_a_table_of_the_models_that_another_history_makes_is_not_judged(catalog, history, messages) -> None:
    models = TABLES + "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a);"
    table = QualifiedName("public", "t")
    migrations = history(("1", "CREATE TABLE company (id int)", ""))
    migrations = replace(migrations, exclusions=Exclusions(tables=frozenset({table})))
    assert messages(duplicate_index, metadata=catalog(models), migrations=migrations) == []
    altered = migrations.head.with_table(Table(table, complete=False))
    referred = replace(migrations, head=altered)
    assert messages(duplicate_index, metadata=catalog(models), migrations=referred) == []
    made = replace(history(("1", models, "")), exclusions=migrations.exclusions)
    assert len(messages(duplicate_index, metadata=catalog(models), migrations=made)) == 1


def test_two_new_indexes_of_the_models_are_compared(catalog, history, messages) -> None:
    models = TABLES + "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a, b);"
    sources = {"metadata": catalog(models), "migrations": history(("1", TABLES, ""))}
    assert len(messages(redundant_index, **sources)) == 1


def test_tables_that_are_not_known_for_sure_are_not_judged(catalog, history, messages) -> None:
    migrations = history(("1", TABLES + "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a)", ""))
    [table] = [name for name in migrations.head.tables if name.name == "t"]
    doubtful = replace(migrations, head=migrations.head.with_uncertain(table, "who knows"))
    assert messages(duplicate_index, migrations=doubtful) == []


@pytest.mark.parametrize(
    ("models", "migrations", "count"),
    [
        pytest.param("", "", 1, id="none"),
        pytest.param("CREATE INDEX x ON t (company_id)", "CREATE INDEX x ON t (company_id)", 0, id="both"),
        pytest.param("CREATE INDEX x ON t (company_id)", "", 0, id="the models: LI201"),
        pytest.param("", "CREATE INDEX x ON t (company_id)", 0, id="the migrations: LI202"),
        pytest.param("CREATE INDEX x ON t (a, company_id)", "", 1, id="not first"),
        pytest.param("CREATE INDEX x ON t (company_id) WHERE a = 1", "", 1, id="partial"),
        pytest.param("CREATE INDEX x ON t (company_id) WHERE company_id IS NOT NULL", "", 0, id="no NULLs"),
        pytest.param("ALTER TABLE t ADD UNIQUE (company_id, a)", "", 0, id="unique constraint"),
    ],
)
def test_foreign_key(catalog, history, messages, models, migrations, count) -> None:
    found = messages(
        unindexed_foreign_key,
        metadata=catalog(TABLES + REFERENCE + models),
        migrations=history(("1", TABLES + REFERENCE + migrations, "")),
    )
    assert len(found) == count


@pytest.mark.parametrize(
    ("migrations", "count"),
    [
        pytest.param(TABLES + REFERENCE, 1, id="both have the key"),
        pytest.param(TABLES, 0, id="only the models have the key"),
        pytest.param("CREATE TABLE company (id int PRIMARY KEY);", 1, id="only the models have the table"),
        pytest.param(
            TABLES + "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES company (id);",
            1,
            id="the migrations have another key",
        ),
    ],
)
def test_a_foreign_key_that_no_migration_adds(catalog, history, messages, migrations, count) -> None:
    found = messages(
        unindexed_foreign_key,
        metadata=catalog(TABLES + REFERENCE),
        migrations=history(("1", migrations, "")),
    )
    assert len(found) == count


def test_a_foreign_key_that_the_policy_has_an_index_for(history, policy, messages) -> None:
    migrations = history(("1", TABLES + REFERENCE, ""))
    required = policy({"x": "t (company_id, a)"})
    assert messages(unindexed_foreign_key, migrations=migrations, policy=required) == []


def test_a_foreign_key_shows_who_dropped_the_last_index_for_it(catalog, history) -> None:
    migrations = history(
        (
            "1",
            TABLES + REFERENCE + "CREATE INDEX x ON t (company_id); CREATE INDEX y ON t (company_id, a);",
            "",
        ),
        ("3", "DROP INDEX x; CREATE INDEX z ON t (a);", ""),
        ("4", "DROP INDEX y; DROP INDEX z;", ""),
    )
    [finding] = unindexed_foreign_key.run({"migrations": migrations})
    assert [(place.origin.revision, place.message) for place in finding.violation.related] == [
        ("4", "y, which supported it, was dropped here")
    ]


@pytest.mark.parametrize(
    ("index", "reads"),
    [
        ("", "the whole table"),
        ("CREATE INDEX x ON t (flag, a, b)", "the whole table"),
        ("CREATE INDEX x ON t (a) WHERE flag", "the whole table"),
        ("CREATE INDEX x ON t (b, flag, a)", "all rows with the same b"),
    ],
)
def test_a_foreign_key_of_which_an_index_has_a_part(history, messages, index, reads) -> None:
    key = """
    CREATE TABLE parent (a int, b int, PRIMARY KEY (a, b));
    ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES parent;
    """
    [message] = messages(unindexed_foreign_key, migrations=history(("1", TABLES + key + index, "")))
    assert message.endswith(f"deleting from parent reads {reads}")


def test_a_foreign_key_that_a_requirement_is_about(history, messages) -> None:
    migrations = history(("1", TABLES + REFERENCE, ""))
    for leading, count in ((("company_id",), 0), (("company_id", "a"), 0), (("a", "company_id"), 1)):
        required = Policy(requirements=(replace(SCOPED, leading=leading),))
        assert len(messages(unindexed_foreign_key, policy=required, migrations=migrations)) == count


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("", 1),
        ("CREATE INDEX x ON t (a, company_id)", 1),
        ("CREATE INDEX x ON t (company_id) WHERE company_id IS NOT NULL", 1),
        ("CREATE INDEX x ON t (company_id, a)", 0),
        ("ALTER TABLE t ADD UNIQUE (company_id, a)", 0),
        ("ALTER TABLE t DROP COLUMN company_id", 0),
    ],
)
def test_requirement(history, messages, sql, count) -> None:
    required = Policy(requirements=(SCOPED,))
    assert len(messages(requirement_unmet, policy=required, migrations=history(("1", TABLES + sql, "")))) == (
        count
    )


def test_a_requirement_is_for_the_tables_that_it_names(history, messages) -> None:
    migrations = history(("1", TABLES, ""))
    for tables, count in ((("t*",), 1), (("u*",), 0), (("public.t",), 1), (("sales.*",), 0)):
        required = Policy(requirements=(replace(SCOPED, tables=tables),))
        assert len(messages(requirement_unmet, policy=required, migrations=migrations)) == count


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("ix_{table}_{columns}", ["ix_t_a", "t_b_a"]),
        ("ix_{table}_.*", ["t_b_a"]),
        ("(ix_)?{table}_{column}.*", []),
        (None, []),
    ],
)
def test_names(history, pattern, names) -> None:
    sql = "CREATE INDEX ix_t_a ON t (a, b); CREATE INDEX t_b_a ON t (b, a); ALTER TABLE t ADD UNIQUE (a);"
    policy = Policy(index_name=NamePattern(pattern) if pattern else None)
    found = index_name_convention.run({"policy": policy, "migrations": history(("1", TABLES + sql, ""))})
    assert [finding.violation.subject.index for finding in found] == names


def test_a_name_that_may_have_been_cut_is_not_judged(history, messages) -> None:
    policy = Policy(index_name=NamePattern("ix_{table}_{columns}"))
    migrations = history(("1", TABLES + f"CREATE INDEX ix_t_{'a' * 55} ON t (a)", ""))
    assert messages(index_name_convention, policy=policy, migrations=migrations) == []


def test_limits(history, messages) -> None:
    sql = "CREATE INDEX x ON t (a, b, company_id); CREATE INDEX y ON t (b) INCLUDE (a, company_id);"
    migrations = history(("1", TABLES + sql, ""))
    policy = Policy(max_indexes_per_table=2, max_index_keys=2)
    assert messages(index_limit, policy=policy, migrations=migrations) == [
        "t has 3 indexes; the policy allows 2",
        "index x has 3 keys; the policy allows 2",
    ]
    assert messages(index_limit, policy=Policy(None, (), None, 3, 3), migrations=migrations) == []
    assert messages(index_limit, policy=Policy(), migrations=migrations) == []


def test_the_keys_of_what_is_unique_are_not_counted(history, messages) -> None:
    sql = "CREATE UNIQUE INDEX x ON t (a, b, company_id); ALTER TABLE t ADD UNIQUE (a, b, flag);"
    migrations = history(("1", TABLES + sql, ""))
    assert messages(index_limit, policy=Policy(max_index_keys=2), migrations=migrations) == []


def test_undeclared(history, policy, messages) -> None:
    migrations = history(("1", TABLES + "CREATE INDEX x ON t (a); ALTER TABLE t ADD UNIQUE (b)", ""))
    assert messages(undeclared_index, policy=policy({"x": "t (a)"}), migrations=migrations) == []
    assert messages(undeclared_index, policy=policy({"y": "t (a)"}), migrations=migrations) == [
        "the policy does not declare index x"
    ]
    assert messages(undeclared_index, policy=Policy(), migrations=migrations) == []


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("CREATE INDEX x ON t (a); CREATE INDEX x ON company (id)", 1),
        ("CREATE INDEX x ON t (a); CREATE INDEX x ON t (b)", 1),
        ("CREATE INDEX x ON t (a); CREATE TABLE u (a int CONSTRAINT x UNIQUE)", 1),
        ("CREATE INDEX x ON t (a); CREATE INDEX y ON company (id)", 0),
        ("CREATE INDEX x ON t (a); CREATE TABLE u (a int UNIQUE)", 0),
        ("CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE INDEX x ON t (a); CREATE INDEX x ON s.t (a)", 0),
        ("CREATE INDEX x ON t (a); CREATE INDEX IF NOT EXISTS x ON t (a)", 0),
    ],
)
def test_reused_name(catalog, messages, sql, count) -> None:
    assert len(messages(index_name_reused, metadata=catalog(TABLES + sql))) == count


LONG = "ix_" + "a" * 61


@pytest.mark.parametrize(
    ("up", "names"),
    [
        (f"CREATE INDEX {LONG} ON t (a)", [LONG]),
        (f'CREATE INDEX "{LONG} é" ON t (a)', [f"{LONG} é"]),
        (f"CREATE INDEX {LONG[:63]} ON t (a)", []),
        (f"SELECT 1 AS {LONG}", []),
        (f"CREATE INDEX x ON t (a); COMMENT ON INDEX x IS '{LONG}'", []),
        (f"CREATE INDEX {'é' * 32} ON t (a)", ["é" * 32]),
    ],
)
def test_long_names(history, up, names) -> None:
    found = identifier_too_long.run({"migrations": history(("1", TABLES, None), ("2", up, None))})
    assert [finding.violation.message.partition(" has ")[0] for finding in found] == names


def test_a_long_name_that_sqlalchemy_refuses_is_one_finding(lint_project) -> None:
    migration = f"""
def upgrade():
    op.create_index("{LONG}", "booking", ["status"])


def downgrade():
    pass
"""
    report = lint_project({"versions/0002_long.py": migration})
    codes = [finding.code for finding in report.findings]
    assert "LI506" in codes
    assert "LI306" not in codes


def test_a_long_name_in_the_policy(history, policy, messages) -> None:
    [message] = messages(identifier_too_long, migrations=history(), policy=policy({LONG: "t (a)"}))
    assert message == f"{LONG} has 64 bytes: PostgreSQL keeps {LONG[:63]}"
