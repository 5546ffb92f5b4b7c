from __future__ import annotations

from lint_indexes.model.origin import Source
from lint_indexes.report import Listing
from lint_indexes.reporters.sql import render_listing


def test_statements_for_psql(listing: Listing) -> None:
    assert render_listing(listing) == (
        "-- primary key: CREATE UNIQUE INDEX booking_pkey ON public.booking USING btree (id);\n"
        'CREATE INDEX "ix_booking_Status" ON public.booking USING btree (status)'
        " WHERE (status = 'PENDING');\n"
        "CREATE UNIQUE INDEX uq_company_name ON public.company USING btree (lower(name));\n"
    )


def test_no_index_no_statement() -> None:
    assert render_listing(Listing(Source.POLICY)) == ""
