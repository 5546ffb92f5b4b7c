"""LI501 to LI507."""

from __future__ import annotations

from cases import BOOKING, Case, model, sql

LONG = "ix_booking_status_for_the_list_of_the_dispatcher_at_the_front_desk"

CASES = {
    "LI501": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "status"), Index("ix_a_again", "status"),'
                    'Index("ix_b", "status", postgresql_where=text("id > 0")),'
                    'Index("ix_c", "status", postgresql_using="hash")',
                )
            },
            fires=("ix_a_again",),
            near_misses={"ix_b": "it has only some of the rows", "ix_c": "it has another method"},
        ),
    ),
    "LI502": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "status"), Index("ix_longer", "status", "company_id"),'
                    'Index("ix_b", "company_id"), Index("uq_c", "status", unique=True),'
                    'Index("ix_d", text("status DESC"), "company_id")',
                )
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "the longer one has the column second",
                "uq_c": "it keeps duplicates out",
                "ix_d": "it sorts otherwise",
            },
        ),
    ),
    "LI503": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "id"), Index("ix_b", "id", "status"),'
                    'Index("ix_c", "id", postgresql_where=text("status IS NULL"))',
                )
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "it has a further key",
                "ix_c": "it has only some of the rows",
            },
        ),
    ),
    "LI504": (
        Case(
            {
                "models.py": model(
                    "booking",
                    "status = Column(String, nullable=False)\ncompany_id = Column(Integer)",
                    'Index("ix_a", "company_id", postgresql_where=text("status IS NOT NULL")),'
                    'Index("ix_b", "status", postgresql_where=text("company_id IS NOT NULL")),'
                    'Index("ix_c", "id", "company_id",'
                    ' postgresql_where=text("status IS NOT NULL OR id > 5")),'
                    'Index("ix_d", "id", "status",'
                    " postgresql_where=text(\"nullif(status, '') IS NOT NULL\"))",
                )
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "the column may be NULL",
                "ix_c": "the condition is one of two",
                "ix_d": "it is about an expression, which may be NULL",
            },
        ),
    ),
    "LI505": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING + "paid = Column(Boolean)",
                    'Index("ix_a", "status", postgresql_where=text("false")),'
                    'Index("ix_b", "status", postgresql_where=text("paid")),'
                    'Index("ix_c", "company_id", postgresql_where=text("paid = false"))',
                )
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "a column, not a constant",
                "ix_c": "a column that is compared with a constant",
            },
        ),
    ),
    "LI506": (
        Case(
            {
                "versions/0002_indexes.py": sql(
                    f"CREATE INDEX {LONG} ON booking (status)",
                    f"CREATE INDEX {'ix_'.ljust(63, 'b')} ON booking (company_id)",
                    f"ALTER TABLE booking ADD COLUMN {'c' * 64} integer",
                    f"COMMENT ON TABLE booking IS '{'d' * 64}'",
                )
            },
            fires=("0002",),
            near_misses={
                "ix_".ljust(63, "b"): "63 bytes are kept",
                "c" * 64: "a column is not meant",
                "d" * 64: "a comment may be as long as it likes",
            },
        ),
    ),
    "LI507": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING + "paid = Column(Boolean)",
                    'Index("ix_a", "paid"), Index("ix_b", "paid", "company_id"),'
                    'Index("ix_c", "paid", postgresql_where=text("paid")),'
                    'Index("ix_d", "paid", unique=True)',
                )
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "a second key tells more apart",
                "ix_c": "it has only the rows of one value",
                "ix_d": "it is there to keep duplicates out",
            },
        ),
    ),
}
