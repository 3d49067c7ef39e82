"""`Part`: what a message is made of (CONTRACTS §4), without SQL so that the bot may use it."""

from dataclasses import dataclass


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
