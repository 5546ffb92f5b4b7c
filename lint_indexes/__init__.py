"""Schema drift linter for SQLAlchemy and Alembic projects on PostgreSQL."""

__version__ = "0.1.0"
