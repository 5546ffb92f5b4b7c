"""Values of the model as JSON, and back."""

from __future__ import annotations

import json

import pytest

from lint_indexes.cache.values import from_json, to_json
from lint_indexes.ddl.parse import parse


@pytest.mark.parametrize(
    "bound",
    [
        "DEFAULT",
        "FOR VALUES FROM (MINVALUE) TO ('3')",
        "FOR VALUES IN (1, NULL)",
        "FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    ],
)
def test_a_partition_is_read_as_it_was_written(bound: str) -> None:
    [statement] = parse(f"CREATE TABLE p PARTITION OF t {bound}")
    assert from_json(json.loads(json.dumps(to_json(statement.operations)))) == statement.operations
