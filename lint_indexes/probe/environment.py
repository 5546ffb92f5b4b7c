"""The environment that the project's code runs in."""

from __future__ import annotations

from collections.abc import Mapping

# Would lead the project's code, or the libpq that it uses, to a real server or to another repository.
_STRIPPED_PREFIXES = ("GIT_", "PGSERVICE", "PGPASS", "PGHOSTADDR", "__PYVENV")
# The order of sets must not differ from run to run; caches that are not there are not written.
_STEADY = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
_NOWHERE = {"PGHOST": "127.0.0.1", "PGPORT": "1", "PGCONNECT_TIMEOUT": "1"}
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")


def probe_environment(environ: Mapping[str, str], env: Mapping[str, str], scratch: str) -> dict[str, str]:
    """The probe's environment: no GIT_*, no PostgreSQL server, temporary files in the scratch folder.

    ``env`` is the configuration's table, which wins.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(_STRIPPED_PREFIXES)}
    return {**kept, **_NOWHERE, **_STEADY, **dict.fromkeys(_TEMPORARY, scratch), **env}
