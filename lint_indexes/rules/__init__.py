"""The rule catalogue: one file a rule, listed here by code."""

from __future__ import annotations

from lint_indexes.rule import Rule
from lint_indexes.rules.broken_history import broken_history
from lint_indexes.rules.concurrently_if_not_exists import concurrently_if_not_exists
from lint_indexes.rules.concurrently_in_transaction import concurrently_in_transaction
from lint_indexes.rules.concurrently_on_partitioned_table import concurrently_on_partitioned_table
from lint_indexes.rules.constant_predicate import constant_predicate
from lint_indexes.rules.constraint_builds_index import constraint_builds_index
from lint_indexes.rules.database_index_differs import database_index_differs
from lint_indexes.rules.database_index_extra import database_index_extra
from lint_indexes.rules.database_index_missing import database_index_missing
from lint_indexes.rules.downgrade_not_inverse import downgrade_not_inverse
from lint_indexes.rules.duplicate_index import duplicate_index
from lint_indexes.rules.empty_downgrade import empty_downgrade
from lint_indexes.rules.failing_downgrade import failing_downgrade
from lint_indexes.rules.failing_upgrade import failing_upgrade
from lint_indexes.rules.forked_from_base import forked_from_base
from lint_indexes.rules.identifier_too_long import identifier_too_long
from lint_indexes.rules.index_created_with_lock import index_created_with_lock
from lint_indexes.rules.index_differs import index_differs
from lint_indexes.rules.index_dropped_with_lock import index_dropped_with_lock
from lint_indexes.rules.index_limit import index_limit
from lint_indexes.rules.index_name_convention import index_name_convention
from lint_indexes.rules.index_name_reused import index_name_reused
from lint_indexes.rules.invalid_index import invalid_index
from lint_indexes.rules.irreversible_without_reason import irreversible_without_reason
from lint_indexes.rules.low_cardinality_index import low_cardinality_index
from lint_indexes.rules.migrated_index_not_in_model import migrated_index_not_in_model
from lint_indexes.rules.missing_downgrade import missing_downgrade
from lint_indexes.rules.missing_lock_timeout import missing_lock_timeout
from lint_indexes.rules.model_index_not_migrated import model_index_not_migrated
from lint_indexes.rules.multiple_heads import multiple_heads
from lint_indexes.rules.no_op_recreate import no_op_recreate
from lint_indexes.rules.policy_index_differs import policy_index_differs
from lint_indexes.rules.policy_index_missing import policy_index_missing
from lint_indexes.rules.redundant_index import redundant_index
from lint_indexes.rules.reindexed_constraint import reindexed_constraint
from lint_indexes.rules.renamed_index import renamed_index
from lint_indexes.rules.requirement_unmet import requirement_unmet
from lint_indexes.rules.roundtrip_failed import roundtrip_failed
from lint_indexes.rules.suppression_without_reason import suppression_without_reason
from lint_indexes.rules.table_drift import table_drift
from lint_indexes.rules.unanalysable_revision import unanalysable_revision
from lint_indexes.rules.undeclared_index import undeclared_index
from lint_indexes.rules.unindexed_foreign_key import unindexed_foreign_key
from lint_indexes.rules.unknown_policy_target import unknown_policy_target
from lint_indexes.rules.unstaged_migration import unstaged_migration
from lint_indexes.rules.unused_suppression import unused_suppression
from lint_indexes.rules.useless_predicate import useless_predicate

ALL_RULES: tuple[Rule, ...] = (
    unknown_policy_target,
    unused_suppression,
    suppression_without_reason,
    unanalysable_revision,
    unstaged_migration,
    policy_index_missing,
    policy_index_differs,
    unindexed_foreign_key,
    index_name_convention,
    index_limit,
    undeclared_index,
    requirement_unmet,
    model_index_not_migrated,
    migrated_index_not_in_model,
    index_differs,
    renamed_index,
    table_drift,
    index_name_reused,
    missing_downgrade,
    empty_downgrade,
    downgrade_not_inverse,
    failing_downgrade,
    irreversible_without_reason,
    failing_upgrade,
    index_created_with_lock,
    index_dropped_with_lock,
    concurrently_in_transaction,
    concurrently_if_not_exists,
    constraint_builds_index,
    missing_lock_timeout,
    concurrently_on_partitioned_table,
    no_op_recreate,
    duplicate_index,
    redundant_index,
    reindexed_constraint,
    useless_predicate,
    constant_predicate,
    identifier_too_long,
    low_cardinality_index,
    multiple_heads,
    forked_from_base,
    broken_history,
    invalid_index,
    database_index_missing,
    database_index_extra,
    database_index_differs,
    roundtrip_failed,
)
