"""Which writing a character belongs to."""

import re

HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
)
"""The Han characters, as the inside of a regular expression's character class."""

_HAN = re.compile(f"[{HAN}]")


def is_han(char: str) -> bool:
    """Tell whether one character is Han (々 and 〇 count)."""
    return _HAN.match(char) is not None


def has_han(text: str) -> bool:
    """Tell whether any character of the text is Han."""
    return _HAN.search(text) is not None
