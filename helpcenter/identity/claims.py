"""`HostClaims`: what the host app says about a customer, read strictly."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpcenter.errors import HelpcenterError, Kind

LEEWAY = timedelta(seconds=60)
"""How far two machines' clocks may be apart."""
LONGEST = timedelta(minutes=10)
"""From `iat` to `exp`."""
LONGEST_IN_URL = timedelta(seconds=60)
"""The same for a JWT that came in an address, where it is seen more easily."""

MOST_CHARACTERS = {"sub": 255, "jti": 255, "name": 200, "email": 254, "locale": 35, "zoneinfo": 64}

_STRIPE_CUSTOMER = re.compile(r"cus_[A-Za-z0-9_]{1,60}", re.ASCII)
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*", re.ASCII)
_FURTHEST = 1e11
"""Seconds since 1970 that still are a date."""


@dataclass(frozen=True, slots=True)
class HostClaims:
    """A verified statement of the host app; nothing of it shows when printed."""

    sub: str = field(repr=False)
    jti: str = field(repr=False)
    issued_at: datetime = field(repr=False)
    expires: datetime = field(repr=False)
    stripe_customer: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    locale: str | None = field(default=None, repr=False)
    zoneinfo: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose statements count, and for whom they must be meant."""

    issuer: str
    audience: str


def read_claims(
    claims: Mapping[str, Any], expected: Expected, now: datetime, longest: timedelta = LONGEST
) -> HostClaims:
    """Return the claims, or raise `HelpcenterError` with a code for each thing wrong.

    `claims` is parsed JSON whose signature is good already.
    """
    for name in ("iss", "aud", "iat", "exp", "sub", "jti"):
        if claims.get(name) is None:
            raise refusal("jwt_claim_missing", claim=name)
    if claims["iss"] != expected.issuer:
        raise refusal("jwt_issuer")
    audience = claims["aud"]
    if expected.audience not in (audience if isinstance(audience, list) else [audience]):
        raise refusal("jwt_audience")
    issued, expires = _times(claims, now, longest)
    return HostClaims(
        sub=_required(claims, "sub"),
        jti=_required(claims, "jti"),
        issued_at=issued,
        expires=expires,
        stripe_customer=_stripe_customer(claims),
        email=_text(claims, "email") or None,
        name=_text(claims, "name") or None,
        locale=_locale(claims),
        zoneinfo=_zone(claims),
    )


def refusal(code: str, **params: str) -> HelpcenterError:
    """Return the refusal of a JWT; `params` name things of ours, never what the JWT holds."""
    return HelpcenterError(code, Kind.UNAUTHENTICATED, params)


def _times(
    claims: Mapping[str, Any], now: datetime, longest: timedelta
) -> tuple[datetime, datetime]:
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    opens = _seconds(claims, "nbf") if claims.get("nbf") is not None else issued
    present, leeway = now.timestamp(), LEEWAY.total_seconds()
    if max(issued, opens) > present + leeway:
        raise refusal("jwt_not_yet")
    if expires <= present - leeway:
        raise refusal("jwt_expired")
    if not 0 < expires - issued <= longest.total_seconds():
        raise refusal("jwt_lifetime", seconds=str(int(longest.total_seconds())))
    # What the host app's clock calls the future is now: nothing may be fresher than this moment.
    moment = min(issued, present)
    return datetime.fromtimestamp(moment, UTC), datetime.fromtimestamp(expires, UTC)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    # Compared before converted: JSON knows integers that are too large for a float.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _FURTHEST:
        raise refusal("jwt_claim", claim=name)
    return float(value)


def _required(claims: Mapping[str, Any], name: str) -> str:
    text = _text(claims, name)
    if not text:
        raise refusal("jwt_claim", claim=name)
    return text


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS[name]:
        raise refusal("jwt_claim", claim=name)
    # Control characters and half surrogates, which databases, headers and logs choke on.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise refusal("jwt_claim", claim=name)
    return value


def _stripe_customer(claims: Mapping[str, Any]) -> str | None:
    value = claims.get("stripe_customer")
    if value is None:
        return None
    if not isinstance(value, str) or not _STRIPE_CUSTOMER.fullmatch(value):
        raise refusal("jwt_claim", claim="stripe_customer")
    return value


def _locale(claims: Mapping[str, Any]) -> str | None:
    """Return the language as far as it is one: a strange one is no reason to turn anyone away."""
    value = _text(claims, "locale")
    return value if value and _LOCALE.fullmatch(value) else None


def _zone(claims: Mapping[str, Any]) -> str | None:
    """Return the time zone if this machine knows it."""
    value = _text(claims, "zoneinfo")
    try:
        return ZoneInfo(value).key if value else None
    except (ValueError, KeyError, OSError):
        return None
