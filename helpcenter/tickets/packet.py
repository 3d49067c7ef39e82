"""The hand-off packet: what was asked, tried and found, so that nobody is asked twice.

A pure function of the conversation and the bot's own reasons: nothing of it is kept, so that it
cannot say anything that the conversation does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpcenter.conversations.model import AuthorRole, Item, Kind
from helpcenter.conversations.parts import Portal, Text


@dataclass(frozen=True, slots=True)
class Found:
    """A fact the bot went by: its name in topics, and its value where it was known."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Packet:
    """`asked` are the customer's own lines, `tried` topics and `offers` link ids, in order.

    `read_at` is when Stripe was asked for the newest of `found`, None if it was not.
    """

    asked: tuple[str, ...]
    tried: tuple[str, ...]
    articles: tuple[str, ...]
    found: tuple[Found, ...]
    offers: tuple[Portal, ...]
    read_at: datetime | None


def packet_of(items: Sequence[Item], traces: Mapping[int, Mapping[str, Any]]) -> Packet:
    """Return the packet of a conversation; `traces` are the bot's reasons by `seq`."""
    lines = [_text(item) for item in items if _is_line(item)]
    used = [fact for trace in _in_order(traces) for fact in trace.get("facts", ())]
    return Packet(
        asked=tuple(dict.fromkeys([*lines[:1], *lines[-1:]])),
        tried=_once(
            str(step).partition("/")[0]
            for trace in _in_order(traces)
            for step in trace.get("steps", ())
        ),
        articles=_once(
            str(one) for trace in _in_order(traces) for one in trace.get("articles", ())
        ),
        found=found_in(used),
        offers=tuple(part for item in items for part in item.parts if isinstance(part, Portal)),
        read_at=max(filter(None, map(_read_at, used)), default=None),
    )


def found_in(used: Iterable[Mapping[str, Any]]) -> tuple[Found, ...]:
    """Return facts as traces keep them, the last value of each."""
    facts = {str(fact["name"]): fact.get("value") for fact in used}
    return tuple(Found(name, value) for name, value in facts.items())


def _read_at(fact: Mapping[str, Any]) -> datetime | None:
    at = fact.get("fetched_at")
    return datetime.fromisoformat(at) if at else None


def _in_order(traces: Mapping[int, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [traces[seq] for seq in sorted(traces)]


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _is_line(item: Item) -> bool:
    return item.kind is Kind.MESSAGE and item.author.role is AuthorRole.CUSTOMER


def _text(item: Item) -> str:
    return " ".join(part.text for part in item.parts if isinstance(part, Text))
