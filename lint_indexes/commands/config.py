"""``lint-indexes config``: what holds in the end, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lint_indexes.commands.projects import configurations
from lint_indexes.config.effective import (
    EffectiveConfiguration,
    EffectiveValue,
    Kind,
    Provenance,
    RuleChoice,
    configured_values,
)
from lint_indexes.config.files import read_document
from lint_indexes.config.schema import configuration_schema, pyproject_schema, schema_document
from lint_indexes.config.selection import most_specific
from lint_indexes.config.settings import ALEMBIC, DATABASE_URL_ENV, EXTEND_SELECT, IGNORE, PYTHON, SELECT
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError, ProbeError
from lint_indexes.linter.loading import describe_project, project_interpreter
from lint_indexes.linter.selection import (
    BASE,
    COMMIT,
    DATABASE,
    KNOWN_RULES,
    VERIFICATION,
    chosen_rules,
    usual_codes,
)
from lint_indexes.model.dataclass import dataclass
from lint_indexes.probe.alembic_settings import find_alembic
from lint_indexes.probe.interpreter import PYTHON_VARIABLE
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES
from lint_indexes.sources.files import relative_path


@dataclass(frozen=True, slots=True)
class ConfigOptions:
    """``config``: as for ``check``, what is given there is shown with what it overrides; ``load`` imports the
    project too.
    """

    root: Path | None = None
    config: Path | None = None
    python: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    load: bool = False


def effective_configurations(options: ConfigOptions) -> list[EffectiveConfiguration]:
    """One for each project, in the order of their paths.

    An interpreter or an Alembic configuration that cannot be used is no error here, but told with its value.

    Raises:
        ConfigurationError: there is no configuration, or one of them cannot be used.
    """
    return [_effective(config, options) for config in configurations(options.root, options.config)]


def schema(*, pyproject: bool) -> str:
    """The JSON Schema for editors: of a whole pyproject.toml, or else of lint-indexes.toml."""
    return schema_document((pyproject_schema if pyproject else configuration_schema)(KNOWN_RULES))


def _effective(config: Config, options: ConfigOptions) -> EffectiveConfiguration:
    values = [
        effective
        for value in configured_values(read_document(config.path))
        for effective in _overlaid(value, config, options)
    ]
    usual = usual_codes(*([DATABASE] if _has_database(config) else []))
    chosen = chosen_rules(config, usual, options.select, options.ignore, options.extend_select)
    codes = {rule.code for rule in chosen}
    rules = [_choice(rule, rule.code in codes, config, options) for rule in ALL_RULES]
    about = _about(config, options) if options.load else ()
    return EffectiveConfiguration(config.path, config.root, tuple(values), tuple(rules), about)


def _about(config: Config, options: ConfigOptions) -> tuple[str, ...]:
    try:
        return describe_project(config, options.python)
    except LintIndexesError as error:
        reason = "; ".join(part for part in (error.message, error.hint) if part)
        return (f"the project cannot be loaded: {reason}",)


def _overlaid(value: EffectiveValue, config: Config, options: ConfigOptions) -> Iterator[EffectiveValue]:
    """A value of the file with what the command line, the environment and a look around make of it."""
    if value.key == PYTHON.name:
        yield _interpreter(value, config, options)
    elif value.key == ALEMBIC.name:
        yield _alembic(value, config)
    elif value.key == DATABASE_URL_ENV.name:
        yield _database(value, config)
    elif value.key == SELECT.name:
        yield _given("--select", options.select, value) or value
    elif value.key == EXTEND_SELECT.name:
        if not options.select:
            yield value
        yield from filter(None, [_given("--extend-select", options.extend_select, value)])
    elif value.key == IGNORE.name:
        given = _given("--ignore", options.ignore, value)
        if given is None or config.ignore:
            yield value
        yield from filter(None, [given])
    else:
        yield value


def _given(option: str, selectors: Sequence[str], value: EffectiveValue) -> EffectiveValue | None:
    if not selectors:
        return None
    return replace(value, value=list(selectors), provenance=Provenance(Kind.COMMAND_LINE, name=option))


def _interpreter(value: EffectiveValue, config: Config, options: ConfigOptions) -> EffectiveValue:
    requested = options.python or config.python
    provenance = value.provenance
    if options.python is not None:
        provenance = Provenance(Kind.COMMAND_LINE, name="--python")
    elif requested is None and os.environ.get(PYTHON_VARIABLE):
        provenance = Provenance(Kind.ENVIRONMENT, name=PYTHON_VARIABLE)
    try:
        found = project_interpreter(config, options.python)
    except ProbeError as error:
        return replace(value, value=None, provenance=_unusable(provenance, error))
    if provenance.kind is Kind.DEFAULT:
        provenance = Provenance(Kind.FOUND, note=found.reason)
    return replace(value, value=str(found.path), provenance=provenance)


def _alembic(value: EffectiveValue, config: Config) -> EffectiveValue:
    given = config.root / config.alembic if config.alembic else None
    try:
        found = find_alembic(config.root.absolute(), given)
    except ProbeError as error:
        return replace(value, provenance=_unusable(value.provenance, error))
    if given is not None:
        return value
    files = [relative_path(str(path), config.root) for path in (found.toml, found.ini) if path is not None]
    note = f"beside {files[1]}" if len(files) > 1 else None
    return replace(value, value=files[0], provenance=Provenance(Kind.FOUND, note=note))


def _database(value: EffectiveValue, config: Config) -> EffectiveValue:
    """The variable's name, never what it holds: a URL may have a password."""
    if config.database_url_env is None:
        return value
    note = "the variable is set" if _has_database(config) else "the variable is not set"
    return replace(value, provenance=replace(value.provenance, note=note))


def _has_database(config: Config) -> bool:
    return config.database_url_env is not None and bool(os.environ.get(config.database_url_env))


def _unusable(provenance: Provenance, error: ProbeError) -> Provenance:
    note = "; ".join(part for part in (error.message, error.hint) if part)
    return replace(provenance, kind=Kind.MISSING, note=note)


def _choice(rule: Rule, selected: bool, config: Config, options: ConfigOptions) -> RuleChoice:
    severity = config.severity.get(rule.code, rule.severity)
    reason = _reason(rule, selected, config, options)
    return RuleChoice(rule.code, rule.name, severity, selected, reason)


def _reason(rule: Rule, selected: bool, config: Config, options: ConfigOptions) -> str:
    """The selector that decides, or else what holds without any."""
    needs = _needs(rule, config)
    wanting = {"--extend-select": options.extend_select, "--select": options.select}
    if not options.select:
        wanting |= {EXTEND_SELECT.name: config.extend_select, SELECT.name: config.select}
    refusing = {"--ignore": options.ignore, IGNORE.name: config.ignore}
    for where, selectors in (wanting if selected else refusing).items():
        selector = most_specific(rule.code, selectors, KNOWN_RULES)
        if selector is not None:
            return f"{where} {selector}{f', but it {needs}' if selected and needs else ''}"
    if selected:
        return "on by default"
    if options.select or config.select:
        return "not selected"
    return f"it {needs}" if needs else "off by default"


def _needs(rule: Rule, config: Config) -> str | None:
    """What a rule cannot do without, where it is not there."""
    if VERIFICATION in rule.required:
        return "judges in verify only"
    if COMMIT in rule.required:
        return "judges in a commit hook only"
    if BASE in rule.required:
        return "judges with --base only"
    return "takes a database" if DATABASE in rule.required and not _has_database(config) else None
