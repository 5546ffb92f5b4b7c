"""What rules yield as JSON, and back. Of a fix there is what it is called, and not what it would do."""

from __future__ import annotations

from typing import Any

from lint_indexes.findings import Fix, OpenQuestion, Outcome, Related, Subject, Violation
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source

Json = Any


def outcome_to_json(outcome: Outcome) -> Json:
    """A violation is an object, a question a list."""
    return question_to_json(outcome) if isinstance(outcome, OpenQuestion) else violation_to_json(outcome)


def outcome_from_json(value: Json) -> Outcome:
    """The same outcome.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    return question_from_json(value) if isinstance(value, list) else violation_from_json(value)


def question_to_json(question: OpenQuestion) -> Json:
    """An open question as a list."""
    return [question.message, _origin_to_json(question.origin), _subject_to_json(question.subject)]


def question_from_json(value: Json) -> OpenQuestion:
    """The same question.

    Raises:
        TypeError, ValueError: it is none.
    """
    message, origin, subject = value
    return OpenQuestion(message, _origin_from_json(origin), _subject_from_json(subject))


def violation_to_json(violation: Violation) -> Json:
    """A violation as an object."""
    return {
        "message": violation.message,
        "origin": _origin_to_json(violation.origin),
        "subject": _subject_to_json(violation.subject),
        "related": [[_origin_to_json(related.origin), related.message] for related in violation.related],
        "help": violation.help,
        "escalated": violation.escalated,
        "fix": _fix_to_json(violation.fix),
        "drop": _fix_to_json(violation.drop),
    }


def violation_from_json(value: Json) -> Violation:
    """The same violation.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    return Violation(
        message=value["message"],
        origin=_some_origin_from_json(value["origin"]),
        subject=_subject_from_json(value["subject"]),
        related=tuple(
            Related(_some_origin_from_json(origin), message) for origin, message in value["related"]
        ),
        help=value["help"],
        escalated=value["escalated"],
        fix=_fix_from_json(value["fix"]),
        drop=_fix_from_json(value["drop"]),
    )


def _fix_to_json(fix: Fix | None) -> Json:
    return None if fix is None else [fix.title, fix.safe]


def _fix_from_json(value: Json) -> Fix | None:
    return None if value is None else Fix(value[0], (), value[1])


def _subject_to_json(subject: Subject) -> Json:
    table = subject.table
    return [None if table is None else [table.schema, table.name], subject.index, subject.revision]


def _subject_from_json(value: Json) -> Subject:
    table, index, revision = value
    return Subject(None if table is None else QualifiedName(*table), index, revision)


def _origin_to_json(origin: Origin | None) -> Json:
    if origin is None:
        return None
    return [origin.source.value, origin.path, origin.line, origin.column, origin.revision]


def _origin_from_json(value: Json) -> Origin | None:
    return None if value is None else _some_origin_from_json(value)


def _some_origin_from_json(value: Json) -> Origin:
    source, *place = value
    return Origin(Source(source), *place)
