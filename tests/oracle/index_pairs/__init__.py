"""Random indexes, mutations of them, and a real PostgreSQL that says which of them are the same."""
