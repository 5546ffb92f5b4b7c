"""What accepts findings of a project: comments in its files, patterns of its configuration, its baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial

from lint_indexes.config.selection import matching_codes, unknown_selector
from lint_indexes.config.value import Config
from lint_indexes.findings import Finding, OpenQuestion
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.selection import KNOWN_RULES
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import History, Revision
from lint_indexes.model.origin import Origin, Source
from lint_indexes.rule import Rule
from lint_indexes.sources.files import relative_path
from lint_indexes.sources.suppressions import baseline_path, load_baseline, load_comments
from lint_indexes.suppressions import Suppressor
from lint_indexes.suppressions.patterns import names_of


def suppressor_for(
    config: Config,
    loaded: Loaded,
    running: Iterable[Rule],
    findings: Sequence[Finding],
    expected: frozenset[str],
    *,
    questions: Iterable[OpenQuestion] = (),
    baseline: bool = True,
) -> Suppressor:
    """What is suppressed in a project of which some rules have found something, and left some questions."""
    codes_of = partial(matching_codes, known_rules=KNOWN_RULES)
    return Suppressor(
        codes_of=codes_of,
        unknown=partial(unknown_selector, known_rules=KNOWN_RULES),
        show_path=cache(partial(relative_path, folder=config.root)),
        ran=frozenset(rule.code for rule in running),
        expected=expected,
        comments=load_comments(commented_files(loaded, findings), loaded.overlay),
        ignores={
            pattern: frozenset().union(*map(codes_of, selectors))
            for pattern, selectors in config.per_file_ignores.items()
        },
        baseline=load_baseline(config.root) if baseline else (),
        settled=frozenset(
            revision.path for revision in loaded.history.revisions.values() if not _is_judged_whole(revision)
        ),
        undecided=[*_undecided(loaded), *(one.origin for one in questions if one.origin is not None)],
        uncertain=frozenset(loaded.history.head.uncertain),
        patterns=config.pattern_origins,
        known=_names(config, loaded, findings) if config.pattern_origins else frozenset(),
        complete=_is_complete(loaded.history),
    )


def _is_judged_whole(revision: Revision) -> bool:
    """Whether every rule saw all of a revision; one that stopped may hold what a comment is for."""
    return revision.judged and not revision.doubts and revision.upgrade.failure is None


def _undecided(loaded: Loaded) -> Iterator[Origin]:
    """Where tables and indexes stand that nobody judges, since what they are is not known for sure."""
    head = loaded.history.head
    for catalog in (head, *([loaded.models.catalog] if loaded.models else [])):
        for table in filter(catalog.tables.__contains__, head.uncertain):
            origins = [catalog.tables[table].origin, *(index.origin for index in catalog.indexes_on(table))]
            yield from (origin for origin in origins if origin is not None)


def _is_complete(history: History) -> bool:
    """Whether no table or index can be missing in what was replayed."""
    if any(revision.doubts or revision.upgrade.failure for revision in history.revisions.values()):
        return False
    return not history.broken and not history.head.open_world


def _names(config: Config, loaded: Loaded, findings: Sequence[Finding]) -> frozenset[str]:
    """What a pattern of per-file-ignores may match: files, tables with and without their schemas, indexes."""
    show_path = partial(relative_path, folder=config.root)
    history = loaded.history
    paths = [file.path for file in commented_files(loaded, findings)] + [file.path for file in history.broken]
    paths += [str(config.path), str(baseline_path(config.root))]
    objects = {
        touched
        for run in (revision.upgrade for revision in history.revisions.values())
        for touched in run.after.touched_since(run.before)
    }
    if loaded.models:
        objects |= loaded.models.catalog.touched_since(Catalog())
    tables = {name for part, name in objects if part == "tables"}
    indexes = {name.name for part, name in objects if part == "indexes"}
    named = {name.name for name in tables} | {f"{name.schema}.{name.name}" for name in tables}
    found = {name for finding in findings for name in names_of(finding, show_path)}
    return frozenset({show_path(path) for path in paths if path is not None} | named | indexes | found)


def commented_files(loaded: Loaded, findings: Iterable[Finding]) -> list[Origin]:
    """The files that may hold comments, each once: migrations, models, and where findings stand."""
    origins = [revision.origin for revision in loaded.history.revisions.values()]
    if loaded.models is not None:
        catalog = loaded.models.catalog
        declared = [table.origin for table in catalog.tables.values()]
        declared += [index.origin for index in catalog.indexes.values()]
        origins += [origin for origin in declared if origin is not None]
    origins += [finding.violation.origin for finding in findings]
    files = {
        origin.path: Origin(origin.source, origin.path, revision=origin.revision)
        for origin in reversed(origins)
        if origin.path is not None and origin.source is not Source.POLICY
    }
    return [files[path] for path in sorted(files)]
