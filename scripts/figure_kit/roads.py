"""Schemes of how things go on in time, and of who sees what."""

from collections.abc import Sequence

from figure_kit.canvas import WIDTH, Area, Canvas
from figure_kit.schemes import three_boxes
from figure_kit.widgets import Words, arrow, bars, card_icon, marker, sheet, window


def _boxes(words: Words, title: str, lang: str, keys: Sequence[str]) -> Canvas:
    canvas = sheet(words, title, lang, 296)
    three_boxes(canvas, words, keys, first_is_old=False)
    return canvas


def call_bank(words: Words, lang: str) -> Canvas:
    """What to have at hand, what to ask, and to try again."""
    return _boxes(words, "title_call_bank", lang, ("call_ready", "call_ask", "call_again"))


def lost_card(words: Words, lang: str) -> Canvas:
    """Block the card with the bank, replace it here, look through the charges."""
    return _boxes(words, "title_lost_card", lang, ("lost_block", "lost_replace", "lost_look"))


def switch_account(words: Words, lang: str) -> Canvas:
    """Read who is signed in, sign out on both sides, sign in as the other one."""
    keys = ("switch_read", "switch_out", "switch_in")
    return _boxes(words, "title_switch_account", lang, keys)


def _timeline(words: Words, title: str, lang: str, keys: Sequence[str]) -> Canvas:
    """Draw a line with numbered stops from left to right, each with a heading and a sentence."""
    canvas = sheet(words, title, lang, 226)
    step = (WIDTH - 48) / len(keys)
    y = 56
    canvas.path(f"M{24 + step / 2:g} {y:g}H{WIDTH - 24 - step / 2:g}", "bold")
    for index, key in enumerate(keys):
        x = 24 + step * (index + 0.5)
        marker(canvas, x, y, index + 1)
        canvas.text(x, y + 46, words[f"{key}_title"], size=15, weight=700, anchor="middle")
        text = Area(x - step / 2 + 12, y + 58, step - 24, 0)
        canvas.paragraph(text, words[f"{key}_text"], "t-muted", size=13.5, anchor="middle")
    return canvas


def retries(words: Words, lang: str) -> Canvas:
    """From a failed payment to a paid one, or to the end of the grace period."""
    keys = ("retry_fails", "retry_again", "retry_mend", "retry_end")
    return _timeline(words, "title_retries", lang, keys)


def trial(words: Words, lang: str) -> Canvas:
    """From the start of a trial to the renewals."""
    keys = ("trial_start", "trial_during", "trial_first", "trial_then")
    return _timeline(words, "title_trial", lang, keys)


def bank_switches(words: Words, lang: str) -> Canvas:
    """The settings of a card in a bank's app: online and overseas payments."""
    canvas = sheet(words, "title_bank_switches", lang, 356)
    phone = window(canvas, words["bank_app_window"], Area(190, 24, 340, 276))
    canvas.text(phone.x + 28, phone.y + 42, words["bank_card_settings"], size=17, weight=700)
    for index, key in enumerate(("bank_online", "bank_overseas", "bank_limit")):
        row = Area(phone.x + 20, phone.y + 64 + 54 * index, phone.width - 40, 44)
        canvas.text(row.x + 30, row.middle + 5, words[key])
        if key == "bank_limit":
            bars(canvas, row.right - 72, row.middle - 5, [60])
        else:
            switch = Area(row.right - 58, row.middle - 12, 46, 24)
            canvas.rect(switch, "accent", 12)
            canvas.circle(switch.right - 12, switch.middle, 8, "paper")
        canvas.rect(row, "ring", 10)
        marker(canvas, row.x, row.middle, index + 1)
    return canvas


def credits_flow(words: Words, lang: str) -> Canvas:
    """Buying with the default card fills a balance, which three things use up."""
    canvas = sheet(words, "title_credits", lang, 330)
    buy, balance = Area(24, 92, 176, 118), Area(252, 92, 176, 118)
    for number, (area, key) in enumerate(((buy, "credit_buy"), (balance, "credit_balance")), 1):
        canvas.rect(area, "wash" if number == 2 else "box", 12)  # noqa: PLR2004 - the second box
        marker(canvas, area.centre, area.y, number)
        canvas.text(area.centre, area.y + 44, words[f"{key}_title"], weight=700, anchor="middle")
        text = Area(area.x + 14, area.y + 56, area.width - 28, 0)
        canvas.paragraph(text, words[f"{key}_text"], "t-muted", size=13.5, anchor="middle")
    arrow(canvas, buy.right + 12, buy.middle, 28)
    arrow(canvas, balance.right + 12, balance.middle, 28)
    for index, key in enumerate(("credit_ai", "credit_storage", "credit_share")):
        area = Area(480, 30 + 86 * index, 216, 66)
        canvas.rect(area, "box", 10)
        canvas.text(area.centre, area.middle + 5, words[key], weight=600, anchor="middle")
    marker(canvas, 588, 30, 3)
    return canvas


def card_data(words: Words, lang: str) -> Canvas:
    """Card details go to Stripe and the bank; we get brand, last four digits and expiry."""
    canvas = sheet(words, "title_card_data", lang, 372)
    you, stripe = Area(24, 36, 176, 112), Area(272, 36, 176, 112)
    bank, us = Area(520, 36, 176, 112), Area(272, 216, 424, 104)
    for area, key in ((you, "data_you"), (stripe, "data_stripe"), (bank, "data_bank")):
        canvas.rect(area, "box", 12)
        canvas.text(area.centre, area.y + 36, words[f"{key}_title"], weight=700, anchor="middle")
        text = Area(area.x + 12, area.y + 48, area.width - 24, 0)
        canvas.paragraph(text, words[f"{key}_text"], "t-muted", size=13.5, anchor="middle")
    canvas.rect(us, "wash", 12)
    canvas.text(us.x + 28, us.y + 36, words["data_us_title"], weight=700)
    text = Area(us.x + 28, us.y + 46, us.width - 110, 0)
    canvas.paragraph(text, words["data_us_text"], "t-muted", size=13.5)
    card_icon(canvas, us.right - 64, us.middle)
    arrow(canvas, you.right + 14, you.middle, 42)
    arrow(canvas, stripe.right + 14, stripe.middle, 42)
    canvas.path(f"M{stripe.centre:g} {stripe.bottom + 12:g}v42m-7-7l7 7l7-7", "bold")
    for number, (x, y) in enumerate(((you.x, you.y), (stripe.x, stripe.y), (us.x, us.y)), 1):
        marker(canvas, x + 8, y + 4, number)
    return canvas


def address_bar(words: Words, lang: str) -> Canvas:
    """The address to look for, and one that only resembles it."""
    canvas = sheet(words, "title_address_bar", lang, 330)
    rows = (("address_good", "address_good_text"), ("address_bad", "address_bad_text"))
    for index, (key, about) in enumerate(rows):
        bar = Area(40, 36 + 128 * index, WIDTH - 80, 46)
        canvas.rect(bar, "bar" if index == 0 else "dashed", 23)
        canvas.text(bar.x + 58, bar.middle + 6, words[key], size=17, weight=600)
        mark = (bar.x + 32, bar.middle)
        sign = "m-8 0l6 6l11-12" if index == 0 else "m-7-7l14 14m0-14l-14 14"
        canvas.path(f"M{mark[0]:g} {mark[1]:g}{sign}", "bold" if index == 0 else "stroke")
        canvas.paragraph(
            Area(bar.x + 20, bar.bottom + 10, bar.width - 40, 0), words[about], size=14
        )
        if index == 0:
            canvas.rect(bar.grown(4), "ring", 27)
    return canvas


def three_states(words: Words, lang: str) -> Canvas:
    """A plan that ends, one that is paused and one that has ended: three ways back."""
    canvas = sheet(words, "title_three_states", lang, 374)
    for index, key in enumerate(("state_ending", "state_paused", "state_ended")):
        area = Area(56, 28 + 104 * index, WIDTH - 96, 84)
        canvas.rect(area, ("wash", "box", "dashed")[index], 12)
        marker(canvas, area.x, area.middle, index + 1)
        canvas.text(area.x + 40, area.y + 34, words[f"{key}_title"], size=16, weight=700)
        canvas.text(area.x + 40, area.y + 62, words[f"{key}_text"], "t-muted", size=14)
    return canvas
