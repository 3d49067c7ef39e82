"""`Labels`: the few words that the renderer itself adds to an article, in the article's locale."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

CALLOUTS = ("note", "tip", "important", "warning", "caution")
"""GitHub's alerts, the ones a `> [!NOTE]` may name."""


class Translations(Protocol):
    """What this room needs of a catalogue."""

    def gettext(self, message: str) -> str:
        """Translate a message."""
        ...


@dataclass(frozen=True, slots=True)
class Labels:
    """`section` holds `%(title)s`, `table` holds `%(number)s`; `callouts` is by lower-case name."""

    section: str
    table: str
    captions: str
    callouts: Mapping[str, str]


def labels_from(translations: Translations) -> Labels:
    """Translate the labels."""
    _ = translations.gettext
    return Labels(
        section=_("Link to the section “%(title)s”"),
        table=_("Table %(number)s"),
        captions=_("Captions"),
        callouts={
            "note": _("Note"),
            "tip": _("Tip"),
            "important": _("Important"),
            "warning": _("Warning"),
            "caution": _("Caution"),
        },
    )
