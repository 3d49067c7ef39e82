"""Several things in a row, as people in each locale write them."""

from collections.abc import Sequence

from babel.lists import format_list

from helpcenter.i18n.locale import Locale


def listed(words: Sequence[str], locale: Locale) -> str:
    """Return words as one phrase: `A, B, and C`, `A、B及C`."""
    return format_list(words, "standard", locale=locale.babel)
