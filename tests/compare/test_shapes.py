"""The indexes that SQLAlchemy compiles, against what PostgreSQL prints for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lint_indexes.compare.equality import Different, Equal, compare_indexes
from lint_indexes.ddl import nodes
from lint_indexes.ddl.index import index_from_statement
from lint_indexes.ddl.types import column_type
from lint_indexes.model.catalog import Catalog, Column, Index, Table, Type, TypeKind
from lint_indexes.model.names import QualifiedName

SHAPES = json.loads((Path(__file__).parent.parent / "data" / "index_shapes.json").read_text())
TABLE = QualifiedName("public", "t")


def catalog_of_the_shapes() -> Catalog:
    create = nodes.parse_statements(SHAPES["setup"][-1])[0].stmt
    columns = tuple(
        Column(element.colname, column_type(element.typeName))
        for element in create.tableElts
        if hasattr(element, "colname")
    )
    enum = Type(QualifiedName("public", "st"), TypeKind.ENUM, labels=("active", "x y"))
    catalog = Catalog(types=Catalog().types.insert(enum.name, enum))
    return catalog.with_table(Table(TABLE, columns=columns))


CATALOG = catalog_of_the_shapes()


def read_index(sql: str) -> Index:
    _, operation = index_from_statement(nodes.parse_statements(sql)[0].stmt)
    return operation.definition.build(QualifiedName("public", operation.name), TABLE, only=operation.only)


@pytest.mark.parametrize("shape", SHAPES["indexes"], ids=lambda shape: shape["name"])
def test_declared_equals_stored(shape: dict[str, str]) -> None:
    declared, stored = read_index(shape["declared"]), read_index(shape["stored"])
    assert compare_indexes(declared, CATALOG, stored, CATALOG) == Equal()


def test_every_other_shape_is_different() -> None:
    """Of all pairs of shapes, only those are equal that PostgreSQL prints alike."""
    indexes = [(shape["name"], read_index(shape["declared"])) for shape in SHAPES["indexes"]]
    printed = {shape["name"]: shape["stored"].split(" ON ", 1)[1] for shape in SHAPES["indexes"]}
    unique = {shape["name"]: "UNIQUE" in shape["stored"] for shape in SHAPES["indexes"]}
    wrong = []
    for position, (name, index) in enumerate(indexes):
        for other_name, other in indexes[position + 1 :]:
            same = (printed[name], unique[name]) == (printed[other_name], unique[other_name])
            result = compare_indexes(index, CATALOG, other, CATALOG)
            if isinstance(result, Equal) is not same or not isinstance(result, Equal | Different):
                wrong.append((name, other_name, result))
    assert wrong == []
