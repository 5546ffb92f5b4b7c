"""Run-time parameters (PostgreSQL manual, 20 Server Configuration)."""

from __future__ import annotations

from lint_indexes.model.names import quote_identifier

_DEFAULTS = {
    "application_name": "",
    "bytea_output": "hex",
    "check_function_bodies": "on",
    "client_encoding": "UTF8",
    "client_min_messages": "notice",
    "datestyle": "ISO, MDY",
    "deadlock_timeout": "1s",
    "default_table_access_method": "heap",
    "default_tablespace": "",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "extra_float_digits": "1",
    "idle_in_transaction_session_timeout": "0",
    "integer_datetimes": "on",
    "intervalstyle": "postgres",
    "is_superuser": "on",
    "jit": "on",
    "lc_collate": "C.UTF-8",
    "lc_ctype": "C.UTF-8",
    "lock_timeout": "0",
    "log_statement": "none",
    "maintenance_work_mem": "64MB",
    "max_identifier_length": "63",
    "max_parallel_maintenance_workers": "2",
    "max_parallel_workers_per_gather": "2",
    "role": "none",
    "row_security": "on",
    "server_encoding": "UTF8",
    "session_replication_role": "origin",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
    "synchronous_commit": "on",
    "timezone": "Etc/UTC",
    "transaction_isolation": "read committed",
    "transaction_read_only": "off",
    "work_mem": "4MB",
}


DEFAULT_SEARCH_PATH = '"$user", public'

_MILLISECONDS = frozenset(
    ("deadlock_timeout", "idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")
)
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1))


def shown(name: str, value: str) -> str:
    """The value as SHOW prints it: a time in the largest unit that gives a whole number."""
    if name not in _MILLISECONDS or not value.isdigit() or int(value) == 0:
        return value
    number = int(value)
    unit, size = next((unit, size) for unit, size in _UNITS if number % size == 0)
    return f"{number // size}{unit}"


def default(name: str, postgres_version: int) -> str | None:
    """The value of a parameter that nobody set; None for one that is not known."""
    if name == "server_version":
        return f"{postgres_version}.0"
    if name == "server_version_num":
        return str(postgres_version * 10000)
    return _DEFAULTS.get(name)


def names() -> tuple[str, ...]:
    """The parameters with a default, sorted."""
    return tuple(sorted((*_DEFAULTS, "search_path", "server_version", "server_version_num")))


def print_search_path(path: tuple[str, ...]) -> str:
    """As SHOW search_path prints it."""
    return ", ".join(quote_identifier(schema) for schema in path)


def parse_search_path(text: str, user: str) -> tuple[str, ...]:
    """The schemas in the text of a search_path; ``"$user"`` is the schema named like the user."""
    return tuple(dict.fromkeys(user if part == "$user" else part for part in split_names(text)))


def split_names(text: str) -> list[str]:
    """The names in a list such as ``a, "B c"``: folded to lower case unless quoted."""
    names_found: list[str] = []
    current, in_quotes, was_quoted = "", False, False
    for char in text + ",":
        if char == '"':
            in_quotes, was_quoted = not in_quotes, True
        elif char == "," and not in_quotes:
            name = current if was_quoted else current.strip().lower()
            if name:
                names_found.append(name)
            current, was_quoted = "", False
        elif in_quotes or not (was_quoted and char.isspace()):
            current += char if in_quotes or current or not char.isspace() else ""
    return names_found
