"""Literals of dates, times and intervals (PostgreSQL manual, 8.5 Date/Time Types).

Only what means the same under every DateStyle and IntervalStyle is read.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal


class NotUnderstood(Exception):  # noqa: N818
    """A literal that is not read here; the server may well accept it."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A timestamptz literal without a zone: it means the time zone of the session that created the index."""

    moment: datetime

    @staticmethod
    def apart(left: Hashable, right: Hashable) -> bool:
        """Whether a local time and one in UTC are apart by more than any time zone is."""
        if isinstance(right, LocalTime):
            left, right = right, left
        if not isinstance(left, LocalTime) or not isinstance(right, datetime):
            return False
        return abs(left.moment - right.replace(tzinfo=None)) > timedelta(hours=16)


_DATE = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d*)?)?"
_ZONE = r"\s*(?P<zone>[zZ]|UTC|utc|GMT|gmt|[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?)"
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_TIMESTAMP = re.compile(rf"{_DATE}(?:(?:[T ]|\s+){_TIME})?(?:{_ZONE})?")


def _infinite(text: str) -> str | None:
    """The special values that mean the same at any moment."""
    word = text.strip().lower()
    return {"infinity": "infinity", "+infinity": "infinity", "-infinity": "-infinity"}.get(word)


def read_date(text: str) -> Hashable:
    if infinite := _infinite(text):
        return infinite
    if text.strip().lower() == "epoch":
        return date(1970, 1, 1)
    found = _TIMESTAMP.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def _clock(found: re.Match[str]) -> timedelta:
    if found["hour"] is None:
        return timedelta()
    fraction = Decimal("0" + (found["fraction"] or "")).quantize(Decimal("1.000000"), ROUND_HALF_EVEN)
    clock = timedelta(
        hours=int(found["hour"]),
        minutes=int(found["minute"]),
        seconds=int(found["second"] or 0),
        microseconds=int(fraction * 1_000_000),
    )
    if clock > timedelta(days=1):
        raise NotUnderstood
    return clock


def read_time(text: str) -> Hashable:
    found = _TIME_ONLY.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood
    return _clock(found)


def _read_moment(text: str) -> tuple[datetime, str | None]:
    found = _TIMESTAMP.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    return datetime.combine(day, time()) + _clock(found), found["zone"]


def read_timestamp(text: str) -> Hashable:
    """A timestamp without time zone; a zone in the text is ignored, as PostgreSQL does."""
    if infinite := _infinite(text):
        return infinite
    if text.strip().lower() == "epoch":
        return datetime(1970, 1, 1)
    return _read_moment(text)[0]


def read_timestamptz(text: str) -> Hashable:
    if infinite := _infinite(text):
        return infinite
    if text.strip().lower() == "epoch":
        return datetime(1970, 1, 1, tzinfo=timezone.utc)
    moment, zone = _read_moment(text)
    if zone is None:
        return LocalTime(moment)
    return (moment - _offset(zone)).replace(tzinfo=timezone.utc)


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    digits = digits.zfill(2) if len(digits) <= 2 else digits.zfill(len(digits) + len(digits) % 2)
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4] or 0), int(digits[4:6] or 0)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -offset if zone[0] == "-" else offset


# Each unit as (months, days, microseconds).
_SECOND = 1_000_000
_UNITS = {
    "microsecond": (0, 0, 1),
    "millisecond": (0, 0, 1000),
    "second": (0, 0, _SECOND),
    "sec": (0, 0, _SECOND),
    "s": (0, 0, _SECOND),
    "minute": (0, 0, 60 * _SECOND),
    "min": (0, 0, 60 * _SECOND),
    "hour": (0, 0, 3600 * _SECOND),
    "h": (0, 0, 3600 * _SECOND),
    "day": (0, 1, 0),
    "d": (0, 1, 0),
    "week": (0, 7, 0),
    "w": (0, 7, 0),
    "month": (1, 0, 0),
    "mon": (1, 0, 0),
    "year": (12, 0, 0),
    "y": (12, 0, 0),
    "decade": (120, 0, 0),
    "century": (1200, 0, 0),
}
_PLURALS = {"centuries": "century", "mins": "min", "secs": "sec", "mons": "mon", "hr": "hour", "hrs": "hour"}
_AMOUNT = re.compile(r"\s*([+-]?\d+)\s*([a-zA-Z]+)\s*")
_CLOCK = re.compile(rf"\s*(?P<sign>[+-]?){_TIME}\s*")


def read_interval(text: str) -> Hashable:
    """(months, days, microseconds) of whole amounts with units and a clock time, e.g. ``1 day 02:30:00``."""
    total, at = [0, 0, 0], 0
    while at < len(text):
        if amount := _AMOUNT.match(text, at):
            unit = _UNITS.get(_singular(amount[2].lower()))
            if unit is None:
                raise NotUnderstood
            total = [sum_ + int(amount[1]) * part for sum_, part in zip(total, unit, strict=True)]
            at = amount.end()
        elif (clock := _CLOCK.match(text, at)) and clock.end() == len(text):
            total[2] += (-1 if clock["sign"] == "-" else 1) * (_clock(clock) // timedelta(microseconds=1))
            at = clock.end()
        else:
            raise NotUnderstood
    if not text.strip():
        raise NotUnderstood
    return tuple(total)


def _singular(unit: str) -> str:
    if unit in _PLURALS:
        return _PLURALS[unit]
    return unit[:-1] if len(unit) > 1 and unit.endswith("s") else unit
