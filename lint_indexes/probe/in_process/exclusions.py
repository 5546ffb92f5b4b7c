"""Asks what env.py gave to configure() (include_object and the like) what autogenerate leaves out."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint, text
from sqlalchemy.types import NullType

from .problems import describe


def find_exclusions(environment, metadata, described, default_schema):
    """What autogenerate would not look at, of the models and of the migrations' result.

    ``described`` is the migrations' result: {"tables": [{"schema", "name", "columns"}], "indexes":
    [{"schema", "name", "table", "columns", "constraint"}]}. Where env.py has several runs (multidb), all
    of them must leave it out.

    Returns:
        {"tables": [[schema, name]], "indexes": [[schema, name]], "warnings"}.
    """
    known = environment is not None and environment.configured
    runs = [options for options, _ in environment.settings()] if known else []
    asking = [options for options in runs if options.get("include_object") or options.get("include_name")]
    if not asking:
        blind = bool(runs) and not any(options.get("include_schemas") for options in runs)
        tables = _in_other_schemas(metadata, described, default_schema) if blind else []
        return {"tables": tables, "indexes": [], "warnings": []}
    pairs = _Pairs(metadata, described, default_schema)
    found = [_Filters(options) for options in runs]
    tables = [
        key
        for key, (model, migrated) in pairs.tables.items()
        if all(f.leaves_out_table(model, migrated) for f in found)
    ]
    indexes = [
        [key[0], name]
        for key in pairs.tables
        if key not in tables
        for name, (model, migrated) in pairs.indexes(key).items()
        if all(f.leaves_out_index(name, model, migrated) for f in found)
    ]
    warnings = dict.fromkeys(warning for filters in found for warning in filters.warnings)
    return {"tables": [list(key) for key in tables], "indexes": indexes, "warnings": list(warnings)}


def _in_other_schemas(metadata, described, default_schema):
    """The tables of the migrations that autogenerate does not see without include_schemas."""
    models = {(t.schema or default_schema, t.name) for one in metadata for t in one.tables.values()}
    migrated = [(table["schema"], table["name"]) for table in described["tables"]]
    return [list(key) for key in sorted(migrated) if key[0] != default_schema and key not in models]


class _Pairs:
    """Tables and their indexes as (in the models, in the migrations), None where one side lacks it."""

    def __init__(self, metadata, described, default_schema):
        self._default = default_schema
        models = {self._key(t.schema, t.name): t for one in metadata for t in one.tables.values()}
        migrated = {self._key(t["schema"], t["name"]): self._reflected(t) for t in described["tables"]}
        for index in described["indexes"]:
            table = migrated.get(self._key(index["schema"], index["table"]))
            if table is not None:
                _reflect_index(index, table)
        self.tables = {
            key: (models.get(key), migrated.get(key)) for key in sorted({*models, *migrated}, key=str)
        }

    def _key(self, schema, name):
        return (schema or self._default, name)

    def _reflected(self, described):
        """A table as the inspector would bring it: the default schema is None."""
        schema = None if described["schema"] == self._default else described["schema"]
        columns = (Column(name, NullType()) for name in described["columns"])
        return Table(described["name"], MetaData(), *columns, schema=schema)

    def indexes(self, key):
        """Indexes and unique constraints of a table by name; an unnamed one by its columns."""
        model, migrated = (_indexes_of(table) for table in self.tables[key])
        unnamed = [item for item in model if item.name is None]
        ours = {str(item.name): item for item in model if item.name is not None}
        theirs = {str(item.name): item for item in migrated}
        for name, item in theirs.items():
            same = [one for one in unnamed if one.columns.keys() == item.columns.keys()]
            if name not in ours and same and isinstance(item, UniqueConstraint):
                ours[name] = same[0]
        return {name: (ours.get(name), theirs.get(name)) for name in sorted({*ours, *theirs})}


def _reflect_index(described, table):
    columns = [table.c[name] for name in described["columns"] if name in table.c]
    if described["constraint"] == "unique":
        table.append_constraint(UniqueConstraint(*columns, name=described["name"]))
    elif described["constraint"] is None:
        Index(described["name"], *(columns or [text("expression")]), _table=table)


def _indexes_of(table):
    if table is None:
        return []
    constraints = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
    return [*table.indexes, *constraints]


class _Filters:
    """The options of one configure(), asked as Alembic's AutogenContext asks them."""

    def __init__(self, options):
        self._include_schemas = options.get("include_schemas", False)
        self._include_object = options.get("include_object")
        self._include_name = options.get("include_name")
        self.warnings = []

    def leaves_out_table(self, model, migrated):
        if migrated is not None:
            schema = migrated.schema
            if model is None and schema is not None and not self._include_schemas:
                return True
            if self._include_schemas and self._rejects("include_name", schema, "schema", {}):
                return True
            parents = {"schema_name": schema, "schema_qualified_table_name": migrated.fullname}
            if self._rejects("include_name", migrated.name, "table", parents):
                return True
        item = migrated if model is None else model
        return self._rejects_object(item, str(item.name), "table", model, migrated)

    def leaves_out_index(self, name, model, migrated):
        item = migrated if model is None else model
        kind = "index" if isinstance(item, Index) else "unique_constraint"
        if migrated is not None:
            table = migrated.table
            parents = {
                "schema_name": table.schema,
                "table_name": table.name,
                "schema_qualified_table_name": table.fullname,
            }
            if self._rejects("include_name", name, kind, parents):
                return True
        return self._rejects_object(item, name, kind, model, migrated)

    def _rejects_object(self, item, name, kind, model, migrated):
        compare_to = migrated if model is not None else None
        return self._rejects("include_object", item, name, kind, model is None, compare_to)

    def _rejects(self, option, *arguments):
        function = self._include_name if option == "include_name" else self._include_object
        if function is None:
            return False
        try:
            return not function(*arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.warnings.append(f"env.py's {option} failed, so it leaves nothing out: {describe(error)}")
            return False
