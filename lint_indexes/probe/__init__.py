"""The second process, on the project's own interpreter, that runs the project's code."""
