"""The words a locale lends to all topics: `bot/vocabulary/<locale>.yaml`.

What customers say whatever the trouble (concepts, negation, yes and no) and what the bot says
whatever the topic. A site's file overlays the wheel's entry by entry.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from helpcenter.billing.news import News
from helpcenter.bot.topics import PatternEntry
from helpcenter.content.schema import Schema

NEWS = (*(f"news_{kind}" for kind in News), "news_all_well", "news_nothing", "news_person")
"""What the bot says of its own accord, when something has changed; may show facts."""

SAYS = (
    "out_of_scope",
    "ask_back",
    "ask_again",
    "offer_person",
    "hand_over",
    "failed",
    "contact",
    "contact_name",
    "contact_email",
    "helped",
    "solved",
    "stuck",
    "person",
    "glad",
    "what_else",
    "fresh_start",
    "gone",
    "language",
    "facts_down",
    "ask_one",
    "puzzled",
    "no_answer",
    "here",
    "unchanged",
    "helped_both",
    "know_all",
    "explained",
    "take_over",
    "about",
    "card_data",
    "abuse",
    "abuse_way",
    "distress",
    "distress_way",
    "crisis",
    *NEWS,
)
"""Every sentence the bot needs beside its topics; each locale has all of them."""

HEARS = (
    "yes",
    "no",
    "still",
    "restart",
    "joiner",
    "first",
    "second",
    "third",
    "last",
    "more",
    "where",
    "unclear",
    "done",
    "about",
    "abuse",
    "distress",
    "crisis",
    "wish",
)
"""What the bot understands beside topics."""


def _as_terms(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(term for part in value.split(",") if (term := part.strip()))


Terms = Annotated[tuple[str, ...], BeforeValidator(_as_terms)]
"""Words or phrases: a list, or one text with commas between them."""


class Vocabulary(Schema):
    """One locale's words. Every entry is a list of words or phrases, or a sentence in `says`.

    `concepts` are content, `markers` (question, past, wish …) are not; both are written `[name]`
    in patterns, and `<name>` inside a phrase stands for every entry of that list in turn. `filler`
    carries no meaning; `negation` denies the next word, `denial` the wish that follows.
    `romanised` are words that betray the language in Latin letters, `spelt` maps Han to its
    spellings there, `known` are words that are never a misspelt one, `skipped` words are passed
    over, `whole` ones keep their ending, `short` ones are read as another (`u: you`), `masks`
    hide the terms inside them (`graphics card` is no `[card]`). `beyond` are patterns of what is
    out of scope. `hears.wish` is a wish to be answered in this language. `names` is how cards and
    details are called in replies (`wording.NAMES`).
    """

    concepts: dict[str, Terms] = Field(default_factory=dict)
    markers: dict[str, Terms] = Field(default_factory=dict)
    hears: dict[str, Terms] = Field(default_factory=dict)
    filler: Terms = ()
    negation: Terms = ()
    denial: Terms = ()
    romanised: Terms = ()
    spelt: dict[str, Terms] = Field(default_factory=dict)
    known: Terms = ()
    skipped: Terms = ()
    whole: Terms = ()
    short: dict[str, str] = Field(default_factory=dict)
    beyond: tuple[PatternEntry, ...] = ()
    masks: Terms = ()
    says: dict[str, str] = Field(default_factory=dict)
    names: dict[str, str] = Field(default_factory=dict)

    def overlaid(self, other: "Vocabulary") -> "Vocabulary":
        """Return these words with the entries of `other` in place of their namesakes."""
        changed: dict[str, object] = {}
        for name in other.model_fields_set:
            theirs = getattr(other, name)
            mine = getattr(self, name)
            changed[name] = {**mine, **theirs} if isinstance(theirs, Mapping) else theirs
        return self.model_copy(update=changed)
