"""Small projects on an embedded server: what the migrations see there, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from lint_indexes.config.load import load_config
from lint_indexes.errors import LintIndexesError
from lint_indexes.linter.judging import verify
from lint_indexes.model.verification import Verdict, Verification
from lint_indexes.server.embedded import EmbeddedServer

ENV = """
from alembic import context
from sqlalchemy import create_engine

with create_engine("postgresql://localhost/nowhere").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
Verify = Callable[..., Verification]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer() as running:
        yield running


@pytest.fixture
def verified(tmp_path: Path, server: EmbeddedServer) -> Verify:
    """Verify a history of (upgrade, downgrade)."""

    def run(*migrations: tuple[str, str], keys: str = "") -> Verification:
        (tmp_path / "pyproject.toml").write_text(f"[tool.lint-indexes]\n{keys}\n")
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
        versions = tmp_path / "migrations" / "versions"
        versions.mkdir(parents=True)
        (tmp_path / "migrations" / "env.py").write_text(ENV)
        for number, bodies in enumerate(migrations, start=1):
            text = f"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'r{number}'\n"
            text += f"down_revision = {f'r{number - 1}' if number > 1 else None!r}\n"
            for name, body in zip(("upgrade", "downgrade"), bodies, strict=True):
                text += f"\n\ndef {name}():\n{indent(dedent(body).strip(), '    ')}\n"
            (versions / f"r{number}.py").write_text(text)
        report = verify(load_config(tmp_path / "pyproject.toml", {}), server)
        assert report.verification is not None
        return report.verification

    return run


def verdicts(verification: Verification) -> list[Verdict]:
    return [revision.verdict for revision in verification.revisions]


TABLE = ("op.execute('CREATE TABLE t (id int PRIMARY KEY, j jsonb, k json)')", "op.drop_table('t')")


def test_json_is_read_by_the_driver_and_by_types_of_columns(verified: Verify) -> None:
    read = """
    connection = op.get_bind()
    connection.execute(sa.text("INSERT INTO t VALUES (1, :j, :k)"), {"j": '{"a": [1]}', "k": "[2]"})
    assert connection.execute(sa.text("SELECT j, k FROM t")).one() == ({"a": [1]}, [2])
    from sqlalchemy.dialects.postgresql import JSON, JSONB
    for j, k in ((sa.JSON, sa.JSON), (JSONB, JSON)):
        t = sa.table("t", sa.column("id"), sa.column("j", j), sa.column("k", k))
        assert connection.execute(sa.select(t.c.j, t.c.k)).one() == ({"a": [1]}, [2])
    connection.execute(t.update().values(j={"b": None}))
    assert connection.scalar(sa.select(t.c.j)) == {"b": None}
    row = connection.execute(sa.text("SELECT interval '36 hours', NULL::jsonb, '{1,2}'::int[]")).one()
    import datetime
    assert row == (datetime.timedelta(days=1, hours=12), None, [1, 2])
    """
    verification = verified(TABLE, (read, "op.execute('DELETE FROM t')"))
    assert verdicts(verification) == [Verdict.RESTORED, Verdict.RESTORED]


def test_rows_are_as_they_were_after_a_round_trip(verified: Verify) -> None:
    """A round trip is taken back, whatever it did to rows and sequences."""
    seed = ("op.execute('INSERT INTO t (id) VALUES (1)')", "op.execute('DELETE FROM t')")
    spoil = ("pass", "op.execute('DELETE FROM t')")
    count = ("assert op.get_bind().scalar(sa.text('SELECT count(*) FROM t')) == 1", "pass")
    verification = verified(TABLE, seed, spoil, count)
    assert verdicts(verification)[:3] == [Verdict.RESTORED] * 3
    assert verification.revisions[3].stages[0].failure is None


CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.execute('{} INDEX CONCURRENTLY i{}')
"""


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "verdict"),
    [
        (CONCURRENTLY.format("CREATE", " ON t (j)"), CONCURRENTLY.format("DROP", ""), Verdict.RESTORED),
        (CONCURRENTLY.format("CREATE", " ON t (j)"), "pass", Verdict.CHANGED),
        ("op.create_index('i', 't', ['nope'])", "op.drop_index('i')", Verdict.UPGRADE_FAILS),
        ("op.create_index('i', 't', ['j'])", "op.drop_index('j')", Verdict.DOWNGRADE_FAILS),
        ("op.create_index('i', 't', ['j'])", "pass", Verdict.CHANGED),
        ("op.execute('CREATE TYPE e AS ENUM ()')", "pass", Verdict.AGAIN_FAILS),
        ("op.execute('CREATE TYPE e AS ENUM ()')", "op.execute('COMMIT; DROP TYPE e')", Verdict.RESTORED),
        ("op.execute('SET LOCAL search_path = pg_catalog')", "pass", Verdict.RESTORED),
        ("op.execute('CREATE ROLE r; GRANT SELECT ON t TO r')", "op.execute('DROP OWNED BY r; DROP ROLE r')",
         Verdict.RESTORED),
        ("op.create_index('i', 't', ['j'])", "raise NotImplementedError", Verdict.IRREVERSIBLE),
    ],
)  # fmt: skip
def test_verdicts(verified: Verify, upgrade: str, downgrade: str, verdict: Verdict) -> None:
    after = ("op.execute('CREATE INDEX last ON t (id)')", "op.execute('DROP INDEX last')")
    verification = verified(TABLE, (upgrade, downgrade), after)
    assert verdicts(verification) == [Verdict.RESTORED, verdict, Verdict.RESTORED]
    assert not verification.disagreements


def test_a_role_that_another_database_uses_is_no_disagreement(
    verified: Verify, server: EmbeddedServer
) -> None:
    server.psql("CREATE ROLE shared; CREATE TABLE elsewhere (a int); GRANT SELECT ON elsewhere TO shared")
    make = "DO $$ BEGIN CREATE ROLE shared; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    verification = verified(TABLE, (f'op.execute("{make}")', "op.execute('DROP ROLE shared')"))
    server.psql("DROP TABLE elsewhere; DROP ROLE shared")
    assert verdicts(verification) == [Verdict.RESTORED, Verdict.DOWNGRADE_FAILS]
    assert not verification.disagreements


def test_a_run_that_was_refused_is_not_repeated(verified: Verify) -> None:
    swallowed = """
    op.execute('CREATE SEQUENCE s')
    try:
        open('made', 'w')
    except OSError:
        op.execute('CREATE SEQUENCE after')
    """
    verification = verified(TABLE, (swallowed, "op.execute('DROP SEQUENCE s, after')"))
    assert verdicts(verification) == [Verdict.RESTORED, Verdict.REFUSED]
    assert verification.statements == 3 + 2


@pytest.mark.parametrize("name", ["pgcrypto", "uuid-ossp", "postgis"])
def test_a_missing_extension_is_named_with_its_line(
    verified: Verify, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LintIndexesError) as caught:
        verified(TABLE, (f"""pass\nop.execute('CREATE EXTENSION IF NOT EXISTS "{name}"')""", "pass"))
    assert caught.value.message == (
        f"revision r2 needs the extension {name}, which the server does not have"
        " (migrations/versions/r2.py:9)"
    )
    assert "--database-url" in (caught.value.hint or "")


def test_what_is_configured_is_created_first(verified: Verify) -> None:
    uses = ("op.execute('ALTER TABLE t ADD c citext UNIQUE')", "op.execute('ALTER TABLE t DROP c')")
    verification = verified(TABLE, uses, keys='extensions = ["citext"]')
    assert verdicts(verification) == [Verdict.RESTORED, Verdict.RESTORED]


def test_what_is_configured_and_not_on_the_server_is_named(verified: Verify) -> None:
    with pytest.raises(LintIndexesError) as caught:
        verified(TABLE, keys='extensions = ["postgis"]')
    message = (
        'the extension postgis (the key extensions) cannot be created: extension "postgis" is not available'
    )
    assert caught.value.message == message
    assert "--database-url" in (caught.value.hint or "")
