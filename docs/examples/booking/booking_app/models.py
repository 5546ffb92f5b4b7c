from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import DateTime, Enum, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking_app.database import db


class BookingStatus(enum.Enum):
    PENDING = "pending"
    ASSIGNED = "assigned"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Timestamps:
    """What every table gets: when a row was made, and when it was last touched."""

    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), onupdate=func.now())


class Company(Timestamps, db.Model):
    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(60), unique=True)


class Driver(Timestamps, db.Model):
    __tablename__ = "driver"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(30))
    active: Mapped[bool] = mapped_column(server_default=text("true"))

    company: Mapped[Company] = relationship()


class Booking(Timestamps, db.Model):
    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_pending_scheduled", "scheduled_time", postgresql_where=text("status = 'PENDING'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
    status: Mapped[BookingStatus] = mapped_column(Enum(BookingStatus, name="booking_status"))
    scheduled_time: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    customer_name: Mapped[str] = mapped_column(String(120))
    pickup: Mapped[str] = mapped_column(Text)
    dropoff: Mapped[str] = mapped_column(Text)
    cancel_reason: Mapped[str | None] = mapped_column(String(200))

    company: Mapped[Company] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(back_populates="booking")


class DispatchRun(Timestamps, db.Model):
    __tablename__ = "dispatch_run"
    __table_args__ = (UniqueConstraint("company_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    day: Mapped[dt.date]
    finished_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))

    company: Mapped[Company] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(back_populates="dispatch_run")


class Assignment(Timestamps, db.Model):
    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("booking_id", "dispatch_run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    dispatch_run_id: Mapped[int] = mapped_column(ForeignKey("dispatch_run.id", ondelete="CASCADE"))
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(String(20))

    booking: Mapped[Booking] = relationship(back_populates="assignments")
    dispatch_run: Mapped[DispatchRun] = relationship(back_populates="assignments")
    driver: Mapped[Driver | None] = relationship()
