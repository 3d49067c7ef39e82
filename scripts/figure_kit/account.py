"""Scenes on our own account page in the help centre, with the words that it really shows."""

from collections.abc import Sequence

from figure_kit.canvas import Area, Canvas
from figure_kit.widgets import Words, bars, button, marker, sheet, window


def _page(words: Words, title: str, lang: str, height: int) -> tuple[Canvas, Area]:
    """Start a figure of the account page; return it and the area below the heading."""
    canvas = sheet(words, title, lang, height)
    inside = window(canvas, words["own_help_centre"])
    canvas.text(inside.x + 32, inside.y + 44, words["own_account"], size=20, weight=700)
    return canvas, Area(inside.x + 32, inside.y + 66, inside.width - 64, inside.height - 66)


def _trouble(words: Words, title: str, lang: str, keys: tuple[str, str, str]) -> Canvas:
    """Draw the panel that says what is wrong: heading, sentence and button."""
    canvas, main = _page(words, title, lang, 392)
    heading, sentence, label = keys
    panel = Area(main.x, main.y, main.width, 146)
    canvas.rect(panel, "wash", 10)
    canvas.text(panel.x + 24, panel.y + 34, words[heading], size=16, weight=700)
    canvas.text(panel.x + 24, panel.y + 62, words[sentence], size=14)
    pressed = button(canvas, panel.x + 24, panel.y + 86, words[label])
    canvas.rect(pressed.grown(5), "ring", 11)
    marker(canvas, panel.x, panel.y + 28, 1)
    marker(canvas, pressed.right + 8, pressed.y - 4, 2)
    bars(canvas, main.x, panel.bottom + 24, [170, 240])
    return canvas


def payment_failed(words: Words, lang: str) -> Canvas:
    """The account page says which payment failed and why, with a button that helps."""
    keys = ("own_failed", "own_failed_why", "own_update_card")
    return _trouble(words, "title_account_failed", lang, keys)


def confirm_with_bank(words: Words, lang: str) -> Canvas:
    """The account page says that the bank waits for a confirmation."""
    keys = ("own_confirm", "own_confirm_why", "own_pay")
    return _trouble(words, "title_account_confirm", lang, keys)


def _plan(
    words: Words, title: str, lang: str, rows: Sequence[tuple[str, str, str]], ringed: int
) -> Canvas:
    """Draw a plan as rows of (label, value, note); the ringed one matters."""
    canvas, main = _page(words, title, lang, 216 + 66 * len(rows))
    canvas.text(main.x, main.y + 18, words["host_plan"], size=16, weight=600)
    for index, (label, value, note) in enumerate(rows):
        row = Area(main.x, main.y + 38 + 66 * index, main.width, 52)
        canvas.path(f"M{row.x:g} {row.y - 7:g}h{row.width:g}", "line")
        canvas.text(row.x + 28, row.y + 22, words[label], "t-muted", size=14)
        canvas.text(row.x + 200, row.y + 22, words[value], size=15, weight=600)
        if note:
            canvas.text(row.x + 200, row.y + 44, words[note], "t-muted", size=13)
        if index == ringed:
            canvas.rect(row, "ring", 10)
            marker(canvas, row.x, row.middle, 1)
    return canvas


def ending(words: Words, lang: str) -> Canvas:
    """A cancelled plan: the day it ends, and that nothing more is charged."""
    rows = (("own_status", "own_ends_on", "own_no_more"),)
    return _plan(words, "title_account_ending", lang, rows, 0)


def paused(words: Words, lang: str) -> Canvas:
    """A paused plan."""
    rows = (("own_status", "own_paused", ""), ("own_card", "own_visa", "portal_expires_later"))
    return _plan(words, "title_account_paused", lang, rows, 0)


def trial(words: Words, lang: str) -> Canvas:
    """A plan on trial, with the day and the amount of its first charge."""
    rows = (
        ("own_status", "own_trial", ""),
        ("own_next", "own_next_value", "own_next_note"),
        ("own_card", "own_visa", "portal_expires_later"),
    )
    return _plan(words, "title_account_trial", lang, rows, 1)


def next_charge(words: Words, lang: str) -> Canvas:
    """A running plan, with its next charge."""
    rows = (
        ("own_status", "host_active", ""),
        ("own_next", "own_next_value", "own_next_note"),
    )
    return _plan(words, "title_account_next", lang, rows, 1)


def card_seen(words: Words, lang: str) -> Canvas:
    """All that we see of a card: brand, last four digits, expiry."""
    rows = (("own_card", "own_visa", "portal_expires_later"),)
    return _plan(words, "title_account_card", lang, rows, 0)


def next_try(words: Words, lang: str) -> Canvas:
    """An open invoice, the day of the next try and the button to pay it."""
    canvas, main = _page(words, "title_account_next_try", lang, 420)
    canvas.text(main.x, main.y + 18, words["own_open_invoices"], size=16, weight=600)
    row = Area(main.x, main.y + 36, main.width, 72)
    canvas.rect(row, "box", 10)
    canvas.text(row.x + 22, row.y + 30, words["own_invoice_of"], "t-muted", size=14)
    canvas.text(row.x + 250, row.y + 30, words["own_amount"], weight=600)
    note = Area(row.x + 238, row.y + 40, row.width - 260, 26)
    canvas.text(row.x + 250, row.y + 57, words["own_next_try"], size=13)
    canvas.rect(note, "ring", 8)
    marker(canvas, note.x - 12, note.middle, 1)
    canvas.text(main.x, row.bottom + 42, words["host_manage"], size=16, weight=600)
    pay = button(canvas, main.x + 4, row.bottom + 62, words["own_pay"], main=False)
    canvas.rect(pay.grown(5), "ring", 11)
    marker(canvas, pay.right + 8, pay.y - 4, 2)
    return canvas


def wrong_account(words: Words, lang: str) -> Canvas:
    """What a link of another account shows: a fresh link, or sign out and use the other one."""
    canvas = sheet(words, "title_wrong_account", lang, 424)
    inside = window(canvas, words["own_help_centre"])
    left, top = inside.x + 32, inside.y
    canvas.text(left, top + 46, words["own_link_gone"], size=19, weight=700)
    bars(canvas, left, top + 66, [420])
    canvas.text(left, top + 118, words["own_fresh_link"], size=16, weight=600)
    fresh = button(canvas, left, top + 132, words["own_account"])
    canvas.text(left, top + 214, words["own_other_account"], size=16, weight=600)
    bars(canvas, left, top + 230, [360], 20)
    out = button(canvas, left, top + 252, words["host_sign_out"], main=False)
    for number, area in enumerate((fresh, out), start=1):
        canvas.rect(area.grown(5), "ring", 11)
        marker(canvas, area.right + 10, area.y - 2, number)
    return canvas
