"""A real PostgreSQL, started for the occasion from binaries that are already on the machine."""
