"""SQL to operations."""

from __future__ import annotations

from collections.abc import Callable

from lint_indexes.ddl import nodes
from lint_indexes.ddl.parse import alter, drop, objects, tables
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.operations import Opaque, Operation

Reader = Callable[[nodes.Node], tuple[Operation, ...]]

_READERS: dict[str, Reader] = {**tables.READERS, **alter.READERS, **drop.READERS, **objects.READERS}

# Statements that change no index, nor a name that an index depends on. Transaction control, DO and SELECT
# are here because the session that executes them looks at the node itself.
_WITHOUT_EFFECT = frozenset(
    """
    AlterCollationStmt AlterDatabaseSetStmt AlterDatabaseStmt AlterDefaultPrivilegesStmt
    AlterEventTrigStmt AlterExtensionStmt AlterFdwStmt AlterForeignServerStmt
    AlterObjectDependsStmt AlterOperatorStmt AlterOpFamilyStmt AlterOwnerStmt AlterPolicyStmt
    AlterPublicationStmt AlterRoleSetStmt AlterRoleStmt AlterStatsStmt AlterSubscriptionStmt
    AlterSystemStmt AlterTSConfigurationStmt AlterTSDictionaryStmt AlterTableMoveAllStmt
    AlterTableSpaceOptionsStmt AlterTypeStmt AlterUserMappingStmt CheckPointStmt ClosePortalStmt
    ClusterStmt CommentStmt ConstraintsSetStmt CopyStmt CreateAmStmt
    CreateConversionStmt CreateEventTrigStmt CreateFdwStmt CreateForeignServerStmt
    CreateOpFamilyStmt CreatePLangStmt CreatePolicyStmt CreatePublicationStmt CreateRoleStmt
    CreateStatsStmt CreateSubscriptionStmt CreateTableSpaceStmt CreateTransformStmt CreateTrigStmt
    CreateUserMappingStmt CreatedbStmt DeallocateStmt DeclareCursorStmt DeleteStmt
    DiscardStmt DoStmt DropRoleStmt DropSubscriptionStmt DropTableSpaceStmt DropUserMappingStmt
    DropdbStmt ExecuteStmt ExplainStmt FetchStmt GrantRoleStmt GrantStmt InsertStmt ListenStmt
    LoadStmt LockStmt MergeStmt NotifyStmt PrepareStmt ReassignOwnedStmt RefreshMatViewStmt
    ReplicaIdentityStmt RuleStmt SecLabelStmt TransactionStmt TruncateStmt UnlistenStmt
    UpdateStmt VacuumStmt VariableShowStmt
    """.split()
)

_OPAQUE = {
    "CallStmt": "CALL runs a procedure that was not read",
    "DropOwnedStmt": "DROP OWNED drops whatever a role owns",
    "ImportForeignSchemaStmt": "IMPORT FOREIGN SCHEMA creates tables that another server knows",
}


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One statement: its own text, its parse node, and what it does to the schema."""

    sql: str
    node: nodes.Node
    operations: tuple[Operation, ...]


def parse(sql: str) -> tuple[ParsedStatement, ...]:
    """Read SQL, one or more statements.

    A statement without effect on the schema has no operations; one that may have an effect that cannot
    be read has an Opaque.

    Raises:
        SqlError: 42601 where PostgreSQL's grammar refuses the text; also what PostgreSQL finds while
            it analyses a CREATE statement by itself.
    """
    return tuple(_read(sql, raw) for raw in nodes.parse_statements(sql))


def _read(sql: str, raw: nodes.Node) -> ParsedStatement:
    start = raw.stmt_location
    text = sql[start : start + raw.stmt_len] if raw.stmt_len else sql[start:]
    return ParsedStatement(text.strip(), raw.stmt, operations_of(raw.stmt))


def operations_of(node: nodes.Node) -> tuple[Operation, ...]:
    """What a statement's node does to the schema."""
    kind = type(node).__name__
    if kind == "CreateSchemaStmt":
        created = objects.read_create_schema(node)
        elements = (operations_of(element) for element in node.schemaElts or ())
        return (created, *(operation for found in elements for operation in found))
    if kind in _READERS:
        return _READERS[kind](node)
    if kind in _WITHOUT_EFFECT:
        return ()
    return (Opaque(_OPAQUE.get(kind, f"{kind} is not understood")),)
