"""Scenes about invoices: Stripe's list, an invoice's own page, and whose name stands on it."""

from collections.abc import Sequence

from figure_kit.canvas import Area, Canvas
from figure_kit.cards import side_by_side
from figure_kit.portal import portal_page
from figure_kit.schemes import three_boxes
from figure_kit.widgets import (
    Words,
    bars,
    button,
    card_icon,
    card_name,
    field,
    marker,
    pill,
    sheet,
    window,
)

_DATES = ("date_third", "date_second", "date_first")


def invoice_history(words: Words, lang: str) -> Canvas:
    """In the list, choose the date of an invoice."""
    canvas, main = portal_page(words, "title_invoice_history", lang, 388)
    canvas.text(main.x, main.y + 16, words["portal_invoices"], size=18, weight=700)
    marker(canvas, main.right - 8, main.y + 10, 1)
    for index, date in enumerate(_DATES):
        row = Area(main.x, main.y + 36 + 58 * index, main.width, 46)
        canvas.rect(row, "box", 10)
        style = "t-accent" if index == 0 else ""
        canvas.text(row.x + 20, row.middle + 5, words[date], style, weight=600)
        bars(canvas, row.x + 190, row.middle - 5, [80])
        pill(canvas, row.x + 310, row.middle, words["portal_invoice_paid"], strong=False)
        if index == 0:
            link = Area(row.x + 8, row.y + 5, 150, 36)
            canvas.rect(link, "ring")
            marker(canvas, link.right + 6, link.middle, 2)
    return canvas


def _invoice(words: Words, title: str, lang: str, height: int) -> tuple[Canvas, Area]:
    """Start a figure of Stripe's page for one invoice; return it and the area of its sheet."""
    canvas = sheet(words, title, lang, height)
    inside = window(canvas, words["invoice_window"])
    page = Area(inside.x + 110, inside.y + 24, inside.width - 220, inside.height - 48)
    canvas.rect(page, "box", 10)
    return canvas, page


def invoice_page(words: Words, lang: str) -> Canvas:
    """A paid invoice, with a button for the invoice and one for the receipt."""
    canvas, page = _invoice(words, "title_invoice_page", lang, 436)
    left = page.x + 28
    pill(canvas, left, page.y + 36, words["portal_invoice_paid"])
    bars(canvas, left, page.y + 68, [170, 230, 200], 24)
    for index, label in enumerate(("portal_download_invoice", "portal_download_receipt")):
        pressed = button(canvas, left, page.y + 146 + 56 * index, words[label], main=index == 0)
        canvas.rect(pressed.grown(4), "ring", 11)
        marker(canvas, pressed.right + 10, pressed.middle, index + 1)
    return canvas


def pay_page(words: Words, lang: str) -> Canvas:
    """An open invoice: check the amount, choose the card, pay."""
    canvas, page = _invoice(words, "title_pay_page", lang, 420)
    left = page.x + 28
    canvas.text(left, page.y + 38, words["portal_amount_due"], "t-muted", size=13)
    canvas.text(left, page.y + 70, words["sample_amount"], size=26, weight=700)
    marker(canvas, page.x, page.y + 56, 1)
    row = Area(left, page.y + 96, page.width - 56, 60)
    canvas.rect(row, "box", 8)
    card_icon(canvas, row.x + 16, row.middle)
    card_name(canvas, row.x + 70, row.middle + 5, ("Mastercard", "4444"))
    marker(canvas, page.x, row.middle, 2)
    pay = button(canvas, left, row.bottom + 26, words["portal_pay"])
    canvas.rect(pay.grown(5), "ring", 11)
    marker(canvas, pay.right + 10, pay.y - 2, 3)
    bars(canvas, left, pay.bottom + 28, [220])
    return canvas


def billing_information(words: Words, lang: str) -> Canvas:
    """Name, e-mail and address of whoever pays; choose "Update information"."""
    canvas, main = portal_page(words, "title_billing_information", lang, 380)
    canvas.text(main.x, main.y + 16, words["portal_billing_information"], size=18, weight=700)
    labels = ("portal_name", "portal_email", "portal_billing_address")
    for index, label in enumerate(labels):
        y = main.y + 58 + 36 * index
        canvas.text(main.x, y, words[label], "t-muted", size=14)
        bars(canvas, main.x + 150, y - 10, [(150, 190, 230)[index]])
    marker(canvas, main.right - 8, main.y + 10, 1)
    change = button(canvas, main.x, main.y + 158, words["portal_update_information"], main=False)
    canvas.rect(change.grown(5), "ring", 11)
    marker(canvas, change.right + 8, change.y - 4, 2)
    return canvas


def _form(words: Words, title: str, lang: str, labels: Sequence[str], ringed: int) -> Canvas:
    """Draw the form behind "Update information"; one field is what matters."""
    canvas, main = portal_page(words, title, lang, 240 + 74 * len(labels))
    canvas.text(main.x, main.y + 16, words["portal_billing_information"], size=18, weight=700)
    for index, label in enumerate(labels):
        area = Area(main.x, main.y + 40 + 74 * index, main.width - 60, 58)
        field(canvas, area, words[label])
        if index == ringed:
            canvas.rect(Area(area.x, area.y + 20, area.width, 38).grown(2), "ring", 8)
            marker(canvas, area.right + 6, area.y + 20, 1)
    save = button(canvas, main.x, main.y + 52 + 74 * len(labels), words["portal_save"])
    canvas.rect(save.grown(5), "ring", 11)
    marker(canvas, save.right + 8, save.y - 4, 2)
    return canvas


def address_form(words: Words, lang: str) -> Canvas:
    """Enter the address that invoices should show, then save."""
    labels = ("portal_name", "portal_address_line", "portal_country")
    return _form(words, "title_address_form", lang, labels, 1)


def company_form(words: Words, lang: str) -> Canvas:
    """Enter the company's name, and its tax number where the field is shown, then save."""
    labels = ("portal_name", "portal_address_line", "portal_tax_id")
    return _form(words, "title_company_form", lang, labels, 0)


def refund_road(words: Words, lang: str) -> Canvas:
    """Ask, we look, the money goes back to the card that paid."""
    canvas = sheet(words, "title_refund_road", lang, 290)
    keys = ("refund_ask", "refund_look", "refund_back")
    three_boxes(canvas, words, keys, first_is_old=False)
    return canvas


def two_addresses(words: Words, lang: str) -> Canvas:
    """The card's address is for the bank, the billing information for the invoice."""
    keys = ("address_card", "address_invoice")
    return side_by_side(words, "title_two_addresses", lang, keys, 226)
