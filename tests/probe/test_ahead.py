"""A probe that does not wait for statements whose result can be foreseen."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.probe.protocol import AgainError

SAVEPOINT = """
try:
    with op.get_bind().begin_nested():
        op.execute("ALTER TABLE booking ADD x int")
except sa.exc.ProgrammingError:
    op.execute("ALTER TABLE booking ADD y int")
rows = op.get_bind().execute(sa.text("SELECT a FROM b")).fetchall()
op.execute(f"COMMENT ON TABLE booking IS '{len(rows)} rows'")
"""


def test_the_server_has_the_same_in_the_same_order(project, start, server):
    project.migration("a1", None, SAVEPOINT)
    server.results["SELECT a"] = Result(("a",), ((1,), (2,)), 2)
    probe = start()
    probe.load_history()
    assert probe.run("a1", "upgrade", server) is None
    waited, server.log[:] = tuple(server.log), []

    assert probe.run("a1", "upgrade", server, ahead=True) is None

    assert tuple(server.log) == waited
    assert waited[-2] == "COMMENT ON TABLE booking IS '2 rows'"


def test_what_is_refused_is_run_again(project, start, server):
    project.migration("a1", None, SAVEPOINT)
    server.errors["ALTER TABLE booking ADD x"] = SqlError("42P01", "no")
    server.results["SELECT a"] = Result(("a",))
    probe = start()
    probe.load_history()

    with pytest.raises(AgainError):
        probe.run("a1", "upgrade", server, ahead=True)
    assert not any("ADD y" in text or text.startswith("SELECT") for text in server.log)

    assert probe.run("a1", "upgrade", server) is None
    assert any("ADD y" in text for text in server.log)


def test_an_error_that_nobody_waits_for_is_noticed(project, start, server):
    project.migration("a1", None, 'op.execute("DROP TABLE booking")')
    server.errors["COMMIT"] = server.errors["DROP"] = SqlError("42P01", "no")
    probe = start()
    probe.load_history()
    with pytest.raises(AgainError):
        probe.run("a1", "upgrade", server, ahead=True)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE a AS SELECT 1",
        "ALTER TABLE a ADD b int; SELECT 1",
        "INSERT INTO a VALUES (1) RETURNING b",
        "INSERT INTO a (b) SELECT 1",
        "INSERT INTO a (b) VALUES (1), (2)",
        "INSERT INTO a DEFAULT VALUES",
        "UPDATE a SET b = 1 RETURNING b",
        "UPDATE a SET b = 1; SELECT 1",
        "WITH b AS (SELECT 1) DELETE FROM a",
        "-- a comment\nSELECT 1",
    ],
)
def test_what_has_a_result_is_waited_for(project, start, server, sql):
    project.migration("a1", None, f"print(op.get_bind().exec_driver_sql({sql!r}).rowcount, flush=True)")
    server.results[" ".join(sql.split())[:6]] = Result((), (), 3)
    probe = start()
    probe.load_history()
    # Not AgainError: the count is not taken for granted.
    assert probe.run("a1", "upgrade", server, ahead=True) is None


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("DROP TABLE a", -1),
        ("TRUNCATE a", -1),
        ("LOCK TABLE a", -1),
        ("UPDATE a SET b = 1", 0),
        ("DELETE FROM a", 0),
        ("INSERT INTO a VALUES (1)", 1),
        ("INSERT INTO a.b (c, d) VALUES ((SELECT 1), ')')", 1),
    ],
)
def test_a_count_is_foreseen_or_the_migration_run_again(project, start, server, sql, count):
    project.migration(
        "a1",
        None,
        f"""
found = op.get_bind().exec_driver_sql({sql!r}).rowcount
op.execute(f"COMMENT ON TABLE a IS '{{found}}'")
""",
    )
    kind = sql.split()[0]
    server.results[kind] = Result((), (), count)
    probe = start()
    probe.load_history()
    assert probe.run("a1", "upgrade", server, ahead=True) is None
    assert f"COMMENT ON TABLE a IS '{count}'" in server.log

    server.results[kind] = Result((), (), 3)
    with pytest.raises(AgainError):
        probe.run("a1", "upgrade", server, ahead=True)
    assert probe.run("a1", "upgrade", server) is None
    assert server.log[-2] == "COMMENT ON TABLE a IS '3'"


def test_models_ahead(project, start, server):
    probe = start()
    listing = probe.load_metadata(server, ahead=True)
    assert listing is not None
    assert listing.tables == 1
    assert any(text.startswith("CREATE INDEX") for text in server.log)

    server.errors["CREATE INDEX"] = SqlError("42703", "no")
    with pytest.raises(AgainError):
        start().load_metadata(server, ahead=True)


@pytest.fixture
def history(project, start, server):
    """A probe for four revisions, that expects to run them in this order."""
    for number, before in (("a1", None), ("b2", "a1"), ("c3", "b2"), ("d4", "c3")):
        text = f"""
if {number!r} == "c3":
    op.get_bind().exec_driver_sql("SELECT '{number}'").fetchall()
op.execute("ALTER TABLE {number} ADD x int")
"""
        project.migration(number, before, text)
    server.results["SELECT"] = Result(("a",))
    probe = start()
    probe.load_history()
    probe.expect([(number, "upgrade") for number in ("a1", "b2", "c3", "d4")])
    return probe


def altered(server):
    return [text.split()[2] for text in server.log if text.startswith("ALTER")]


def test_runs_that_are_expected_are_done_in_their_order(history, server):
    for number in ("a1", "b2", "c3", "d4"):
        assert history.run(number, "upgrade", server, ahead=True) is None
        assert altered(server)[-1] == number
    assert len(altered(server)) == 4


def test_what_was_begun_and_is_not_asked_for_is_void(history, server):
    assert history.run("a1", "upgrade", server, ahead=True) is None
    assert history.run("d4", "upgrade", server, ahead=True) is None
    assert history.run("b2", "upgrade", server) is None
    assert altered(server) == ["a1", "d4", "b2"]
    assert not any(text.startswith("SELECT") for text in server.log)


def test_what_is_refused_is_run_again_before_what_comes_after_it(history, server):
    assert history.run("a1", "upgrade", server, ahead=True) is None
    server.errors["ALTER TABLE b2"] = SqlError("42P01", "no")
    with pytest.raises(AgainError):
        history.run("b2", "upgrade", server, ahead=True)
    assert history.run("b2", "upgrade", server).sqlstate == "42P01"
    assert history.run("c3", "upgrade", server, ahead=True) is None
    assert altered(server) == ["a1", "b2", "b2", "c3"]


def test_another_command_in_between(history, server):
    assert history.run("a1", "upgrade", server, ahead=True) is None
    assert history.ask_inputs()() is not None
    assert history.run("b2", "upgrade", server, ahead=True) is None
    assert altered(server) == ["a1", "b2"]


ENDLESS = """
for number in itertools.count():
    try:
        op.execute(f"{statement} part_{number}")
    except sa.exc.ProgrammingError:
        break
"""


@pytest.mark.parametrize("statement", ["DROP TABLE", "DELETE FROM"])
def test_what_loops_until_it_is_refused_ends(project, start, server, statement):
    upgrade = ENDLESS.replace("{statement}", statement)
    project.migration("a1", None, upgrade, head="import itertools")
    server.results[statement] = Result((), (), 0 if statement == "DELETE FROM" else -1)
    server.errors[f"{statement} part_7"] = SqlError("42P01", "no")
    probe = start()
    probe.load_history()
    with pytest.raises(AgainError):
        probe.run("a1", "upgrade", server, ahead=True)
    assert probe.run("a1", "upgrade", server) is None
    assert server.log[-2] == f"{statement} part_7"
