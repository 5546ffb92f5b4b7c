"""The probe's JSON lines, to and from the values of the protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

from lint_indexes.ddl.parameters import PARAMETER_TYPES, TypedText
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ProbeError
from lint_indexes.model.history import BrokenFile, Definition, Failure, FailureKind, Function
from lint_indexes.model.inputs import Inputs, Stat
from lint_indexes.model.names import ObjectName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.repository import DeclaredRevision
from lint_indexes.probe.protocol import (
    Facts,
    ListedRevision,
    Listing,
    MetadataListing,
    ProbeInputs,
    RenderedLines,
    Versions,
    WrittenRevision,
)

T = TypeVar("T")


class Fields:
    """A JSON object of the probe, read field by field; what does not fit is a ProbeError."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise _unexpected(value)
        self._value = cast("dict[str, object]", value)

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def text(self, name: str) -> str:
        return self._typed(name, str)

    def number(self, name: str) -> int:
        return self._typed(name, int)

    def boolean(self, name: str) -> bool:
        return self._typed(name, bool)

    def optional_text(self, name: str) -> str | None:
        return None if self._value.get(name) is None else self.text(name)

    def optional_number(self, name: str) -> int | None:
        return None if self._value.get(name) is None else self.number(name)

    def values(self, name: str) -> list[object]:
        return self._typed(name, list)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(item) for item in self.values(name))

    def children(self, name: str) -> tuple[Fields, ...]:
        return tuple(Fields(item) for item in self.values(name))

    def child(self, name: str) -> Fields:
        return Fields(self._value.get(name))

    def mapping(self, name: str) -> dict[str, object]:
        return dict(self._typed(name, dict))

    def optional_mapping(self, name: str) -> dict[str, object] | None:
        return None if self._value.get(name) is None else self.mapping(name)

    def _typed(self, name: str, kind: type[T]) -> T:
        value = self._value.get(name)
        if not isinstance(value, kind):
            raise _unexpected(self._value)
        return value


def decode(line: bytes) -> Fields:
    """One line of the probe.

    Raises:
        ProbeError: the line is no JSON object.
    """
    try:
        return Fields(json.loads(line))
    except ValueError:
        raise _unexpected(line) from None


def encode(message: Mapping[str, object]) -> bytes:
    """One line to the probe. A value that JSON does not know is sent as {"$": type, "text": ...}."""
    return json.dumps(message, default=_tagged).encode("ascii") + b"\n"


def result_message(result: Result) -> dict[str, object]:
    """A statement's answer."""
    return {"columns": result.columns, "rows": result.rows, "rowcount": result.rowcount}


def origin_from(fields: Fields) -> Origin:
    """Where a statement comes from, as the probe saw it on the stack."""
    return Origin(
        source=Source(fields.text("source")),
        path=fields.optional_text("path"),
        line=fields.optional_number("line"),
        column=fields.optional_number("column"),
        revision=fields.optional_text("revision"),
    )


def versions_from(fields: Fields) -> Versions:
    return Versions(fields.text("python"), fields.text("sqlalchemy"), fields.text("alembic"))


def listing_from(fields: Fields, known: Mapping[str, Facts]) -> Listing:
    """The answer to the command ``history``; the facts that were sent, those ``known``, do not come back."""
    return Listing(
        revisions=tuple(_revision(item, known) for item in fields.children("revisions")),
        heads=fields.texts("heads"),
        broken=tuple(_broken_file(item) for item in fields.children("broken")),
        versions_path=fields.text("versions_path"),
        script_location=fields.text("script_location"),
        version_locations=fields.texts("version_locations"),
        warnings=fields.texts("warnings"),
        labels={name: str(target) for name, target in fields.mapping("labels").items()},
        version_tables=tuple(
            ObjectName(table.text("name"), table.optional_text("schema"))
            for table in fields.children("version_tables")
        ),
    )


def inputs_from(fields: Fields) -> ProbeInputs | None:
    """The answer to the command ``inputs``; None where the probe missed something."""
    layers = {path: Fields(value) for path, value in fields.mapping("layers").items()}
    base, rest = fields.child("base"), fields.child("rest")
    if not all(layer.boolean("complete") for layer in (base, rest, *layers.values())):
        return None
    return ProbeInputs(
        base=replace(_inputs(base), packages=frozenset(fields.texts("packages"))),
        rest=_inputs(rest),
        migrations={path: _inputs(layer) for path, layer in layers.items()},
        library_folders=fields.texts("library_folders"),
    )


def _inputs(fields: Fields) -> Inputs:
    return Inputs(
        files=_stats(fields.mapping("files")),
        looked_for=_texts_by_path(fields.mapping("looked_for")),
        links=_texts_by_path(fields.mapping("links")),
        listed=_stats(fields.mapping("listed")),
        variables=frozenset(fields.texts("variables")),
        every_variable=fields.boolean("every_variable"),
    )


def _stats(found: Mapping[str, object]) -> frozenset[tuple[str, Stat | None]]:
    return frozenset((path, _stat(value)) for path, value in found.items())


def _stat(value: object) -> Stat | None:
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 4 and all(isinstance(part, int) for part in value):
        return value[0], value[1], value[2], value[3]
    raise _unexpected(value)


def _texts_by_path(found: Mapping[str, object]) -> frozenset[tuple[str, str]]:
    return frozenset((path, str(text)) for path, text in found.items())


def declared_from(fields: Fields) -> tuple[DeclaredRevision, ...]:
    """The answer to the command ``declared``."""
    return tuple(
        DeclaredRevision(
            item.text("id"), item.texts("down_revisions"), item.text("path"), item.boolean("labelled")
        )
        for item in fields.children("revisions")
    )


def metadata_from(fields: Fields) -> MetadataListing | None:
    """The answer to the command ``metadata``; None where env.py names none."""
    if fields.optional_number("tables") is None:
        return None
    names = {
        (item.optional_text("schema"), item.text("name")): item.texts("expected")
        for item in fields.children("conventional_names")
    }
    return MetadataListing(fields.number("tables"), fields.texts("warnings"), names)


def written_from(fields: Fields) -> WrittenRevision:
    """The answer to the command ``write``."""
    return WrittenRevision(fields.text("revision"), fields.text("path"), fields.text("text"))


def rendered_from(fields: Fields) -> RenderedLines:
    """The answer to the command ``render``."""
    return RenderedLines(fields.texts("lines"), fields.texts("imports"))


def failure_from(fields: Fields) -> Failure | None:
    """The answer to the command ``run``."""
    if "failure" not in fields:
        return None
    failure = fields.child("failure")
    return Failure(
        kind=FailureKind(failure.text("kind")),
        message=failure.text("message"),
        origin=origin_from(failure.child("origin")),
        sqlstate=failure.optional_text("sqlstate"),
        exception=failure.optional_text("exception"),
    )


def _revision(fields: Fields, known: Mapping[str, Facts]) -> ListedRevision:
    return ListedRevision(
        id=fields.text("id"),
        down_revisions=fields.texts("down_revisions"),
        depends_on=fields.texts("depends_on"),
        path=fields.text("path"),
        message=fields.text("message"),
        line=fields.number("line"),
        upgrade_function=_function(fields.child("upgrade")),
        downgrade_function=_function(fields.child("downgrade")),
        stubs=fields.texts("stubs"),
        facts=known[fields.text("path")] if fields.boolean("known") else fields.optional_mapping("facts"),
        independent=fields.boolean("independent"),
    )


def _function(fields: Fields) -> Function:
    return Function(
        Definition(fields.text("definition")),
        fields.number("line"),
        fields.optional_text("irreversible"),
    )


def _broken_file(fields: Fields) -> BrokenFile:
    return BrokenFile(
        fields.text("path"), fields.number("line"), fields.text("message"), fields.optional_text("hint")
    )


def parameters_from(fields: Fields) -> list[object]:
    """The parameters of a statement."""
    return [_parameter(value) for value in fields.values("parameters")]


def _parameter(value: object) -> object:
    if isinstance(value, list):
        return [_parameter(item) for item in value]
    if isinstance(value, dict) and value.keys() == {"$", "text"} and value["$"] in PARAMETER_TYPES:
        return TypedText(str(value["text"]), value["$"])
    return value


def _tagged(value: Any) -> object:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$": "bytes", "text": bytes(value).hex()}
    if isinstance(value, timedelta):
        return {"$": "timedelta", "text": str(value.total_seconds())}
    return {"$": type(value).__name__, "text": str(value)}


def _unexpected(value: object) -> ProbeError:
    return ProbeError(
        "the probe sent something unexpected",
        hint="this is a bug of lint-indexes, please report it",
        details=repr(value)[:500],
    )
