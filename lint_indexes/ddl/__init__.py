"""SQL text to values and back, by PostgreSQL's own grammar (pglast)."""
