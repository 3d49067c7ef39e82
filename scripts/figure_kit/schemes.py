"""Schemes that explain how something works, outside any one screen."""

from collections.abc import Sequence

from figure_kit.canvas import WIDTH, Area, Canvas
from figure_kit.widgets import Words, arrow, bars, marker, pill, sheet, window


def three_boxes(canvas: Canvas, words: Words, keys: Sequence[str], *, first_is_old: bool) -> None:
    """Draw three numbered boxes in a row with a heading and a sentence each."""
    width, gap, top = 200, 36, 44
    for index, key in enumerate(keys):
        area = Area(24 + index * (width + gap), top, width, canvas.height - top - 56)
        canvas.rect(area, "dashed" if first_is_old and index == 0 else "box", 12)
        canvas.path(f"M{area.x + 20:g} {area.y + 68:g}h{area.width - 40:g}", "line")
        marker(canvas, area.centre, area.y, index + 1)
        canvas.text(
            area.centre, area.y + 48, words[f"{key}_title"], size=16, weight=700, anchor="middle"
        )
        inner = Area(area.x + 18, area.y + 84, area.width - 36, 0)
        canvas.paragraph(inner, words[f"{key}_text"], "t-muted", size=14, anchor="middle")
        if index:
            arrow(canvas, area.x - gap + 6, area.middle, gap - 14)


def fresh_link(words: Words, lang: str) -> Canvas:
    """An expired link is replaced by a fresh one from the account."""
    canvas = sheet(words, "title_fresh_link", lang, 280)
    keys = ("link_old", "link_sign_in", "link_new")
    three_boxes(canvas, words, keys, first_is_old=True)
    return canvas


def clear_cache(words: Words, lang: str) -> Canvas:
    """The browser's old copy is cleared and the page loads afresh."""
    canvas = sheet(words, "title_clear_cache", lang, 280)
    keys = ("cache_old", "cache_clear", "cache_new")
    three_boxes(canvas, words, keys, first_is_old=True)
    return canvas


def three_d_secure(words: Words, lang: str) -> Canvas:
    """The bank asks for a confirmation before the card is saved or charged."""
    canvas = sheet(words, "title_three_d_secure", lang, 280)
    keys = ("secure_ask", "secure_confirm", "secure_return")
    three_boxes(canvas, words, keys, first_is_old=False)
    return canvas


def private_window(words: Words, lang: str) -> Canvas:
    """A private window starts without stored copies, cookies and extensions."""
    canvas = sheet(words, "title_private_window", lang, 330)
    for index, key in enumerate(("private_ordinary", "private_new")):
        area = Area(24 + index * 356, 24, 316, canvas.height - 68)
        inside = window(canvas, words[f"{key}_title"], area)
        text = Area(inside.x + 24, inside.y + 92, inside.width - 48, 0)
        if index:
            pill(canvas, text.x, inside.y + 46, words["private_keys"])
        else:
            for copy in range(3):
                canvas.rect(Area(text.x + 12 * copy, inside.y + 26 + 6 * copy, 58, 36), "box", 5)
        canvas.paragraph(text, words[f"{key}_text"], "t-muted", size=14)
        bars(canvas, text.x, inside.bottom - 40, [180])
    arrow(canvas, 346, 160, 26)
    return canvas


def which_card(words: Words, lang: str) -> Canvas:
    """Which of the cards on file is charged: three layers, the upper wins."""
    canvas = sheet(words, "title_which_card", lang, 374)
    for index, key in enumerate(("layer_own", "layer_default", "layer_other")):
        area = Area(56, 28 + 104 * index, WIDTH - 96, 80)
        canvas.rect(area, ("box", "wash", "dashed")[index], 12)
        marker(canvas, area.x, area.middle, index + 1)
        canvas.text(area.x + 40, area.y + 34, words[f"{key}_title"], size=16, weight=700)
        canvas.text(area.x + 40, area.y + 60, words[f"{key}_text"], "t-muted", size=14)
        if index:
            y = area.y - 20
            canvas.path(f"M{area.x + 48:g} {y:g}v14m-6-6l6 6l6-6", "bold")
    return canvas


def allow_popup(words: Words, lang: str) -> Canvas:
    """Let the browser open the portal: the sign at the end of the address bar."""
    canvas = sheet(words, "title_allow_popup", lang, 320)
    inside = window(canvas, words["host_window"])
    address = Area(inside.x + 24, inside.y + 18, inside.width - 48, 40)
    canvas.rect(address, "bar", 20)
    bars(canvas, address.x + 22, address.middle - 5, [210])
    icon = Area(address.right - 50, address.y + 7, 30, 26)
    canvas.rect(icon, "box", 4)
    canvas.path(f"M{icon.x:g} {icon.y + 8:g}h{icon.width:g}", "line")
    canvas.path(f"M{icon.x + 11:g} {icon.y + 13:g}l8 8m0-8l-8 8", "stroke")
    canvas.rect(icon.grown(5), "ring")
    panel = Area(icon.right - 300, address.bottom + 16, 300, 104)
    canvas.rect(panel, "box", 10)
    canvas.text(panel.x + 24, panel.y + 36, words["popup_blocked"], weight=600)
    canvas.circle(panel.x + 46, panel.y + 70, 8, "box")
    canvas.circle(panel.x + 46, panel.y + 70, 4, "accent")
    canvas.text(panel.x + 64, panel.y + 75, words["popup_allow"])
    canvas.rect(Area(panel.x + 14, panel.y + 52, panel.width - 28, 36), "ring")
    marker(canvas, icon.x - 22, icon.middle, 1)
    marker(canvas, panel.x + 14, panel.y + 70, 2)
    bars(canvas, inside.x + 28, address.bottom + 34, [180, 220, 150])
    return canvas
