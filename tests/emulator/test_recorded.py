"""The emulator against what a real server answered."""

from __future__ import annotations

import json
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.origin import Origin, Source

ORIGIN = Origin(Source.MIGRATIONS)


def _ask(session: Session, sql: str) -> dict[str, Any]:
    try:
        result = session.execute(sql, (), ORIGIN)
    except SqlError as error:
        return {"sql": sql, "sqlstate": error.sqlstate, "message": error.message}
    return {"sql": sql, "columns": list(result.columns), "rows": [list(row) for row in result.rows]}


def test_a_question_is_answered_as_by_postgresql(answer: dict[str, Any], recorded_schema: Catalog) -> None:
    session = Session(recorded_schema, postgres_version=15)
    assert _ask(session, answer["sql"]) == answer
    assert session.doubts == []


def test_a_script_runs_as_on_postgresql(script: dict[str, Any]) -> None:
    session = Session(Catalog(), postgres_version=15)
    for step in script["steps"]:
        asked = _ask(session, step["sql"])
        kept = {key: value for key, value in asked.items() if key in step or key in ("sqlstate", "message")}
        assert kept == step
    session.rollback()
    assert [index.name.name for index in session.catalog.sorted_indexes()] == script["indexes"]
    assert session.doubts == []


def test_the_inspector_answers_as_sqlalchemy(inspected: dict[str, Any], recorded_schema: Catalog) -> None:
    session = Session(recorded_schema, postgres_version=15)
    asked = session.inspect(inspected["question"], inspected["arguments"], ORIGIN)
    answer = _comparable(inspected["question"], json.loads(json.dumps(asked)))
    assert answer == _comparable(inspected["question"], inspected["answer"])
    assert session.doubts == []


def _comparable(question: str, answer: Any) -> Any:
    """Lists in one order; a column's type as its name; literals without the casts that PostgreSQL adds."""
    if question == "get_columns":
        return [
            {**one, "type": one["type"]["name"] if isinstance(one["type"], dict) else one["type"]}
            for one in answer
        ]
    if question == "get_check_constraints":
        answer = [{**one, "sqltext": one["sqltext"].replace("::text", "")} for one in answer]
    return sorted(answer, key=str) if isinstance(answer, list) else answer
