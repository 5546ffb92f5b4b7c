"""The revision graph: who comes before whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lint_indexes.errors import ConfigurationError
from lint_indexes.model.names import nearest_name
from lint_indexes.probe.protocol import ListedRevision, Listing


def resolve_revisions(listing: Listing, name: str, option: str) -> tuple[str, ...]:
    """The revision ids that a name stands for: an id, a unique beginning of one, ``head`` or ``heads``.

    ``option`` says in the error where the name was given.

    Raises:
        ConfigurationError: no revision of that name, or several.
    """
    if name in ("head", "heads"):
        return listing.heads
    ids = [revision.id for revision in listing.revisions]
    if name in ids:
        return (name,)
    matches = [revision for revision in ids if revision.startswith(name)]
    if len(matches) == 1:
        return (matches[0],)
    if matches:
        raise ConfigurationError(
            f"{option}: {name!r} is the beginning of {len(matches)} revisions: {', '.join(matches[:5])}",
            hint="give more of the id",
        )
    nearest = nearest_name(name, ids)
    suggestion = f"did you mean {nearest!r}?" if nearest else f"the heads are {', '.join(listing.heads)}"
    raise ConfigurationError(f"{option}: no revision {name!r} in {listing.versions_path}", hint=suggestion)


def with_ancestors(listing: Listing, names: Iterable[str]) -> frozenset[str]:
    """The revisions themselves, all that they revise, and all that they depend on."""
    parents = _parents(listing)
    seen: set[str] = set()
    pending = list(names)
    while pending:
        revision = pending.pop()
        if revision not in seen and revision in parents:
            seen.add(revision)
            pending.extend(parents[revision])
    return frozenset(seen)


def without_place(listing: Listing) -> frozenset[str]:
    """The revisions that cannot be reached from a first one.

    They revise or depend on one that no file declares, or on each other in a cycle, or come after such ones.
    """
    placed: set[str] = set()
    # One pass will do: in the listing every revision stands after those that it comes after.
    for revision, before in _parents(listing).items():
        if placed.issuperset(before):
            placed.add(revision)
    return frozenset(revision.id for revision in listing.revisions) - placed


def _parents(listing: Listing) -> Mapping[str, Sequence[str]]:
    return {revision.id: (*revision.down_revisions, *revision.depends_on) for revision in listing.revisions}


def selected(listing: Listing, at: str | None) -> tuple[ListedRevision, ...]:
    """The revisions to replay, in order: all, or those that ``alembic upgrade AT`` would run."""
    if at is None:
        return listing.revisions
    wanted = with_ancestors(listing, resolve_revisions(listing, at, "--at"))
    return tuple(revision for revision in listing.revisions if revision.id in wanted)
