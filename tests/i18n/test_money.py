"""Money: Stripe's exponents, and amounts as people in each locale write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.i18n.locale import Locale
from helpcenter.i18n.money import Money, format_money

EN, ZH = Locale("en"), Locale("zh_HK")


@pytest.mark.parametrize(
    ("minor", "currency", "english", "chinese"),
    [
        (12800, "HKD", "HK$128.00", "HK$128.00"),
        (1900, "USD", "$19.00", "US$19.00"),
        (0, "HKD", "HK$0.00", "HK$0.00"),
        (5, "HKD", "HK$0.05", "HK$0.05"),
        (-500, "HKD", "-HK$5.00", "-HK$5.00"),
        (999999999999, "HKD", "HK$9,999,999,999.99", "HK$9,999,999,999.99"),
        (500, "JPY", "¥500", "¥500"),
        (1000, "CNY", "CN¥10.00", "CN¥10.00"),
        (80045, "TWD", "NT$800.45", "NT$800.45"),
        (5, "CLP", "CLP\u00a05", "CLP\u00a05"),
        (1250, "KWD", "KWD\u00a01.250", "KWD\u00a01.250"),
        (-1250, "KWD", "-KWD\u00a01.250", "-KWD\u00a01.250"),
        (500, "ISK", "ISK\u00a05", "ISK\u00a05"),
        (500, "UGX", "UGX\u00a05", "UGX\u00a05"),
        (1045, "HUF", "HUF\u00a010.45", "HUF\u00a010.45"),
        (150, "ALL", "ALL\u00a01.50", "ALL\u00a01.50"),
        (7, "XTS", "XTS\u00a00.07", "XTS\u00a00.07"),
    ],
)
def test_an_amount_is_written_as_people_write_it(
    minor: int, currency: str, english: str, chinese: str
) -> None:
    money = Money(minor, currency)
    assert (format_money(money, EN), format_money(money, ZH)) == (english, chinese)


def test_a_fraction_of_a_whole_currency_is_shown_rather_than_rounded_away() -> None:
    assert format_money(Money(550, "ISK"), EN) == "ISK\u00a05.50"


def test_a_symbol_behind_the_number_stays_apart() -> None:
    assert format_money(Money(1045, "EUR"), Locale("fr")) == "10,45\u00a0€"
    assert format_money(Money(1045, "SOS"), Locale("fr")) == "10,45\u00a0SOS"


@given(minor=st.integers(), currency=st.sampled_from(["HKD", "JPY", "KWD", "ISK"]))
def test_no_digit_is_ever_lost(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    shown = format_money(money, EN)
    digits = "".join(c for c in shown if c.isdigit())
    dropped = money.exponent - money.shown_decimals
    assert int(digits) * 10**dropped == abs(minor)
    assert ("-" in shown) == (minor < 0)


@pytest.mark.parametrize("currency", ["hkd", "HK", "HKDD", "", "H$D", "ＨＫＤ"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="capital"):
        Money(1, currency)
