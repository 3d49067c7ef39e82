"""Dates as people in each locale write them."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name

from helpcenter.i18n.locale import Locale

_DAY_FIRST = "d MMMM y"
"""Day, month in letters, year: nobody can take it for month and day the other way round."""


def day(value: date, locale: Locale) -> str:
    """Return a date in words: `4 November 2026`, `2026年11月4日`."""
    pattern = "long" if locale.is_han else _DAY_FIRST
    return format_date(value, pattern, locale=locale.babel)


def day_and_month(value: date, locale: Locale) -> str:
    """Return a date of this year in words: `4 November`, `11月4日`."""
    pattern = "M月d日" if locale.is_han else "d MMMM"
    return format_date(value, pattern, locale=locale.babel)


def zone(*names: str | None) -> tzinfo:
    """Return the first of these time zones that this machine knows, else UTC."""
    for name in names:
        try:
            return ZoneInfo(name or "")
        except (ValueError, KeyError, OSError):
            continue
    return UTC


def clock_time(moment: datetime, locale: Locale, place: tzinfo) -> str:
    """Return the time of day at a place: `5:03 PM`, `下午5:03`."""
    return format_time(moment, "short", tzinfo=place, locale=locale.babel)


def zone_name(moment: datetime, locale: Locale, place: tzinfo) -> str:
    """Return what the zone is called at that moment: `Hong Kong Standard Time`, `香港標準時間`."""
    return get_timezone_name(moment.astimezone(place), width="long", locale=locale.babel)
