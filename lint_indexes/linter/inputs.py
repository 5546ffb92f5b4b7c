"""What the sources of a project depend on."""

from __future__ import annotations

from lint_indexes.config.value import Config
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.selection import COMMIT
from lint_indexes.model.inputs import Inputs, joined, read_now
from lint_indexes.probe.alembic_settings import looked_at
from lint_indexes.probe.interpreter import Interpreter
from lint_indexes.probe.protocol import EnvironmentNeededError, ProbeInputs
from lint_indexes.sources.commits import lacking_in
from lint_indexes.sources.memory import Memory
from lint_indexes.sources.suppressions import baseline_path


def read_by_us(config: Config) -> Inputs:
    """What the tool itself reads of a project, whose configuration has been read already."""
    given = config.root / config.alembic if config.alembic else None
    variables = frozenset(filter(None, (config.database_url_env,)))
    own = Inputs(read_now((config.path, baseline_path(config.root))), variables=variables)
    return own | looked_at(config.root, given)


def inputs_of(
    seen: ProbeInputs | None, interpreter: Interpreter, loaded: Loaded, read: Inputs, memory: Memory
) -> Inputs | None:
    """What the sources of a project depend on, that nobody may reach out to the world from; None where that
    is more than can be said.

    Raises:
        EnvironmentNeededError: what is remembered of env.py and the models will not do.
    """
    if seen is None or interpreter.inputs is None:
        return None
    complete = memory.complete(seen)
    if complete is None:
        raise EnvironmentNeededError
    return joined((read, interpreter.inputs, complete, _of_commit(loaded)))


def _of_commit(loaded: Loaded) -> Inputs:
    if loaded.commit is None and COMMIT not in loaded.failed:
        return Inputs()
    paths = frozenset(revision.path for revision in loaded.history.revisions.values())
    lacking = (loaded.failed[COMMIT],) if loaded.commit is None else lacking_in(loaded.commit)
    return Inputs(committed=paths, lacking=lacking)
