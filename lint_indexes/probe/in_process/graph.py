"""How the revisions hang together, ordered by Alembic itself after what is broken was cut out."""

from __future__ import annotations

import types

from alembic.script.base import Script
from alembic.script.revision import RevisionMap

from .problems import Problem, describe


class Graph:
    """``migrations`` have distinct ids; ``order`` is that of ``alembic upgrade heads``.

    ``parents`` are the links as declared, also those that do not hold and are cut for Alembic.
    ``broken`` has (path, line, message, hint) for every id and link that does not hold.
    """

    def __init__(self, script, migrations):
        self.broken = []
        self.migrations = self._distinct(migrations)
        self._by_id = {migration.id: migration for migration in self.migrations}
        self.labels = self._labels()
        self.down_revisions = {m.id: self._known_parents(m) for m in self.migrations}
        self.depends_on = {m.id: self._known_dependencies(m) for m in self.migrations}
        self.parents = {
            m.id: (list(m.down_revisions), self._declared_dependencies(m)) for m in self.migrations
        }
        self._cut_cycles()
        self._order(script)

    def _note(self, migration, name, message, hint=None):
        self.broken.append((migration.path, migration.line(name), message, hint))

    def _distinct(self, migrations):
        found = {}
        for migration in migrations:
            if migration.id is None:
                if migration.problem is None:
                    self._note(
                        migration,
                        "revision",
                        "it declares no revision id",
                        'set revision = "...", or move what is no migration out of the versions folder',
                    )
            elif migration.id in found:
                first = found[migration.id].path
                self._note(migration, "revision", f"revision id {migration.id} is taken by {first}")
            else:
                found[migration.id] = migration
        return list(found.values())

    def _labels(self):
        labels = {}
        for migration in self.migrations:
            for label in migration.labels:
                if label in labels:
                    message = f"branch label {label} is taken by revision {labels[label]}"
                    self._note(migration, "branch_labels", message)
                else:
                    labels[label] = migration.id
        return labels

    def _known_parents(self, migration):
        known = []
        for name in migration.down_revisions:
            if name in self._by_id:
                known.append(name)
            else:
                self._note(
                    migration, "down_revision", f"down_revision {name} of {migration.id} does not exist"
                )
        return known

    def _known_dependencies(self, migration):
        """The revisions that depends_on means: ids, unambiguous beginnings of ids, or branch labels."""
        known = []
        for name in migration.depends_on:
            matching = [name] if name in self._by_id else [one for one in self._by_id if one.startswith(name)]
            if name in self.labels:
                known.append(self.labels[name])
            elif len(matching) == 1:
                known.extend(matching)
            else:
                self._note(migration, "depends_on", f"depends_on {name} of {migration.id} does not exist")
        return known

    def _declared_dependencies(self, migration):
        """The known dependencies by id, the others as they are written."""
        known = self.depends_on[migration.id]
        names = [self.labels.get(name, name) for name in migration.depends_on]
        return known + [name for name in names if not any(one.startswith(name) for one in known)]

    def _cut_cycles(self):
        """Take the links between the revisions of a cycle away: Alembic refuses the whole history else."""
        left = dict.fromkeys(self._by_id)
        children = {one: [] for one in left}
        for one in left:
            for parent in self._before(one):
                children[parent].append(one)
        free = list(left)
        while left:
            while free:
                one = free.pop()
                if one in left and not any(parent in left for parent in self._before(one)):
                    del left[one]
                    free += children[one]
            if left:
                free.append(self._cut(left))

    def _before(self, one):
        return (*self.down_revisions[one], *self.depends_on[one])

    def _cut(self, left):
        """Cut the links of one revision in a cycle among those that are left; returns that revision."""
        seen = []
        one = next(iter(left))
        while one not in seen:
            seen.append(one)
            one = next(parent for parent in self._before(one) if parent in left)
        cycle = seen[seen.index(one) :]
        first = min(cycle)
        around = [*cycle[cycle.index(first) :], *cycle[: cycle.index(first)], first]
        self._note(self._by_id[first], "down_revision", "a cycle of revisions: " + " -> ".join(around))
        for links in (self.down_revisions, self.depends_on):
            links[first] = [parent for parent in links[first] if parent not in cycle]
        return first

    def _order(self, script):
        try:
            script.revision_map = RevisionMap(self.scripts)
            steps = script._upgrade_revs("heads", ()) if self.migrations else []
            self.heads = sorted(script.get_heads())
        except Exception as error:
            raise Problem(f"Alembic cannot order the revisions in {script.dir}: {describe(error)}") from None
        self.order = [step.revision.revision for step in steps]

    def scripts(self):
        """Alembic's values of the revisions, new ones each time: a RevisionMap changes what it gets."""
        return [self._script(migration) for migration in self.migrations]

    def _script(self, migration):
        """Alembic's value for the revision, with only the links that hold."""
        module = types.ModuleType(migration.id, migration.message)
        labels = tuple(label for label in migration.labels if self.labels[label] == migration.id)
        module.revision = migration.id
        module.down_revision = tuple(self.down_revisions[migration.id]) or None
        module.depends_on = tuple(self.depends_on[migration.id]) or None
        module.branch_labels = labels or None
        module.upgrade = module.downgrade = lambda **arguments: None
        return Script(module, migration.id, migration.path)
