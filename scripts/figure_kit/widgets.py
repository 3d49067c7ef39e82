"""The pieces that screens are drawn from: windows, buttons, cards on file, menus, markers."""

from collections.abc import Mapping, Sequence

from figure_kit.canvas import WIDTH, Area, Canvas, text_width

Words = Mapping[str, str]

_MARGIN = 24
_BAR = 40
_FOOT = 44


def sheet(words: Words, title: str, lang: str, height: int) -> Canvas:
    """Start a figure: paper, and the line that says it is a drawing."""
    canvas = Canvas(words[title], lang, height)
    canvas.rect(Area(0, 0, WIDTH, height), "paper", 12)
    canvas.text(WIDTH / 2, height - 16, words["drawing_note"], "t-muted", size=12, anchor="middle")
    return canvas


def window(canvas: Canvas, label: str, area: Area | None = None) -> Area:
    """Draw a neutral window and return the area inside it."""
    frame = area or Area(_MARGIN, _MARGIN, WIDTH - 2 * _MARGIN, canvas.height - _MARGIN - _FOOT)
    canvas.rect(frame, "box", 12)
    canvas.path(
        f"M{frame.x:g} {frame.y + _BAR:g}v-{_BAR - 12}a12 12 0 0 1 12-12"
        f"h{frame.width - 24:g}a12 12 0 0 1 12 12v{_BAR - 12}z",
        "bar",
    )
    canvas.rect(frame, "line", 12)
    canvas.path(f"M{frame.x:g} {frame.y + _BAR:g}h{frame.width:g}", "line")
    for index in range(3):
        canvas.circle(frame.x + 22 + 16 * index, frame.y + _BAR / 2, 4.5, "frame")
    canvas.text(frame.centre, frame.y + _BAR / 2 + 4.5, label, "t-muted", size=13, anchor="middle")
    return Area(frame.x, frame.y + _BAR, frame.width, frame.height - _BAR)


def marker(canvas: Canvas, x: float, y: float, number: int) -> None:
    """Draw the round number that says in which order things are done."""
    canvas.circle(x, y, 17, "paper")
    canvas.circle(x, y, 14, "accent")
    canvas.text(x, y + 5, str(number), "t-on", size=14, weight=700, anchor="middle")


def button(canvas: Canvas, x: float, y: float, label: str, *, main: bool = True) -> Area:
    """Draw a button with its top left corner at (x, y); return its area."""
    area = Area(x, y, _button_width(label), 40)
    canvas.rect(area, "accent" if main else "box")
    style = "t-on" if main else ""
    canvas.text(area.centre, area.middle + 5, label, style, weight=600, anchor="middle")
    return area


def end_button(canvas: Canvas, row: Area, label: str) -> Area:
    """Draw a ringed button at the right end of a row; return its area."""
    area = button(canvas, row.right - 24 - _button_width(label), row.middle - 20, label)
    canvas.rect(area.grown(5), "ring", 11)
    return area


def _button_width(label: str) -> float:
    return text_width(label, 15) + 36


def pill(canvas: Canvas, x: float, y: float, label: str, *, strong: bool = True) -> Area:
    """Draw a small label such as a state, vertically centred on y; return its area."""
    area = Area(x, y - 13, text_width(label, 13) + 22, 26)
    canvas.rect(area, "wash" if strong else "bar", 13)
    style = "t-accent" if strong else "t-muted"
    canvas.text(area.centre, y + 4.5, label, style, size=13, weight=600, anchor="middle")
    return area


def bars(canvas: Canvas, x: float, y: float, widths: Sequence[float], gap: float = 22) -> None:
    """Draw grey bars that stand for text which does not matter here."""
    for index, width in enumerate(widths):
        canvas.rect(Area(x, y + gap * index, width, 10), "skeleton", 5)


def card_icon(canvas: Canvas, x: float, y: float) -> None:
    """Draw a bank card, 40 by 28, vertically centred on y."""
    canvas.rect(Area(x, y - 14, 40, 28), "box", 5)
    canvas.rect(Area(x, y - 8, 40, 6), "frame", 0)
    canvas.rect(Area(x + 6, y + 4, 12, 4), "skeleton", 2)


def dots(canvas: Canvas, x: float, y: float) -> Area:
    """Draw the three-dot button around (x, y); return its area."""
    area = Area(x - 18, y - 18, 36, 36)
    canvas.rect(area, "box")
    for offset in (-7, 0, 7):
        canvas.circle(x + offset, y, 2.2, "accent")
    return area


def card_name(canvas: Canvas, x: float, y: float, card: tuple[str, str]) -> float:
    """Write brand and last four digits with four dots between; return where the name ends."""
    brand, last4 = card
    canvas.text(x, y, brand, weight=600)
    dots_at = x + text_width(brand, 15) + 12
    for index in range(4):
        # Drawn, because Chinese fonts make a bullet as wide as a Han character.
        canvas.circle(dots_at + 8 * index, y - 5, 2.4, "ink")
    canvas.text(dots_at + 38, y, last4, weight=600)
    return dots_at + 38 + text_width(last4, 15)


def card_row(
    canvas: Canvas, area: Area, card: tuple[str, str], state: str | None, expiry: str
) -> Area:
    """Draw one card on file as a row; return the area of its three-dot button."""
    canvas.rect(area, "box", 10)
    card_icon(canvas, area.x + 20, area.middle)
    name_end = card_name(canvas, area.x + 78, area.middle - 4, card)
    canvas.text(area.x + 78, area.middle + 18, expiry, "t-muted", size=13)
    if state:
        pill(canvas, name_end + 16, area.middle - 9, state)
    return dots(canvas, area.right - 36, area.middle)


def menu(canvas: Canvas, area: Area, labels: Sequence[str], chosen: int) -> Area:
    """Draw an open menu, one line of 40 pixels a label; return the area of the chosen line."""
    canvas.rect(area, "box", 10)
    picked = area
    for index, label in enumerate(labels):
        line = Area(area.x + 6, area.y + 6 + 40 * index, area.width - 12, 40)
        if index == chosen:
            picked = line
            canvas.rect(line, "wash", 6)
            canvas.rect(line, "ring", 6)
        style, weight = ("t-accent", 700) if index == chosen else ("", 400)
        canvas.text(line.x + 14, line.middle + 5, label, style, weight=weight)
    return picked


def field(canvas: Canvas, area: Area, label: str) -> None:
    """Draw a form field of 40 pixels with its label above; `area.y` is the label's top."""
    canvas.text(area.x, area.y + 12, label, "t-muted", size=13)
    box = Area(area.x, area.y + 20, area.width, 38)
    canvas.rect(box, "box", 6)
    bars(canvas, box.x + 14, box.middle - 5, [min(120.0, box.width * 0.45)])


def arrow(canvas: Canvas, x: float, y: float, length: float) -> None:
    """Draw an arrow to the right, from (x, y)."""
    tip = x + length
    canvas.path(f"M{x:g} {y:g}H{tip:g}M{tip - 7:g} {y - 7:g}l7 7l-7 7", "bold")
