"""The entry point: take the pipe to the client out of everyone's reach, then serve.

This file is read by whatever Python the project has: it must not use syntax newer than 3.6.
"""

import gc
import importlib
import importlib.machinery
import importlib.util
import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "_lint_indexes_probe"
OLDEST_PYTHON = (3, 9)


def take_pipe():
    """Keep the pipe on private descriptors: fd 0 becomes empty, fd 1 becomes stderr."""
    reader = os.dup(0)
    writer = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")


def refuse(writer, message, hint):
    """Say in one line why there is no probe, and leave."""
    failed = {"message": message, "hint": hint, "details": None}
    writer.write(json.dumps({"failed": failed}).encode("ascii") + b"\n")
    writer.flush()
    os._exit(0)


class KeepingLoader(importlib.machinery.SourceFileLoader):
    """Keeps the bytecode of what it loads, which nobody else does here (PYTHONDONTWRITEBYTECODE)."""

    def get_code(self, fullname):
        before = sys.dont_write_bytecode
        sys.dont_write_bytecode = False
        try:
            return super().get_code(fullname)
        finally:
            sys.dont_write_bytecode = before


def load_and_keep(name):
    """Import a module of this folder, and keep the bytecode of all that this imports of it.

    An installer compiles for its own version of Python, which the project's need not be.
    """
    sys.path_importer_cache[FOLDER] = importlib.machinery.FileFinder(FOLDER, (KeepingLoader, [".py"]))
    try:
        return importlib.import_module(name)
    finally:
        # Before any code of the project runs, which may have threads.
        sys.path_importer_cache.pop(FOLDER, None)


def load_package():
    """Load this folder under a private name, and take it off sys.path."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != FOLDER]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(FOLDER, "__init__.py"), submodule_search_locations=[FOLDER]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def main():
    reader, writer = take_pipe()
    gc.disable()  # until the project is loaded: nearly all of what that makes stays
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:3])
        refuse(
            writer,
            "Python {} at {} is too old: the project needs Python 3.9 or newer".format(found, sys.executable),
            "name another interpreter with --python",
        )
    scratch, keep = sys.argv[1:]
    # The project's code may look at how it was started.
    sys.argv[:] = ["alembic", "upgrade", "heads"]
    load_package()
    load = load_and_keep if keep else importlib.import_module
    inputs = load(PACKAGE + ".inputs").Inputs(scratch)
    inputs.install()
    for name, oldest, package in (("sqlalchemy", (2, 0), "SQLAlchemy"), ("alembic", (1, 10), "Alembic")):
        check_package(writer, name, oldest, package)
    load(PACKAGE + ".serve").serve(reader, writer, scratch, inputs)


def check_package(writer, name, oldest, package):
    """Import it before the project's folders are on the path: one named alembic would shadow it."""
    hint = 'install it there, or name the project\'s interpreter with --python or the key "python"'
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        missing = getattr(error, "name", None) or name
        refuse(writer, "{} lacks {} (module {})".format(sys.executable, package, missing), hint)
    parts = []
    for part in module.__version__.split(".")[:2]:
        digits = "".join(character for character in part if character.isdigit())
        parts.append(int(digits or 0))
    if tuple(parts) < oldest:
        refuse(
            writer,
            "{} {} at {} is too old: {} {}.{} or newer is needed".format(
                package, module.__version__, sys.executable, package, oldest[0], oldest[1]
            ),
            hint.replace("install", "upgrade"),
        )


if __name__ == "__main__":
    main()
