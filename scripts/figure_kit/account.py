"""Scenes on our own account page that the demo has no customer for, in the page's own words."""

from collections.abc import Sequence

from figure_kit.canvas import Area, Canvas
from figure_kit.widgets import Words, marker, sheet, window


def _plan(
    words: Words, title: str, lang: str, rows: Sequence[tuple[str, str, str]], ringed: int
) -> Canvas:
    """Draw a plan as rows of (label, value, note); the ringed one matters."""
    canvas = sheet(words, title, lang, 216 + 66 * len(rows))
    inside = window(canvas, words["own_help_centre"])
    main = Area(inside.x + 32, inside.y + 66, inside.width - 64, inside.height - 66)
    canvas.text(main.x, inside.y + 44, words["own_account"], size=20, weight=700)
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
