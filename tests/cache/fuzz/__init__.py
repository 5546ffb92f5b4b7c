"""Random edits of a small project: with the cache, the verdict is what it is without."""
