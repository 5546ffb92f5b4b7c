"""Reports as text for people, in the manner of ruff's full output."""
