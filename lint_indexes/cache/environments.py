"""What env.py and the models amounted to as JSON, and back."""

from __future__ import annotations

from typing import Any

from lint_indexes.cache.states import state_from_json, state_to_json
from lint_indexes.cache.values import from_json, to_json
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.naming import Naming
from lint_indexes.probe.protocol import Summary
from lint_indexes.sources.memory import Environment
from lint_indexes.sources.metadata import Models

Json = Any


def environment_to_json(environment: Environment) -> Json:
    """All but the summary.

    Raises:
        TypeError: it holds something that is no value of the model.
    """
    exclusions = environment.exclusions
    return [
        None if environment.models is None else _models_to_json(environment.models),
        environment.warnings,
        [to_json(exclusions.tables), to_json(exclusions.indexes), exclusions.warnings],
        sorted(environment.asked),
    ]


def environment_from_json(value: Json, summary: Summary) -> Environment:
    """The same environment.

    Raises:
        AttributeError, KeyError, IndexError, TypeError, ValueError: it is none.
    """
    models, warnings, (tables, indexes, notices), asked = value
    return Environment(
        summary,
        None if models is None else _models_from_json(models),
        tuple(warnings),
        Exclusions(from_json(tables), from_json(indexes), tuple(notices)),
        frozenset(asked),
    )


def _models_to_json(models: Models) -> Json:
    conventional = [[to_json(name), names] for name, names in models.naming.conventional.items()]
    return [
        state_to_json(models.catalog, Catalog()),
        models.tables,
        models.warnings,
        to_json(models.doubts),
        conventional,
        to_json(models.naming.long_names),
    ]


def _models_from_json(value: Json) -> Models:
    changes, tables, warnings, doubts, conventional, long_names = value
    naming = Naming({from_json(name): tuple(names) for name, names in conventional}, from_json(long_names))
    return Models(state_from_json(changes, Catalog()), tables, tuple(warnings), from_json(doubts), naming)
