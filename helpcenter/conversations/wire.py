"""Items and parts as plain data: how they are stored, and how the feed writes them."""

from collections.abc import Callable, Mapping
from typing import Any

from helpcenter.content.flows import Flow
from helpcenter.conversations.model import Author, Item
from helpcenter.conversations.parts import (
    ArticleCard,
    Choice,
    Choices,
    Event,
    Form,
    FormField,
    FormKind,
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
        case Form(form_id, fields):
            return {"type": "form", "id": form_id, "fields": [_field_json(f) for f in fields]}
        case Event(name, about):
            return {"type": "event", "name": name, **about}


def part_of(data: Mapping[str, Any]) -> ItemPart | None:
    """Return a stored part, None for a type that only another version knows."""
    part: ItemPart | None = None
    match data:
        case {"type": "text", "text": text}:
            part = Text(text)
        case {"type": "choices", "choices": choices}:
            part = Choices(tuple(Choice(choice["id"], choice["label"]) for choice in choices))
        case {"type": "article", "slug": slug, "title": title, "url": url}:
            part = ArticleCard(slug, data.get("section"), title, url)
        case {"type": "portal", "link_id": link_id, "flow": flow, "label": label}:
            part = Portal(link_id, Flow(flow), label)
        case {"type": "form", "id": form_id, "fields": fields}:
            part = Form(form_id, tuple(_field_of(each) for each in fields))
        case {"type": "event", "name": name}:
            about = {key: value for key, value in data.items() if key not in {"type", "name"}}
            part = Event(name, about)
    return part


def author_json(author: Author) -> dict[str, str]:
    """Return who speaks as the feed writes it."""
    named = {} if author.name is None else {"name": author.name}
    return {"role": author.role.value, **named}


def item_json(item: Item, url_of: UrlOf) -> dict[str, Any]:
    """Return an item as the feed writes it (CONTRACTS §4)."""
    plain: dict[str, Any] = {
        "seq": item.seq,
        "at": item.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": item.kind.value,
        "author": author_json(item.author),
        "locale": item.locale.tag,
        "parts": [_shown(part, url_of) for part in item.parts],
    }
    told = {"client_id": item.client_id, "in_reply_to": item.in_reply_to}
    return plain | {name: value for name, value in told.items() if value is not None}


def _field_json(field: FormField) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "label": field.label,
        "required": field.required,
    }


def _field_of(data: Mapping[str, Any]) -> FormField:
    return FormField(data["name"], FormKind(data["kind"]), data["label"], data["required"])


def _shown(part: ItemPart, url_of: UrlOf) -> dict[str, Any]:
    plain = part_json(part)
    if isinstance(part, Portal):
        url = url_of(part)
        return plain if url is None else plain | {"url": url}
    return plain
