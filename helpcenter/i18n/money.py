"""`Money` as Stripe counts it, and how it is written for people."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from babel.numbers import get_currency_symbol, parse_pattern

from helpcenter.i18n.locale import Locale

# Stripe's exponents, which are not ISO 4217's (docs.stripe.com/currencies). HUF and TWD are whole
# in payouts only: charges keep two decimals like everything not named here.
_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# Counted in hundredths for old times' sake, though nobody can pay a fraction of one.
_WHOLE = frozenset({"ISK", "UGX"})

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in Stripe's smallest unit (`minor`) of an ISO 4217 `currency`, upper case."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not a currency code. Raises `ValueError`."""
        code = self.currency
        if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):  # noqa: PLR2004 - ISO 4217
            raise ValueError("a currency is three capital letters")

    @property
    def exponent(self) -> int:
        """How many of the digits of `minor` are decimals."""
        if self.currency in _NO_DECIMALS:
            return 0
        return 3 if self.currency in _THREE_DECIMALS else 2

    @property
    def amount(self) -> Decimal:
        """The exact amount in the currency's own unit."""
        # Built from digits: arithmetic would round what is longer than the context's precision.
        digits = tuple(map(int, str(abs(self.minor))))
        return Decimal((int(self.minor < 0), digits, -self.exponent))

    @property
    def shown_decimals(self) -> int:
        """How many decimals to write; a fraction that exists is never hidden."""
        whole = self.currency in _WHOLE and self.minor % 10**self.exponent == 0
        return 0 if whole else self.exponent


def format_money(money: Money, locale: Locale) -> str:
    """Return an amount as people in `locale` write it: `HK$128.00`, `¥500`, `KWD 1.250`."""
    standard = locale.babel.currency_formats["standard"].pattern
    # A pattern of our own, because Babel's is shared and knows ISO's decimals only.
    pattern = parse_pattern(standard)
    pattern.frac_prec = (money.shown_decimals, money.shown_decimals)
    amount = money.amount
    with localcontext() as context:
        context.prec = max(context.prec, len(amount.as_tuple().digits) + money.exponent)
        text = pattern.apply(amount, locale.babel, currency=money.currency, currency_digits=False)
    symbol = get_currency_symbol(money.currency, locale=locale.babel)
    # Unicode wants letters kept apart from digits; Babel leaves that to the caller.
    apart = symbol + _NBSP if symbol[-1].isalpha() and not text.endswith(symbol) else symbol
    return text.replace(symbol, apart, 1)
