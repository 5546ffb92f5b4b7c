"""Fixes of one run, put together."""

from __future__ import annotations

from lint_indexes.findings import Finding, Fix, Severity, Violation
from lint_indexes.fixers.choice import choose
from lint_indexes.fixers.plan import combined, describe, plan, without_rebuilding
from lint_indexes.model.catalog import Catalog, Index, IndexKey
from lint_indexes.model.edits import CompleteDowngrade, DeclareIndex, MergeHeads, Migrate, UndeclareIndex
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import DropIndex, RenameTable
from lint_indexes.model.origin import Origin, Source


def index(name: str, column: str = "status") -> Index:
    table = QualifiedName("public", "booking")
    return Index(QualifiedName("public", name), table, (IndexKey(column=column, columns=(column,)),))


def finding(code: str, fix: Fix | None, drop: Fix | None = None) -> Finding:
    origin = Origin(Source.MIGRATIONS, "a.py", 1)
    return Finding(code, "name", Severity.ERROR, Violation(f"{code} says", origin, fix=fix, drop=drop))


def test_what_has_no_fix_is_no_choice():
    assert choose([finding("LI304", None)], unsafe=True, drop_drift=False) == ((), 0)


def test_unsafe_fixes_are_counted_but_not_taken():
    unsafe = finding("LI502", Fix("drop a", (UndeclareIndex(index("a")),), safe=False))

    assert choose([unsafe], unsafe=False, drop_drift=False) == ((), 1)
    assert len(choose([unsafe], unsafe=True, drop_drift=False)[0]) == 1


def test_revisions_that_may_have_run_somewhere_are_not_rewritten():
    fix = Fix("complete", (CompleteDowngrade("r1", (removal_of(index("a")),)),))

    assert choose([finding("LI303", fix)], unsafe=False, drop_drift=False, rewrite=False) == ((), 1)
    assert len(choose([finding("LI303", fix)], unsafe=True, drop_drift=False, rewrite=False)[0]) == 1


def test_drift_is_declared_or_dropped():
    declare = Fix("declare", (DeclareIndex(index("a")),))
    drop = Fix("drop", (Migrate((removal_of(index("a")),)),))
    drift = finding("LI202", declare, drop)

    assert choose([drift], unsafe=False, drop_drift=False)[0][0].fix is declare
    assert choose([drift], unsafe=False, drop_drift=True)[0][0].fix is drop


def test_equal_edits_of_two_findings_are_made_once():
    fix = Fix("add a", (DeclareIndex(index("a")), Migrate((creation_of(index("a")),))))

    planned = plan(choose([finding("LI102", fix), finding("LI102", fix)], unsafe=False, drop_drift=False)[0])

    assert len(planned.choices) == 2
    assert len(planned.operations) == 1
    assert len(planned.models) == 1


def test_what_merely_goes_does_so_when_the_rest_is_there():
    rename = RenameTable(ObjectName("b", "public"), "a", "index")
    fixes = [
        Fix("create", (Migrate((creation_of(index("b")),)),)),
        Fix("rename", (Migrate((rename,)),)),
        Fix("drop", (Migrate((removal_of(index("c")),)),)),
    ]
    choices = choose([finding(f"LI20{n}", fix) for n, fix in enumerate(fixes)], unsafe=True, drop_drift=False)

    planned = plan(choices[0])

    assert [type(one) for one in planned.operations] == [RenameTable, DropIndex]
    assert [one.finding.code for one in planned.left] == ["LI200"]


def test_a_name_is_free_before_it_is_taken():
    rename = RenameTable(ObjectName("b", "public"), "a", "index")
    rebuild = (removal_of(index("c")), creation_of(index("c", "company_id")))
    fixes = [
        Fix("rebuild", (Migrate(rebuild),)),
        Fix("create", (Migrate((creation_of(index("d")),)),)),
        Fix("rename", (Migrate((rename,)),)),
    ]
    choices = choose([finding(f"LI20{n}", fix) for n, fix in enumerate(fixes)], unsafe=True, drop_drift=False)

    planned = plan(choices[0])

    assert planned.operations == (rename, *rebuild, creation_of(index("d")))


def test_an_index_that_is_to_go_is_not_declared_meanwhile():
    declare = finding("LI202", Fix("declare a", (DeclareIndex(index("a")),)))
    drop = finding("LI503", Fix("drop a", (Migrate((removal_of(index("a")),)),)))

    planned = plan(choose([declare, drop], unsafe=True, drop_drift=False)[0])

    assert [one.finding.code for one in planned.choices] == ["LI503"]
    assert [(one.finding.code, one.reason) for one in planned.left] == [
        ("LI202", "it disagrees with another fix: drop a")
    ]


def test_two_definitions_of_one_index_exclude_each_other():
    first = finding("LI101", Fix("first", (DeclareIndex(index("a")),)))
    second = finding("LI103", Fix("second", (DeclareIndex(index("a", "company_id")),)))

    planned = plan(choose([first, second], unsafe=True, drop_drift=False)[0])

    assert [one.finding.code for one in planned.choices] == ["LI101"]
    assert [one.finding.code for one in planned.left] == ["LI103"]


def test_downgrades_and_merges_stand_apart():
    removal = removal_of(index("a"))
    fixes = (
        Fix("complete", (CompleteDowngrade("r1", (removal,)),)),
        Fix("merge", (MergeHeads(("h1", "h2")),)),
    )

    planned = plan(choose([finding("LI303", one) for one in fixes], unsafe=True, drop_drift=False)[0])

    assert planned.revisions == {"r1": (CompleteDowngrade("r1", (removal,)),)}
    assert planned.merge == ("h1", "h2")
    assert planned.operations == ()


def test_the_message_says_what_the_migration_does():
    a, b, c = index("ix_a"), index("ix_b"), index("ix_c")

    assert describe([creation_of(a)]) == "create ix_a"
    assert describe([creation_of(a), creation_of(b), removal_of(c)]) == "create 2 indexes, drop ix_c"
    assert describe([removal_of(a), creation_of(a)]) == "rebuild ix_a"
    assert describe([RenameTable(ObjectName("x"), "y", "index")]) == "rename x"


def test_an_index_that_comes_and_goes_is_not_made():
    old, new = index("a"), index("a", "company_id")
    earlier = [removal_of(old), creation_of(new), creation_of(index("b"))]

    assert combined(earlier, [removal_of(new)], Catalog()) == (removal_of(old), creation_of(index("b")))


def test_an_index_that_goes_and_comes_as_it_was_stays():
    before = Catalog().with_index(index("a"))

    assert combined([removal_of(index("a"))], [creation_of(index("a"))], before) == ()
    rebuilt = (removal_of(index("a")), creation_of(index("a", "company_id")))
    assert combined(rebuilt[:1], rebuilt[1:], before) == rebuilt


def test_to_take_back_that_an_index_was_built_anew_needs_nothing():
    before = Catalog().with_index(index("a"))
    anew = (removal_of(index("a")), creation_of(index("a")))

    assert combined([], anew, before) == anew
    assert without_rebuilding(anew, before) == ()


def test_what_gets_another_name_is_not_declared_under_the_old_one():
    rename = Fix(
        "rename a to b",
        (DeclareIndex(index("b")), Migrate((RenameTable(ObjectName("a", "public"), "b", "index"),))),
    )
    declare = Fix("declare a", (DeclareIndex(index("a")),))
    findings = [finding("LI202", declare), finding("LI102", rename), finding("LI102", rename)]

    planned = plan(choose(findings, unsafe=False, drop_drift=False)[0])

    assert [choice.fix for choice in planned.choices] == [rename, rename]
    assert [one.reason for one in planned.left] == ["it disagrees with another fix: rename a to b"]
