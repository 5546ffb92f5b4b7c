"""One migration's file: as it was loaded, or as an earlier run has known it."""

from __future__ import annotations

import os
import re

_LEGACY = re.compile(r"([a-f0-9]+)\.py$")


class Migration:
    """One file. ``module`` is None where it could not be loaded; ``problem`` is (line, message, hint);
    ``independent`` says that it names none of the project's modules.
    """

    def __init__(self, path, source):
        self.path = path
        self.source = source
        self.module = None
        self.independent = False
        self.problem = source.problem
        self.stubs = set()
        self.refusals = []
        self.ran = set()

    def _value(self, name):
        if self.module is not None:
            return getattr(self.module, name, None)
        return self.source.values.get(name)

    @property
    def id(self):
        """The revision id; Alembic takes that of an old file from its name."""
        value = self._value("revision")
        if isinstance(value, str) and value:
            return value
        legacy = _LEGACY.match(os.path.basename(self.path))
        declared = "revision" in self.source.lines
        return legacy.group(1) if legacy and not declared else None

    @property
    def down_revisions(self):
        return _names(self._value("down_revision"))

    @property
    def depends_on(self):
        return _names(self._value("depends_on"))

    @property
    def labels(self):
        return _names(self._value("branch_labels"))

    def line(self, name="revision"):
        return self.source.lines.get(name, 1)

    @property
    def message(self):
        return self.source.message

    def function(self, name):
        return self.source.function(name)

    def facts(self):
        """All that the list of revisions has of it, to stand for it when it is not loaded; None where loading
        it told more than that.
        """
        if self.problem is not None or self.stubs or self.refusals or self.id is None:
            return None
        return {
            "id": self.id,
            "down_revisions": self.down_revisions,
            "depends_on": self.depends_on,
            "labels": self.labels,
            "lines": self.source.lines,
            "message": self.message,
            "upgrade": self.function("upgrade"),
            "downgrade": self.function("downgrade"),
        }


class KnownMigration:
    """A file that was not loaded, since an earlier run has: it is as its ``facts`` say."""

    problem = None
    stubs = frozenset()

    def __init__(self, path, facts):
        self.path = path
        self.id = facts["id"]
        self.down_revisions = facts["down_revisions"]
        self.depends_on = facts["depends_on"]
        self.labels = facts["labels"]
        self.message = facts["message"]
        self._facts = facts

    def line(self, name="revision"):
        return self._facts["lines"].get(name, 1)

    def function(self, name):
        return self._facts[name]


def _names(value):
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)
