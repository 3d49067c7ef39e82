"""Card numbers and codes vanish in whatever dress; everything else stays."""

import re
import string
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from helpcenter.language.redact import Finding, keep, redact, redact_line

SCRIPTS = [
    string.digits,
    "０１２３４５６７８９",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "०१२३४५६७८९",
    "〇一二三四五六七八九",
    "零壹貳叁肆伍陸柒捌玖",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
]
SEPARATORS = [
    *("", " ", "-", ".", "\u00a0", "/", "_", "–", "·", "\u3000", "  ", " - ", "\n"),
    *("\u200b", "\u00ad", "*", "|", "—", "\u20e3"),
]
BRANDS = [
    ("4", 13), ("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16),
    ("34", 15), ("37", 15), ("300", 14), ("36", 14), ("38", 14), ("3528", 16), ("3589", 16),
    ("6011", 16), ("622126", 16), ("62", 19), ("65", 16), ("644", 16), ("6759", 16), ("81", 16),
]  # fmt: skip


def luhn(body: str) -> str:
    """Return the digits with the check digit after them."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix, length = draw(st.sampled_from(BRANDS))
    rest = length - len(prefix) - 1
    return luhn(prefix + draw(st.text(string.digits, min_size=rest, max_size=rest)))


@st.composite
def dressed(draw: st.DrawFn) -> tuple[str, str]:
    """A card number, and how somebody wrote it."""
    card = draw(cards())
    script = draw(st.sampled_from(SCRIPTS))
    gaps = draw(st.lists(st.sampled_from(SEPARATORS), min_size=len(card), max_size=len(card)))
    written = "".join(script[int(d)] + gap for d, gap in zip(card, [*gaps[1:], ""], strict=True))
    return card, written


@given(dressed(), st.sampled_from(["", "my card is ", "卡號：", "card", "我張卡係"]))
@settings(max_examples=400)
@example(("4242424242424242", "4242424242424242"), "")
def test_a_card_vanishes_in_any_dress(card: tuple[str, str], before: str) -> None:
    number, written = card

    said = redact(f"{before}{written} thanks")

    assert said.text == f"{before}•••• {number[-4:]} thanks"
    assert said.found == (Finding.CARD,)


@given(cards(), st.sampled_from(["", "一齊", "一月到期", " 12/27", ", exp 12/27", " 係我張卡"]))
def test_a_card_vanishes_beside_other_digits(number: str, after: str) -> None:
    assert number[:12] not in redact(f"7 {number}{after}").text.replace(" ", "")


@given(cards())
def test_a_card_in_groups_of_four_with_commas(number: str) -> None:
    groups = ", ".join(number[at : at + 4] for at in range(0, len(number), 4))

    assert Finding.CARD in redact(groups).found


@pytest.mark.parametrize(
    "text",
    [
        "my card ends in 4242",
        "4242",
        "•••• 4242",
        "order 10023, 10024 and 10025",
        "invoice in_1Nabc42424242424242xy",
        "call +852 5123 4567 or +852 6234 5678",
        "我個電話 5123 4567",
        "(852) 9123-4567",
        "charged HK$4,242.00 on 2026-11-22 14:05",
        "from 30/11/2026 to 31/12/2026 at 14:05:33",
        "30/11/2026 - 31/12/2026",
        "22-11-2026 14:05:33, 23-11-2026 15:05:33",
        "二零二六年十一月二十二日",
        "IMEI 356938035643809",
        "4242424242424241",
        "1234567890123456",
        "9876 5432 1098 7654",
        "550e8400-e29b-41d4-a716-446655440000",
        "0.1234567890123456",
        "1700000000000",
        "12345678901234567890123456789012",
        "the cvc is wrong",
        "cvc 無效, order 1234",
        "in_Aa00000000csc0000",
        "card 4242 cvc",
        "my cvc was refused for invoice 1204",
        "order 123",
        "密碼",
        "",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).found == ()


REFERENCES = st.one_of(
    st.from_regex(r"HK\$[1-9][0-9]{0,3}\.[0-9][0-9]", fullmatch=True),
    st.from_regex(r"\+852 [5-9][0-9]{3} [0-9]{4}", fullmatch=True),
    st.dates().filter(lambda d: 1900 < d.year < 2100).map(lambda d: d.strftime("%Y-%m-%d")),
    st.from_regex(r"(in|ch|sub)_[A-Z][a-z][0-9]{8}[a-z]{3}[0-9]{4}", fullmatch=True),
    st.from_regex(r"#[0-9]{4,10}", fullmatch=True),
    st.from_regex(r"[012379][0-9]{15}", fullmatch=True).filter(
        lambda number: not re.match(r"2[2-7]|3", number)
    ),
    cards().map(lambda card: card[:-1] + str((int(card[-1]) + 1) % 10)),
)


@given(st.lists(REFERENCES, min_size=1, max_size=4))
@settings(max_examples=400)
def test_references_survive(references: list[str]) -> None:
    text = " and ".join(references)

    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("cvc 123", "cvc •••"),
        ("CVV: 1234", "CVV: •••"),
        ("cvv2=123", "cvv2=•••"),
        ("my security code is 123.", "my security code is •••."),
        ("安全碼係123", "安全碼係•••"),
        ("安全碼：１２３", "安全碼：•••"),
        ("保安編碼 一二三", "保安編碼 •••"),
        ("123 is my cvc", "••• is my cvc"),
        ("123 (cvv)", "••• (cvv)"),
        ("1234 係安全碼", "••• 係安全碼"),
        ("the cvc of card 4242 is 123", "the cvc of card 4242 is •••"),
        ("cvc 1 2 3", "cvc •••"),
        ("4242 4242 4242 4242 12/27 cvc 123", "•••• 4242 12/27 cvc •••"),
        ("card ending 4242, cvc 123", "card ending 4242, cvc •••"),
    ],
)
def test_security_codes_vanish(text: str, left: str) -> None:
    assert redact(text).text == left
    assert Finding.CODE in redact(text).found


@given(
    st.lists(
        st.one_of(
            dressed().map(lambda pair: pair[1]),
            st.sampled_from(["cvc", " ", "123", "安全碼", "4242", "•••• ", ", ", "is my ", "\n"]),
            st.text(max_size=8),
        ),
        max_size=8,
    ).map("".join)
)
@settings(max_examples=500)
@example("4242424242424242 4242 4242 4242")
@example("111 123 cvc 456")
@example("40000000000064000000000006cvc123四〇〇〇〇〇〇〇〇〇〇〇六")
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text).text

    assert redact(once).text == once


@given(cards(), st.data())
def test_a_number_split_over_lines_is_overwritten(number: str, data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 4))
    places = data.draw(
        st.lists(st.integers(1, 12), min_size=count - 1, max_size=count - 1, unique=True)
    )
    bounds = [0, *sorted(places), len(number)]
    lines = [number[a:b] for a, b in pairwise(bounds)]
    # Chance may make a card of the longer half alone.
    assume(not any(redact(line).found for line in lines))

    kept: list[str] = []
    for line in lines:
        keep(line, kept)

    assert len(re.sub(r"\D", "", "".join(kept))) <= 4
    assert f"•••• {number[-4:]}" in kept[-1]


@pytest.mark.parametrize(
    ("earlier", "text", "told"),
    [
        ("where do I find the cvc", "its 737", "its •••"),
        ("where do I find the cvc", "737", "•••"),
        (
            "the security code is wrong",
            "it's 1234, can you put it in?",
            "it's •••, can you put it in?",
        ),
        ("安全碼錯", "係1234", "係•••"),
        ("安全碼錯", "佢係 １２３ 呀", "佢係 ••• 呀"),
    ],
)
def test_a_code_told_after_its_name_is_cut(earlier: str, text: str, told: str) -> None:
    kept = [earlier]
    assert keep(text, kept) == told
    assert kept == [earlier, told]
    assert redact_line([earlier], text).line.found == (Finding.CODE,)
    assert redact_line([earlier], told).line == redact(told)


@pytest.mark.parametrize(
    "text",
    [
        *("4242", "my card is 4242", "its the 4242 one", "尾號 4242 嗰張", "300 dollars", "123.50"),
        *("was 300hkd", "order 123", "300蚊", "5", "2027", "12345", "call 9123 4567", "100%", "no"),
    ],
)
def test_other_numbers_after_the_name_of_a_code_stay(text: str) -> None:
    assert redact_line(["where do I find the cvc"], text).line.text == text


def test_a_number_alone_is_no_code_unless_the_line_before_names_one() -> None:
    for earlier in ([], ["hello"], ["what is a cvc", "ok"]):
        assert redact_line(earlier, "its 737").line.text == "its 737"


def test_zeros_in_front_are_no_counting() -> None:
    assert redact_line(["3"], "0000000000004").line.text == "•••• 0004"


def test_a_split_number_keeps_the_words_around_it() -> None:
    said = redact_line(["hello", "first half is 4242 4242"], "and the rest 4242 4242 ok?")

    assert said.line.text == "and the rest •••• 4242 ok?"
    assert said.earlier == ((1, "first half is •••• ••••"),)


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (["my card ends in 4242"], "4242 4242"),
        (["•••• 4242"], "4242 4242 4242"),
        (["call 9123 4567"], "order 10023"),
        ([], "4242 4242"),
        (["4242 4242", "what do you mean by this long question of yours?"], "4242 4242"),
        (["4242 4242"], "no"),
        (["order 4242 4242"], "order 4242 4242"),
        (["4242 4242", "and 4242"], "and 4242"),
        (["line 42", "line 42", "line 42", "line 42", "line 42", "line 42", "line 42"], "line 42"),
        (["5101", "5102", "5103"], "5104"),
        (["3"], "4"),
        *((list(map(str, range(n))), str(n)) for n in (20, 45, 60)),
    ],
)
def test_lines_that_end_no_number_stay(earlier: list[str], text: str) -> None:
    said = redact_line(earlier, text)

    assert said.line.text == text
    assert said.earlier == ()


@pytest.mark.full
@pytest.mark.parametrize(
    "text",
    [
        "4 " * 500_000,
        "4242424242424242 " * 60_000,
        "cvc is my " * 100_000,
        "九" * 300_000,
        "4" * 1_000_000,
    ],
)
def test_a_megabyte_is_read(text: str) -> None:
    assert redact(text).text is not None
