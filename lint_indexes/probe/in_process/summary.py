"""What migrations can notice of env.py and the models, as values: enough to run one without them."""

from __future__ import annotations

import importlib

from sqlalchemy import MetaData

from .alterations import find_alterations
from .independence import Independence

# Options of configure() for autogenerate alone, or of the connection's own.
_NO_MATTER = frozenset(
    """
    alembic_module_prefix autogenerate_plugins compare_server_default compare_type include_name include_object
    include_schemas process_revision_directives render_as_batch render_item sqlalchemy_module_prefix
    target_metadata template_args user_module_prefix version_table version_table_pk version_table_schema
    """.split()
)


def summarize(environment, metadata, pristine):
    """{"runs", "transaction", "alterations", "filters"}, or None where migrations may notice more than that.

    ``runs`` has options, arguments and naming_convention of each; ``alterations`` is None where SQLAlchemy
    and Alembic are as they were when they were ``pristine``; ``filters`` says whether env.py has functions
    that decide what autogenerate looks at.
    """
    runs = []
    for options, arguments in environment.settings():
        kept = {name: value for name, value in options.items() if name not in _NO_MATTER}
        convention = _convention(options.get("target_metadata"), metadata)
        if not _is_plain([kept, arguments, convention]):
            return None
        runs.append({"options": kept, "arguments": arguments, "naming_convention": convention})
    found = find_alterations()
    if not all(map(Independence().is_installed, found["definers"])):
        return None
    return {
        "runs": runs,
        "transaction": environment.transaction,
        "alterations": None if found == pristine else found,
        "filters": any(
            options.get("include_object") or options.get("include_name")
            for options, _ in environment.settings()
        ),
    }


def _convention(target, metadata):
    """That of the one MetaData which Alembic's operations take it from."""
    if target is None and len(metadata) == 1:
        target = metadata[0]
    convention = getattr(target, "naming_convention", None)
    return None if convention is None else dict(convention)


def _is_plain(value):
    """Whether JSON brings back the same value."""
    if isinstance(value, dict):
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    if type(value) is list:
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, int, float, bool)


class SummarizedEnvironment:
    """Stands in for the Environment that was summarized, in ``settings`` and ``transaction`` alone."""

    def __init__(self, summary):
        self._summary = summary
        self.transaction = summary["transaction"]

    def settings(self):
        return [
            (
                {**run["options"], "target_metadata": MetaData(naming_convention=run["naming_convention"])},
                run["arguments"],
            )
            for run in self._summary["runs"]
        ]

    def is_reproduced(self):
        """Alter SQLAlchemy and Alembic as they were; whether that is so now."""
        alterations = self._summary["alterations"]
        if alterations is None:
            return True
        try:
            for module in alterations["definers"]:
                importlib.import_module(module)
        except Exception:
            return False
        return find_alterations() == alterations
