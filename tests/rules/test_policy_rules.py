"""LI001, LI101 and LI102: policy against models and migrations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.policy import Policy, Requirement
from lint_indexes.rules.policy_index_differs import policy_index_differs
from lint_indexes.rules.policy_index_missing import policy_index_missing
from lint_indexes.rules.unknown_policy_target import unknown_policy_target

TABLE = "CREATE TABLE booking (id int PRIMARY KEY, status text, company_id int);"
INDEX = "CREATE INDEX ix ON booking (status, company_id);"
DECLARED = {"ix": "booking (status, company_id)"}


@pytest.mark.parametrize(
    ("models", "migrations", "expected"),
    [
        (TABLE + INDEX, TABLE + INDEX, []),
        (TABLE, TABLE + INDEX, ["ix, which the policy requires, is missing from the models"]),
        (TABLE + INDEX, TABLE, ["ix, which the policy requires, is missing from the migrations"]),
        (TABLE, TABLE, ["ix, which the policy requires, is missing from the models and from the migrations"]),
        # A table that one side lacks is a finding of its own (LI205), and one that both lack is LI001.
        ("", TABLE + INDEX, []),
        ("", "", []),
    ],
)
def test_missing(catalog, history, policy, messages, models, migrations, expected) -> None:
    found = messages(
        policy_index_missing,
        policy=policy(DECLARED),
        metadata=catalog(models),
        migrations=history(("1", migrations, "")),
    )
    assert found == expected


def test_missing_shows_who_dropped_it(catalog, history, policy) -> None:
    migrations = history(("1", TABLE + INDEX, ""), ("2", "DROP INDEX ix", ""), ("3", "SELECT 1", ""))
    sources = {"policy": policy(DECLARED), "metadata": catalog(TABLE), "migrations": migrations}
    [finding] = policy_index_missing.run(sources)
    assert finding.violation.origin.path == "2.py"
    assert finding.violation.origin.line == 5
    assert [related.message for related in finding.violation.related] == ["required here"]
    assert 'Index("ix", "status", "company_id")' in finding.violation.help


def test_missing_without_models(history, policy, messages) -> None:
    found = messages(
        policy_index_missing, policy=policy(DECLARED), metadata=None, migrations=history(("1", TABLE, ""))
    )
    assert found == ["ix, which the policy requires, is missing from the migrations"]


def test_missing_from_the_layers_that_the_entry_names(catalog, history, policy, messages) -> None:
    found = messages(
        policy_index_missing,
        policy=policy(DECLARED, frozenset({Source.MIGRATIONS})),
        metadata=catalog(TABLE),
        migrations=history(("1", TABLE + INDEX, "")),
    )
    assert found == []


def test_missing_shows_an_equal_index_of_another_name(catalog, history, policy) -> None:
    twin = "CREATE INDEX other ON booking (status, company_id);"
    sources = {
        "policy": policy(DECLARED),
        "metadata": catalog(TABLE + INDEX),
        "migrations": history(("1", TABLE + twin, "")),
    }
    [finding] = policy_index_missing.run(sources)
    assert "other has the same definition in the migrations" in [
        related.message for related in finding.violation.related
    ]


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        (INDEX, []),
        ("CREATE INDEX ix ON booking USING btree (status ASC NULLS LAST, company_id int4_ops);", []),
        ("", []),
    ],
)
def test_differs_not(catalog, history, policy, messages, models, expected) -> None:
    found = messages(
        policy_index_differs,
        policy=policy(DECLARED),
        metadata=catalog(TABLE + models),
        migrations=history(("1", TABLE + INDEX, "")),
    )
    assert found == expected


@pytest.mark.parametrize(
    ("models", "word"),
    [
        ("CREATE INDEX ix ON booking (company_id, status);", "company_id"),
        ("CREATE UNIQUE INDEX ix ON booking (status, company_id);", "unique"),
        ("CREATE INDEX ix ON booking (status DESC, company_id);", "DESC"),
        ("CREATE INDEX ix ON booking (status, company_id) WHERE company_id > 0;", "WHERE company_id > 0"),
        (
            "CREATE TABLE cab (status text, company_id int); CREATE INDEX ix ON cab (status, company_id)",
            "cab",
        ),
    ],
)
def test_differs(catalog, history, policy, messages, models, word) -> None:
    [message] = messages(
        policy_index_differs,
        policy=policy(DECLARED),
        metadata=catalog(TABLE + models),
        migrations=history(("1", TABLE + INDEX, "")),
    )
    assert message.startswith("ix is not what the policy declares: ")
    assert word in message


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("booking (status)", []),
        ("booking (lower(status)) WHERE company_id IS NULL", []),
        ("bookings (status)", ["ix is declared on table bookings, which neither models nor migrations have"]),
        (
            "booking (statuss)",
            ["ix is declared on column statuss of table booking, which neither models nor migrations have"],
        ),
        (
            "booking (statuss, compny_id)",
            [
                "ix is declared on columns compny_id and statuss of table booking, which neither models nor"
                " migrations have"
            ],
        ),
        (
            "booking (id) INCLUDE (compny_id)",
            ["ix is declared on column compny_id of table booking, which neither models nor migrations have"],
        ),
    ],
)
def test_unknown_target(catalog, history, policy, messages: Callable[..., list[str]], on, expected) -> None:
    found = messages(
        unknown_policy_target,
        policy=policy({"ix": on}),
        metadata=catalog(TABLE),
        migrations=history(("1", TABLE, "")),
    )
    assert found == expected


@pytest.mark.parametrize(
    ("tables", "leading", "count"),
    [("*", "company_id", 0), ("b*", "status", 0), ("cab*", "company_id", 1), ("*", "companyid", 1)],
)
def test_a_requirement_that_concerns_no_table(catalog, history, messages, tables, leading, count) -> None:
    requirement = Requirement((tables,), (leading,), (leading,), Origin(Source.POLICY, "pyproject.toml", 3))
    found = messages(
        unknown_policy_target,
        policy=Policy(requirements=(requirement,)),
        metadata=catalog(TABLE),
        migrations=history(("1", TABLE, "")),
    )
    assert len(found) == count


def test_unknown_target_says_the_nearest_name(catalog, history, policy) -> None:
    sources = {
        "policy": policy({"ix": "bookings (status)"}),
        "metadata": catalog(TABLE),
        "migrations": history(("1", TABLE, "")),
    }
    [finding] = unknown_policy_target.run(sources)
    assert finding.violation.help == "did you mean booking?"
    assert finding.violation.origin.path == "pyproject.toml"


def test_unknown_target_says_what_the_table_is_called_now(catalog, history, policy) -> None:
    old = TABLE + "CREATE INDEX ix ON booking (status); CREATE TABLE cab (id int);"
    renamed = "ALTER TABLE booking RENAME TO trip; ALTER INDEX ix RENAME TO ix_trip; DROP TABLE cab;"
    sources = {
        "policy": policy({"ix": "booking (status)", "ix_cab": "cab (id)"}),
        "metadata": catalog("CREATE TABLE trip (id int PRIMARY KEY, status text);"),
        "migrations": history(("1", old, ""), ("2", renamed, "")),
    }
    first, second = unknown_policy_target.run(sources)
    assert first.violation.help == "the table is called trip now"
    assert [place.message for place in first.violation.related] == [
        "the index was renamed to ix_trip here",
        "the table was renamed to trip here",
    ]
    assert second.violation.help is not None
    assert second.violation.help.startswith("correct the name, or remove the entry")
    assert [place.message for place in second.violation.related] == ["the table was dropped here"]


def test_missing_says_what_the_index_is_called_now(catalog, history, policy, messages) -> None:
    migrations = history(("1", TABLE + INDEX, ""), ("2", "ALTER INDEX ix RENAME TO iy", ""))
    found = messages(
        policy_index_missing, policy=policy(DECLARED), metadata=catalog(TABLE + INDEX), migrations=migrations
    )
    assert found == ["ix, which the policy requires, is renamed to iy here"]


def test_an_index_that_went_with_its_column_is_an_unknown_target_alone(
    catalog, history, policy, messages
) -> None:
    sources = {
        "policy": policy({"ix": "booking (extra)", "iy": "booking (extra)"}),
        "metadata": catalog(TABLE),
        "migrations": history(
            ("1", TABLE + "ALTER TABLE booking ADD extra int; CREATE INDEX ix ON booking (extra)", ""),
            ("2", "ALTER TABLE booking DROP extra; CREATE INDEX iy ON booking (id)", ""),
        ),
    }
    first, second = unknown_policy_target.run(sources)
    assert [(place.origin.revision, place.message) for place in first.violation.related] == [
        ("2", "the index was dropped here")
    ]
    assert second.violation.related == ()
    assert messages(policy_index_missing, **sources) == []
    assert messages(policy_index_differs, **sources) == []


def test_a_column_that_one_side_has_is_no_unknown_target(catalog, history, policy, messages) -> None:
    found = messages(
        unknown_policy_target,
        policy=policy({"ix": "booking (extra)"}),
        metadata=catalog(TABLE),
        migrations=history(("1", TABLE + "ALTER TABLE booking ADD COLUMN extra int;", "")),
    )
    assert found == []
