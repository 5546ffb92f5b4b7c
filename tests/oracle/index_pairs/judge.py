"""Asks PostgreSQL what it makes of pairs of indexes, and compares that with the tool's answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index_pairs.indexes import Definition, IndexGenerator
from index_pairs.schema import SETUP, TABLE
from lint_indexes.compare.equality import Different, Equal, Undecided, compare_indexes
from lint_indexes.ddl import nodes
from lint_indexes.ddl.index import index_from_statement
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.names import QualifiedName
from lint_indexes.server.embedded import EmbeddedServer

# Makes the index, prints it, and undoes it all: locks and files are given back at once.
_STORED = """
CREATE FUNCTION stored(statement text) RETURNS text LANGUAGE plpgsql AS $function$
DECLARE definition text;
BEGIN
    BEGIN
        EXECUTE statement;
        definition := pg_get_indexdef('i'::regclass);
        RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL; WHEN OTHERS THEN definition := 'ERROR ' || SQLERRM;
    END;
    RETURN definition;
END $function$;
"""


def prepare(server: EmbeddedServer) -> None:
    """Make the schema."""
    server.psql(";\n".join(SETUP) + ";\n" + _STORED)


def stored_definitions(server: EmbeddedServer, statements: Sequence[str]) -> list[str]:
    """What pg_get_indexdef() prints after each statement, or ``ERROR`` and the message."""
    answers: list[str] = []
    for at in range(0, len(statements), 250):
        listed = json.dumps(list(statements[at : at + 250]))
        rows = f"json_array_elements_text($list${listed}$list$) WITH ORDINALITY AS l(s, n)"
        # What each CREATE INDEX left behind in the system catalogs would slow down the next ones.
        vacuum = "VACUUM pg_class, pg_attribute, pg_index, pg_depend, pg_type;"
        answers += json.loads(server.psql(f"SELECT json_agg(stored(s) ORDER BY n) FROM {rows};{vacuum}"))
    return answers


def read_index(statement: str) -> Index:
    """The index of a CREATE INDEX statement."""
    _, operation = index_from_statement(nodes.parse_statements(statement)[0].stmt)
    return operation.definition.build(QualifiedName("public", "i"), TABLE, only=operation.only)


@dataclass
class Figures:
    """What came of the comparisons; ``failures`` has the statements of every wrong or undecided one."""

    read_back: int = 0
    pairs: int = 0
    same_pairs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    by_mutation: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str, str, str]] = field(default_factory=list)

    def judge(self, what: str, result: object, same: bool, statements: tuple[str, str]) -> None:
        """Count one comparison whose right answer is ``same``."""
        if isinstance(result, Undecided):
            verdict = "undecided"
        elif isinstance(result, Equal) is same:
            verdict = "right"
        else:
            verdict = "wrong equal" if isinstance(result, Equal) else "wrong different"
        self.counts[verdict] += 1
        if verdict != "right":
            self.failures.append((f"{verdict} ({what})", *statements, _explain(result)))


def _explain(result: object) -> str:
    if isinstance(result, Different):
        return "; ".join(one.describe("A", "B") for one in result.differences)
    return result.reason if isinstance(result, Undecided) else ""


@dataclass(frozen=True)
class Pair:
    """Two definitions that PostgreSQL took, with what it stored for each.

    ``stored`` is what it prints, ``settled`` what it prints after reading that again: what it prints is not
    always what it would make of its own text.
    """

    original: Definition
    mutated: Definition
    stored: tuple[str, str]
    settled: tuple[str, str]

    @property
    def same(self) -> bool:
        return self.settled[0] == self.settled[1]


def make_pairs(server: EmbeddedServer, generator: IndexGenerator, count: int) -> list[Pair]:
    """``count`` pairs of which PostgreSQL accepts both sides."""
    pairs: list[Pair] = []
    while len(pairs) < count:
        originals = [generator.make() for _ in range(2 * min(count - len(pairs), 1000) + 10)]
        accepted = _accepted(server, originals)
        mutated = _accepted(server, [generator.mutate(one) for one, _ in accepted], keep=True)
        found = [
            (one[0], other[0], (one[1], other[1]))
            for one, other in zip(accepted, mutated, strict=True)
            if not other[1].startswith("ERROR")
        ]
        # Only arrays come out of a second reading otherwise than out of the first.
        reread = {text for *_, texts in found for text in texts if "ARRAY[" in text and texts[0] != texts[1]}
        again = dict(zip(sorted(reread), stored_definitions(server, sorted(reread)), strict=True))
        for one, other, texts in found:
            settled = again.get(texts[0], texts[0]), again.get(texts[1], texts[1])
            pairs.append(Pair(one, other, texts, settled))
    return pairs[:count]


def _accepted(
    server: EmbeddedServer, definitions: Sequence[Definition], *, keep: bool = False
) -> list[tuple[Definition, str]]:
    """The definitions with what PostgreSQL prints for them, without those that it refuses unless ``keep``."""
    printed = stored_definitions(server, [str(one) for one in definitions])
    found = zip(definitions, printed, strict=True)
    return [(one, text) for one, text in found if keep or not text.startswith("ERROR")]


def judge_pairs(pairs: Iterable[Pair], catalog: Catalog) -> Figures:
    """Compare each index with what is stored for it, and the two sides of each pair."""
    figures = Figures()
    for pair in pairs:
        texts = str(pair.original), str(pair.mutated)
        indexes = [read_index(text) for text in texts]
        stored = [read_index(text) for text in pair.stored]
        for index, other, text, printed in zip(indexes, stored, texts, pair.stored, strict=True):
            figures.read_back += 1
            figures.judge("read back", compare_indexes(index, catalog, other, catalog), True, (text, printed))
        result = compare_indexes(indexes[0], catalog, indexes[1], catalog)
        figures.judge(f"mutated {pair.mutated.mutated}", result, pair.same, texts)
        across = compare_indexes(indexes[0], catalog, stored[1], catalog)
        figures.judge(
            f"mutated {pair.mutated.mutated}, stored", across, pair.same, (texts[0], pair.stored[1])
        )
        figures.pairs += 1
        figures.same_pairs += pair.same
        figures.by_mutation[pair.mutated.mutated] += 1
    return figures
