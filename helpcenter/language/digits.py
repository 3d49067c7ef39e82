"""Digits of every script as 0 to 9, with the way back to where they were written."""

import unicodedata
from dataclasses import dataclass

from helpcenter.language.fold import Folded, Folder

_NUMERALS = {
    numeral: str(value)
    for value, numerals in enumerate(
        ("〇零○", "一壹弌", "二贰弍", "三叁弎", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for numeral in numerals
}


class _Table(dict[int, str]):
    """What each folded character is as a digit; of any other the character itself."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        value = unicodedata.decimal(char, None)
        found = _NUMERALS.get(char, char) if value is None else str(value)
        self[code] = found
        return found


@dataclass(frozen=True, slots=True)
class Plain:
    """Folded text with its digits as 0 to 9, character by character: `text` and `folded` agree."""

    text: str
    folded: Folded

    def is_numeral(self, at: int) -> bool:
        """Tell whether the digit at `at` was written as a Chinese numeral."""
        return self.folded.text[at] in _NUMERALS

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the original."""
        return self.folded.span(start, end)


def read(folder: Folder, text: str) -> Plain:
    """Read any text for its digits; linear in its length."""
    folded = folder.fold(text)
    return Plain(folded.text.translate(_Table()), folded)
