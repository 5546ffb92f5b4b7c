"""The two queries that the indexes of October 2025 were made for."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from booking_app.database import db
from booking_app.models import Assignment, Booking, BookingStatus

bookings = Blueprint("bookings", __name__)


@bookings.get("/companies/<int:company_id>/pending")
def pending(company_id: int) -> ResponseReturnValue:
    """The dispatcher's list: what waits for a driver from now on."""
    query = (
        select(Booking)
        .where(
            Booking.company_id == company_id,
            Booking.status == BookingStatus.PENDING,
            Booking.scheduled_time >= dt.datetime.now(dt.timezone.utc),
        )
        .order_by(Booking.scheduled_time)
        .limit(50)
    )
    rows = db.session.scalars(query)
    return jsonify([{"id": row.id, "pickup": row.pickup, "at": row.scheduled_time.isoformat()} for row in rows])


@bookings.get("/dispatch-runs/<int:run_id>/progress")
def progress(run_id: int) -> ResponseReturnValue:
    """How many assignments of a run are in which state."""
    query = (
        select(Assignment.status, func.count())
        .where(Assignment.dispatch_run_id == run_id)
        .group_by(Assignment.status)
    )
    return jsonify({status: count for status, count in db.session.execute(query)})
