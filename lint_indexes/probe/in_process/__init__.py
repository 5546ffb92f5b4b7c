"""Runs in the project's own Python: the standard library, its SQLAlchemy and its Alembic, nothing of ours.

Started by path and loaded as the package ``_lint_indexes_probe``, so that no name here can stand in the way
of a module of the project's.
"""
