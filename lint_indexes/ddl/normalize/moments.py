"""Literals of dates, times and intervals (PostgreSQL manual, 8.5 Date/Time Types).

Only what means the same under every DateStyle and IntervalStyle is read.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal

from lint_indexes.model.dataclass import dataclass


class NotUnderstood(Exception):  # noqa: N818
    """A literal that is not read here; the server may well accept it.

    The message is the literal without what surely does not matter (spaces).
    """


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
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?P<fraction>\.\d*)?)?"
_ZONE = r"\s*(?P<zone>[zZ]|UTC|utc|GMT|gmt|[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?)"
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_TIME_ZONED = re.compile(_TIME + _ZONE)
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
    return timedelta(
        hours=int(found["hour"]),
        minutes=int(found["minute"]),
        seconds=int(found["second"] or 0),
        microseconds=int(fraction * 1_000_000),
    )


def _time_of_day(found: re.Match[str]) -> timedelta:
    clock = _clock(found)
    if clock > timedelta(days=1):
        raise NotUnderstood
    return clock


def read_time(text: str) -> Hashable:
    found = _TIME_ONLY.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood
    return _time_of_day(found)


def read_timetz(text: str) -> Hashable:
    """A clock time and its offset from UTC; without one it would be the session's."""
    found = _TIME_ZONED.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood
    return _time_of_day(found), _offset(found["zone"])


def _read_moment(text: str) -> tuple[datetime, str | None]:
    found = _TIMESTAMP.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    return datetime.combine(day, time()) + _time_of_day(found), found["zone"]


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
_AMOUNT = re.compile(r"\s*([+-]?\d+)(\.\d+)?\s*([a-zA-Z]+)\s*")
_CLOCK = re.compile(rf"\s*(?P<sign>[+-]?){_TIME}\s*")
_ISO = re.compile(
    r"P(?:(?P<year>-?\d+)Y)?(?:(?P<month>-?\d+)M)?(?:(?P<week>-?\d+)W)?(?:(?P<day>-?\d+)D)?"
    r"(?:T(?:(?P<hour>-?\d+)H)?(?:(?P<minute>-?\d+)M)?(?:(?P<second>-?\d+)S)?)?"
)


def read_interval(text: str) -> Hashable:
    """(months, days, microseconds) of whole amounts with units and a clock time, e.g. ``1 day 02:30:00``."""
    if found := _ISO.fullmatch(text.strip()):
        return _sum([(int(amount), unit) for unit, amount in found.groupdict().items() if amount])
    words = text.strip().removeprefix("@")
    bare = words.removesuffix("ago")
    parts, at = [], 0
    while at < len(bare.rstrip()):
        if amount := _AMOUNT.match(bare, at):
            parts += _amounts(amount)
            at = amount.end()
        elif (clock := _CLOCK.match(bare, at)) and clock.end() == len(bare):
            microseconds = _clock(clock) // timedelta(microseconds=1)
            parts.append((-microseconds if clock["sign"] == "-" else microseconds, "microsecond"))
            at = clock.end()
        else:
            raise NotUnderstood
    return _sum([(-amount, unit) for amount, unit in parts] if bare != words else parts)


def _amounts(found: re.Match[str]) -> list[tuple[int, str]]:
    """A whole amount of a unit; a fraction only where it is one of a time of day."""
    unit = _singular(found[3].lower())
    if unit not in _UNITS:
        raise NotUnderstood
    if found[2] is None:
        return [(int(found[1]), unit)]
    months, days, microseconds = _UNITS[unit]
    exact = Decimal(found[1] + found[2]) * microseconds
    if months or days or exact != exact.to_integral_value():
        raise NotUnderstood
    return [(int(exact), "microsecond")]


def _sum(parts: list[tuple[int, str]]) -> Hashable:
    if not parts:
        raise NotUnderstood
    scaled = [[amount * part for part in _UNITS[unit]] for amount, unit in parts]
    return tuple(sum(column) for column in zip(*scaled, strict=True))


def _singular(unit: str) -> str:
    if unit in _PLURALS:
        return _PLURALS[unit]
    return unit[:-1] if len(unit) > 1 and unit.endswith("s") else unit
