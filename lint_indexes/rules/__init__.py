"""The rule catalogue: one file a rule, listed here by code."""

from __future__ import annotations

from lint_indexes.rule import Rule
from lint_indexes.rules.broken_history import broken_history
from lint_indexes.rules.downgrade_not_inverse import downgrade_not_inverse
from lint_indexes.rules.empty_downgrade import empty_downgrade
from lint_indexes.rules.failing_downgrade import failing_downgrade
from lint_indexes.rules.failing_upgrade import failing_upgrade
from lint_indexes.rules.index_differs import index_differs
from lint_indexes.rules.irreversible_without_reason import irreversible_without_reason
from lint_indexes.rules.migrated_index_not_in_model import migrated_index_not_in_model
from lint_indexes.rules.missing_downgrade import missing_downgrade
from lint_indexes.rules.model_index_not_migrated import model_index_not_migrated
from lint_indexes.rules.multiple_heads import multiple_heads
from lint_indexes.rules.policy_index_differs import policy_index_differs
from lint_indexes.rules.policy_index_missing import policy_index_missing
from lint_indexes.rules.renamed_index import renamed_index
from lint_indexes.rules.roundtrip_failed import roundtrip_failed
from lint_indexes.rules.table_drift import table_drift
from lint_indexes.rules.unanalysable_revision import unanalysable_revision
from lint_indexes.rules.unknown_policy_target import unknown_policy_target

ALL_RULES: tuple[Rule, ...] = (
    unknown_policy_target,
    unanalysable_revision,
    policy_index_missing,
    policy_index_differs,
    model_index_not_migrated,
    migrated_index_not_in_model,
    index_differs,
    renamed_index,
    table_drift,
    missing_downgrade,
    empty_downgrade,
    downgrade_not_inverse,
    failing_downgrade,
    irreversible_without_reason,
    failing_upgrade,
    multiple_heads,
    broken_history,
    roundtrip_failed,
)
