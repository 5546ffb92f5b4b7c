from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from lint_indexes import __version__
from lint_indexes.cli.reports import FORMATS
from lint_indexes.commands.baseline import WrittenBaseline
from lint_indexes.commands.ignores import Ignored, NotIgnorable
from lint_indexes.commands.options import CheckOptions
from lint_indexes.commands.show import ShowOptions
from lint_indexes.findings import Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Listing, Report
from lint_indexes.rules import ALL_RULES

Run = Callable[..., Any]
ReplaceCommand = Callable[[str, Callable[..., object]], None]
MakeReport = Callable[..., Report]


@pytest.fixture
def asked(replace_command: ReplaceCommand) -> list[object]:
    """What ``check`` and ``show`` were asked for; both find nothing."""
    options: list[object] = []

    def check(asked_for: CheckOptions) -> list[Report]:
        options.append(asked_for)
        return []

    def show(asked_for: ShowOptions) -> Listing:
        options.append(asked_for)
        return Listing(asked_for.source)

    replace_command("check", check)
    replace_command("show", show)
    return options


@pytest.mark.parametrize("arguments", [(), ("check",), ("--",), ("--quiet",), ("-v",)])
def test_check_is_what_runs_without_a_command(lint_indexes: Run, asked: list[object], arguments: Any) -> None:
    assert lint_indexes(*arguments).status == 0
    assert asked == [CheckOptions()]


@pytest.mark.parametrize("command", [(), ("check",)])
def test_the_options_of_check(lint_indexes: Run, asked: list[object], command: Any, tmp_path: Path) -> None:
    config = tmp_path / "lint-indexes.toml"
    config.touch()
    project = ("--root", str(tmp_path), "--config", str(config), "--python", "py", "--at", "ae10")
    project = (*project, "--base", "origin/main")
    selected = ("--select", "LI1, LI201,", "--select", "missing-downgrade", "--extend-select", "LI305")
    rules = (*selected, "--ignore", "LI202")
    assert lint_indexes(*command, *project, *rules).status == 0
    assert asked == [
        CheckOptions(
            tmp_path,
            config,
            "py",
            "ae10",
            ("LI1", "LI201", "missing-downgrade"),
            ("LI202",),
            ("LI305",),
            "origin/main",
        )
    ]


def test_the_options_of_show(lint_indexes: Run, asked: list[object], tmp_path: Path) -> None:
    outcome = lint_indexes("show", "--source", "models", "--root", str(tmp_path), "--at", "ae10")
    assert (outcome.status, outcome.out) == (0, "0 indexes in the models.\n")
    assert asked == [ShowOptions(Source.MODELS, tmp_path, None, None, "ae10")]


def test_the_formats_of_show(lint_indexes: Run, asked: list[object]) -> None:
    assert lint_indexes("show", "--source", "policy", "--format", "sql").out == ""
    assert (
        json.loads(lint_indexes("show", "--source", "policy", "--format", "json").out)["source"] == "policy"
    )


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    ("severities", "status"),
    [((), 0), ((Severity.WARNING,), 0), ((Severity.WARNING, Severity.ERROR), 1)],
)
def test_errors_fail_whatever_the_format(
    lint_indexes: Run,
    replace_command: ReplaceCommand,
    make_report: MakeReport,
    output_format: str,
    severities: Any,
    status: int,
) -> None:
    replace_command("check", lambda options: [make_report(), make_report(*severities)])
    outcome = lint_indexes("--output-format", output_format)
    assert outcome.status == status
    assert outcome.err == ""
    found = outcome.out.count("naïve") + outcome.out.count("na\\u00efve") + outcome.out.count("na&#239;ve<")
    assert found == len(severities)


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    ("flags", "severity", "status"),
    [
        (("--strict",), Severity.WARNING, 1),
        (("--strict",), Severity.ERROR, 1),
        (("--exit-zero",), Severity.ERROR, 0),
        (("--exit-zero", "--strict"), Severity.WARNING, 0),
    ],
)
def test_what_fails_can_be_chosen(
    lint_indexes: Run,
    replace_command: ReplaceCommand,
    make_report: MakeReport,
    output_format: str,
    flags: Any,
    severity: Severity,
    status: int,
) -> None:
    replace_command("check", lambda options: [make_report(severity)])
    assert lint_indexes("--output-format", output_format, *flags).status == status


def test_strict_is_content_with_nothing(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport
) -> None:
    replace_command("check", lambda options: [make_report()])
    assert lint_indexes("--strict").status == 0


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_report_in_a_file(
    lint_indexes: Run,
    replace_command: ReplaceCommand,
    make_report: MakeReport,
    output_format: str,
    tmp_path: Path,
) -> None:
    replace_command("check", lambda options: [make_report(Severity.ERROR)])
    shown = lint_indexes("--output-format", output_format, "--color", "never")
    path = tmp_path / "report"
    written = lint_indexes("--output-format", output_format, "--output-file", str(path))
    assert (written.status, written.out, written.err) == (1, "", "")
    assert path.read_text(encoding="utf-8") == shown.out


def test_a_report_in_a_file_that_cannot_be_written(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport, tmp_path: Path
) -> None:
    replace_command("check", lambda options: [make_report()])
    path = tmp_path / "missing" / "report"
    outcome = lint_indexes("--output-format", "json", "--output-file", str(path))
    assert outcome.status == 2
    first, second = outcome.err.splitlines()
    assert first == f"error: cannot write {path}: No such file or directory"
    assert second.startswith("help: the report is on stdout instead; give a file in a folder")
    assert outcome.out == lint_indexes("--output-format", "json").out != ""


def test_statistics(lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport) -> None:
    replace_command("check", lambda options: [make_report(Severity.ERROR, Severity.ERROR)])
    outcome = lint_indexes("--statistics")
    assert outcome.status == 1
    assert outcome.out == (
        "2  LI101  error  policy-index-missing\nFound 2 errors in 2 revisions (all analysed).\n"
    )
    assert lint_indexes("--statistics", "--quiet").out.count("\n") == 1
    assert json.loads(lint_indexes("--statistics", "--output-format", "json").out)["statistics"]


def test_a_written_baseline_is_told(lint_indexes: Run, monkeypatch: Any) -> None:
    written = [WrittenBaseline(Path.cwd() / "a.json", 1, 2), WrittenBaseline(Path.cwd() / "b.json", 2, 1)]
    monkeypatch.setattr("lint_indexes.commands.baseline.write_baselines", lambda options: written)
    outcome = lint_indexes("--write-baseline", "--strict")
    assert outcome.status == 0
    assert outcome.out == (
        "Accepted 2 findings: 1 entry in a.json.\nAccepted 1 finding: 2 entries in b.json.\n"
    )


def test_written_comments_are_told(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport, monkeypatch: Any
) -> None:
    (found,) = make_report(Severity.ERROR).findings
    nowhere = replace(found, violation=Violation("no file", Origin(Source.MODELS)))
    left = (NotIgnorable(found, "why"), NotIgnorable(nowhere, "why not"))
    outcomes = [
        Ignored(Path.cwd(), 3, 2, (Path.cwd() / "b.py", Path.cwd() / "a.py"), left),
        Ignored(Path.cwd()),
    ]
    asked = []

    def write(options: object, reason: str | None) -> list[Ignored]:
        asked.append(reason)
        return outcomes

    monkeypatch.setattr("lint_indexes.commands.ignores.write_ignores", write)
    outcome = lint_indexes("--add-ignores", "--reason", "since 2019", "--strict")
    assert outcome.status == 0
    assert asked == ["since 2019"]
    assert outcome.out == (
        "Suppressed 3 findings: wrote 2 comments in 2 files.\n  a.py\n  b.py\n"
        "No comment could be written for 2 findings; accept it with per-file-ignores or --write-baseline:\n"
        "  models.py:3: LI101 naïve (why)\n  LI101 no file (why not)\n"
    )
    outcomes[0] = Ignored(Path.cwd())
    assert lint_indexes("--add-ignores").out == "Nothing was found: no comment is needed.\n"


def test_paths_are_relative_to_the_working_directory(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport
) -> None:
    replace_command("check", lambda options: [make_report(Severity.ERROR)])
    assert lint_indexes("--output-format", "concise").out == "models.py:3:1: LI101 naïve\n"


def test_quiet_and_verbose(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport
) -> None:
    replace_command("check", lambda options: [make_report()])
    assert lint_indexes().out == "1 rule passed: 2 revisions, 0 uncertain.\n"
    assert lint_indexes("--quiet").out == ""
    assert "note: interpreter: x\n" in lint_indexes("--verbose").out


@pytest.mark.parametrize("output_format", ["concise", "json"])
def test_notes_stay_out_of_what_tools_read(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport, output_format: str
) -> None:
    replace_command("check", lambda options: [make_report()])
    verbose = lint_indexes("--output-format", output_format, "--verbose")
    assert verbose.err == "interpreter: x\n"
    assert verbose.out == lint_indexes("--output-format", output_format).out


def test_color_on_demand(
    lint_indexes: Run, replace_command: ReplaceCommand, make_report: MakeReport, monkeypatch: Any
) -> None:
    replace_command("check", lambda options: [make_report(Severity.ERROR)])
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    plain = lint_indexes().out
    assert click.unstyle(plain) == plain
    colored = lint_indexes("--color", "always").out
    assert colored != plain
    assert click.unstyle(colored) == plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert lint_indexes().out == colored
    assert lint_indexes("--color", "never").out == plain


def test_rules_are_listed_and_explained(lint_indexes: Run) -> None:
    table = lint_indexes("rule")
    assert table.status == 0
    assert all(f"{rule.code}  {rule.name}" in table.out for rule in ALL_RULES)
    page = lint_indexes("rule", "missing-downgrade")
    assert page.out.startswith("# LI301 missing-downgrade\n")
    assert "## Why is this bad?" in page.out


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", ["", "check", "show", "rule", "config"])
def test_help(lint_indexes: Run, flag: str, command: str) -> None:
    outcome = lint_indexes(*command.split(), flag)
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out.startswith("Usage: lint-indexes")
    for heading in ("Examples:", "Exit status:", "Others:"):
        assert f"\n{heading}\n" in outcome.out


def test_the_help_of_all_has_the_options_of_check(lint_indexes: Run) -> None:
    whole, check = lint_indexes("--help").out, lint_indexes("check", "--help").out
    start, end = check.index("Which project:"), check.index("Others:")
    assert check[start:end] in whole
    assert "--version" in whole


def test_the_configuration_is_shown(lint_indexes: Run, tmp_path: Path) -> None:
    (tmp_path / "lint-indexes.toml").write_text('select = ["LI2", "LI301"]\n', encoding="utf-8")
    project = ("config", "--root", str(tmp_path), "--python", "/no/such/python")
    page = lint_indexes(*project, "--ignore", "LI204")
    assert (page.status, page.err) == (0, "")
    assert 'select = ["LI2", "LI301"]' in page.out
    assert "the interpreter /no/such/python (--python) does not exist" in page.out
    assert "LI204  renamed-index                      off      --ignore LI204\n" in page.out
    (shown,) = json.loads(lint_indexes(*project, "--output-format", "json").out)["projects"]
    assert [rule["code"] for rule in shown["rules"] if rule["selected"]][-1] == "LI301"


def test_the_schema_is_printed(lint_indexes: Run) -> None:
    alone = json.loads(lint_indexes("config", "--schema", "lint-indexes.toml").out)
    whole = json.loads(lint_indexes("config", "--schema", "pyproject.toml").out)
    assert whole["properties"]["tool"]["properties"]["lint-indexes"]["properties"] == alone["properties"]


def test_version(lint_indexes: Run) -> None:
    assert lint_indexes("--version").out == f"lint-indexes {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("chekc",), "no command 'chekc', and no such file; did you mean check?"),
        (("xyz",), "no command 'xyz', and no such file; known are check, show, rule"),
        (("check", "models.py"), "invalid value for '[FILE]...': Path 'models.py' does not exist"),
        (("app/models.py",), "invalid value for '[FILE]...': Path 'app/models.py' does not exist"),
        (("models.py",), "invalid value for '[FILE]...': Path 'models.py' does not exist"),
        (("-q", "show"), "invalid value for '[FILE]...': Path 'show' does not exist"),
        (("-q", "-v"), "--verbose and --quiet exclude each other"),
        (("show", "--source", "polcy"), "invalid value for '--source': 'polcy' is not one of"),
        (("show",), "missing option '--source'. Choose from: policy, models, migrations"),
        (("--root", "/no/such/folder"), "invalid value for '--root': Directory '/no/such/folder' does not"),
        (("--select", "LI20l"), '--select: unknown rule "LI20l"; did you mean "LI20'),
        (("--ignore", "LI2,emty-downgrade"), '--ignore: unknown rule "emty-downgrade"; did you mean "empty-'),
        (("--extend-select", "LI9"), '--extend-select: unknown rule "LI9"'),
        (("--statistics", "--output-format", "junit"), "--statistics has no format junit"),
        (("--output-file", "."), "invalid value for '--output-file': File '.' is a directory"),
        (("--write-baseline", "--at", "ae10"), "--write-baseline accepts all that is found today"),
        (("--write-baseline", "--base", "main"), "--write-baseline accepts all that is found today"),
        (("--write-baseline", "."), "--write-baseline accepts all that is found today"),
        (("--write-baseline", "--add-ignores"), "--write-baseline and --add-ignores exclude each other"),
        (("--add-ignores", "--at", "ae10"), "--add-ignores accepts all that is found today"),
        (("--add-ignores", "--fix"), "--add-ignores and --fix exclude each other"),
        (("--reason", "why"), "--reason goes with --add-ignores"),
        (("rule", "LI30x"), 'there is no rule "LI30x"'),
        (("config", "--ignore", "LI20l"), '--ignore: unknown rule "LI20l"; did you mean "LI20'),
        (("config", "--schema", "setup.cfg"), "invalid value for '--schema': 'setup.cfg' is not one of"),
    ],
)
def test_a_wrong_command_line(lint_indexes: Run, asked: list[object], arguments: Any, message: str) -> None:
    outcome = lint_indexes(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    first, second = outcome.err.splitlines()
    assert first.startswith(f"error: {message}")
    assert second.startswith("help: ")
    assert asked == []


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (("models.py",), ("models.py",)),
        (("check", "models.py", "a folder"), ("models.py", "a folder")),
        (("models.py", "--strict", "a folder"), ("models.py", "a folder")),
        (("--select", "LI2", "models.py"), ("models.py",)),
        (("./show",), ("show",)),
        (("--", "show"), ("show",)),
        (("check", "check", "rule"), ("check", "rule")),
        (("rule",), None),
        (("check",), ()),
    ],
)
def test_files(
    lint_indexes: Run,
    asked: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    files: tuple[str, ...] | None,
) -> None:
    for name in ("models.py", "show", "check", "rule"):
        tmp_path.joinpath(name).touch()
    tmp_path.joinpath("a folder").mkdir()
    monkeypatch.chdir(tmp_path)
    assert lint_indexes(*arguments).status == 0
    expected = [] if files is None else [tuple(Path(name) for name in files)]
    assert [options.files for options in asked] == expected  # type: ignore[attr-defined]  # CheckOptions
