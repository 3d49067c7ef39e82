"""Dates as people in each locale write them."""

from datetime import date

from babel.dates import format_date

from helpcenter.i18n.locale import Locale

_DAY_FIRST = "d MMMM y"
"""Day, month in letters, year: nobody can take it for month and day the other way round."""


def day(value: date, locale: Locale) -> str:
    """Return a date in words: `4 November 2026`, `2026年11月4日`."""
    pattern = "long" if locale.is_han else _DAY_FIRST
    return format_date(value, pattern, locale=locale.babel)
