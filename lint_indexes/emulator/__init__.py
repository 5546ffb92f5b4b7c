"""An in-memory PostgreSQL, as much of one as a migration needs."""
