"""What the project's code looks at is written down: whatever of it changes afterwards is a difference.

Each case is a piece of code that looks at something in a folder, and an edit that would make it see something
else. The code runs in the project's interpreter, with only the recording in place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from lint_indexes.cache.fingerprint import fingerprint
from lint_indexes.model.inputs import Inputs
from lint_indexes.probe.in_process import inputs as in_process
from lint_indexes.probe.wire import Fields, inputs_from

PYTHON = os.environ.get("LINT_INDEXES_PROBE_PYTHON", sys.executable)
_RUNNER = """
import importlib.util, json, os, sys
{before}
path, here, scratch = sys.argv[1:]
folder = os.path.dirname(path)
spec = importlib.util.spec_from_file_location(
    "_probe", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
)
package = sys.modules["_probe"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
recorded = importlib.import_module("_probe.inputs").Inputs(scratch)
recorded.install()
{code}
sys.stdout.write(json.dumps(recorded.described()))
"""


def looked_at(
    code: str,
    here: Path,
    environ: Mapping[str, str] | None = None,
    before: str = "",
    scratch: str = "/nowhere",
) -> Inputs | None:
    """What some code looks at; it has its folder as ``here``. ``before`` runs before anything is recorded."""
    program = _RUNNER.format(before=dedent(before), code=dedent(code))
    done = subprocess.run(
        [PYTHON, "-c", program, in_process.__file__, str(here), scratch],
        capture_output=True,
        text=True,
        cwd=here,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})},
    )
    assert done.returncode == 0, done.stderr
    found = inputs_from(Fields({**json.loads(done.stdout), "layers": {}}))
    return None if found is None else found.all()


def write(here: Path, name: str, text: str = "") -> None:
    path = here / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()
    path.write_text(text)


def link(here: Path, name: str, target: str) -> None:
    (here / name).unlink(missing_ok=True)
    (here / name).symlink_to(target)


def pack(here: Path, name: str, text: str) -> None:
    with zipfile.ZipFile(here / "modules.zip", "w") as archive:
        archive.writestr(name, text)


@dataclass(frozen=True)
class Case:
    """``code`` looks at ``files`` (a folder's name ends with a slash), and ``edit`` changes what it sees."""

    name: str
    code: str
    edit: Callable[[Path], object]
    files: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], object] = lambda here: None


def writes(name: str, text: str = "") -> Callable[[Path], object]:
    return lambda here: write(here, name, text)


def links(name: str, target: str) -> Callable[[Path], object]:
    return lambda here: link(here, name, target)


def removes(name: str) -> Callable[[Path], object]:
    return lambda here: (here / name).unlink()


EARLY_AND_LATE = 'sys.path[:0] = [here + "/early", here + "/late"]\n'
FILES = [
    Case("open", 'open("a.txt").read()', writes("a.txt", "2"), {"a.txt": "1"}),
    Case(
        "open what is absent",
        'import configparser; configparser.ConfigParser().read("a.ini")',
        writes("a.ini"),
    ),
    Case("os.path.exists", 'os.path.exists(".env")', writes(".env")),
    Case("from os.path import isfile", 'from os.path import isfile; isfile(".env")', writes(".env")),
    Case("os.path.isdir", 'os.path.isdir("x")', writes("x/y"), {}),
    Case("os.path.getsize", 'os.path.getsize("a")', writes("a", "12"), {"a": "1"}),
    Case("os.access", 'os.access("a", os.R_OK)', writes("a")),
    Case("keywords", 'os.access(path="a", mode=os.R_OK)', writes("a")),
    Case("bytes", 'os.path.exists(b"a")', writes("a")),
    Case("Path.exists", 'import pathlib; pathlib.Path(".env").exists()', writes(".env")),
    Case("Path.is_file", 'import pathlib; pathlib.Path(here, ".env").is_file()', writes(".env")),
    Case("Path.is_dir", 'import pathlib; pathlib.Path("x").is_dir()', writes("x/y")),
    Case("Path.stat", 'import pathlib; pathlib.Path("a").stat().st_size', writes("a", "12"), {"a": "1"}),
    Case("Path.read_text", 'import pathlib; pathlib.Path("a").read_text()', writes("a", "2"), {"a": "1"}),
    Case("Path.glob", 'import pathlib; list(pathlib.Path(here).glob("*.sql"))', writes("a.sql")),
    Case(
        "Path.rglob",
        'import pathlib; list(pathlib.Path(here).rglob("*.sql"))',
        writes("sub/folder/a.sql"),
        {"sub/folder/b.txt": ""},
    ),
    Case("Path.iterdir", "import pathlib; list(pathlib.Path().iterdir())", writes("a.sql")),
    Case(
        "Path.resolve",
        'import pathlib; pathlib.Path("link").resolve()',
        links("link", "b"),
        {},
        links("link", "a"),
    ),
    Case("glob", 'import glob; glob.glob("*.sql")', writes("a.sql")),
    Case("glob without a pattern", 'import glob; glob.glob("a.sql")', writes("a.sql")),
    Case(
        "glob in folders",
        'import glob; glob.glob("**/*.sql", recursive=True)',
        writes("sub/folder/a.sql"),
        {"sub/folder/b.txt": ""},
    ),
    Case("os.listdir", "os.listdir()", writes("a.txt")),
    Case("os.listdir of a descriptor", "os.listdir(os.open(here, os.O_RDONLY))", writes("a.txt")),
    Case("os.scandir", "[entry.name for entry in os.scandir(here)]", writes("a.txt")),
    Case("os.walk", "list(os.walk(here))", writes("sub/a.txt"), {"sub/b.txt": ""}),
    Case(
        "a path in the folder of a descriptor",
        'os.stat("a", dir_fd=os.open(here + "/sub", os.O_RDONLY))',
        removes("sub/a"),
        {"sub/a": ""},
    ),
    Case("linecache", 'import linecache; linecache.getline("a.py", 1)', writes("a.py", "x"), {"a.py": "y"}),
    Case("shutil.which", 'import shutil; shutil.which("tool", path="bin")', writes("bin/tool"), {"bin/": ""}),
    Case("another working directory", 'os.chdir("sub"); os.path.exists("a")', writes("sub/a"), {"sub/": ""}),
    Case(
        "a link that is read",
        'open("link").read()',
        links("link", "b"),
        {"a": "1", "b": "2"},
        links("link", "a"),
    ),
    Case("a link's target", 'os.readlink("link")', links("link", "b"), {}, links("link", "a")),
    Case("a real path", 'os.path.realpath("link")', links("link", "b"), {}, links("link", "a")),
    Case(
        "a real path through a folder",
        'os.path.realpath("link/x")',
        links("link", "b"),
        {"a/x": "", "b/x": ""},
        links("link", "a"),
    ),
    Case("no link yet", 'os.path.islink("a")', links("a", "b"), {"b": ""}),
    Case(
        "a file in a folder that is a link",
        'open("link/x").read()',
        links("link", "b"),
        {"a/x": "1", "b/x": "2"},
        links("link", "a"),
    ),
]
MODULES = [
    Case(
        "a module", "sys.path.insert(0, here); import some", writes("some.py", "x = 2"), {"some.py": "x = 1"}
    ),
    Case(
        "a module that is not there",
        "try:\n    sys.path.insert(0, here); import some\nexcept ImportError:\n    pass",
        writes("some.py"),
    ),
    Case(
        "a folder that is no longer searched",
        """
        sys.path.insert(0, here + "/early")
        try:
            import some
        except ImportError:
            del sys.path[0]
        sys.path_importer_cache.clear()
        """,
        writes("early/some.py"),
    ),
    Case(
        "a module in front",
        EARLY_AND_LATE + "import some",
        writes("early/some.py"),
        {"late/some.py": "", "early/": ""},
    ),
    Case(
        "a package in front",
        EARLY_AND_LATE + "import some",
        writes("early/some/__init__.py"),
        {"late/some.py": ""},
    ),
    Case(
        "a package in front whose folder was there",
        EARLY_AND_LATE + "import some",
        writes("early/some/__init__.py"),
        {"late/some.py": "", "early/some/README.md": ""},
    ),
    Case(
        "a package beside the module whose folder was there",
        "sys.path.insert(0, here); import some",
        writes("some/__init__.py"),
        {"some.py": "", "some/README.md": ""},
    ),
    Case(
        "a submodule that becomes a package",
        "sys.path.insert(0, here); import some.part",
        writes("some/part/__init__.py"),
        {"some/__init__.py": "", "some/part.py": "", "some/part/README.md": ""},
    ),
    Case(
        "a namespace that becomes a package",
        "sys.path.insert(0, here); import some",
        writes("some/__init__.py"),
        {"some/README.md": ""},
    ),
    Case(
        "a namespace's other part",
        EARLY_AND_LATE + "import some.part",
        writes("early/some/part.py"),
        {"early/some/README.md": "", "late/some/part.py": ""},
    ),
    Case(
        "a compiled module in front",
        EARLY_AND_LATE + "import some",
        writes("early/some.pyc"),
        {"late/some.py": "", "early/": ""},
    ),
    Case(
        "a zipped module",
        'sys.path.insert(0, here + "/modules.zip"); import some',
        lambda here: pack(here, "some.py", "x = 2"),
        {},
        lambda here: pack(here, "some.py", "x = 1"),
    ),
    Case("a zip file that is not there", 'sys.path.insert(0, here + "/m.zip")', writes("m.zip")),
    Case(
        "pkgutil.iter_modules",
        'import pkgutil; list(pkgutil.iter_modules([here + "/some"]))',
        writes("some/new.py"),
        {"some/old.py": ""},
    ),
    Case(
        "pkgutil.get_data",
        'sys.path.insert(0, here); import pkgutil; pkgutil.get_data("some", "a.txt")',
        writes("some/a.txt", "2"),
        {"some/__init__.py": "", "some/a.txt": "1"},
    ),
    Case(
        "importlib.resources",
        """
        sys.path.insert(0, here)
        from importlib.resources import files
        files("some").joinpath("a.txt").is_file()
        """,
        writes("some/a.txt"),
        {"some/__init__.py": ""},
    ),
    Case(
        "importlib.metadata",
        'sys.path.insert(0, here); from importlib.metadata import version; version("some")',
        writes("some-1.dist-info/METADATA", "Name: some\nVersion: 2\n"),
        {"some-1.dist-info/METADATA": "Name: some\nVersion: 1\n"},
    ),
    Case(
        "a distribution that is not there",
        """
        sys.path.insert(0, here)
        from importlib.metadata import entry_points
        entry_points()
        """,
        writes("some-1.dist-info/entry_points.txt", "[some]\na = b\n"),
    ),
    Case(
        "find_spec",
        'sys.path.insert(0, here); from importlib.util import find_spec; find_spec("some")',
        writes("some.py"),
    ),
]


def prepared(case: Case, folder: Path) -> Path:
    here = folder.resolve() / "a folder"
    here.mkdir()
    for name, text in case.files.items():
        if name.endswith("/"):
            (here / name).mkdir()
        else:
            write(here, name, text)
    case.prepare(here)
    return here


def is_seen(
    inputs: Inputs | None, edit: Callable[[], object], environ: Mapping[str, str] | None = None
) -> bool:
    """Whether an edit makes a difference; before it there is none."""
    assert inputs is not None
    seen = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})}
    known = fingerprint(inputs, seen, time.time_ns() + 3_600_000_000_000)
    assert known.difference(seen) is None
    edit()
    return known.difference(seen) is not None


@pytest.mark.parametrize("case", [*FILES, *MODULES], ids=lambda case: case.name)
def test_what_is_looked_at_is_written_down(tmp_path: Path, case: Case) -> None:
    here = prepared(case, tmp_path)
    assert is_seen(looked_at(case.code, here), lambda: case.edit(here))


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_so_it_is_where_the_modules_were_loaded_before(tmp_path: Path, case: Case) -> None:
    """An editable installation's .pth file may import them."""
    here = prepared(case, tmp_path)
    inputs = looked_at(case.code, here, before="import glob, importlib.metadata, linecache, pathlib, shutil")
    assert is_seen(inputs, lambda: case.edit(here))


def test_distributions_that_were_listed_before_are_written_down(tmp_path: Path) -> None:
    before = "from importlib.metadata import entry_points; sys.path.insert(0, os.getcwd()); entry_points()"
    inputs = looked_at("entry_points()", tmp_path, before=before)
    assert is_seen(inputs, lambda: write(tmp_path, "some-1.dist-info/entry_points.txt", "[a]\nb = c\n"))


@pytest.mark.parametrize("name", ["README.md", "tests/test_some.py", "some-1.dist-info/RECORD"])
def test_what_nobody_looks_at_makes_no_difference(tmp_path: Path, name: str) -> None:
    write(tmp_path, "package/some.py")
    write(tmp_path, "tests/conftest.py")
    inputs = looked_at('sys.path.insert(0, here + "/package"); import some; open("a", "w")', tmp_path)
    assert not is_seen(inputs, lambda: write(tmp_path, name, "text"))


def test_whether_a_module_is_compiled_makes_no_difference(tmp_path: Path) -> None:
    write(tmp_path, "some.py", "x = 1")
    inputs = looked_at("sys.path.insert(0, here); import some", tmp_path)
    compiling = [PYTHON, "-m", "compileall", "-q", str(tmp_path)]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    assert not is_seen(inputs, lambda: subprocess.run(compiling, check=True, env=environ))
    assert list(tmp_path.rglob("some.*.pyc"))


def test_a_module_that_was_compiled_is_one_of_its_source(tmp_path: Path) -> None:
    write(tmp_path, "some.py", "x = 1")
    subprocess.run([PYTHON, "-m", "compileall", "-q", str(tmp_path)], check=True)
    inputs = looked_at("sys.path.insert(0, here); import some", tmp_path)
    assert inputs is not None
    names = {Path(path).name for path, _ in inputs.files}
    assert "some.py" in names
    assert not any(name.endswith(".pyc") for name in names)
    assert is_seen(inputs, lambda: write(tmp_path, "some.py", "x = 2"))


def test_the_scratch_folder_is_nothing_to_depend_on(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = f"open({str(scratch / 'a')!r}, 'w+'); os.listdir({str(scratch)!r}); os.stat({str(scratch)!r})"
    inputs = looked_at(code, tmp_path, scratch=str(scratch))
    assert inputs is not None
    paths = {path for path, _ in (*inputs.files, *inputs.looked_for, *inputs.listed)}
    assert not [path for path in paths if path.startswith(str(scratch))]


@pytest.mark.parametrize("kind", ["open(path).close()", "os.path.exists(path)", "os.listdir(here)"])
def test_what_changes_during_the_run_is_known_as_it_was_at_first(tmp_path: Path, kind: str) -> None:
    write(tmp_path, "a", "1")
    inputs = looked_at(f'path = here + "/a"; {kind}; os.unlink(path)', tmp_path)
    assert inputs is not None
    found = dict(inputs.files) if "open" in kind else dict(inputs.looked_for)
    if "listdir" in kind:
        found = dict(inputs.listed)
        assert found[str(tmp_path)][1] < tmp_path.stat().st_mtime_ns  # type: ignore[index]
    else:
        assert found[str(tmp_path / "a")] not in (None, "absent")


ASKING = [
    "os.environ['SHOP']",
    "os.environ.get('SHOP')",
    "os.getenv('SHOP', 'x')",
    "'SHOP' in os.environ",
    "'SHOP' in os.environ.keys()",
    "os.environb[b'SHOP']",
    "os.getenvb(b'SHOP')",
    "os.environ.setdefault('SHOP', 'x')",
    "os.environ.pop('SHOP', None)",
    "del os.environ['SHOP']",
    "os.path.expandvars('$SHOP')",
    "os.path.expandvars(b'$SHOP')",
]
ASKING_FOR_ALL = [
    "dict(os.environ)",
    "os.environ.copy()",
    "{**os.environ}",
    "list(os.environ)",
    "[value for name, value in os.environ.items()]",
    "list(os.environ.values())",
    "repr(os.environ)",
    "len(os.environ)",
    "os.environ == {}",
    "list(os.environb)",
]


@pytest.mark.parametrize("code", [*ASKING, *ASKING_FOR_ALL])
def test_variables_that_are_asked_for_are_written_down(tmp_path: Path, code: str) -> None:
    environ = {"SHOP": "1"}
    inputs = looked_at(code, tmp_path, environ)
    assert inputs is not None
    assert inputs.every_variable == (code in ASKING_FOR_ALL)
    seen = {**os.environ, **environ}
    known = fingerprint(inputs, seen, time.time_ns() + 3_600_000_000_000)
    assert known.difference(seen) is None
    assert known.difference({**seen, "SHOP": "2"}) is not None
    del seen["SHOP"]
    assert known.difference(seen) is not None


def test_joined_environments_are_all_variables(tmp_path: Path) -> None:
    for code in ("os.environ | {}", "{} | os.environ"):
        inputs = looked_at(code, tmp_path)
        assert inputs is not None
        assert inputs.every_variable


def test_variables_that_are_only_set_are_none_to_depend_on(tmp_path: Path) -> None:
    inputs = looked_at("os.environ['SHOP'] = '1'; os.putenv('OTHER', '1')", tmp_path)
    assert inputs is not None
    assert not {"SHOP", "OTHER"} & inputs.variables
    assert not inputs.every_variable


@pytest.mark.parametrize(
    "name", ["PYTHONOPTIMIZE", "PYTHONPATH", "LC_ALL", "LANG", "TZ", "HOME", "LD_PRELOAD"]
)
def test_what_python_reads_before_is_written_down(tmp_path: Path, name: str) -> None:
    inputs = looked_at("pass", tmp_path)
    assert inputs is not None
    environ = {**os.environ, name: "other"}
    known = fingerprint(inputs, os.environ, time.time_ns() + 3_600_000_000_000)
    assert known.difference(environ) is not None


def test_what_makes_the_search_path_is_written_down(tmp_path: Path) -> None:
    """A new environment, so that nothing else depends on it."""
    environment = tmp_path.resolve() / "env"
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", environment], check=True)
    [site] = environment.glob("lib/python3*/site-packages")
    write(site, "old.pth", "/nowhere\n")
    python = str(environment / "bin" / "python")
    edits: list[Callable[[], object]] = [
        lambda: write(site, "new.pth", "/elsewhere\n"),
        lambda: write(site, "old.pth", "/elsewhere\n"),
        lambda: write(site, "sitecustomize.py", ""),
        lambda: write(environment, "pyvenv.cfg", "include-system-site-packages = true\n"),
        lambda: write(environment, "bin/python", ""),  # it was a link
    ]
    for edit in edits:
        done = subprocess.run(
            [
                python,
                "-c",
                _RUNNER.format(before="", code=""),
                in_process.__file__,
                str(tmp_path),
                "/nowhere",
            ],
            capture_output=True,
            check=True,
        )
        inputs = inputs_from(Fields({**json.loads(done.stdout), "layers": {}}))
        assert inputs is not None
        known = fingerprint(inputs.all(), os.environ, time.time_ns() + 3_600_000_000_000)
        edit()
        assert known.difference(os.environ) is not None
