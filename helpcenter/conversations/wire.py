"""Items and parts as plain data: how they are stored, and how the feed writes them."""

from collections.abc import Callable, Mapping
from typing import Any

from helpcenter.content.flows import Flow
from helpcenter.conversations.model import Item
from helpcenter.conversations.parts import (
    ArticleCard,
    Choice,
    Choices,
    Event,
    ItemPart,
    Portal,
    Text,
)

UrlOf = Callable[[Portal], str | None]
"""Gives the address of a portal button to those who may see it, to others None."""


def part_json(part: ItemPart) -> dict[str, Any]:
    """Return a part as it is stored, which is as the feed writes it but for a portal's `url`."""
    match part:
        case Text(text):
            return {"type": "text", "text": text}
        case Choices(choices):
            return {"type": "choices", "choices": [{"id": c.id, "label": c.label} for c in choices]}
        case ArticleCard(slug, section, title, url):
            card = {"type": "article", "slug": slug, "title": title, "url": url}
            return card | ({"section": section} if section else {})
        case Portal(link_id, flow, label):
            return {"type": "portal", "link_id": link_id, "flow": flow.value, "label": label}
        case Event(name, about):
            return {"type": "event", "name": name, **about}


def part_of(data: Mapping[str, Any]) -> ItemPart | None:
    """Return a stored part, None for a type that only another version knows."""
    match data:
        case {"type": "text", "text": text}:
            return Text(text)
        case {"type": "choices", "choices": choices}:
            return Choices(tuple(Choice(choice["id"], choice["label"]) for choice in choices))
        case {"type": "article", "slug": slug, "title": title, "url": url}:
            return ArticleCard(slug, data.get("section"), title, url)
        case {"type": "portal", "link_id": link_id, "flow": flow, "label": label}:
            return Portal(link_id, Flow(flow), label)
        case {"type": "event", "name": name}:
            about = {key: value for key, value in data.items() if key not in {"type", "name"}}
            return Event(name, about)
    return None


def item_json(item: Item, url_of: UrlOf) -> dict[str, Any]:
    """Return an item as the feed writes it (CONTRACTS §4)."""
    author = {"role": item.author.role.value}
    if item.author.name is not None:
        author["name"] = item.author.name
    plain: dict[str, Any] = {
        "seq": item.seq,
        "at": item.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": item.kind.value,
        "author": author,
        "locale": item.locale.tag,
        "parts": [_shown(part, url_of) for part in item.parts],
    }
    return plain if item.client_id is None else plain | {"client_id": item.client_id}


def _shown(part: ItemPart, url_of: UrlOf) -> dict[str, Any]:
    plain = part_json(part)
    if isinstance(part, Portal):
        url = url_of(part)
        return plain if url is None else plain | {"url": url}
    return plain
