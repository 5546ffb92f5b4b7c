"""What rules have yielded about single revisions, for as long as their runs are the same."""

from __future__ import annotations

import pytest

from lint_indexes.cache.findings import outcome_from_json, outcome_to_json
from lint_indexes.cache.fingerprint import Fingerprint
from lint_indexes.cache.journal import Entry, KnownRuns, entries_from
from lint_indexes.findings import OpenQuestion, Outcome, Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Definition, Function, Revision, Run
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.probe.protocol import ListedRevision

START = Catalog()
ORIGIN = Origin(Source.MIGRATIONS, "0001.py", 7, None, "0001")
OUTCOMES: list[Outcome] = [
    Violation("is missing", ORIGIN, Subject(QualifiedName("public", "booking"), "ix_booking", "0001")),
    OpenQuestion("cannot be compared", None),
]
LISTED = ListedRevision(
    id="0001",
    down_revisions=(),
    depends_on=(),
    path="0001.py",
    message="",
    line=1,
    upgrade_function=Function(Definition.BODY),
    downgrade_function=Function(Definition.MISSING),
    facts={},
    independent=True,
)


def replayed(runs: KnownRuns, state: Catalog = START) -> Revision:
    """A revision whose run is taken over where it is known."""
    run = runs.find(LISTED, "upgrade", state)
    if run is None:
        run = Run(state, state)
        runs.add(LISTED, "upgrade", run)
    missing = Function(Definition.MISSING)
    return Revision("0001", (), (), "0001.py", "", 1, Function(Definition.BODY), missing, run)


def kept(runs: KnownRuns) -> dict[str, Entry]:
    """The entries as a later run finds them."""
    entry = Entry("0001.py", {}, True, Fingerprint(), runs.runs["0001.py"], *runs.said_of("0001.py"))
    return {entry.path: entry for entry in entries_from(iter([*entry.pieces()]))}


@pytest.fixture
def entries() -> dict[str, Entry]:
    """What a run leaves in which a rule had something to say of the revision."""
    runs = KnownRuns({}, START, "start")
    runs.verdicts(replayed(runs), Circumstances())["LI401"] = tuple(OUTCOMES)
    return kept(runs)


def test_what_was_said_is_known(entries: dict[str, Entry]) -> None:
    runs = KnownRuns(entries, START, "start")
    assert runs.verdicts(replayed(runs), Circumstances()) == {"LI401": tuple(OUTCOMES)}


@pytest.mark.parametrize(
    "circumstances",
    [
        Circumstances(incomplete=True),
        Circumstances(failing=frozenset({"0000"})),
        Circumstances(sets_lock_timeout=True),
    ],
)
def test_other_circumstances_make_it_void(entries: dict[str, Entry], circumstances: Circumstances) -> None:
    runs = KnownRuns(entries, START, "start")
    assert runs.verdicts(replayed(runs), circumstances) == {}


def test_another_run_makes_it_void(entries: dict[str, Entry]) -> None:
    runs = KnownRuns(entries, START, "another start")
    assert runs.verdicts(replayed(runs), Circumstances()) == {}
    assert kept(runs)["0001.py"].verdicts == {}


def test_a_run_from_a_state_that_cannot_be_told_makes_it_void(entries: dict[str, Entry]) -> None:
    runs = KnownRuns(entries, START, "start")
    elsewhere = Catalog(open_world=True)
    revision = replayed(runs, elsewhere)
    assert runs.verdicts(revision, Circumstances()) == {}


def test_what_nobody_asked_for_is_kept(entries: dict[str, Entry]) -> None:
    runs = KnownRuns(entries, START, "start")
    replayed(runs)
    assert kept(runs)["0001.py"].verdicts == entries["0001.py"].verdicts


def test_another_rule_adds_to_it(entries: dict[str, Entry]) -> None:
    runs = KnownRuns(entries, START, "start")
    runs.verdicts(replayed(runs), Circumstances())["LI402"] = ()
    later = KnownRuns(kept(runs), START, "start")
    assert later.verdicts(replayed(later), Circumstances()) == {"LI401": tuple(OUTCOMES), "LI402": ()}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_outcomes_come_back(outcome: Outcome) -> None:
    assert outcome_from_json(outcome_to_json(outcome)) == outcome
