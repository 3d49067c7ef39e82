"""Schemes about cards themselves: what stands on them, when they end, what they pay for."""

from collections.abc import Sequence

from figure_kit.canvas import WIDTH, Area, Canvas
from figure_kit.schemes import three_boxes
from figure_kit.widgets import Words, arrow, card_icon, card_name, marker, sheet


def billing_round(words: Words, lang: str) -> Canvas:
    """A plan renews, the default card is charged, an invoice is made."""
    canvas = sheet(words, "title_billing_round", lang, 290)
    keys = ("round_renew", "round_charge", "round_invoice")
    three_boxes(canvas, words, keys, first_is_old=False)
    return canvas


def side_by_side(words: Words, title: str, lang: str, keys: Sequence[str], height: int) -> Canvas:
    """Draw numbered boxes that stand beside each other, in no order of time."""
    canvas = sheet(words, title, lang, height)
    gap = 24
    width = (WIDTH - 48 - gap * (len(keys) - 1)) / len(keys)
    for index, key in enumerate(keys):
        area = Area(24 + index * (width + gap), 40, width, height - 40 - 56)
        canvas.rect(area, "box", 12)
        marker(canvas, area.x + 34, area.y, index + 1)
        canvas.text(area.x + 20, area.y + 48, words[f"{key}_title"], size=16, weight=700)
        text = Area(area.x + 20, area.y + 62, area.width - 40, 0)
        canvas.paragraph(text, words[f"{key}_text"], "t-muted", size=14)
    return canvas


def places(words: Words, lang: str) -> Canvas:
    """Where things are: the account page, the billing portal, the help centre."""
    keys = ("place_account", "place_portal", "place_help")
    return side_by_side(words, "title_places", lang, keys, 250)


def expiry(words: Words, lang: str) -> Canvas:
    """Before, on and after the last day of a card."""
    canvas = sheet(words, "title_expiry", lang, 290)
    keys = ("expiry_before", "expiry_month", "expiry_after")
    three_boxes(canvas, words, keys, first_is_old=False)
    return canvas


def card_sides(words: Words, lang: str) -> Canvas:
    """Front and back of a card: number, expiry date, security code."""
    canvas = sheet(words, "title_card_sides", lang, 318)
    front, back = Area(32, 40, 312, 190), Area(376, 40, 312, 190)
    for side in (front, back):
        canvas.rect(side, "box", 16)
    canvas.rect(Area(front.x + 26, front.y + 40, 44, 32), "frame", 6)
    for group in range(4):
        for digit in range(4):
            canvas.circle(front.x + 32 + 66 * group + 13 * digit, front.y + 108, 4, "ink")
    canvas.rect(Area(front.x + 18, front.y + 90, 264, 36), "ring")
    marker(canvas, front.x + 18, front.y + 90, 1)
    canvas.text(front.x + 30, front.y + 162, "08/30", size=16, weight=600)
    canvas.rect(Area(front.x + 18, front.y + 140, 76, 34), "ring")
    marker(canvas, front.x + 100, front.y + 140, 2)
    canvas.rect(Area(back.x, back.y + 26, back.width, 36), "frame", 0)
    canvas.rect(Area(back.x + 24, back.y + 88, 180, 34), "bar", 4)
    canvas.text(back.x + 222, back.y + 111, "123", size=16, weight=600)
    canvas.rect(Area(back.x + 212, back.y + 88, 54, 34), "ring")
    marker(canvas, back.x + 272, back.y + 88, 3)
    canvas.text(front.centre, front.bottom + 28, words["card_front"], size=14, anchor="middle")
    canvas.text(back.centre, back.bottom + 28, words["card_back"], size=14, anchor="middle")
    return canvas


def default_used(words: Words, lang: str) -> Canvas:
    """One default card, two kinds of payments."""
    canvas = sheet(words, "title_default_used", lang, 318)
    card = Area(24, 96, 232, 84)
    canvas.rect(card, "wash", 12)
    card_icon(canvas, card.x + 18, card.middle - 14)
    card_name(canvas, card.x + 72, card.middle - 9, ("Visa", "4242"))
    canvas.text(card.x + 18, card.bottom - 18, words["layer_default_title"], "t-accent", weight=600)
    for index, key in enumerate(("used_renewals", "used_purchases")):
        box = Area(330, 32 + 124 * index, WIDTH - 330 - 24, 104)
        canvas.rect(box, "box", 12)
        canvas.text(box.x + 22, box.y + 34, words[f"{key}_title"], size=16, weight=700)
        text = Area(box.x + 22, box.y + 46, box.width - 44, 0)
        canvas.paragraph(text, words[f"{key}_text"], "t-muted", size=14)
        marker(canvas, box.x, box.middle, index + 1)
        arrow(canvas, card.right + 14, box.middle, 36)
    canvas.path(f"M{card.right:g} {card.middle:g}h14M{card.right + 14:g} 84v124", "bold")
    return canvas
