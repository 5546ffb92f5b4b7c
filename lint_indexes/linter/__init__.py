"""The order of things: load the sources, choose the rules, run them, take out what is suppressed."""
