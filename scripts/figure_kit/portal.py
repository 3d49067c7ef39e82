"""Scenes in Stripe's customer portal."""

from figure_kit.canvas import Area, Canvas, text_width
from figure_kit.widgets import (
    Words,
    bars,
    button,
    card_icon,
    card_name,
    card_row,
    end_button,
    field,
    marker,
    menu,
    pill,
    sheet,
    window,
)

_NEW_CARD = ("Mastercard", "4444")
_OLD_CARD = ("Visa", "4242")
_ROW = 66


def portal_page(words: Words, title: str, lang: str, height: int) -> tuple[Canvas, Area]:
    """Start a portal figure; return it and the area of the main column."""
    canvas = sheet(words, title, lang, height)
    inside = window(canvas, words["portal_window"])
    side = Area(inside.x, inside.y, 132, inside.height)
    bars(canvas, side.x + 24, side.y + 36, [76, 54, 64], 24)
    canvas.path(f"M{side.right:g} {side.y:g}v{side.height:g}", "line")
    return canvas, Area(side.right + 28, inside.y + 28, inside.width - 132 - 56, inside.height - 56)


def add_method(words: Words, lang: str) -> Canvas:
    """Under "Payment method", choose "+ Add payment method"."""
    canvas, main = portal_page(words, "title_add_method", lang, 320)
    canvas.text(main.x, main.y + 16, words["portal_payment_method"], size=18, weight=700)
    row = Area(main.x, main.y + 34, main.width, _ROW)
    card_row(canvas, row, _OLD_CARD, words["portal_default"], words["portal_expires_soon"])
    label = f"+ {words['portal_add_payment_method']}"
    link = Area(main.x, row.bottom + 20, text_width(label, 15) + 36, 40)
    canvas.text(link.x + 16, link.middle + 5, label, "t-accent", weight=600)
    canvas.rect(link, "ring")
    marker(canvas, link.right + 4, link.y, 1)
    return canvas


def add_card(words: Words, lang: str) -> Canvas:
    """Fill in the card form, then "Add"."""
    canvas, main = portal_page(words, "title_add_card", lang, 470)
    canvas.text(main.x, main.y + 16, words["portal_add_payment_method"], size=18, weight=700)
    half = (main.width - 16) / 2
    top = main.y + 40
    field(canvas, Area(main.x, top, main.width, 58), words["portal_card_number"])
    field(canvas, Area(main.x, top + 74, half, 58), words["portal_expiry"])
    field(canvas, Area(main.x + half + 16, top + 74, half, 58), words["portal_cvc"])
    field(canvas, Area(main.x, top + 148, main.width, 58), words["portal_billing_address"])
    marker(canvas, main.right, top + 20, 1)
    add = button(canvas, main.x, top + 230, words["portal_add"])
    canvas.rect(add.grown(5), "ring", 11)
    marker(canvas, add.right + 8, add.y - 4, 2)
    button(canvas, add.right + 36, top + 230, words["portal_go_back"], main=False)
    return canvas


def _two_cards(canvas: Canvas, main: Area, words: Words, *, new_is_default: bool) -> list[Area]:
    """Draw the old card above the new one; return the areas of their three-dot buttons."""
    canvas.text(main.x, main.y + 16, words["portal_payment_method"], size=18, weight=700)
    rows = (
        (_OLD_CARD, not new_is_default, "portal_expires_soon"),
        (_NEW_CARD, new_is_default, "portal_expires_later"),
    )
    return [
        card_row(
            canvas,
            Area(main.x, main.y + 34 + index * (_ROW + 12), main.width, _ROW),
            name,
            words["portal_default"] if default else None,
            words[expiry],
        )
        for index, (name, default, expiry) in enumerate(rows)
    ]


def _open_menu(canvas: Canvas, opener: Area, words: Words, chosen: int) -> None:
    canvas.rect(opener, "ring")
    labels = [words["portal_make_default"], words["portal_delete"]]
    picked = menu(canvas, Area(opener.right - 250, opener.bottom + 8, 206, 92), labels, chosen)
    marker(canvas, opener.x - 6, opener.y, 1)
    marker(canvas, picked.x - 10, picked.middle, 2)


def make_default(words: Words, lang: str) -> Canvas:
    """Open the new card's menu, choose "Make default"."""
    canvas, main = portal_page(words, "title_make_default", lang, 430)
    openers = _two_cards(canvas, main, words, new_is_default=False)
    _open_menu(canvas, openers[1], words, 0)
    return canvas


def added_card(words: Words, lang: str) -> Canvas:
    """The new card is on file below the old one, which is still the default."""
    canvas, main = portal_page(words, "title_added_card", lang, 342)
    _two_cards(canvas, main, words, new_is_default=False)
    row = Area(main.x, main.y + 34 + _ROW + 12, main.width, _ROW)
    canvas.rect(row.grown(3), "ring", 12)
    return canvas


def own_card(words: Words, lang: str) -> Canvas:
    """A plan names the card it is charged to; choose "Update payment method" beside it."""
    canvas, main = portal_page(words, "title_own_card", lang, 396)
    canvas.text(main.x, main.y + 16, words["portal_plan"], size=18, weight=700)
    box = Area(main.x, main.y + 34, main.width, main.height - 34)
    canvas.rect(box, "box", 10)
    canvas.text(box.x + 24, box.y + 36, words["host_plan"], size=16, weight=600)
    bars(canvas, box.x + 24, box.y + 54, [150])
    card_icon(canvas, box.x + 24, box.y + 106)
    card_name(canvas, box.x + 78, box.y + 111, _OLD_CARD)
    marker(canvas, box.x, box.y + 106, 1)
    change = button(canvas, box.x + 24, box.y + 144, words["portal_update_method"], main=False)
    canvas.rect(change.grown(5), "ring", 11)
    marker(canvas, change.right + 8, change.y - 4, 2)
    return canvas


def new_default(words: Words, lang: str) -> Canvas:
    """The new card now carries the "Default" label."""
    canvas, main = portal_page(words, "title_new_default", lang, 342)
    _two_cards(canvas, main, words, new_is_default=True)
    row = Area(main.x, main.y + 34 + _ROW + 12, main.width, _ROW)
    canvas.rect(row.grown(3), "ring", 12)
    return canvas


def delete_card(words: Words, lang: str) -> Canvas:
    """Open the old card's menu, choose "Delete"."""
    canvas, main = portal_page(words, "title_delete_card", lang, 356)
    openers = _two_cards(canvas, main, words, new_is_default=True)
    _open_menu(canvas, openers[0], words, 1)
    return canvas


def billing_address(words: Words, lang: str) -> Canvas:
    """Enter the address the bank has, then save."""
    canvas, main = portal_page(words, "title_billing_address", lang, 442)
    card_icon(canvas, main.x, main.y + 10)
    card_name(canvas, main.x + 54, main.y + 15, _NEW_CARD)
    canvas.text(main.x, main.y + 58, words["portal_billing_address"], size=18, weight=700)
    top = main.y + 78
    half = (main.width - 16) / 2
    field(canvas, Area(main.x, top, main.width, 58), words["portal_address_line"])
    field(canvas, Area(main.x, top + 74, half, 58), words["portal_district"])
    field(canvas, Area(main.x + half + 16, top + 74, half, 58), words["portal_country"])
    marker(canvas, main.right, top + 20, 1)
    save = button(canvas, main.x, top + 156, words["portal_save"])
    canvas.rect(save.grown(5), "ring", 11)
    marker(canvas, save.right + 8, save.y - 4, 2)
    return canvas


def open_invoice(words: Words, lang: str) -> Canvas:
    """Find the unpaid invoice in the list and pay it."""
    canvas, main = portal_page(words, "title_open_invoice", lang, 352)
    canvas.text(main.x, main.y + 16, words["portal_invoices"], size=18, weight=700)
    row = Area(main.x, main.y + 38, main.width, 66)
    canvas.rect(row, "box", 10)
    bars(canvas, row.x + 22, row.middle - 5, [110])
    pill(canvas, row.x + 166, row.middle, words["portal_invoice_open"])
    pay = end_button(canvas, row, words["portal_pay"])
    marker(canvas, row.x + 160, row.y, 1)
    marker(canvas, pay.x - 6, pay.y - 6, 2)
    for index in range(2):
        y = row.bottom + 30 + 40 * index
        bars(canvas, row.x + 22, y, [110])
        pill(canvas, row.x + 166, y + 5, words["portal_invoice_paid"], strong=False)
    return canvas
