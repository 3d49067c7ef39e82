"""`Part`: what a message is made of (CONTRACTS §4), without SQL so that the bot may use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in the conversation, for clients rather than for eyes."""

    name: str
    about: Mapping[str, int | str] = field(default_factory=dict)


ItemPart = Part | Portal | Event
"""What an item may hold."""
