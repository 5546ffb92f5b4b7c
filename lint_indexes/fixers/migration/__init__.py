"""Migrations: operations as the project's Alembic writes them, into a new file or into a downgrade()."""
