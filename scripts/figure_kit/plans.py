"""Scenes in Stripe's portal about the subscription itself: change, cancel, pause, keep."""

from collections.abc import Sequence

from figure_kit.canvas import Area, Canvas, text_width
from figure_kit.portal import portal_page
from figure_kit.widgets import Words, bars, button, end_button, marker, pill, sheet, window


def _current_plan(
    words: Words, title: str, lang: str, labels: Sequence[str], chosen: int, note: str
) -> Canvas:
    """Draw the plan with its buttons below; the chosen one is ringed."""
    canvas, main = portal_page(words, title, lang, 320 + 52 * len(labels))
    canvas.text(main.x, main.y + 16, words["portal_current_plan"], size=18, weight=700)
    box = Area(main.x, main.y + 34, main.width, main.height - 34)
    canvas.rect(box, "box", 10)
    canvas.text(box.x + 24, box.y + 36, words["host_plan"], size=16, weight=600)
    canvas.text(box.x + 24, box.y + 62, words["portal_price"])
    canvas.text(box.x + 24, box.y + 86, words[note], "t-muted", size=13)
    for index, label in enumerate(labels):
        pressed = button(canvas, box.x + 24, box.y + 112 + 52 * index, words[label], main=False)
        if index == chosen:
            canvas.rect(pressed.grown(4), "ring", 11)
            marker(canvas, pressed.right + 10, pressed.y - 2, 1)
    return canvas


_ACTIONS = ("portal_update_plan", "portal_pause_plan", "portal_cancel_plan")


def update_plan(words: Words, lang: str) -> Canvas:
    """Below the plan, choose "Update subscription"."""
    return _current_plan(words, "title_update_plan", lang, _ACTIONS, 0, "portal_renews")


def pause_plan(words: Words, lang: str) -> Canvas:
    """Below the plan, choose "Pause subscription"."""
    return _current_plan(words, "title_pause_plan", lang, _ACTIONS, 1, "portal_renews")


def cancel_plan(words: Words, lang: str) -> Canvas:
    """Below the plan, choose "Cancel subscription"."""
    return _current_plan(words, "title_cancel_plan", lang, _ACTIONS, 2, "portal_renews")


def keep_plan(words: Words, lang: str) -> Canvas:
    """The plan is set to end; choose "Don't cancel subscription"."""
    labels = ("portal_keep_plan",)
    return _current_plan(words, "title_keep_plan", lang, labels, 0, "portal_ends")


def choose_plan(words: Words, lang: str) -> Canvas:
    """Choose the new plan, then "Continue"."""
    canvas, main = portal_page(words, "title_choose_plan", lang, 400)
    canvas.text(main.x, main.y + 16, words["portal_update_plan"], size=18, weight=700)
    rows = [Area(main.x, main.y + 36 + 78 * index, main.width, 66) for index in range(2)]
    for row, plan in zip(rows, ("host_plan", "portal_plan_pro"), strict=True):
        canvas.rect(row, "box", 10)
        canvas.text(row.x + 24, row.middle + 5, words[plan], size=16, weight=600)
    pill(canvas, rows[0].right - 150, rows[0].middle, words["portal_plan_now"])
    select = end_button(canvas, rows[1], words["portal_select"])
    marker(canvas, select.x - 8, select.y - 6, 1)
    go_on = button(canvas, main.x, rows[1].bottom + 28, words["portal_continue"])
    canvas.rect(go_on.grown(5), "ring", 11)
    marker(canvas, go_on.right + 8, go_on.y - 4, 2)
    return canvas


def confirm_plan(words: Words, lang: str) -> Canvas:
    """Read what is due now and later, then "Confirm"."""
    canvas, main = portal_page(words, "title_confirm_plan", lang, 396)
    canvas.text(main.x, main.y + 16, words["portal_confirm_title"], size=18, weight=700)
    box = Area(main.x, main.y + 36, main.width, 136)
    canvas.rect(box, "box", 10)
    for index, key in enumerate(("portal_plan_pro", "portal_due_now", "portal_due_later")):
        y = box.y + 36 + 40 * index
        canvas.text(box.x + 24, y, words[key], weight=600 if index == 0 else 400)
        bars(canvas, box.right - 104, y - 10, [80])
    canvas.rect(box.grown(3), "ring", 12)
    marker(canvas, box.right, box.y, 1)
    done = button(canvas, main.x, box.bottom + 30, words["portal_confirm"])
    canvas.rect(done.grown(5), "ring", 11)
    marker(canvas, done.right + 8, done.y - 4, 2)
    return canvas


def confirm_cancel(words: Words, lang: str) -> Canvas:
    """Read on which day the plan ends, then confirm."""
    canvas, main = portal_page(words, "title_confirm_cancel", lang, 330)
    canvas.text(main.x, main.y + 16, words["portal_cancel_plan"], size=18, weight=700)
    note = Area(main.x, main.y + 36, main.width, 72)
    canvas.rect(note, "wash", 10)
    canvas.text(note.x + 24, note.y + 32, words["portal_ends"], weight=600)
    bars(canvas, note.x + 24, note.y + 46, [240])
    canvas.rect(note, "ring", 10)
    marker(canvas, note.right, note.y, 1)
    done = button(canvas, main.x, note.bottom + 28, words["portal_cancel_plan"])
    canvas.rect(done.grown(5), "ring", 11)
    marker(canvas, done.right + 8, done.y - 4, 2)
    button(canvas, done.right + 36, done.y, words["portal_go_back"], main=False)
    return canvas


def choose_pause(words: Words, lang: str) -> Canvas:
    """Choose how long the pause lasts, then confirm."""
    canvas, main = portal_page(words, "title_choose_pause", lang, 370)
    canvas.text(main.x, main.y + 16, words["portal_pause_plan"], size=18, weight=700)
    box = Area(main.x, main.y + 36, main.width, 108)
    canvas.rect(box, "box", 10)
    for index, key in enumerate(("portal_pause_one", "portal_pause_two")):
        y = box.y + 34 + 44 * index
        canvas.circle(box.x + 32, y, 8, "box")
        if index == 0:
            canvas.circle(box.x + 32, y, 4, "accent")
        canvas.text(box.x + 52, y + 5, words[key])
    marker(canvas, box.right, box.y, 1)
    done = button(canvas, main.x, box.bottom + 30, words["portal_pause_plan"])
    canvas.rect(done.grown(5), "ring", 11)
    marker(canvas, done.right + 8, done.y - 4, 2)
    return canvas


def bank_step(words: Words, lang: str) -> Canvas:
    """The bank's own window, opened by the page: check shop and amount, then confirm."""
    canvas = sheet(words, "title_bank_step", lang, 398)
    window(canvas, words["portal_window"])
    panel = window(canvas, words["bank_window"], Area(200, 84, 320, 250))
    left = panel.x + 28
    canvas.text(left, panel.y + 38, words["bank_confirm_title"], size=17, weight=700)
    for index, key in enumerate(("bank_shop", "bank_amount")):
        y = panel.y + 72 + 28 * index
        canvas.text(left, y, words[key], "t-muted", size=14)
        bars(canvas, left + text_width(words[key], 14) + 18, y - 10, [96])
    area = Area(left - 10, panel.y + 52, panel.width - 36, 62)
    canvas.rect(area, "ring")
    marker(canvas, area.right, area.y, 1)
    done = button(canvas, left, panel.y + 146, words["bank_confirm"])
    canvas.rect(done.grown(5), "ring", 11)
    marker(canvas, done.right + 8, done.y - 4, 2)
    return canvas
