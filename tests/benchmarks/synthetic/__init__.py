"""Makes Alembic projects of any size, the same ones for the same numbers: python -m synthetic FOLDER.

The models agree with the head of the migrations, and lint-indexes finds nothing in them.
"""
