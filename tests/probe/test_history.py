"""The list of revisions: order, links, broken files, definitions."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import ProbeError
from lint_indexes.model.history import FailureKind
from lint_indexes.model.names import ObjectName


def test_lists_in_the_order_of_upgrade_heads(project, start):
    project.migration("c3", ("b1", "b2"))
    project.migration("b2", "a1", head="depends_on = 'b1'\nbranch_labels = ('side',)")
    project.migration("b1", "a1")
    project.migration("a1", None)
    project.migration("d4", "c3")
    project.migration("d5", "c3", head="depends_on = 'side'")

    listing = start().load_history()

    order = [revision.id for revision in listing.revisions]
    assert order[:4] == ["a1", "b1", "b2", "c3"]
    assert sorted(order[4:]) == ["d4", "d5"]
    by_id = {revision.id: revision for revision in listing.revisions}
    assert by_id["c3"].down_revisions == ("b1", "b2")
    assert by_id["b2"].depends_on == ("b1",)
    assert by_id["d5"].depends_on == ("b2",)
    assert listing.heads == ("d4", "d5")
    assert listing.labels == {"side": "b2"}
    assert listing.broken == ()
    assert listing.versions_path == str(project.root / "migrations/versions")
    assert (by_id["a1"].message, by_id["a1"].line) == ("Revision a1", 4)


def test_says_where_alembic_notes_the_revisions(project, start):
    project.migration("a1", None)
    assert start().load_history().version_tables == (ObjectName("alembic_version"),)

    project.write(
        "migrations/env.py",
        """
        from alembic import context
        from sqlalchemy import create_engine

        with create_engine("postgresql://localhost/nowhere").connect() as connection:
            for tenant in ("a", "b", "a"):
                context.configure(connection, version_table="done", version_table_schema=tenant)
                with context.begin_transaction():
                    context.run_migrations()
        """,
    )
    assert start().load_history().version_tables == (ObjectName("done", "a"), ObjectName("done", "b"))


def test_several_and_recursive_version_locations(project, start):
    project.write(
        "alembic.ini",
        """
        [alembic]
        script_location = %(here)s/migrations
        version_locations = %(here)s/first:%(here)s/second
        version_path_separator = :
        recursive_version_locations = true
        prepend_sys_path = .
        """,
    )
    project.write("first/deep/a.py", "revision = 'a1'\ndown_revision = None\n")
    project.write("second/b.py", "revision = 'b1'\ndown_revision = 'a1'\n")
    project.write("second/__init__.py", "")

    listing = start().load_history()

    assert [revision.id for revision in listing.revisions] == ["a1", "b1"]
    assert listing.version_locations == (str(project.root / "first"), str(project.root / "second"))
    assert listing.revisions[0].upgrade_function.definition.value == "missing"


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"revision = 'b1'\ndown_revision = 'a1'\ndef upgrade(:\n", 3, "SyntaxError"),
        (b"revision = 'b1'\ndown_revision = 'a1'\n1 / 0\n", 3, "ZeroDivisionError"),
        (b"revision = 'b1'\ndown_revision = 'a1'\nfrom models import Gone\n", 3, "cannot import name 'Gone'"),
        (b"revision = 'b1'\ndown_revision = 'a1'\n\nx = '\xff\xfe'\n", 4, "not UTF-8"),
        (b"revision = 'b1'\ndown_revision = 'a1'\nimport sys; sys.exit(1)\n", 3, "sys.exit"),
    ],
)
def test_a_broken_file_does_not_hide_the_rest(project, start, server, content, line, message):
    project.migration("a1", None)
    project.migration("c1", "b1")
    path = project.root / "migrations/versions/b1.py"
    path.write_bytes(content)
    probe = start()

    listing = probe.load_history()

    assert [revision.id for revision in listing.revisions] == ["a1", "b1", "c1"]
    (broken,) = listing.broken
    assert (broken.path, broken.line) == (str(path), line)
    assert message in broken.message
    failure = probe.run("b1", "upgrade", server)
    assert failure is not None
    assert (failure.kind, failure.origin.line) == (FailureKind.LOAD, line)
    assert server.log == []


def test_a_comment_may_be_in_any_encoding(project, start):
    project.migration("a1", None)
    path = project.root / "migrations/versions/b1.py"
    path.write_bytes(b"revision = 'b1'\ndown_revision = 'a1'  # caf\xe9\n")

    listing = start().load_history()

    assert [revision.id for revision in listing.revisions] == ["a1", "b1"]
    assert listing.broken == ()


def test_a_file_that_is_not_there(project, start):
    project.migration("a1", None)
    path = project.root / "migrations/versions/b1.py"
    path.symlink_to("nowhere.py")

    listing = start().load_history()

    (broken,) = listing.broken
    assert (broken.path, broken.line) == (str(path), 1)
    assert broken.message == "the file cannot be read: No such file or directory"


def test_an_expression_of_very_many_parts_is_no_trouble(project, start):
    project.migration("a1", None)
    path = project.root / "migrations/versions/b1.py"
    parts = " + ".join(["'x'"] * 1_500)
    path.write_text(f"revision = 'b1'\ndown_revision = 'a1'\nSQL = {parts}\n")

    listing = start().load_history()

    assert [revision.id for revision in listing.revisions] == ["a1", "b1"]
    assert listing.broken == ()


def test_a_file_with_two_names_is_one_revision(project, start):
    project.migration("a1", None)
    versions = project.root / "migrations/versions"
    (versions / "b1.py").symlink_to(next(versions.glob("*.py")))

    listing = start().load_history()

    assert [revision.id for revision in listing.revisions] == ["a1"]
    assert listing.broken == ()


def test_links_that_do_not_hold(project, start):
    project.migration("a1", None)
    project.write("migrations/versions/again.py", "revision = 'a1'\ndown_revision = None\n")
    project.write("migrations/versions/helpers.py", "x = 1\n")
    project.migration("b1", "gone")
    project.migration("c1", "c2")
    project.migration("c2", "c1")
    project.migration("d1", "a1", head="depends_on = 'zz'")

    listing = start().load_history()

    messages = {broken.message: (broken.path.rpartition("/")[2], broken.line) for broken in listing.broken}
    assert {revision.id for revision in listing.revisions} == {"a1", "b1", "c1", "c2", "d1"}
    duplicate = next(message for message in messages if "taken by" in message)
    assert messages.pop(duplicate) == ("again.py", 1)
    assert messages == {
        "it declares no revision id": ("helpers.py", 1),
        "down_revision gone of b1 does not exist": ("b1.py", 5),
        "a cycle of revisions: c1 -> c2 -> c1": ("c1.py", 5),
        "depends_on zz of d1 does not exist": ("d1.py", 6),
    }


def test_what_a_function_holds(project, start):
    bodies = {
        "pass": "empty",
        '"""Nothing."""\n...\nprint("x")\nreturn': "empty",
        'logger.info("x")\nlogging.getLogger().info("x")\nreturn None': "empty",
        '"""No."""\nraise NotImplementedError': "raises",
        'print("x")\nraise RuntimeError("x")': "raises",
        'op.execute("x")': "body",
        "if False:\n    raise RuntimeError": "body",
    }
    for number, body in enumerate(bodies):
        project.migration(f"r{number}", None, "pass", body)

    functions = {revision.id: revision.downgrade_function for revision in start().load_history().revisions}

    for number, (body, definition) in enumerate(bodies.items()):
        assert functions[f"r{number}"].definition.value == definition, body
        assert functions[f"r{number}"].line == 9


def test_missing_modules_are_stood_in_for_and_named(project, start, server):
    project.migration(
        "a1",
        None,
        """
        op.add_column("t", sa.Column("v", Vector(3)))
        op.add_column("t", sa.Column("e", sa.Enum(Color, name="color")))
        helper.run(op)
        from other_missing.deep import thing
        thing()
        """,
        head="""
        from missing_vectors.sqlalchemy import Vector
        from missing_app.models import Color
        from missing_app import helper
        try:
            import optional_missing
        except ImportError:
            optional_missing = None
        assert optional_missing is None
        """,
    )
    project.migration("b1", "a1")
    probe = start()

    listing = probe.load_history()

    assert listing.broken == ()
    assert listing.revisions[0].stubs == ("missing_app", "missing_vectors", "other_missing")
    assert listing.revisions[1].stubs == ()
    assert probe.run("a1", "upgrade", server) is None
    assert "ALTER TABLE t ADD COLUMN v vector(3)" in server.log


def test_a_module_of_the_project_that_breaks_for_a_missing_one_is_stood_in_for(project, start):
    project.write(
        "shop.py", "import missing_lib\nclass A(missing_lib.Base):\n    pass\nA.fields\nclass Color: ...\n"
    )
    project.migration("a1", None, head="from shop import Color")

    listing = start().load_history()

    assert listing.broken == ()
    assert listing.revisions[0].stubs == ("missing_lib", "shop")


def test_an_empty_versions_folder_is_an_empty_listing(project, start):
    listing = start().load_history()

    assert (listing.revisions, listing.heads, listing.broken) == ((), (), ())


def test_a_missing_versions_folder_is_an_error(project, start):
    (project.root / "migrations/versions").rmdir()

    with pytest.raises(ProbeError, match=r"versions folder .* does not exist"):
        start().load_history()


def test_a_missing_script_folder_is_an_error(project, start):
    project.write("alembic.ini", "[alembic]\nscript_location = nowhere\n")

    with pytest.raises(ProbeError, match="nowhere"):
        start()


def test_an_ini_without_script_location_beside_env_py(project, start):
    (project.root / "alembic.ini").unlink()
    project.write("migrations/alembic.ini", "[alembic]\n# nothing\n")
    project.migration("a1", None)

    assert start().load_history().heads == ("a1",)


def test_the_ini_may_lie_in_another_folder(project, start, server):
    backend = project.root / "backend"
    backend.mkdir()
    for name in ("alembic.ini", "migrations", "models.py"):
        (project.root / name).rename(backend / name)

    probe = start(alembic=project.root / "backend/alembic.ini")

    assert probe.load_history().script_location == str(backend / "migrations")
    assert probe.load_metadata(server) is not None


def test_a_project_folder_named_alembic_does_not_shadow_the_package(project, start, server):
    project.write("alembic.ini", "[alembic]\nscript_location = alembic\nprepend_sys_path = .\n")
    (project.root / "migrations").rename(project.root / "alembic")
    project.write("alembic/__init__.py", "raise RuntimeError('shadowed')\n")
    project.write("replay.py", "raise RuntimeError('shadowed')\n")
    project.write("driver.py", "value = 1\n")
    project.write(
        "alembic/versions/a1.py",
        "import driver\nrevision = 'a1'\ndown_revision = None\nassert driver.value\n",
    )

    listing = start().load_history()

    assert (listing.heads, listing.broken) == (("a1",), ())


def test_the_exceptions_of_a_missing_module_can_be_caught(project, start, server):
    project.migration(
        "a1",
        None,
        """
        try:
            op.execute("DROP INDEX gone")
        except missing_lib.exceptions.Weird:
            raise
        except missing_lib.LockError:
            raise
        except sa.exc.ProgrammingError as error:
            assert isinstance(error.orig, psycopg2.errors.UndefinedObject)
            assert isinstance(error.orig, UndefinedObjectError)
            assert isinstance(error.orig, psycopg2.Error)
            assert not isinstance(error.orig, psycopg2.errors.DuplicateTable)
            assert not isinstance(error.orig, psycopg2.OperationalError)
        try:
            op.get_bind().connection.cursor().execute("DROP INDEX gone")
        except errors.UndefinedObject:
            op.execute("SELECT 'caught'")
        """,
        head="""
        import missing_lib
        import psycopg2
        from asyncpg.exceptions import UndefinedObjectError
        from psycopg2 import errors
        """,
    )
    server.errors = {"DROP INDEX gone": SqlError("42704", 'index "gone" does not exist')}
    probe = start()
    assert probe.load_history().broken == ()

    assert probe.run("a1", "upgrade", server) is None
    assert server.log[-2:] == ["SELECT 'caught'", "COMMIT"]


def test_the_servers_errors_are_those_of_an_installed_driver(project, start, server):
    project.write(
        "psycopg2/__init__.py", "class Error(Exception): pass\nclass ProgrammingError(Error): pass\n"
    )
    project.write(
        "psycopg2/errors.py", "from psycopg2 import *\nclass UndefinedObject(ProgrammingError): pass\n"
    )
    project.migration(
        "a1",
        None,
        """
        try:
            op.execute("DROP INDEX gone")
        except sa.exc.ProgrammingError as error:
            assert isinstance(error.orig, psycopg2.errors.UndefinedObject)
            assert error.orig.pgcode == "42704"
        """,
        head="import psycopg2.errors",
    )
    server.errors = {"DROP INDEX gone": SqlError("42704", 'index "gone" does not exist')}
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None
