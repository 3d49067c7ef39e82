"""Scenes in the host app: what a customer sees before the Stripe portal opens."""

from figure_kit.canvas import Area, Canvas
from figure_kit.widgets import Words, bars, end_button, marker, menu, pill, sheet, window


def _dashboard_with_menu(words: Words, title: str, lang: str, chosen: int) -> Canvas:
    canvas = sheet(words, title, lang, 388)
    inside = window(canvas, words["host_window"])
    left = inside.x + 28
    canvas.text(left, inside.y + 44, words["host_dashboard"], size=20, weight=700)
    bars(canvas, left, inside.y + 76, [210, 260, 180])
    canvas.rect(Area(left, inside.y + 156, 150, 96), "bar", 10)
    canvas.rect(Area(left + 166, inside.y + 156, 150, 96), "bar", 10)
    face = (inside.right - 50, inside.y + 38)
    canvas.circle(*face, 20, "skeleton")
    canvas.circle(face[0], face[1] - 5, 6, "frame")
    canvas.path(f"M{face[0] - 11:g} {face[1] + 13:g}a11 10 0 0 1 22 0z", "frame")
    canvas.circle(*face, 23, "ring")
    labels = [
        words["host_signed_in_as"],
        words["host_account_settings"],
        words["host_manage_subscription"],
        words["host_sign_out"],
    ]
    picked = menu(canvas, Area(inside.right - 268, inside.y + 78, 244, 172), labels, chosen)
    marker(canvas, face[0] - 40, face[1], 1)
    marker(canvas, picked.x - 10, picked.middle, 2)
    return canvas


def user_menu(words: Words, lang: str) -> Canvas:
    """Open the user menu, choose "Manage subscription"."""
    return _dashboard_with_menu(words, "title_user_menu", lang, 2)


def signed_in_account(words: Words, lang: str) -> Canvas:
    """Open the user menu, read which account is signed in."""
    return _dashboard_with_menu(words, "title_signed_in_account", lang, 0)


def my_subscriptions(words: Words, lang: str) -> Canvas:
    """Choose "Manage" beside the subscription."""
    canvas = sheet(words, "title_my_subscriptions", lang, 366)
    inside = window(canvas, words["host_window"])
    left = inside.x + 28
    canvas.text(left, inside.y + 46, words["host_my_subscriptions"], size=20, weight=700)
    row = Area(left, inside.y + 70, inside.width - 56, 92)
    canvas.rect(row, "box", 10)
    canvas.text(row.x + 24, row.y + 40, words["host_plan"], size=16, weight=600)
    bars(canvas, row.x + 24, row.y + 58, [170])
    pill(canvas, row.x + 300, row.middle, words["host_active"])
    manage = end_button(canvas, row, words["host_manage"])
    marker(canvas, manage.x - 8, manage.y - 6, 1)
    bars(canvas, left + 24, inside.y + 190, [230, 150], 24)
    return canvas
