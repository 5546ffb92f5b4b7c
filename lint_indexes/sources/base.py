"""The revisions that the working tree and the branch named with ``--base`` have apart from each other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lint_indexes.model.repository import Base, DeclaredRevision
from lint_indexes.probe.client import Probe
from lint_indexes.probe.protocol import Listing
from lint_indexes.sources.branches import Fork, added_files, files_of_base, files_removed


def load_base(probe: Probe, listing: Listing, fork: Fork) -> Base:
    """Compare the listed revisions with those that the base has added.

    The files of the base are read, not run. What counts is the revision's id, so that a file
    that one of the two has renamed is no new revision.
    """
    folders = {Path(folder) for folder in listing.version_locations}
    folders |= {Path(revision.path).parent for revision in listing.revisions}
    others = probe.read_revisions(files_of_base(fork, folders))
    removed = probe.read_revisions(files_removed(fork, folders))
    added = added_files(fork, find_renames=False)
    labelled = frozenset(listing.labels.values())
    listed = {
        revision.path: DeclaredRevision(
            revision.id, revision.down_revisions, revision.path, revision.id in labelled
        )
        for revision in listing.revisions
    }
    own = [revision for path, revision in listed.items() if Path(path).resolve() in added]
    return Base(
        fork.name,
        own=_without(own, (*others, *removed)),
        others=_without(others, (*listed.values(), *removed)),
    )


def _without(
    revisions: Iterable[DeclaredRevision], known: Iterable[DeclaredRevision]
) -> tuple[DeclaredRevision, ...]:
    ids = {revision.id for revision in known}
    return tuple(revision for revision in revisions if revision.id not in ids)
