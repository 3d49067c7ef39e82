"""`Locale`: the one place that converts between the names a language goes by.

Folders and catalogues say `zh_HK`; URLs, HTML `lang`, APIs and Stripe say `zh-HK`; Babel wants
`zh_Hant_HK`. Nobody else converts.
"""

from dataclasses import dataclass
from functools import cached_property

import babel

_SCRIPTED = {
    "zh_HK": "zh_Hant_HK",
    "zh_MO": "zh_Hant_MO",
    "zh_TW": "zh_Hant_TW",
    "zh_CN": "zh_Hans_CN",
}


@dataclass(frozen=True, order=True)
class Locale:
    """A language we have words in, named as its folder is (`en`, `zh_HK`)."""

    folder: str

    @classmethod
    def from_tag(cls, tag: str) -> "Locale":
        """Make a locale from a BCP 47 tag as we write them (`zh-HK`)."""
        return cls(tag.replace("-", "_"))

    @property
    def tag(self) -> str:
        """The BCP 47 tag for URLs, HTML `lang`, APIs and Stripe (`zh-HK`)."""
        return self.folder.replace("_", "-")

    @property
    def language(self) -> str:
        """The bare language (`zh`)."""
        return self.folder.partition("_")[0]

    @cached_property
    def babel(self) -> babel.Locale:
        """Babel's locale, for dates, numbers and plural forms."""
        return babel.Locale.parse(_SCRIPTED.get(self.folder, self.folder))

    @property
    def is_known(self) -> bool:
        """Whether a folder of this name is a language at all (CLDR knows it)."""
        try:
            return bool(self.babel)
        except (ValueError, babel.UnknownLocaleError):
            return False

    @property
    def is_han(self) -> bool:
        """Whether text in this locale is written in Han characters."""
        return self.language in {"zh", "yue"}

    def __str__(self) -> str:
        return self.tag


SOURCE = Locale("en")
"""The language that source strings and source articles are written in."""
