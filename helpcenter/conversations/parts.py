"""`Part`: what a message is made of (CONTRACTS §4), without SQL so that the bot may use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from helpcenter.content.flows import Flow


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text, never HTML; a newline separates paragraphs."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: a stable id and its label in the conversation's locale."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Buttons the customer may press instead of typing."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """A pointer to an article or one of its sections; `url` is a path of ours."""

    slug: str
    section: str | None
    title: str
    url: str


Part = Text | Choices | ArticleCard
"""What the bot says."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A button to a page of the portal: the link by its id only; what opens it is never kept."""

    link_id: str
    flow: Flow
    label: str


class FormKind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: a stable name and its label in the conversation's locale."""

    name: str
    kind: FormKind
    label: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """Fields the customer may fill in instead of writing; `id` says what the values are for."""

    id: str
    fields: tuple[FormField, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(each.name for each in self.fields)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in the conversation, for clients rather than for eyes."""

    name: str
    about: Mapping[str, int | str] = field(default_factory=dict)


ItemPart = Part | Portal | Form | Event
"""What an item may hold."""
